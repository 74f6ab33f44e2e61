"""The figures over the years as an Excel file: the same scope, filters and sums as the page."""

from __future__ import annotations

from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.reporting.series import Series, SeriesRow


def series_workbook(actor: Actor, series: Series, *, place: Province | None) -> bytes:
    """The .xlsx of a series; money in whole đồng."""
    where = place.name if place else ("Cả nước" if actor.is_national else "Các địa bàn trong phạm vi")
    unit, kind = ("đồng", "dong") if series.measure.is_money else ("", "int")
    columns = [
        Column("Tỉnh, thành phố" if series.grouping.value == "tinh" else "Khu vực khuyến công", "text", 34),
        *(Column(f"Năm {year}", kind, 18) for year in series.years),  # type: ignore[arg-type]  # one of the two kinds above
        Column("Cộng", kind, 18),  # type: ignore[arg-type]  # as above
    ]
    lines = [
        f"{where}; {series.borders.label.lower()}; {series.grouping.label.lower()}",
        f"Lập ngày {format_date(today())} bởi {actor}{f'; tiền tính bằng {unit}' if unit else ''}",
        "Gồm đề án đã phê duyệt, đang thực hiện, đã nghiệm thu và đã quyết toán",
    ]
    title = f"{series.measure.label.upper()} QUA CÁC NĂM"
    rows = [_values(row) for row in series.rows]
    sheet = Sheet("Qua các năm", title, columns, rows, subtitle_lines=lines, totals=_values(series.total))
    return workbook([sheet])


def _values(row: SeriesRow) -> list[Value]:
    label = f"{row.label} ({row.note})" if row.note else row.label
    return [label, *(cell.value for cell in row.cells), row.total.value]
