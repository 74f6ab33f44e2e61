"""A network on the way that tests start from, through the real actions."""

from datetime import date, timedelta
from uuid import uuid4

from khuyencong.collaborators import actions
from khuyencong.collaborators.models import AllowanceList, Collaborator
from khuyencong.collaborators.months import last_day, next_month
from khuyencong.core.dates import today
from khuyencong.demo.walk import Item, write_project
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.places.models import Commune
from khuyencong.testing import accept_next, advance_to, pay_rest

CENTRE, SO = "dong-thap-centre", "dong-thap"
OFFICER, LEADER = (CENTRE, "officer"), (CENTRE, "leader")
COLLABORATOR = ("dong-thap-commune", "collaborator")
RATE = 600_000


def commune_of(world, code="29869"):
    return Commune.objects.select_related("province").get(code=code)


def months_back(count):
    """The first day of the month so many months before this one."""
    at = today().year * 12 + today().month - 1 - count
    return date(at // 12, at % 12 + 1, 1)


def term_fields(world, **changed):
    return {
        "commune": commune_of(world), "decision_number": "5/QĐ-SCT", "decision_on": months_back(12),
        "starts_on": months_back(11), "ends_on": None, **changed,
    }  # fmt: skip


def person(world, *, who=OFFICER, key=None, **changed):
    fields = {
        "name": "Nguyễn Thử Việc", "birth_year": 1980, "identity_number": "", "phone": "0912 345 678", "user": None,
        "note": "", **term_fields(world), **changed,
    }  # fmt: skip
    return actions.register_collaborator(by=world.actor(*who), creation_key=key or uuid4(), fields=fields)


def with_account(world, **changed):
    return person(world, user=world.actor(*COLLABORATOR).user, **changed)


def rate(world, *, who=OFFICER, **changed):
    fields = {
        "amount": RATE, "document": "Quyết định 12/QĐ-UBND (thử)", "article": "Điều 3", "valid_from": months_back(24),
        "valid_to": None, **changed,
    }  # fmt: skip
    return actions.keep_rate(by=world.actor(*who), creation_key=uuid4(), fields=fields)


def task(world, state="in_progress"):
    """A task for the capacity of the system of the centre; the province's norm of it is not known, so it declares one."""
    fields = {
        "name": "Duy trì mạng lưới cộng tác viên (thử)", "activity": "system_capacity",
        "declared_norm_document": "Nghị quyết thử nghiệm", "declared_norm_article": "Điều 1", "declared_norm_percent": 100,
    }  # fmt: skip
    items = [Item("Thù lao cộng tác viên", 50_000_000, 50_000_000)]
    project = write_project(world, unit=CENTRE, source="local", province="82", fields=fields, items=items)
    return advance_to(world, project, state)


def paid(world, project):
    """Accept and pay all of the task; the row of the ledger."""
    project.refresh_from_db()
    accept_next(world, project)
    project.refresh_from_db()
    pay_rest(world, project)
    return LedgerEntry.objects.filter(project=project, kind=EntryKind.PAID).latest("pk")


def prepared(world, project=None, *, who=OFFICER, key=None, first=None, last=None):
    month = months_back(1)
    made = actions.prepare_list(
        by=world.actor(*who), creation_key=key or uuid4(), project=project or task(world),
        first_month=first or month, last_month=last or first or month,
    )  # fmt: skip
    return fresh(made)


def approved(world, found=None):
    found = found or prepared(world)
    actions.approve_list(list_id=found.pk, by=world.actor(*LEADER), version=found.version)
    return fresh(found)


def fresh(record):
    if isinstance(record, AllowanceList):
        return AllowanceList.objects.with_all().with_sums().get(pk=record.pk)
    return Collaborator.objects.get(pk=record.pk)


__all__ = [
    "COLLABORATOR", "LEADER", "OFFICER", "RATE", "actions", "approved", "commune_of", "fresh", "last_day", "months_back",
    "next_month", "paid", "person", "prepared", "rate", "task", "term_fields", "timedelta", "with_account",
]  # fmt: skip
