"""What an acceptance would come to, before anybody signs: computed the same way for the page and for the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, NeedsApproval, Warning_, blockers
from khuyencong.core.money import MAX_DONG, format_dong
from khuyencong.delivery import found as on_the_spot
from khuyencong.delivery import invoices, serials
from khuyencong.delivery.found import Difference, Earlier, ItemInput
from khuyencong.delivery.models import TrialResult
from khuyencong.delivery.payable import cut_of, earlier_of, payable_for
from khuyencong.finance.models import ContractPart
from khuyencong.law.support import Payable
from khuyencong.loans.reckoning import acceptance_findings
from khuyencong.people.actors import Actor
from khuyencong.projects.models import EstimateLine, Project

OLDEST_MACHINE = 1950


@dataclass(frozen=True)
class Assessment:
    """Everything that follows from what was found; `is_last`: nothing of the part is left for another acceptance."""

    items: tuple[ItemInput, ...]
    cost: int  # that counts for the support
    payable: Payable
    findings: tuple[Finding, ...]
    differences: Mapping[int, list[Difference]]
    missing: tuple[str, ...]  # what of the approved list was never delivered, once the part is closed
    is_last: bool

    @property
    def to_confirm(self) -> list[Finding]:
        return [one for one in self.findings if isinstance(one, NeedsApproval)]


def assess(
    project: Project,
    beneficiary_id: int | None,
    *,
    lines: Mapping[int, EstimateLine],
    items: Sequence[ItemInput],
    approved: int,
    accepted_on: date,
    is_last: bool,
    seen_by: Actor,
) -> Assessment:
    """Judge what was found and compute what is payable.

    Raises Refused where something cannot be accepted at all, with every blocker and its article.
    """
    rows = _checked(items, lines)
    earlier = earlier_of(project, beneficiary_id)
    contract = ContractPart.objects.select_related("contract").get(project=project).contract
    findings = on_the_spot.against_the_list(lines, rows, earlier)
    used = [(one.invoice, one.cost) for one in rows if one.invoice is not None and one.cost]
    findings += invoices.judged(project, used, accepted_on=accepted_on, signed_on=contract.signed_on, seen_by=seen_by)
    for one in rows:
        line = lines.get(one.line_id or 0)
        if line is not None and one.cost and on_the_spot.counts(line) and one.invoice is None:
            sentence = f"«{line}»: chưa ghi hóa đơn, chứng từ."
            findings.append(Warning_("no_invoice", sentence, invoices.VOUCHERS))
        if one.trial.result == TrialResult.FAILED:
            findings.append(Warning_("trial_failed", f"«{line}»: chạy thử không đạt nên không nghiệm thu."))
    findings += serials.untold(project.activity, lines, rows)
    cost = sum(one.cost for one in rows if lines[one.line_id or 0].in_cost_base) if not blockers(findings) else 0
    before = sum(earlier[key].cost for key in earlier if key in lines and lines[key].in_cost_base)
    findings += acceptance_findings(project, beneficiary_id, cost=before + cost, on=accepted_on)
    payable = payable_for(project, beneficiary_id, approved=approved, accepted_cost=cost)
    findings += cut_of(project, payable)
    stopping = blockers(findings)
    if stopping:
        told = " ".join(one.sentence for one in stopping)
        raise Refused(f"Chưa nghiệm thu được: {told}", article=stopping[0].article, findings=stopping)
    closes = is_last or _nothing_left(lines, rows, earlier)
    return Assessment(
        items=rows,
        cost=cost,
        payable=payable,
        findings=tuple(findings),
        differences={
            one.line_id or 0: on_the_spot.differences_of(
                lines[one.line_id or 0], one, earlier.get(one.line_id or 0, Earlier())
            )
            for one in rows
        },
        missing=tuple(_missing(lines, rows, earlier)) if closes else (),
        is_last=closes,
    )


def _checked(items: Sequence[ItemInput], lines: Mapping[int, EstimateLine]) -> tuple[ItemInput, ...]:
    """The items with their invoices as they are stored. Refused where an amount, a number or a year makes no sense."""
    if not items:
        raise Refused("Hãy ghi ít nhất một hạng mục nghiệm thu.")
    keys = [one.line_id for one in items if one.line_id is not None]
    if len(set(keys)) != len(keys):
        raise Refused("Một hạng mục được ghi hai lần.")
    rows = []
    for one in items:
        line = lines.get(one.line_id or 0)
        name = f"Hạng mục «{line or one.description or 'không rõ'}»"
        if not 0 <= one.cost <= MAX_DONG or one.quantity < 1:
            raise Refused(f"{name}: số tiền hoặc số lượng không hợp lệ.", article=invoices.VOUCHERS)
        if one.unit_price is not None and one.unit_price * one.quantity != one.cost:
            whole = format_dong(one.unit_price * one.quantity)
            raise Refused(
                f"{name}: {one.quantity} × {format_dong(one.unit_price)} = {whole} đồng, khác chi phí nghiệm thu"
                f" {format_dong(one.cost)} đồng."
            )
        if one.year_made is not None and not OLDEST_MACHINE <= one.year_made <= today().year:
            raise Refused(f"{name}: năm sản xuất phải từ {OLDEST_MACHINE} đến năm nay.")
        if one.trial.result == TrialResult.FAILED and one.cost:
            raise Refused(
                f"{name}: chạy thử không đạt thì không nghiệm thu. Ghi chi phí 0, hoặc nghiệm thu sau khi chạy lại.",
                article="TT 36/2013 Đ21.1",
            )
        serials.check_length(name, one.serial)
        if one.trial.hours is not None and one.trial.hours <= 0:
            raise Refused(f"{name}: số giờ chạy thử phải lớn hơn 0.")
        if not one.cost and one.says_something and one.trial.result != TrialResult.FAILED:
            raise Refused(f"{name}: có số máy, nhãn hiệu hoặc hóa đơn thì chi phí nghiệm thu phải lớn hơn 0.")
        rows.append(replace(one, invoice=invoices.cleaned(one.invoice)) if one.invoice is not None else one)
    return tuple(rows)


def _nothing_left(
    lines: Mapping[int, EstimateLine], items: Sequence[ItemInput], earlier: Mapping[int, Earlier]
) -> bool:
    """Whether every line was accepted in full, so that nothing is left for another acceptance."""
    now = {one.line_id: one for one in items}
    for key, line in lines.items():
        before, one = earlier.get(key, Earlier()), now.get(key)
        cost = before.cost + (one.cost if one else 0)
        pieces = before.quantity + (one.quantity if one and one.cost else 0)
        if cost < line.total or (line.quantity is not None and pieces < line.quantity):
            return False
    return True


def _missing(
    lines: Mapping[int, EstimateLine], items: Sequence[ItemInput], earlier: Mapping[int, Earlier]
) -> list[str]:
    """What of the approved list was never delivered, or not in its number."""
    now = {one.line_id: one for one in items if one.cost}
    found = []
    for key, line in lines.items():
        before, one = earlier.get(key, Earlier()), now.get(key)
        pieces = before.quantity + (one.quantity if one else 0)
        if not before.cost and one is None:
            found.append(f"«{line}»")
        elif line.quantity is not None and pieces < line.quantity:
            found.append(f"«{line}»: {pieces}/{line.quantity_text} {line.unit}".strip())
    return found
