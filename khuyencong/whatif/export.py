"""A counted trial as an Excel file: the figures and the đề án that its page shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.law.catalogue import activity_name
from khuyencong.people.actors import Actor
from khuyencong.whatif.count import Sums
from khuyencong.whatif.forms import RowFilter
from khuyencong.whatif.models import Trial, TrialRow
from khuyencong.whatif.queries import Line, Result, activities_of, sums_of

ONLY_A_TRIAL = "Chỉ là tính thử: không thay đổi hồ sơ nào"
COLUMNS = (
    Column("Số đề án", "int", 9),
    Column("Bị tác động", "int", 10),
    Column("Đề nghị hỗ trợ (triệu đồng)", "trieu", 16),
    Column("Mức tối đa hiện nay (triệu đồng)", "trieu", 16),
    Column("Mức tối đa theo mức thử (triệu đồng)", "trieu", 16),
    Column("Chênh lệch mức tối đa (triệu đồng)", "trieu", 16),
    Column("Đề nghị trong mức, hiện nay (triệu đồng)", "trieu", 16),
    Column("Đề nghị trong mức, theo mức thử (triệu đồng)", "trieu", 16),
    Column("Chênh lệch số chi được (triệu đồng)", "trieu", 16),
)


def trial_workbook(
    trial: Trial, result: Result, rows: QuerySet[TrialRow], chosen: RowFilter, *, facts: Sequence[Fact], by: Actor
) -> bytes:
    """The .xlsx: what was changed, the sums by effect, activity and place, and the affected đề án of the filter."""
    lines = [
        trial.name,
        *(f"{fact.label}: {fact.value}" for fact in facts),
        f"{ONLY_A_TRIAL}. Tải về ngày {format_date(today())} bởi {by}",
    ]
    place = "Địa bàn trước sáp nhập" if result.by_site else "Tỉnh, thành phố"
    return workbook(
        [
            _sums("Tác động", "TÁC ĐỘNG CỦA MỨC THỬ", "Tác động", result.effects, result.total, lines),
            _norms(result, lines),
            _sums("Theo nội dung", "THEO NỘI DUNG HOẠT ĐỘNG", "Nội dung", result.activities, result.total, lines),
            _sums("Theo địa bàn", place.upper(), place, result.places, result.total, lines),
            _cross(result, place, lines),
            _projects(rows, chosen, lines),
        ]
    )


def _sums(name: str, title: str, first: str, found: Iterable[Line], total: Line, lines: list[str]) -> Sheet:
    return Sheet(
        name,
        title,
        [Column(first, "text", 40), *COLUMNS],
        [[line.label, *_values(line.sums)] for line in found],
        subtitle_lines=lines,
        totals=[total.label, *_values(total.sums)],
    )


def _cross(result: Result, place: str, lines: list[str]) -> Sheet:
    """Every place with each of its activities."""
    rows: list[list[Value]] = [
        [one.label, line.label, *_values(line.sums)]
        for one in result.places
        for line in activities_of(result, one.key)[0]
    ]
    return Sheet(
        "Địa bàn và nội dung",
        "THEO ĐỊA BÀN VÀ NỘI DUNG HOẠT ĐỘNG",
        [Column(place, "text", 26), Column("Nội dung", "text", 40), *COLUMNS],
        rows,
        subtitle_lines=lines,
        totals=[result.total.label, None, *_values(result.total.sums)],
    )


def _values(sums: Sums) -> list[Value]:
    return [
        sums.projects,
        sums.affected,
        sums.asked,
        sums.before,
        sums.after,
        sums.difference,
        sums.within_before,
        sums.within_after,
        sums.within_difference,
    ]


def _norms(result: Result, lines: list[str]) -> Sheet:
    columns = [
        Column("Định mức của", "text", 30),
        Column("Nội dung", "text", 40),
        Column("Thời kỳ", "text", 24),
        Column("Hiện nay", "text", 44),
        Column("Mức thử", "text", 44),
        Column("Căn cứ của mức hiện nay", "text", 44),
    ]
    rows: list[list[Value]] = [
        [one.place, one.activity, one.period, one.before, one.after, one.citation] for one in result.shifts
    ]
    return Sheet("Mức thử", "ĐỊNH MỨC ĐƯỢC THAY ĐỔI", columns, rows, subtitle_lines=lines)


def _projects(rows: QuerySet[TrialRow], chosen: RowFilter, lines: list[str]) -> Sheet:
    columns = [
        Column("Mã", "text", 18),
        Column("Tên đề án", "text", 48),
        Column("Tỉnh, thành phố", "text", 18),
        Column("Năm", "int", 8),
        Column("Nguồn kinh phí", "text", 22),
        Column("Nội dung", "text", 36),
        Column("Trạng thái", "text", 20),
        Column("Tác động", "text", 24),
        Column("Đề nghị (triệu đồng)", "trieu", 14),
        Column("Mức tối đa hiện nay (triệu đồng)", "trieu", 14),
        Column("Mức tối đa theo mức thử (triệu đồng)", "trieu", 14),
        Column("Chênh lệch (triệu đồng)", "trieu", 14),
    ]
    found: list[list[Value]] = [
        [
            row.project.code,
            row.project.name,
            str(row.project.province),
            row.project.year,
            row.project.get_source_display(),
            activity_name(row.project.activity),
            row.project.get_state_display(),
            row.get_effect_display(),
            row.asked,
            row.allowed_before,
            row.allowed_after,
            (row.allowed_after or 0) - (row.allowed_before or 0),
        ]
        for row in rows
    ]
    sums = sums_of(rows)
    return Sheet(
        "Đề án bị tác động",
        "ĐỀ ÁN BỊ TÁC ĐỘNG",
        columns,
        found,
        subtitle_lines=[*lines, *_filter_lines(chosen)],
        totals=["Cộng", f"{len(found)} đề án", *[None] * 6, *sums.values()],
    )


def _filter_lines(chosen: RowFilter) -> list[str]:
    """What the list was narrowed to, in the words of the filter."""
    told = []
    for bound in chosen:
        labels = dict(getattr(bound.field, "choices", ()))
        if bound.data:
            told.append(f"{bound.label}: {labels.get(bound.data, bound.data)}")
    return [f"Chỉ gồm – {'; '.join(told)}"] if told else []
