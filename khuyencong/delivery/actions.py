"""Accepting what was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG, format_dong
from khuyencong.delivery.models import Acceptance, AcceptanceItem
from khuyencong.delivery.serials import keep_serials, refuse_supported
from khuyencong.finance import ledger
from khuyencong.finance.actions.contracts import refuse_unnamed
from khuyencong.finance.days import check_day
from khuyencong.finance.models import ContractPart, EntryKind
from khuyencong.law.support import CalculationSheet, Payable, Step, payable_at_acceptance
from khuyencong.people.actors import Actor
from khuyencong.projects.door import has_written, lock_for_step, touch
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.states import move
from khuyencong.projects.support import counts_by_beneficiary


@dataclass(frozen=True)
class ItemInput:
    """One item found on the spot; `cost` is its accepted cost in đồng."""

    line_id: int
    cost: int
    description: str = ""
    serial: str = ""
    quantity: int = 1
    invoice: str = ""


@transaction.atomic
def accept(
    *,
    project_id: int,
    by: Actor,
    version: int,
    beneficiary_id: int | None,
    number: str,
    accepted_on: date,
    items: Sequence[ItemInput],
    comment: str = "",
) -> Acceptance:
    """Accept the items of one beneficiary (None: of the project itself); what is payable follows from the law.

    The last one closes acceptance of the whole project. Raises NotAllowed, Stale, and Refused also where a machine of
    one of the serial numbers was supported before, anywhere.
    """
    project = lock_for_step(project_id, "accept", by=by, version=version)
    if has_written(project, by):
        raise Refused("Người lập hoặc gửi đề án không được nghiệm thu đề án đó.")
    approved = ledger.approved_by_beneficiary(project)
    lines = {line.pk: line for line in lines_of_part(project, beneficiary_id)}
    if beneficiary_id is None:
        refuse_unnamed(project, approved, what="Nghiệm thu phần chung")
    _check(project, beneficiary_id, approved, number, accepted_on)
    _check_items(items, lines)
    paid = {item.line_id: item.serial for item in items if item.cost and lines[item.line_id].support}
    refuse_supported(list(paid.values()), seen_by=by)
    beneficiary = Beneficiary.objects.get(pk=beneficiary_id) if beneficiary_id is not None else None
    cost = sum(item.cost for item in items if lines[item.line_id].in_cost_base)
    payable = payable_for(project, beneficiary_id, approved=approved[beneficiary_id], accepted_cost=cost)
    acceptance = Acceptance.objects.create(
        project=project,
        beneficiary=beneficiary,
        number=number.strip(),
        accepted_on=accepted_on,
        comment=comment,
        payable=payable.amount,
        calculation=payable_as_dict(payable),
        by=by.user,
        agency=by.agency,
    )
    rows = AcceptanceItem.objects.bulk_create(
        AcceptanceItem(
            acceptance=acceptance,
            line=lines[item.line_id],
            description=item.description,
            serial=item.serial,
            quantity=item.quantity,
            invoice=item.invoice,
            cost=item.cost,
        )
        for item in items
    )
    keep_serials([row for row in rows if row.line_id in paid], seen_by=by)
    ledger.post(
        kind=EntryKind.ACCEPTED,
        amount=payable.amount,
        envelope=ledger.envelope_of(project),
        project=project,
        beneficiary=beneficiary,
        by=by,
        on=accepted_on,
        document=f"Biên bản {acceptance.number}",
    )
    ledger.enforce(projects=[project])
    before = {"state": project.state}
    if waiting_for_acceptance(project, approved):
        touch(project)
    else:
        move(project, "accept")
    record(
        action="project.accept",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={
            "state": project.state,
            "cơ sở": str(beneficiary or ""),
            "biên bản": acceptance.number,
            "chi phí nghiệm thu": cost,
            "được thanh toán": payable.amount,
        },
    )
    return acceptance


def lines_of_part(project: Project, beneficiary_id: int | None) -> QuerySet[EstimateLine]:
    """The estimate of one part: of one beneficiary, or of the whole project where its norm is not for each of them."""
    return project.lines.filter(of_part(beneficiary_id)) if counts_by_beneficiary(project) else project.lines.all()


def of_part(beneficiary_id: int | None) -> Q:
    """Condition on rows of one beneficiary, or (None) of none."""
    return Q(beneficiary__isnull=True) if beneficiary_id is None else Q(beneficiary=beneficiary_id)


def payable_for(project: Project, beneficiary_id: int | None, *, approved: int, accepted_cost: int) -> Payable:
    """What an accepted eligible cost makes payable, in đồng: by the frozen sheet, never more than the contract has left.

    Raises Refused where no sheet was frozen.
    """
    payable = payable_at_acceptance(
        sheet=frozen_sheet(project, beneficiary_id), approved=approved, accepted_cost=accepted_cost, already=0
    )
    balance = ledger.balance_of(project)
    left = balance.contracted - balance.accepted
    if payable.amount <= left:
        return payable
    formula = f"{format_dong(balance.contracted)} - {format_dong(balance.accepted)} = {format_dong(left)} đồng"
    step = Step("Giá trị hợp đồng còn lại", formula, left, "TT 36/2013 Đ12.1")
    return replace(payable, amount=left, steps=(*payable.steps, step))


def payable_as_dict(payable: Payable) -> dict[str, Any]:
    """The calculation of what is payable, as it is kept with the acceptance."""
    return {"amount": payable.amount, "earned": payable.earned, "steps": [asdict(step) for step in payable.steps]}


def waiting_for_acceptance(project: Project, approved: dict[int | None, int]) -> list[int | None]:
    """The beneficiaries (None: the project itself) with approved support and no acceptance yet."""
    done = set(project.acceptances.values_list("beneficiary_id", flat=True))
    return [key for key, amount in approved.items() if amount > 0 and key not in done]


def frozen_sheet(project: Project, beneficiary_id: int | None) -> CalculationSheet:
    """The calculation frozen at the last submission. Raises Refused where there is none."""
    row = project.sheets.filter(of_part(beneficiary_id), submission=project.submission).first()
    if row is None:
        raise Refused("Không tìm thấy bảng tính mức hỗ trợ đã chốt khi gửi đề án.")
    return row.calculation


def _check(
    project: Project, beneficiary_id: int | None, approved: dict[int | None, int], number: str, accepted_on: date
) -> None:
    if beneficiary_id not in waiting_for_acceptance(project, approved):
        raise Refused("Phần này không chờ nghiệm thu: đã nghiệm thu hoặc không có kinh phí được phê duyệt.")
    if not number.strip():
        raise Refused("Hãy ghi số biên bản nghiệm thu.")
    contract = ContractPart.objects.select_related("contract").get(project=project).contract
    check_day(accepted_on, what="Ngày nghiệm thu", after={"ngày ký hợp đồng": contract.signed_on})


def _check_items(items: Sequence[ItemInput], lines: dict[int, EstimateLine]) -> None:
    if not items:
        raise Refused("Hãy ghi ít nhất một hạng mục nghiệm thu.")
    if len({item.line_id for item in items}) != len(items):
        raise Refused("Một hạng mục được ghi hai lần.")
    for item in items:
        if item.line_id not in lines:
            raise Refused("Có hạng mục không thuộc dự toán của cơ sở này.")
        if not 0 <= item.cost <= MAX_DONG or item.quantity < 1:
            raise Refused(f"Hạng mục «{lines[item.line_id]}»: số tiền hoặc số lượng không hợp lệ.")
