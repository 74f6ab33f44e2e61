"""The rows beside an entry as tables, and what of them runs out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from khuyencong.core.components import Cell, Column
from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.establishments.details import KINDS, DetailKind
from khuyencong.establishments.expiry import Expiry, expiry
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.personal import Eyes
from khuyencong.law.catalogue import activity_name


@dataclass(frozen=True)
class Line:
    """One row: its cells, and where it is changed."""

    pk: int
    cells: tuple[Cell, ...]
    edit_url: str
    remove_url: str


@dataclass(frozen=True)
class Section:
    """The rows of one kind, as a table."""

    kind: DetailKind
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    add_url: str
    empty: str


Cells = Callable[[Any, Eyes, date], tuple[Cell, ...]]


@dataclass(frozen=True)
class _Shape:
    title: str
    columns: tuple[Column, ...]
    cells: Cells
    empty: str


def sections(found: Establishment, tab: str, eyes: Eyes, *, on: date) -> list[Section]:
    """The tables of one tab; one query each."""
    return [section(found, kind, eyes, on=on) for kind in KINDS.values() if kind.tab == tab]


def section(found: Establishment, kind: DetailKind, eyes: Eyes, *, on: date) -> Section:
    shape = SHAPES[kind.key]
    where = [found.pk, kind.slug]
    lines = [
        Line(
            row.pk,
            shape.cells(row, eyes, on),
            reverse("establishment_detail_edit", args=[*where, row.pk]),
            reverse("establishment_detail_remove", args=[*where, row.pk]),
        )
        for row in kind.rows_of(found)
    ]
    return Section(
        kind, shape.title, shape.columns, tuple(lines), reverse("establishment_detail_add", args=where), shape.empty
    )


def _text(value: object) -> Cell:
    if value is None or value == "":
        return Cell("–")
    if isinstance(value, bool):
        return Cell("có" if value else "không")
    if isinstance(value, date):
        return Cell(format_date(value))
    if isinstance(value, Decimal):
        return Cell(decimal_text(value))
    return Cell(str(value))


def _whole(value: int | None) -> Cell:
    return Cell("–" if value is None else format_dong(value))


def decimal_text(value: Decimal) -> str:
    """A number as Vietnamese writes it, without noughts at its end: «1.200,5»."""
    whole, _, part = f"{value:f}".partition(".")
    part = part.rstrip("0")
    return f"{format_dong(int(whole))}{f',{part}' if part else ''}"


def _last_day(last_day: date | None, on: date, missing: str) -> Cell:
    left = expiry(last_day, on=on)
    if left is None:
        return Cell(missing)
    return Cell(left.sentence, badge=bool(left.tone), tone=left.tone)


def _product(row: Any, _eyes: Eyes, _on: date) -> tuple[Cell, ...]:
    output = "–" if row.yearly_output is None else f"{decimal_text(row.yearly_output)} {row.unit}".strip()
    return (_text(row.name), Cell(output), _text(row.note))


def _year_figure(row: Any, _eyes: Eyes, _on: date) -> tuple[Cell, ...]:
    return (_text(row.year), _whole(row.revenue), _whole(row.tax_paid), _whole(row.workers))


def _machine(row: Any, _eyes: Eyes, _on: date) -> tuple[Cell, ...]:
    names = ", ".join(part for part in (row.model, f"số {row.serial}" if row.serial else "") if part)
    made = f"{row.made_in}" if row.made_in else ""
    bought = f"mua {format_date(row.bought_on)}" if row.bought_on else ""
    days = ", ".join(part for part in (made, bought) if part)
    return (_text(row.name), _text(row.maker), _text(names), _text(days), _whole(row.value), _whole(row.quantity))


def _certificate(row: Any, _eyes: Eyes, on: date) -> tuple[Cell, ...]:
    rank = row.get_level_display() or (f"{row.stars} sao" if row.stars else "")
    paper = ", ".join(part for part in (row.number, row.issuer) if part)
    return (
        Cell(f"{row.get_kind_display()}{f': {row.name}' if row.name else ''}"),
        _text(rank),
        _text(paper),
        _text(row.issued_on),
        _last_day(row.valid_until, on, "không ghi"),
    )


def _paper(row: Any, _eyes: Eyes, on: date) -> tuple[Cell, ...]:
    address = reverse("establishment_paper", args=[row.establishment_id, row.pk]) if row.file else ""
    return (
        _text(row.title),
        _text(row.number),
        _text(row.issued_on),
        _last_day(row.expires_on, on, "không thời hạn"),
        Cell(row.file_name or "–", url=address),
    )


def _need(row: Any, _eyes: Eyes, _on: date) -> tuple[Cell, ...]:
    return (
        _text(row.description),
        _text(activity_name(row.activity) if row.activity else ""),
        _whole(row.estimated_cost),
        _text(row.wanted_year),
        _text(row.found_on),
        Cell(row.get_state_display(), badge=True),
    )


def _contact(row: Any, eyes: Eyes, _on: date) -> tuple[Cell, ...]:
    return (
        _text(eyes.name(row.name)),
        _text(row.title),
        _text(eyes.number(row.phone)),
        _text(eyes.email(row.email)),
    )


def _former_name(row: Any, _eyes: Eyes, _on: date) -> tuple[Cell, ...]:
    return (_text(row.name), _text(row.until_on), _text(row.document))


def _columns(*labels: str, numbers: Sequence[str] = ()) -> tuple[Column, ...]:
    return tuple(Column(label, num=label in numbers) for label in labels)


SHAPES: dict[str, _Shape] = {
    "product": _Shape(
        "Sản phẩm",
        _columns("Sản phẩm", "Sản lượng một năm", "Ghi chú"),
        _product,
        "Ghi sản phẩm chính và sản lượng một năm.",
    ),
    "year_figure": _Shape(
        "Doanh thu, lao động theo năm",
        _columns(
            "Năm",
            "Doanh thu (đồng)",
            "Nộp ngân sách (đồng)",
            "Lao động",
            numbers=("Doanh thu (đồng)", "Nộp ngân sách (đồng)", "Lao động"),
        ),
        _year_figure,
        "Ghi số liệu từng năm để thấy tác động của hỗ trợ.",
    ),
    "machine": _Shape(
        "Máy, thiết bị",
        _columns(
            "Máy",
            "Hãng, nước sản xuất",
            "Ký hiệu, số máy",
            "Năm sản xuất, ngày mua",
            "Nguyên giá (đồng)",
            "Số lượng",
            numbers=("Nguyên giá (đồng)", "Số lượng"),
        ),
        _machine,
        "Ghi máy chính và số máy.",
    ),
    "certificate": _Shape(
        "Giấy chứng nhận",
        _columns("Giấy chứng nhận", "Cấp, số sao", "Số, nơi cấp", "Ngày cấp", "Có giá trị đến"),
        _certificate,
        "Sản phẩm tiêu biểu, OCOP, ISO… được dùng khi xếp thứ tự ưu tiên.",
    ),
    "paper": _Shape(
        "Giấy tờ",
        _columns("Giấy tờ", "Số", "Ngày cấp", "Hết hạn", "Tệp"),
        _paper,
        "Giấy đăng ký, giấy tờ đất, giấy phép; kèm bản chụp.",
    ),
    "need": _Shape(
        "Nhu cầu",
        _columns(
            "Nhu cầu",
            "Nội dung hoạt động",
            "Dự kiến chi phí (đồng)",
            "Năm mong muốn",
            "Ngày ghi nhận",
            "Trạng thái",
            numbers=("Dự kiến chi phí (đồng)",),
        ),
        _need,
        "Ghi điều cơ sở muốn làm, từ khảo sát hay do chủ cơ sở nói.",
    ),
    "contact": _Shape(
        "Người liên hệ khác",
        _columns("Họ và tên", "Chức vụ", "Điện thoại", "Thư điện tử"),
        _contact,
        "Chưa ghi người nào khác.",
    ),
    "former_name": _Shape(
        "Tên cũ", _columns("Tên cũ", "Đến ngày", "Giấy tờ đổi tên"), _former_name, "Cơ sở chưa đổi tên lần nào."
    ),
}


@dataclass(frozen=True)
class RunningOut:
    """A paper or certificate that has run out or soon will."""

    what: str
    left: Expiry


def running_out(found: Establishment, *, on: date) -> list[RunningOut]:
    """What has run out or will within `expiry.SOON_DAYS`, the first day first; two queries."""
    rows = [(paper.title, paper.expires_on) for paper in found.papers.exclude(expires_on=None)]
    rows += [(str(one), one.valid_until) for one in found.certificates.exclude(valid_until=None)]
    known = ((what, expiry(last_day, on=on)) for what, last_day in rows)
    due = [RunningOut(what, left) for what, left in known if left is not None and (left.has_passed or left.is_soon)]
    return sorted(due, key=lambda one: one.left.last_day)
