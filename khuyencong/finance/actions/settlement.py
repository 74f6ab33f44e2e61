"""The end of a đề án's money: settlement, recovery, and stopping before the end."""

from __future__ import annotations

from datetime import date

from django.db import models, transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance import ledger
from khuyencong.finance.models import (
    Contract,
    ContractState,
    EntryKind,
    LedgerEntry,
    Payment,
    PaymentState,
    Settlement,
)
from khuyencong.law.deadlines import settlement_file
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.programmes.models import Envelope
from khuyencong.projects.door import lock_for_step, lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, move


def last_accepted_on(project: Project) -> date | None:
    """The day of the last acceptance in the ledger."""
    rows = LedgerEntry.objects.filter(project=project, kind=EntryKind.ACCEPTED)
    found: date | None = rows.aggregate(last=models.Max("on"))["last"]
    return found


@transaction.atomic
def settle(*, project_id: int, by: Actor, version: int, number: str, settled_on: date) -> Settlement:
    """Settle what was accepted and paid, and liquidate the contract: TT 36/2013 Đ18.

    Raises NotAllowed, Stale, Refused while something accepted is unpaid, something unearned is not recovered, or a
    payment waits.
    """
    project = lock_for_step(project_id, "settle", by=by, version=version)
    if not number.strip():
        raise Refused("Hãy ghi số văn bản quyết toán.")
    balance = ledger.balance_of(project)
    check_even(project, balance)
    accepted_on = last_accepted_on(project)
    if settled_on > today():
        raise Refused("Ngày quyết toán không được ở tương lai.")
    if accepted_on and settled_on < accepted_on:
        raise Refused(f"Ngày quyết toán không được trước ngày nghiệm thu ({format_date(accepted_on)}).")
    deadline = settlement_file(accepted_on, budget_year=project.year) if accepted_on else None
    settlement = Settlement.objects.create(
        project=project,
        number=number.strip(),
        settled_on=settled_on,
        amount=balance.paid_out,
        late=bool(deadline and settled_on > deadline.on),
        by=by.user,
    )
    ledger.post(
        kind=EntryKind.SETTLED,
        amount=balance.paid_out,
        envelope=ledger.envelope_of(project),
        project=project,
        by=by,
        on=settled_on,
        document=f"Quyết toán {settlement.number}",
    )
    ledger.enforce(projects=[project])
    Contract.objects.filter(project=project).update(
        state=ContractState.LIQUIDATED, liquidated_on=settled_on, liquidation_number=settlement.number
    )
    before = {"state": project.state}
    move(project, "settle")
    record(
        action="project.settle",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={
            "state": project.state,
            "quyết toán": balance.paid_out,
            "số": settlement.number,
            "chậm": settlement.late,
        },
    )
    return settlement


def check_even(project: Project, balance: ledger.Balance) -> None:
    """Raise Refused with the reason why the project cannot be settled yet."""
    if Payment.objects.filter(project=project, state=PaymentState.PREPARED).exists():
        raise Refused("Còn khoản chi chờ duyệt.")
    if balance.still_payable:
        raise Refused(f"Còn {format_dong(balance.still_payable)} đồng đã nghiệm thu chưa thanh toán.")
    if balance.unearned:
        raise Refused(
            f"Còn {format_dong(balance.unearned)} đồng đã chi vượt số nghiệm thu, phải thu hồi trước.",
            article="TT 36/2013 Đ12.6",
        )


@transaction.atomic
def recover(*, project_id: int, by: Actor, version: int, amount: int, document: str, on: date) -> LedgerEntry:
    """Enter money that came back: what was paid out and not earned (TT 36/2013 Đ12.6).

    Raises NotAllowed, Stale, Refused where more comes back than was unearned.
    """
    envelope_key = Project.objects.values_list("funder_id", "year", "source").get(pk=project_id)
    envelope = ledger.lock_envelope(agency_id=envelope_key[0], year=envelope_key[1], source=envelope_key[2])
    project = lock_project(project_id, by=by, permission=Permission.RECOVER, version=version)
    if project.state not in {ProjectState.ACCEPTED, ProjectState.STOPPED} or envelope is None:
        raise Refused("Chỉ thu hồi sau khi nghiệm thu hoặc ngừng đề án.")
    unearned = ledger.balance_of(project).unearned
    if amount <= 0 or amount > unearned:
        raise Refused(f"Số phải thu hồi là {format_dong(unearned)} đồng.", article="TT 36/2013 Đ12.6")
    if not document.strip():
        raise Refused("Hãy ghi số chứng từ nộp trả.")
    if on > today():
        raise Refused("Ngày nộp trả không được ở tương lai.")
    entry = ledger.post(
        kind=EntryKind.RECOVERED,
        amount=amount,
        envelope=envelope,
        project=project,
        by=by,
        on=on,
        document=document.strip(),
    )
    if entry is None:
        raise Refused("Số tiền phải lớn hơn 0.")
    if project.state == ProjectState.STOPPED:
        _release(project, envelope, by=by, on=on, document=document.strip())
    ledger.enforce(projects=[project], envelope=envelope)
    touch(project)
    record(
        action="project.recover",
        by=by,
        subject=project,
        thread=project.thread,
        after={"thu hồi": amount, "chứng từ": document.strip()},
    )
    return entry


@transaction.atomic
def stop(*, project_id: int, by: Actor, version: int, document: str, on: date, reason: str) -> Project:
    """Stop an approved đề án by decision (TT 36/2013 Đ11): what is neither earned nor paid out returns to the envelope.

    Money paid out beyond what was accepted stays to be recovered. Raises NotAllowed, Stale, Refused.
    """
    envelope_key = Project.objects.values_list("funder_id", "year", "source").get(pk=project_id)
    envelope = ledger.lock_envelope(agency_id=envelope_key[0], year=envelope_key[1], source=envelope_key[2])
    project = lock_for_step(project_id, "stop", by=by, version=version)
    if envelope is None:
        raise Refused("Chưa có hạn mức kinh phí.")
    if not document.strip() or not reason.strip():
        raise Refused("Hãy ghi số quyết định và lý do ngừng.", article="TT 36/2013 Đ11")
    if on > today():
        raise Refused("Ngày quyết định không được ở tương lai.")
    if Payment.objects.filter(project=project, state=PaymentState.PREPARED).exists():
        raise Refused("Còn khoản chi chờ duyệt.")
    _release(project, envelope, by=by, on=on, document=document.strip())
    ledger.enforce(projects=[project], envelope=envelope)
    before = {"state": project.state}
    move(project, "stop")
    record(
        action="project.stop",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={"state": project.state, "quyết định": document.strip(), "ngày": on.isoformat()},
        note=reason.strip(),
    )
    return project


def _release(project: Project, envelope: Envelope, *, by: Actor, on: date, document: str) -> None:
    """Give back to the envelope what the stopped project neither earned nor holds."""
    balance = ledger.balance_of(project)
    kept = max(balance.accepted, balance.paid_out)
    for kind, amount in ((EntryKind.CONTRACTED, balance.contracted), (EntryKind.APPROVED, balance.approved)):
        ledger.post(
            kind=kind,
            amount=-max(0, amount - kept),
            envelope=envelope,
            project=project,
            by=by,
            on=on,
            document=document,
            note="Ngừng đề án",
        )
