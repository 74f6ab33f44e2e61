"""What a version of a programme must satisfy before it may be saved, and before it may be approved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Blocker, Finding, NeedsApproval
from khuyencong.core.money import format_dong
from khuyencong.programmes.indicators import is_indicator
from khuyencong.programmes.models import Programme, ProgrammeMoney, ProgrammeTarget, ProgrammeVersion
from khuyencong.programmes.models.wanted import ProgrammeSource

LONGEST = 15  # years
MOST_ROWS = 60


def period_findings(first: int, last: int) -> Iterator[Finding]:
    """Whether the years can be those of a programme."""
    if last < first:
        yield Blocker("years_in_order", "Năm cuối không được trước năm đầu.")
    elif last - first >= LONGEST:
        yield Blocker("period_too_long", f"Một chương trình dài nhất {LONGEST} năm.")


def content_findings(
    programme: Programme, targets: Sequence[ProgrammeTarget], money: Sequence[ProgrammeMoney]
) -> Iterator[Finding]:
    """Whether the rows fit the programme and one another."""
    if len(targets) > MOST_ROWS:
        yield Blocker("too_many_targets", f"Một chương trình nhiều nhất {MOST_ROWS} chỉ tiêu.")
    for one in targets:
        if not is_indicator(one.indicator):
            yield Blocker("unknown_indicator", f"Không có chỉ tiêu mã «{one.indicator}» trong danh mục.")
        if not programme.first_year <= one.first_year <= one.last_year <= programme.last_year:
            yield Blocker(
                "target_outside_period",
                f"Chỉ tiêu «{one.label}»: các năm phải theo thứ tự và nằm trong {programme.period}.",
            )
        yield from _in_order(f"Chỉ tiêu «{one.label}»", one.low, one.high)
    for row in money:
        yield from _in_order(row.get_source_display(), row.low, row.high)
    yield from _once([f"chỉ tiêu «{one.label}» {one.period}" for one in targets])
    yield from _once([f"nguồn «{row.get_source_display()}»" for row in money])
    yield from _total_findings(money)


def approval_findings(
    version: ProgrammeVersion,
    earlier: ProgrammeVersion | None,
    *,
    decision_on: date,
    effective_on: date,
) -> Iterator[Finding]:
    """Whether a decision may put the draft into force after `earlier`, the last approved version."""
    if not version.targets.exists() and not version.money.exists():
        if version.programme.law_document:
            yield NeedsApproval("nothing_read", "Chỉ tiêu của quyết định chưa đọc được nên để trống.")
        else:
            yield Blocker("nothing_wanted", "Hãy ghi ít nhất một chỉ tiêu hoặc một nguồn kinh phí.")
    if decision_on > today():
        yield Blocker("decided_later", "Ngày quyết định không được ở tương lai.")
    if earlier is not None and earlier.effective_on is not None and effective_on < earlier.effective_on:
        yield Blocker(
            "effective_before_earlier",
            f"Ngày có hiệu lực không được trước ngày của phiên bản {earlier.number}"
            f" ({format_date(earlier.effective_on)}).",
        )


def _in_order(what: str, low: int | None, high: int | None) -> Iterator[Finding]:
    if (low is None) != (high is None) or (low is not None and high is not None and not 1 <= low <= high):
        yield Blocker("range", f"{what}: hãy ghi một số, hoặc số thấp nhất và cao nhất theo thứ tự.")


def _once(names: Iterable[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield Blocker("twice", f"Ghi hai lần: {name}.")
        seen.add(name)


def _total_findings(money: Sequence[ProgrammeMoney]) -> Iterator[Finding]:
    """The parts do not exceed the whole, where both are known."""
    total = next((row.high for row in money if row.source == ProgrammeSource.TOTAL), None)
    parts = sum(row.low or 0 for row in money if row.source != ProgrammeSource.TOTAL)
    if total is not None and parts > total:
        yield Blocker(
            "parts_beyond_total",
            f"Các nguồn cộng lại {format_dong(parts)} đồng, nhiều hơn tổng kinh phí {format_dong(total)} đồng.",
        )
