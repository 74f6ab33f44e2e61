"""Signing the contract of an approved đề án."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong, share_down
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day
from khuyencong.finance.models import Contract, ContractKind, ContractPart, EntryKind
from khuyencong.law.advances import AdvanceShare, advance_ceiling_on, advance_share_on
from khuyencong.people.actors import Actor
from khuyencong.projects.door import lock_for_step
from khuyencong.projects.models import Project, ProjectKind
from khuyencong.projects.states import move
from khuyencong.projects.support import counts_by_beneficiary


@transaction.atomic
def sign_contract(
    *,
    project_id: int,
    by: Actor,
    version: int,
    kind: ContractKind,
    number: str,
    signed_on: date,
    ends_on: date | None,
    value: int,
    account: str = "",
) -> Contract:
    """Sign with the implementing unit for `value` đồng of support, and fix how much may be advanced.

    Raises NotAllowed, Stale, and Refused where it exceeds the approval or is dated before it.
    """
    project = lock_for_step(project_id, "start", by=by, version=version)
    if value <= 0:
        raise Refused("Giá trị hợp đồng phải lớn hơn 0.")
    if not number.strip():
        raise Refused("Hãy ghi số hợp đồng.")
    approved = ledger.approved_by_beneficiary(project)
    refuse_unnamed(project, approved, what="Ký hợp đồng")
    committed = ledger.balance_of(project).committed
    if value > committed:
        raise Refused(
            f"Hợp đồng {format_dong(value)} đồng vượt số được phê duyệt {format_dong(committed)} đồng.",
            article="TT 36/2013 Đ12.2",
        )
    parts = [amount for amount in approved.values() if amount > 0]
    if len(parts) > 1 and value != sum(parts):
        raise Refused(
            f"Đề án có {len(parts)} phần được duyệt riêng: hợp đồng phải bằng tổng {format_dong(sum(parts))} đồng,"
            " để không phần nào bị nghiệm thu thiếu."
        )
    decided_on = project.plan.decision_on if project.plan else None
    check_day(signed_on, what="Ngày ký", after={"quyết định phê duyệt": decided_on})
    if ends_on and ends_on < signed_on:
        raise Refused("Thời hạn hợp đồng không được trước ngày ký.")
    advance = legal_advance(project, signed_on)
    contract = Contract.objects.create(
        kind=kind,
        number=number.strip(),
        signed_on=signed_on,
        ends_on=ends_on,
        payer=project.payer,
        unit=project.implementing_unit,
        party=project.implementing_unit.name,
        account=account,
        signed_by=by.user,
        signed_as=by.signature,
    )
    part = ContractPart.objects.create(
        contract=contract,
        project=project,
        value=value,
        advance_ceiling=share_down(advance.share, value),
        advance_basis=advance.article,
        advance_condition=advance.condition,
    )
    envelope = ledger.envelope_of(project)
    ledger.post(
        kind=EntryKind.CONTRACTED,
        amount=value,
        envelope=envelope,
        project=project,
        by=by,
        on=signed_on,
        document=f"{contract.get_kind_display()} {contract.number}",
    )
    ledger.enforce(projects=[project])
    _move_and_record(part, by)
    return contract


def refuse_unnamed(project: Project, approved: Mapping[int | None, int], *, what: str) -> None:
    """Refused while money of a group is approved for establishments that are not named yet (TT 36/2013 Đ23.3)."""
    left = approved.get(None, 0)
    if left and project.kind == ProjectKind.GROUP and counts_by_beneficiary(project):
        raise Refused(
            f"{what}: còn {format_dong(left)} đồng chưa xác định cơ sở thụ hưởng. Hãy lập đề nghị điều chỉnh để xác định"
            " cơ sở (Mẫu số 11), hoặc giảm số kinh phí ấy.",
            article="TT 36/2013 Đ23.3",
        )


def legal_advance(project: Project, on: date) -> AdvanceShare:
    """How much of the support may be advanced before acceptance, by activity, never above the overall ceiling.

    What the law pays in full only after acceptance (TT 36/2013 Đ13.3) is no advance here: it waits for acceptance.
    """
    advance = advance_share_on(project.activity, on, source=project.source)
    if advance.after_acceptance:
        return replace(advance, share=Fraction(0))
    ceiling = advance_ceiling_on(on)
    if ceiling is not None and advance.share > ceiling.share:
        return replace(advance, share=ceiling.share, article=f"{advance.article}; {ceiling.article}")
    return advance


def _move_and_record(part: ContractPart, by: Actor) -> None:
    project, contract = part.project, part.contract
    before = {"state": project.state}
    move(project, "start")
    record(
        action="project.start",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={
            "state": project.state,
            "hợp đồng": contract.number,
            "giá trị": part.value,
            "tạm ứng tối đa": part.advance_ceiling,
        },
        note=f"{contract.get_kind_display()} {contract.number}: {format_dong(part.value)} đồng",
    )
