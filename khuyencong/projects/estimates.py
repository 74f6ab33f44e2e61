"""Mẫu 1 of a đề án: its lines as they are entered, what they must hold, and writing them into a đề án that an action holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG, format_dong
from khuyencong.people.actors import Actor
from khuyencong.projects.door import touch
from khuyencong.projects.indicators import plain_number
from khuyencong.projects.models import AttachmentKind, EstimateLine, Project

MAX_LINES = 200
FIRST_YEAR, LAST_YEAR = 2013, 2100
FORM_1 = "Mẫu số 1, Phụ lục 1 TT 36/2013"


@dataclass(frozen=True)
class LineInput:
    """One line of Mẫu 1 as entered, in đồng; `year` None for the plan year."""

    content: str
    total: int
    support: int = 0
    counterpart: int = 0
    other: int = 0
    beneficiary_id: int | None = None
    in_cost_base: bool = True
    note: str = ""
    year: int | None = None
    cost_item: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    unit_price: int | None = None
    quotation_id: int | None = None


def write_estimate(project: Project, *, by: Actor, lines: Sequence[LineInput]) -> Project:
    """Replace the estimate of a đề án that the calling action has made or locked. Raises Refused where a line breaks Mẫu 1."""
    if len(lines) > MAX_LINES:
        raise Refused(f"Dự toán có tối đa {MAX_LINES} dòng.")
    known = set(project.beneficiaries.values_list("pk", flat=True))
    wanted = {line.quotation_id for line in lines if line.quotation_id is not None}
    quotations = set(
        project.attachments.filter(kind=AttachmentKind.QUOTATION, pk__in=wanted).values_list("pk", flat=True)
    )
    for number, line in enumerate(lines, start=1):
        _check_line(number, line, known)
        _check_price(number, line, quotations)
    before = [_line_as_dict(line) for line in project.lines.all()]
    if before:
        project.lines.all().delete()
    rows = [
        EstimateLine(
            project=project,
            position=position,
            content=line.content,
            total=line.total,
            support=line.support,
            counterpart=line.counterpart,
            other=line.other,
            beneficiary_id=line.beneficiary_id,
            in_cost_base=line.in_cost_base,
            note=line.note,
            year=None if line.year == project.year else line.year,
            cost_item=line.cost_item,
            unit=line.unit,
            quantity=line.quantity,
            unit_price=line.unit_price,
            quotation_id=line.quotation_id,
        )
        for position, line in enumerate(lines, start=1)
    ]
    EstimateLine.objects.bulk_create(rows)
    touch(project)
    record(
        action="project.save_estimate",
        by=by,
        subject=project,
        thread=project.thread,
        before={"dòng": before},
        after={"dòng": [_line_as_dict(row) for row in rows]},
    )
    return project


def _check_line(number: int, line: LineInput, beneficiary_ids: set[int]) -> None:
    amounts = (line.total, line.support, line.counterpart, line.other)
    if any(amount < 0 or amount > MAX_DONG for amount in amounts):
        raise Refused(f"Dòng {number}: số tiền không hợp lệ.")
    parts = line.support + line.counterpart + line.other
    if line.total != parts:
        raise Refused(
            f"Dòng {number}: tổng {format_dong(line.total)} đồng khác tổng các nguồn {format_dong(parts)} đồng.",
            article=FORM_1,
        )
    if line.beneficiary_id is not None and line.beneficiary_id not in beneficiary_ids:
        raise Refused(f"Dòng {number}: cơ sở thụ hưởng không thuộc đề án này.")


def _check_price(number: int, line: LineInput, quotation_ids: set[int]) -> None:
    """Quantity and price make the total; the offer beside them is a file of this đề án."""
    if (line.quantity is None) != (line.unit_price is None):
        raise Refused(f"Dòng {number}: số lượng và đơn giá phải đi cùng nhau.", article=FORM_1)
    if line.quantity is not None and line.unit_price is not None:
        if line.quantity <= 0 or not 0 <= line.unit_price <= MAX_DONG:
            raise Refused(f"Dòng {number}: số lượng hoặc đơn giá không hợp lệ.", article=FORM_1)
        product = priced(line.quantity, line.unit_price)
        if line.total != product:
            raise Refused(
                f"Dòng {number}: tổng {format_dong(line.total)} đồng khác số lượng × đơn giá {format_dong(product)} đồng.",
                article=FORM_1,
            )
    if line.year is not None and not FIRST_YEAR <= line.year <= LAST_YEAR:
        raise Refused(f"Dòng {number}: năm không hợp lệ.")
    if line.quotation_id is not None and line.quotation_id not in quotation_ids:
        raise Refused(f"Dòng {number}: báo giá phải là một tệp «Báo giá» của đề án này.")


def priced(quantity: Decimal, unit_price: int) -> int:
    """Quantity × unit price in whole đồng, half a đồng upwards."""
    return int((quantity * unit_price).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _line_as_dict(line: EstimateLine) -> dict[str, Any]:
    more = {
        "năm": line.year,
        "khoản chi": line.cost_item,
        "số lượng": None if line.quantity is None else plain_number(line.quantity),
        "đơn vị": line.unit,
        "đơn giá": line.unit_price,
        "báo giá": line.quotation_id,
    }
    return {
        **{name: value for name, value in more.items() if value not in {None, ""}},
        "nội dung": line.content,
        "tổng": line.total,
        "khuyến công": line.support,
        "đóng góp": line.counterpart,
        "khác": line.other,
        "cơ sở": line.beneficiary_id,
    }
