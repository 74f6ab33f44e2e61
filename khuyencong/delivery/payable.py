"""What an accepted cost makes payable, and which parts of a đề án still wait for acceptance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from django.db.models import Q, QuerySet, Sum

from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, NeedsApproval
from khuyencong.core.money import format_dong
from khuyencong.delivery.found import Earlier
from khuyencong.delivery.models import Acceptance, AcceptanceItem
from khuyencong.finance import ledger
from khuyencong.law.support import CalculationSheet, Payable, Step, payable_at_acceptance
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.support import counts_by_beneficiary
from khuyencong.projects.years import years_of

LEFT_OF_CONTRACT = "Giá trị hợp đồng còn lại"


def lines_of_part(project: Project, beneficiary_id: int | None) -> QuerySet[EstimateLine]:
    """The estimate of one part: of one beneficiary, or of the whole project where its norm is not for each of them."""
    return project.lines.filter(of_part(beneficiary_id)) if counts_by_beneficiary(project) else project.lines.all()


def of_part(beneficiary_id: int | None) -> Q:
    """Condition on rows of one beneficiary, or (None) of none."""
    return Q(beneficiary__isnull=True) if beneficiary_id is None else Q(beneficiary=beneficiary_id)


def payable_for(project: Project, beneficiary_id: int | None, *, approved: int, accepted_cost: int) -> Payable:
    """What an accepted eligible cost makes payable, in đồng, by the frozen sheet.

    What earlier acceptances of the part made payable counts as `already`; it is never more than the contract has left.
    Raises Refused where no sheet was frozen.
    """
    payable = payable_at_acceptance(
        sheet=frozen_sheet(project, beneficiary_id),
        approved=approved,
        accepted_cost=accepted_cost,
        already=recognised(project, beneficiary_id),
    )
    balance = ledger.balance_of(project)
    left = balance.contracted - balance.accepted
    if payable.amount <= left:
        return payable
    # Never more than the contract is worth: TT 36/2013 Đ12.2. That it is less than was earned is told by `cut_of`.
    formula = f"{format_dong(balance.contracted)} - {format_dong(balance.accepted)} = {format_dong(left)} đồng"
    step = Step(LEFT_OF_CONTRACT, formula, left, "TT 36/2013 Đ12.1")
    return replace(payable, amount=left, steps=(*payable.steps, step))


def cut_of(project: Project, payable: Payable) -> Iterator[Finding]:
    """What must be said where the contract is worth less than was earned; two queries then, none else.

    Where approved money of another part or year is not in the contract yet, an annex comes first: else that part would be
    accepted for nothing. A contract that was signed for less than was approved is taken at its word, with an explanation.
    """
    if not payable.steps or payable.steps[-1].label != LEFT_OF_CONTRACT:
        return
    balance, parts = ledger.balance_of(project), ledger.approved_by_beneficiary(project)
    left, outside = format_dong(payable.amount), balance.approved_now - balance.contracted
    if outside > 0 and (len(parts) > 1 or len(years_of(project)) > 1):
        yield Blocker(
            "contract_lacks_a_part",
            f"Hợp đồng chỉ còn {left} đồng, {format_dong(outside)} đồng được phê duyệt chưa đưa vào hợp đồng: hãy ký phụ lục"
            " trước khi nghiệm thu.",
            "TT 36/2013 Đ12.2, Đ15",
        )
    else:
        sentence = f"Chỉ được thanh toán {left} đồng còn lại của hợp đồng, ít hơn số tính theo chi phí nghiệm thu."
        yield NeedsApproval("cut_by_contract", sentence, "TT 36/2013 Đ12.2")


def recognised(project: Project, beneficiary_id: int | None) -> int:
    """What standing acceptances of the part made payable, in đồng."""
    rows = Acceptance.objects.filter(of_part(beneficiary_id), project=project)
    return int(rows.aggregate(sum=Sum("payable"))["sum"] or 0)


def earlier_of(project: Project, beneficiary_id: int | None) -> dict[int, Earlier]:
    """What standing acceptances of the part have counted of each line; one query."""
    rows = AcceptanceItem.objects.filter(
        acceptance__in=Acceptance.objects.filter(of_part(beneficiary_id), project=project).order_by(),
        cost__gt=0,
        line__isnull=False,
    ).order_by()
    sums = rows.values_list("line").annotate(pieces=Sum("quantity"), cost=Sum("cost"))
    return {line: Earlier(pieces, cost) for line, pieces, cost in sums}


def payable_as_dict(payable: Payable) -> dict[str, Any]:
    """The calculation of what is payable, as it is kept with the acceptance."""
    return {"amount": payable.amount, "earned": payable.earned, "steps": [asdict(step) for step in payable.steps]}


def waiting_for_acceptance(project: Project, approved: dict[int | None, int]) -> list[int | None]:
    """The beneficiaries (None: the project itself) with approved support whose last acceptance has not come yet."""
    done = set(project.acceptances.filter(is_last=True).values_list("beneficiary_id", flat=True))
    return [key for key, amount in approved.items() if amount > 0 and key not in done]


def frozen_sheet(project: Project, beneficiary_id: int | None) -> CalculationSheet:
    """The calculation frozen at the last submission. Raises Refused where there is none."""
    row = project.sheets.filter(of_part(beneficiary_id), submission=project.submission).first()
    if row is None:
        raise Refused("Không tìm thấy bảng tính mức hỗ trợ đã chốt khi gửi đề án.")
    return row.calculation
