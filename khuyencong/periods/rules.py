"""What a report contradicts itself in: sums, shares, and cells that cannot both be right.

A `Blocker` stops the submission; `NeedsApproval` asks the agency to explain, since it may be right (an adjustment, a đề án
carried over). Each finding names the row and both figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Case, F, Sum, When

from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.core.money import format_dong, format_percent, percent
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.law.catalogue import activity_name
from khuyencong.periods.content import Content, read
from khuyencong.periods.models import HANDED_IN, PeriodReport
from khuyencong.periods.node import question_of
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.figures import FIGURES, Values, figure, lines_of, regrouped, value_of
from khuyencong.reporting.period import Period, PeriodKind

# What cannot be more than what, within one row: (code of the finding, the smaller, the larger, article).
ORDERED: tuple[tuple[str, str, str, str], ...] = (
    ("approved_beyond_plan", "approved", "planned", "TT 36/2013 Đ11"),
    ("paid_beyond_approval", "paid_to_date", "approved", "TT 36/2013 Đ13, Đ14"),
    ("settled_beyond_payment", "settled", "paid_to_date", "TT 36/2013 Đ18"),
    ("paid_in_period_beyond_all", "paid", "paid_to_date", ""),
    ("more_approved_than_planned", "approved_projects", "planned_projects", "TT 36/2013 Đ11"),
    ("more_served_than_beneficiaries", "served", "beneficiaries", ""),
)
# Money without a đề án, or the other way round.
TOGETHER: tuple[tuple[str, str], ...] = (
    ("planned", "planned_projects"),
    ("approved", "approved_projects"),
    ("accepted", "accepted_projects"),
    ("settled", "settled_projects"),
    ("counterpart", "approved_projects"),
)
# What only grows from one period of a year to the next.
GROWING = ("paid_to_date",)
MOST = 20  # findings of one kind that are told


def findings_of(report: PeriodReport, content: Content) -> list[Finding]:
    """Everything that stands against the report, or must be explained; a constant number of queries."""
    found: list[Finding] = []
    found += _days(report)
    if not content.cells:
        found.append(
            Blocker("no_rows", "Bảng chưa có dòng nào: hãy nhập tệp hoặc thêm dòng trước khi nộp.")
            if report.by_hand
            else Warning_("no_projects", "Trong kỳ không có đề án nào: báo cáo chỉ có phần tự viết.")
        )
    rows = regrouped(content.cells.items(), lambda key: (key.source, key.activity))
    for (source, activity), values in rows.items():
        found += contradictions(f"{activity_name(activity)} ({FundingSource(source).label.lower()})", values)
    if report.by_hand:
        found += _stated(report)
    else:
        found += _advances(report)
        found += _taken_in(content)
    found += _before(report, content)
    return found


def contradictions(name: str, values: Values) -> Iterator[Finding]:
    """Within one row: what cannot be more than what, and money that belongs to no đề án. No query."""
    for code, small, large, article in ORDERED:
        less, more = value_of(values, small), value_of(values, large)
        if less > more:
            sentence = (
                f"{name}: «{_label(small)}» {_amount(small, less)} lớn hơn «{_label(large)}» {_amount(large, more)}."
            )
            yield NeedsApproval(code, sentence, article)
    for money, count in TOGETHER:
        if value_of(values, money) > 0 and not value_of(values, count):
            sentence = (
                f"{name}: có «{_label(money)}» {_amount(money, value_of(values, money))} nhưng «{_label(count)}» là 0."
            )
            yield NeedsApproval("money_without_project", sentence)
    if value_of(values, "total") != value_of(values, "approved") + value_of(values, "counterpart"):
        yield Blocker("total_differs", f"{name}: «{_label('total')}» không bằng phê duyệt cộng đối ứng, nguồn khác.")
    for one in FIGURES:
        # Money may be taken back within a period; a count never falls below nothing.
        if value_of(values, one.code) < 0:
            kind: Callable[..., Finding] = NeedsApproval if one.is_money else Blocker
            yield kind("negative", f"{name}: «{one.label}» là số âm {_amount(one.code, value_of(values, one.code))}.")


def share_differs(stated: Decimal, part: int, whole: int) -> bool:
    """Whether a share that somebody wrote is not the quotient, rounded as it is written (half a unit of its last digit)."""
    real = percent(part, whole)
    if real is None:
        return stated != 0
    exponent = stated.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    # |stated − part/whole·100| ≤ unit/2, without dividing.
    return abs(stated * whole - 100 * part) * 2 > unit * abs(whole)


def _stated(report: PeriodReport) -> Iterator[Finding]:
    """What the agency reckoned itself in its table, against what its figures give."""
    for row in report.rows.all():
        name = f"{activity_name(row.activity)} ({FundingSource(row.source).label.lower()})"
        approved, other = int(row.values.get("approved") or 0), int(row.values.get("counterpart") or 0)
        if row.stated_total is not None and row.stated_total != approved + other:
            yield Blocker(
                "stated_total_differs",
                f"{name}: tổng kinh phí ghi {format_dong(row.stated_total)} đồng, trong khi {format_dong(approved)} +"
                f" {format_dong(other)} = {format_dong(approved + other)} đồng.",
            )
        paid, planned = int(row.values.get("paid_to_date") or 0), int(row.values.get("planned") or 0)
        if row.stated_percent is not None and share_differs(row.stated_percent.normalize(), paid, planned):
            real = format_percent(percent(paid, planned))
            yield Blocker(
                "stated_share_differs",
                f"{name}: tỷ lệ giải ngân ghi {_decimal(row.stated_percent)} %, trong khi {format_dong(paid)} / {format_dong(planned)}"
                f" đồng là {real}.",
            )


def _advances(report: PeriodReport) -> Iterator[Finding]:
    """Đề án whose advances are more than their contracts: looked for in the ledger. One query besides that of the lines."""
    question = question_of(report)
    rows = LedgerEntry.objects.filter(
        envelope__year=question.period.year,
        booked_on__lte=question.closing_on,
        kind__in=[EntryKind.ADVANCED, EntryKind.CONTRACTED, EntryKind.RECOVERED],
    )
    advanced = Sum(
        Case(
            When(kind=EntryKind.ADVANCED, then=F("amount")),
            When(kind=EntryKind.RECOVERED, then=-F("amount")),
            default=0,
        )
    )
    contracted = Sum(Case(When(kind=EntryKind.CONTRACTED, then=F("amount")), default=0))
    sums = (
        rows.order_by()
        .values_list("project", "project__code")
        .annotate(advanced=advanced, contracted=contracted)
        .filter(advanced__gt=F("contracted"), contracted__gt=0)
    )
    suspects = list(sums[: MOST * 50])
    if not suspects:
        return
    own = {line.project for line in lines_of(question)}
    for _project, code, paid, value in [one for one in suspects if one[0] in own][:MOST]:
        yield NeedsApproval(
            "advance_beyond_contract",
            f"{code}: tạm ứng {format_dong(paid)} đồng lớn hơn giá trị hợp đồng {format_dong(value)} đồng.",
            "TT 36/2013 Đ13",
        )


def _taken_in(content: Content) -> Iterator[Finding]:
    """Tables of agencies that may have records here as well: the table counts, and the records beside it do not."""
    for name in content.taken_in:
        yield Warning_(
            "table_taken_in",
            f"Số liệu của {name} lấy theo bảng báo cáo, không cộng thêm đề án cùng nguồn có trong hệ thống.",
        )


def _before(report: PeriodReport, content: Content) -> Iterator[Finding]:
    """What was handed in of an earlier closing day of the same year and is more than now. Two queries."""
    earlier = (
        PeriodReport.objects.filter(
            agency=report.agency_id, year=report.year, closing_on__lt=report.closing_on, state__in=HANDED_IN
        )
        .order_by("-closing_on", "-pk")
        .first()
    )
    latest = earlier.versions.order_by("-number").first() if earlier is not None else None
    if earlier is None or latest is None:
        return
    earlier.agency = report.agency
    before = read(earlier, latest)
    for code in GROWING:
        then, now = value_of(before.total, code), value_of(content.total, code)
        if now < then:
            yield NeedsApproval(
                "less_than_before",
                f"«{_label(code)}» {_amount(code, now)} nhỏ hơn số đã báo cáo {earlier.period}: {_amount(code, then)}.",
            )


def _days(report: PeriodReport) -> Iterator[Finding]:
    if report.closing_on > today():
        yield Blocker(
            "not_closed", f"Số liệu tính đến ngày {format_date(report.closing_on)}: chưa đến ngày ấy nên chưa nộp được."
        )


def check_closing_day(period: Period, closing_on: date) -> str:
    """Why a day cannot close the period, "" where it can."""
    if closing_on < period.first_on:
        return f"Ngày chốt không thể trước khi bắt đầu {period}."
    if closing_on > period.last_on and period.kind is not PeriodKind.YEAR:
        return f"Ngày chốt của {period} không thể sau ngày {format_date(period.last_on)}."
    return ""


def to_explain(findings: Iterable[Finding]) -> list[NeedsApproval]:
    """Those that the agency must explain before it hands the report in."""
    return [one for one in findings if isinstance(one, NeedsApproval)]


def _label(code: str) -> str:
    one = figure(code)
    return one.label if one is not None else code


def _amount(code: str, value: int) -> str:
    one = figure(code)
    return f"{format_dong(value)} {one.unit if one is not None else ''}".strip()


def _decimal(value: Decimal) -> str:
    return format(value.normalize(), "f").replace(".", ",")
