"""The end of a đề án's money: settlement, recovery, and stopping before the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models, transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day, last_accepted_on
from khuyencong.finance.models import (
    Contract,
    ContractPart,
    ContractState,
    EntryKind,
    LedgerEntry,
    Payment,
    PaymentState,
    Settlement,
    part_of,
)
from khuyencong.law.deadlines import Deadline, settlement_file
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.programmes.models import Envelope, FundingSource
from khuyencong.projects.door import lock_for_step, lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, move


@transaction.atomic
def settle(*, project_id: int, by: Actor, version: int, number: str, settled_on: date) -> Settlement:
    """Settle what was accepted and paid, liquidate the contract, and give the rest back: TT 36/2013 Đ18.

    Raises NotAllowed, Stale, Refused while something accepted is unpaid, something unearned is not recovered, or a
    payment waits.
    """
    envelopes = _lock_with_envelopes(project_id)
    project = lock_for_step(project_id, "settle", by=by, version=version)
    if not number.strip():
        raise Refused("Hãy ghi số văn bản quyết toán.")
    balance = ledger.balance_of(project)
    check_even(project, balance)
    if project.state == ProjectState.STOPPED and not balance.paid_out:
        raise Refused("Đề án ngừng khi chưa chi đồng nào: không có gì để quyết toán.")
    accepted_on = last_accepted_on(project)
    contract = ContractPart.objects.select_related("contract").get(project=project).contract
    after = {"ngày ký hợp đồng": contract.signed_on, "ngày nghiệm thu": accepted_on}
    check_day(settled_on, what="Ngày quyết toán", after=after)
    deadline = settlement_deadline(project, accepted_on)
    settlement = Settlement.objects.create(
        project=project,
        number=number.strip(),
        settled_on=settled_on,
        amount=balance.paid_out,
        late=bool(deadline and deadline.is_missed(settled_on)),
        by=by.user,
    )
    ledger.post(
        kind=EntryKind.SETTLED,
        amount=balance.paid_out,
        envelope=envelopes[-1],
        project=project,
        by=by,
        on=settled_on,
        document=f"Quyết toán {settlement.number}",
    )
    _release(project, envelopes, by=by, on=settled_on, document=f"Quyết toán {settlement.number}")
    ledger.enforce(projects=[project], envelopes=envelopes)
    Contract.objects.filter(pk=contract.pk).update(
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


def settlement_deadline(project: Project, accepted_on: date | None) -> Deadline | None:
    """The legal day of the settlement. The circular governs national money; for local money no day is known."""
    if accepted_on is None or project.source != FundingSource.NATIONAL:
        return None
    return settlement_file(accepted_on, budget_year=project.year)


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
    envelopes = _lock_with_envelopes(project_id)
    project = lock_project(project_id, by=by, permission=Permission.RECOVER, version=version)
    if project.state not in {ProjectState.ACCEPTED, ProjectState.STOPPED}:
        raise Refused("Chỉ thu hồi sau khi nghiệm thu hoặc ngừng đề án.")
    unearned = ledger.balance_of(project).unearned
    if amount <= 0 or amount > unearned:
        raise Refused(f"Số phải thu hồi là {format_dong(unearned)} đồng.", article="TT 36/2013 Đ12.6")
    if not document.strip():
        raise Refused("Hãy ghi số chứng từ nộp trả.")
    last_paid = LedgerEntry.objects.filter(project=project, payment__isnull=False).aggregate(last=models.Max("on"))[
        "last"
    ]
    check_day(on, what="Ngày nộp trả", after={"lần chi gần nhất": last_paid})
    entry = ledger.post(
        kind=EntryKind.RECOVERED,
        amount=amount,
        envelope=envelopes[-1],
        project=project,
        by=by,
        on=on,
        document=document.strip(),
    )
    if entry is None:
        raise Refused("Số tiền phải lớn hơn 0.")
    if project.state == ProjectState.STOPPED:
        _release(project, envelopes, by=by, on=on, document=document.strip())
    ledger.enforce(projects=[project], envelopes=envelopes)
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
    envelopes = _lock_with_envelopes(project_id)
    project = lock_for_step(project_id, "stop", by=by, version=version)
    if not document.strip() or not reason.strip():
        raise Refused("Hãy ghi số quyết định và lý do ngừng.", article="TT 36/2013 Đ11")
    part = part_of(project)
    check_day(
        on,
        what="Ngày quyết định",
        after={
            "quyết định phê duyệt": project.plan.decision_on if project.plan else None,
            "ngày ký hợp đồng": part.contract.signed_on if part else None,
        },
    )
    if Payment.objects.filter(project=project, state=PaymentState.PREPARED).exists():
        raise Refused("Còn khoản chi chờ duyệt.")
    _release(project, envelopes, by=by, on=on, document=document.strip())
    ledger.enforce(projects=[project], envelopes=envelopes)
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


def _release(project: Project, envelopes: Sequence[Envelope], *, by: Actor, on: date, document: str) -> None:
    """Give back what the ended project neither earned nor holds: to the envelope of the latest year first."""
    sums = ledger.balances(LedgerEntry.objects.filter(project=project), "envelope_id")
    left = ledger.balance_of(project).spare
    for envelope in reversed(envelopes):
        part = min(left, sums.get(envelope.pk, ledger.Balance()).committed)
        if part > 0:
            ledger.post(
                kind=EntryKind.RELEASED,
                amount=part,
                envelope=envelope,
                project=project,
                by=by,
                on=on,
                document=document,
            )
            left -= part


def _lock_with_envelopes(project_id: int) -> list[Envelope]:
    """The envelopes that pay for the project, the earliest year first, locked before the project. Refused where there is none."""
    project = Project.objects.select_related("payer").get(pk=project_id)
    found = ledger.envelopes_of(project) or (ledger.envelope_of(project),)
    locked = ledger.lock_envelopes(one.pk for one in found)
    return [locked[one.pk] for one in found]
