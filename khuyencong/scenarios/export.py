"""A scenario, or two of them, as an Excel file: the figures of the pages, as numbers."""

from __future__ import annotations

from khuyencong.core.dates import format_date, format_moment, today
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.law.catalogue import activity_name
from khuyencong.people.actors import Actor
from khuyencong.scenarios.compare import Comparison, Sides
from khuyencong.scenarios.models import Scenario
from khuyencong.scenarios.table import Row, Sums, dimensions_of, lines_by, rows_of, sums_of

NOT_DECIDED = "Phương án để cân nhắc, không phải quyết định"
SUMS = (
    Column("Số đề án", "int", 9),
    Column("Được chọn", "int", 10),
    Column("Cơ sở thụ hưởng", "int", 10),
    Column("Đề nghị (đồng)", "dong", 18),
    Column("Phương án (đồng)", "dong", 18),
    Column("Đã cắt giảm (đồng)", "dong", 18),
)


def scenario_workbook(scenario: Scenario, *, by: Actor) -> bytes:
    """The .xlsx of one scenario: all proposals in their order, and a sheet for every way of looking at the money."""
    rows = rows_of(scenario)
    total = sums_of(rows)
    lines = [
        scenario.plan.title,
        f"{scenario.name}. {NOT_DECIDED}. Tính lúc {format_moment(scenario.reckoned_at)}",
        f"Tải về ngày {format_date(today())} bởi {by}",
    ]
    sums = [
        Sheet(
            one.title,
            f"THEO {one.title.upper()}",
            [Column(one.title, "text", 44), *SUMS],
            [[line.label, *_values(line.sums)] for line in lines_by(one, rows)],
            subtitle_lines=lines,
            totals=["Cộng", *_values(total)],
        )
        for one in dimensions_of(scenario)
    ]
    return workbook([_proposals(rows, total, lines), *sums])


def _proposals(rows: list[Row], total: Sums, lines: list[str]) -> Sheet:
    columns = [
        Column("Thứ tự", "int", 8),
        Column("Mã", "text", 18),
        Column("Tên đề án", "text", 44),
        Column("Đơn vị thực hiện", "text", 26),
        Column("Tỉnh, thành phố", "text", 18),
        Column("Xã, phường", "text", 20),
        Column("Nội dung", "text", 32),
        Column("Điểm ưu tiên", "int", 9),
        Column("Số cơ sở", "int", 8),
        Column("Đề nghị (đồng)", "dong", 16),
        Column("Tối đa theo quy định (đồng)", "dong", 16),
        Column("Chọn", "text", 8),
        Column("Phương án (đồng)", "dong", 16),
        Column("Cộng dồn (đồng)", "dong", 18),
        Column("Lý do cắt giảm", "text", 36),
    ]
    found: list[list[Value]] = [
        [
            row.place,
            row.code,
            row.name,
            row.unit,
            row.province,
            row.commune,
            activity_name(row.activity),
            row.score,
            row.people,
            row.asked,
            row.allowed,
            "có" if row.chosen else "",
            row.given,
            row.running,
            row.reason if row.chosen else "",
        ]
        for row in rows
    ]
    totals: list[Value] = ["Cộng", f"{total.proposals} đề án", *[None] * 7, total.asked, None]
    totals += [f"{total.chosen}", total.given, None, None]
    return Sheet("Đề án", "PHƯƠNG ÁN KẾ HOẠCH", columns, found, subtitle_lines=lines, totals=totals)


def _values(sums: Sums) -> list[Value]:
    return [sums.proposals, sums.chosen, sums.people, sums.asked, sums.given, sums.cut]


def comparison_workbook(both: Comparison, *, by: Actor) -> bytes:
    """The .xlsx of two scenarios: every proposal with both amounts, and the sums beside one another."""
    lines = [
        both.left.plan.title,
        f"«{both.left}» và «{both.right}». {NOT_DECIDED}",
        f"Tải về ngày {format_date(today())} bởi {by}",
    ]
    money = [
        Column(f"{both.left} (đồng)", "dong", 18),
        Column(f"{both.right} (đồng)", "dong", 18),
        Column("Chênh lệch (đồng)", "dong", 18),
    ]
    rows: list[list[Value]] = [
        [one.row.place, one.row.code, one.row.name, one.row.unit, one.row.asked, one.before, one.after, one.difference]
        for one in both.pairs
    ]
    total = both.total
    first = Sheet(
        "Đề án",
        "SO SÁNH HAI PHƯƠNG ÁN",
        [
            Column("Thứ tự", "int", 8),
            Column("Mã", "text", 18),
            Column("Tên đề án", "text", 44),
            Column("Đơn vị thực hiện", "text", 26),
            Column("Đề nghị (đồng)", "dong", 18),
            *money,
        ],
        rows,
        subtitle_lines=lines,
        totals=["Cộng", f"{len(rows)} đề án", None, None, None, total.left.given, total.right.given, total.given],
    )
    counts = [Column(f"Số đề án, {both.left}", "int", 14), Column(f"Số đề án, {both.right}", "int", 14)]
    sheets = [
        Sheet(
            one.title,
            f"THEO {one.title.upper()}",
            [Column(one.title, "text", 44), *counts, *money],
            [_side(line) for line in one.lines],
            subtitle_lines=lines,
            totals=_side(total),
        )
        for one in both.tables
    ]
    return workbook([first, *sheets])


def _side(line: Sides) -> list[Value]:
    return [line.label, line.left.chosen, line.right.chosen, line.left.given, line.right.given, line.given]
