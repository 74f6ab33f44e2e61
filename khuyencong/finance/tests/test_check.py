"""`check_records` finds what was broken behind the program's back, and nothing else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models

from khuyencong.audit.models import AuditEvent
from khuyencong.core import append_only
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.models import Acceptance
from khuyencong.finance.check import Counted, broken_rows
from khuyencong.finance.models import Contract, ContractPart, EntryKind, LedgerEntry, Payment
from khuyencong.finance.tests.steps import waiting_payment
from khuyencong.programmes.models import AnnualPlan, Envelope
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.settlement.models import Settlement
from khuyencong.testing import make_project


@pytest.fixture
def settled(world):
    return make_project(world, state="settled")


def row(project, kind):
    return LedgerEntry.objects.get(project=project, kind=kind)


def change(rows, **values):
    """Change ledger rows as somebody with a database tool would."""
    with append_only.lifted(connection):
        rows.update(**values)


def remove(rows):
    with append_only.lifted(connection):
        rows._raw_delete(rows.db)


def post(project, kind, amount, **values):
    return LedgerEntry.objects.create(
        kind=kind,
        amount=amount,
        project=project,
        envelope=Envelope.objects.get(agency=project.funder, year=project.year),
        on=today(),
        document="Thử",
        by=project.created_by,
        **values,
    )


def test_every_state_is_whole_on_both_sources(world):
    for state in ProjectState:
        make_project(world, state=state, source="national" if state == ProjectState.CENTRAL_APPRAISED else "local")
    make_project(world, state="settled", source="national")
    waiting_payment(world, make_project(world, state="in_progress"))
    counted = Counted()
    assert list(broken_rows(counted)) == []
    assert (counted.projects, counted.payments) == (len(ProjectState) + 2, 3)
    out = StringIO()
    call_command("check_records", stdout=out)
    assert f"{counted.projects} đề án" in out.getvalue()


BREAKS = {
    "envelope exceeded": (
        lambda p: change(LedgerEntry.objects.filter(kind=EntryKind.GIVEN), amount=199 * MILLION),
        "vượt hạn mức",
    ),
    "approved beyond plan": (lambda p: post(p, EntryKind.PLANNED, -1), "vượt số đưa vào kế hoạch"),
    "paid without payment": (lambda p: post(p, EntryKind.PAID, 1), "không có khoản chi đã ghi chi"),
    "payment of another amount": (lambda p: Payment.objects.update(amount=1), "sổ không có dòng tương ứng"),
    "payment without row": (
        lambda p: remove(LedgerEntry.objects.filter(kind=EntryKind.PAID)),
        "sổ không có dòng tương ứng",
    ),
    "row of a payment that was not made": (
        lambda p: Payment.objects.update(state="approved", voucher_key=""),
        "không có khoản chi đã ghi chi",
    ),
    "row of another kind": (
        lambda p: change(LedgerEntry.objects.filter(kind=EntryKind.PAID), kind=EntryKind.ADVANCED),
        "sổ không có dòng tương ứng",
    ),
    "acceptance of another amount": (lambda p: Acceptance.objects.update(payable=1), "biên bản nghiệm thu"),
    "acceptance without row": (
        lambda p: remove(LedgerEntry.objects.filter(kind=EntryKind.ACCEPTED)),
        "biên bản nghiệm thu",
    ),
    "contract of another value": (
        lambda p: ContractPart.objects.update(value=1, advance_ceiling=0),
        "sổ ghi 200.000.000 đồng",
    ),
    "contract liquidated too early": (
        lambda p: (Contract.objects.update(state="liquidated"), Project.objects.update(state="accepted")),
        "đã thanh lý, đề án đã nghiệm thu",
    ),
    "money came back without a receipt": (
        lambda p: change(LedgerEntry.objects.filter(kind=EntryKind.PLANNED), kind=EntryKind.REPAID),
        "chứng từ nộp trả ghi 0 đồng",
    ),
    "no contract": (lambda p: ContractPart.objects.all().delete(), "không có hợp đồng"),
    "no settlement": (lambda p: Settlement.objects.all().delete(), "không có văn bản quyết toán"),
    "settlement of another amount": (lambda p: Settlement.objects.update(amount=1), "quyết toán"),
    "settlement not in the ledger": (
        lambda p: remove(LedgerEntry.objects.filter(kind=EntryKind.SETTLED)),
        "sổ ghi 0 đồng",
    ),
    "plan approved without money": (
        lambda p: remove(LedgerEntry.objects.filter(kind=EntryKind.APPROVED)),
        "sổ không có dòng phê duyệt nào",
    ),
    "plan still a draft": (
        lambda p: AnnualPlan.objects.update(state="draft"),
        "còn là dự thảo",
    ),
    "state before the money": (lambda p: Project.objects.update(state="submitted"), "sổ đã có tiền"),
    "settled by hand": (
        lambda p: (Settlement.objects.all().delete(), Project.objects.update(state="accepted")),
        "quyết toán từng năm ghi 0 đồng",
    ),
    "settlement of an unsettled project": (lambda p: Project.objects.update(state="accepted"), "có quyết toán"),
    "row in another envelope": (
        lambda p: change(
            LedgerEntry.objects.filter(kind=EntryKind.PLANNED),
            envelope=Envelope.objects.create(agency=p.funder, year=p.year - 1, source=p.source),
        ),
        "hạn mức không phải của đề án",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_row_is_named(settled, name):
    damage, words = BREAKS[name]
    assert list(broken_rows()) == []
    damage(settled)
    found = list(broken_rows())
    assert any(words in sentence for sentence in found), found
    with pytest.raises(CommandError) as error:
        call_command("check_records", stdout=StringIO())
    assert found[0] in str(error.value)
    assert error.value.returncode == 1


def test_a_changed_event_is_named(settled):
    change(models.QuerySet(AuditEvent).filter(seq=2), note="khác")
    with pytest.raises(CommandError, match="sự kiện số 2"):
        call_command("check_records", stdout=StringIO())


def test_a_record_of_the_past_needs_no_payment_but_names_its_source(settled):
    Project.objects.update(recorded_from="Báo cáo năm 2023")
    assert list(broken_rows()) == []
    change(LedgerEntry.objects.filter(kind=EntryKind.PAID), payment=None, document="Báo cáo năm 2023")
    Payment.objects.all().delete()
    Settlement.objects.all().delete()
    assert list(broken_rows()) == []
    change(LedgerEntry.objects.filter(kind=EntryKind.PAID), document="Báo cáo khác")
    assert any("không có khoản chi" in sentence for sentence in broken_rows())


def test_portions_do_not_lose_rows(world, monkeypatch):
    for _ in range(3):
        make_project(world, state="settled")
    monkeypatch.setattr("khuyencong.finance.check.CHUNK", 2)
    counted = Counted()
    assert list(broken_rows(counted)) == []
    assert counted.projects == 3
    ContractPart.objects.filter(project=Project.objects.order_by("pk").last()).update(value=1, advance_ceiling=0)
    assert len(list(broken_rows())) >= 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_check_takes_as_many_queries_for_three_projects_as_for_one(world, django_assert_num_queries, rows):
    for _ in range(rows):
        make_project(world, state="settled")
    with django_assert_num_queries(27):
        assert list(broken_rows()) == []
