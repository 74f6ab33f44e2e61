"""The list of those who take part, to be confirmed, and the result of a fair: one shape for PDF and Excel.

No text that could be read gives their layout: both say «mẫu tạm»; the columns of the list are what TT 36/2013 Đ14.10
and Đ14.11 ask the contract to name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.documents import pdf
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.fairs.models import Fair
from khuyencong.fairs.queries import Result, booths_of, days_of, results_of
from khuyencong.fairs.rent import share_of, sums_of
from khuyencong.fairs.shown import share_sentence
from khuyencong.projects.paper import date_in_words

KINDS = ("pdf", "xlsx")
MARK = "mẫu tạm: văn bản đọc được không quy định bố cục"
SIGN = {"hint": "Ký, ghi rõ họ tên", "name": ""}


@dataclass(frozen=True)
class FairPaper:
    """A paper around one table. Amounts are whole đồng in columns of kind "dong"; `shares` are widths on A4."""

    fair: Fair
    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    shares: Sequence[int]
    rows: Sequence[Sequence[Value]]
    totals: Sequence[Value]
    notes: Sequence[str]
    roles: Sequence[str]


def list_of(fair: Fair) -> FairPaper:
    """Who takes part in which booths, at what rent, and who pays how much of it."""
    rows: list[tuple[Value, ...]] = []
    results = results_of(fair)
    for number, one in enumerate(results, start=1):
        rent = one.rent
        rows.append(
            (
                number,
                one.participant.establishment.name,
                _address(one),
                one.numbers,
                rent.booths,
                rent.price,
                rent.support,
                rent.own,
            )
        )
    booths = booths_of(fair)
    others = [one for one in booths if one.holder]
    for number, booth in enumerate(others, start=len(rows) + 1):
        rows.append((number, booth.holder, "", booth.number, 1, booth.price, booth.support, booth.own))
    sums = sums_of([*(booth for one in results for booth in one.booths), *others])
    return FairPaper(
        fair=fair,
        title="Danh sách tham gia hội chợ, triển lãm",
        facts=_facts(fair),
        columns=(
            Column("TT", "int", 6),
            Column("Cơ sở, đơn vị", width=40),
            Column("Địa chỉ", width=30),
            Column("Gian số", width=18),
            Column("Số gian", "int", 8),
            Column("Giá thuê (đồng)", "dong", 16),
            Column("Khuyến công hỗ trợ (đồng)", "dong", 16),
            Column("Cơ sở trả (đồng)", "dong", 16),
        ),
        shares=(1, 5, 4, 2, 1, 3, 3, 3),
        rows=rows,
        totals=("", "Cộng", "", "", sums.booths, sums.price, sums.support, sums.own),
        notes=[share_sentence(fair, share_of(fair.project))],
        roles=("Đơn vị thực hiện", "Sở Công Thương xác nhận"),
    )


def results_paper(fair: Fair) -> FairPaper:
    """What each establishment came to, and the days in a note."""
    results, days = results_of(fair), days_of(fair)
    rows = [
        (
            number,
            one.participant.establishment.name,
            one.numbers,
            one.contacts,
            one.sales,
            one.contracts,
            one.contract_value,
            one.links,
            one.after,
        )
        for number, one in enumerate(results, start=1)
    ]
    counted = [one.visitors for one in days if one.visitors is not None]
    told = f"Lượt khách tham quan: {format_dong(sum(counted))} ({len(counted)}/{len(days)} ngày có số đếm)."
    by_day = "; ".join(
        f"{format_date(one.on)}: {format_dong(one.visitors) if one.visitors is not None else 'chưa đếm'} lượt khách, "
        f"doanh số {format_dong(one.sales)} đồng"
        for one in days
    )
    return FairPaper(
        fair=fair,
        title="Kết quả hội chợ, triển lãm",
        facts=_facts(fair),
        columns=(
            Column("TT", "int", 6),
            Column("Cơ sở", width=40),
            Column("Gian số", width=16),
            Column("Lượt khách giao dịch", "int", 10),
            Column("Doanh số (đồng)", "dong", 16),
            Column("Hợp đồng, ghi nhớ", "int", 10),
            Column("Giá trị hợp đồng (đồng)", "dong", 16),
            Column("Kết nối", "int", 8),
            Column("Sau hội chợ (đồng)", "dong", 16),
        ),
        shares=(1, 5, 2, 2, 3, 2, 3, 2, 3),
        rows=rows,
        totals=("", "Cộng", "", *(sum(row[at] for row in rows if isinstance(row[at], int)) for at in range(3, 9))),  # type: ignore[misc]  # whole numbers by their columns
        notes=[told, *([f"Theo ngày: {by_day}."] if by_day else [])],
        roles=("Người lập", "Đơn vị thực hiện"),
    )


def _address(one: Result) -> str:
    """Commune and province; a street is nobody's business on a list."""
    place = one.participant.establishment
    return ", ".join(str(part) for part in (place.commune, place.province) if part)


def _facts(fair: Fair) -> list[tuple[str, str]]:
    found = [
        ("Hội chợ", fair.name),
        ("Đề án", f"{fair.project.code} – {fair.project.name}"),
        ("Thời gian", f"{format_date(fair.starts_on)} – {format_date(fair.ends_on)}"),
        ("Địa điểm", fair.place_text),
        ("Đơn vị tổ chức sự kiện", fair.organiser),
        (
            "Xác nhận",
            f"{fair.confirmed_number} ngày {format_date(fair.confirmed_on)}" if fair.confirmed_on else "chưa xác nhận",
        ),
    ]
    return [(label, value) for label, value in found if value]


def content_of(paper: FairPaper, kind: str) -> bytes:
    """The paper as a file of that kind, one of KINDS."""
    return _pdf(paper) if kind == "pdf" else _xlsx(paper)


def _text(value: Value, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return format_dong(value)
    del column
    return str(value)


def _pdf(paper: FairPaper) -> bytes:
    fair = paper.fair
    unit = fair.project.implementing_unit
    on = fair.confirmed_on or today()
    place = unit.province.short_name if unit.province else "Hà Nội"

    def texts(row: Sequence[Value]) -> list[str]:
        return [_text(value, column) for value, column in zip(row, paper.columns, strict=True)]

    return pdf.render(
        "money_table",
        {
            "paper": {
                "title": paper.title,
                "subject": fair.name,
                "organ_above": unit.parent.name_on(on) if unit.parent else "",
                "organ": unit.name_on(on),
                "number": "……………",
                "place_and_date": f"{place}, {date_in_words(on)}",
                "date": [on.year, on.month, on.day],
                "mark": MARK,
                "stamp": "",
                "foot": f"{paper.title} – {fair.name} – {MARK}",
                "signatures": [{**SIGN, "role": role} for role in paper.roles],
            },
            "facts": [{"label": label, "value": value} for label, value in paper.facts],
            "before": [],
            "columns": [
                {"title": one.title, "share": share, "number": one.kind != "text"}
                for one, share in zip(paper.columns, paper.shares, strict=True)
            ],
            "rows": [texts(row) for row in paper.rows],
            "totals": texts(paper.totals) if paper.rows else [],
            "notes": [note for note in paper.notes if note],
        },
    )


def _xlsx(paper: FairPaper) -> bytes:
    lines = [
        f"({MARK})",
        *(f"{label}: {value}" for label, value in paper.facts),
        *(note for note in paper.notes if note),
    ]
    sheet = Sheet(
        name="Hội chợ",
        title=paper.title,
        columns=paper.columns,
        rows=paper.rows,
        subtitle_lines=lines,
        totals=[None if value == "" else value for value in paper.totals] if paper.rows else None,
    )
    return workbook([sheet])
