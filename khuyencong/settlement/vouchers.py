"""What the vouchers of a đề án add up to, and what they say against what was accepted and settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.core.text import fold
from khuyencong.finance.models import ContractPart, part_of
from khuyencong.projects.models import Project
from khuyencong.settlement.models import ExpenseVoucher, VoucherItem

ARTICLE = "TT 36/2013 Đ17, Đ19.1.d"
SHOWN = 5  # vouchers that one sentence names


def key_of(text: str) -> str:
    """A number or a name as it is compared: without marks, case and blanks at odd places."""
    return " ".join(fold(text).split())


@dataclass(frozen=True)
class VoucherSums:
    """Sums of the vouchers by source, and what they are held against, all in đồng."""

    support: int = 0
    counterpart: int = 0
    other: int = 0
    accepted_cost: int = 0  # of all items accepted, whatever their source
    to_settle: int = 0  # the support that is settled

    @property
    def total(self) -> int:
        return self.support + self.counterpart + self.other

    @property
    def support_lacking(self) -> int:
        """How much of the settled support no voucher shows."""
        return max(0, self.to_settle - self.support)

    @property
    def cost_lacking(self) -> int:
        """How much of the accepted cost no voucher shows."""
        return max(0, self.accepted_cost - self.total)


def items_of(project: Project) -> list[VoucherItem]:
    """Every line of Mẫu 8b: by day of the voucher; two queries."""
    rows = VoucherItem.objects.filter(voucher__project=project).select_related(
        "voucher", "beneficiary__establishment", "line"
    )
    return list(rows.order_by("voucher__day", "voucher_id", "pk"))


def sums_of(project: Project, items: Iterable[VoucherItem], *, to_settle: int) -> VoucherSums:
    """The sums, and what was accepted; one query."""
    rows = list(items)
    accepted = project.acceptances.filter(annulment__isnull=True).aggregate(sum=Sum("items__cost"))["sum"]
    return VoucherSums(
        support=sum(one.support for one in rows),
        counterpart=sum(one.counterpart for one in rows),
        other=sum(one.other for one in rows),
        accepted_cost=accepted or 0,
        to_settle=to_settle,
    )


def is_share_of_cost(project: Project) -> bool:
    """Whether the support is a share of the cost, so that Mẫu 8b with all sources is asked for (TT 36/2013 Đ19.1.d).

    By the sheets frozen at the last submission; a norm without a rate pays a fixed sum.
    """
    sheets = project.sheets.filter(submission=project.submission)
    return any(one.calculation.norm is not None and one.calculation.norm.rate is not None for one in sheets)


def oddities(project: Project, items: Sequence[VoucherItem]) -> list[Finding]:
    """What an auditor would ask about: days outside the contract's life, contents that lack, more than the estimate; one query."""
    found: list[Finding] = []
    found += _outside(part_of(project), {one.voucher_id: one.voucher for one in items}.values())
    without = [one for one in items if one.line is None]
    if without:
        named = _named([one.voucher for one in without])
        sentence = f"Nội dung chi của {named} không còn trong dự toán: hãy ghi lại theo dự toán đã điều chỉnh."
        found.append(Warning_("voucher_without_line", sentence, ARTICLE))
    found += _beyond(items)
    return found


def _outside(part: ContractPart | None, vouchers: Iterable[ExpenseVoucher]) -> Iterator[Finding]:
    if part is None:
        return
    contract = part.contract
    early = [one for one in vouchers if one.day < contract.signed_on]
    ends = min((day for day in (contract.ends_on, contract.liquidated_on) if day), default=None)
    late = [one for one in vouchers if ends and one.day > ends]
    if early:
        sentence = f"{_named(early)} có ngày trước khi ký hợp đồng ({format_date(contract.signed_on)})."
        yield Warning_("voucher_before_contract", sentence, "TT 36/2013 Đ12.2")
    if late and ends:
        sentence = f"{_named(late)} có ngày sau khi hợp đồng hết hạn ({format_date(ends)})."
        yield Warning_("voucher_after_contract", sentence, "TT 36/2013 Đ12.2")


def _beyond(items: Iterable[VoucherItem]) -> Iterator[Finding]:
    spent: dict[int, int] = {}
    lines = {}
    for one in items:
        if one.line is not None:
            lines[one.line.pk] = one.line
            spent[one.line.pk] = spent.get(one.line.pk, 0) + one.support
    for key, amount in spent.items():
        if amount > lines[key].support:
            yield Warning_(
                "voucher_beyond_line",
                f"«{lines[key].content}»: chứng từ {format_dong(amount)} đồng kinh phí khuyến công, dự toán"
                f" {format_dong(lines[key].support)} đồng.",
                "TT 36/2013 Đ23.2",
            )


def _named(vouchers: Sequence[ExpenseVoucher]) -> str:
    names = ", ".join(str(one) for one in vouchers[:SHOWN])
    more = len(vouchers) - SHOWN
    return f"{names} và {more} chứng từ khác" if more > 0 else names


def is_inside(part: ContractPart | None, day: date) -> bool:
    """Whether a voucher of that day lies in the contract's life."""
    if part is None or day < part.contract.signed_on:
        return False
    return part.contract.ends_on is None or day <= part.contract.ends_on
