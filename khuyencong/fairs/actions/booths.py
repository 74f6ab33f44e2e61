"""Booths are laid out, priced, given to somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.fairs.door import lock_arranged, need
from khuyencong.fairs.keeping import keep_file
from khuyencong.fairs.models import (
    MOST_SIDE,
    Booth,
    Fair,
    FairFileKind,
    Layout,
    Participant,
    ParticipantState,
)
from khuyencong.fairs.plan import booth_number, cell_number
from khuyencong.fairs.rent import sums_of, write_support
from khuyencong.people.actors import Actor
from khuyencong.projects.keeping import files_or_nothing

MOST_BOOTHS = 1_200
CHANGED = ("number", "row", "column", "x", "y", "price", "supported", "holder")
# Who may stand in a booth while the list is being made.
COMING = (ParticipantState.REGISTERED, ParticipantState.ACCEPTED)


@dataclass(frozen=True)
class BoothInput:
    """A booth as a list names it; None: the list does not say, a booth that is there stays as it is."""

    number: str
    row: int | None = None
    column: int | None = None
    price: int | None = None
    supported: bool | None = None
    participant_id: int | None = None
    holder: str | None = None


@transaction.atomic
def lay_grid(*, fair_id: int, by: Actor, version: int, rows: int, columns: int, price: int) -> Fair:
    """A plan of rows and columns with a booth «A1», «A2»… in every empty cell, each at this rent (đồng).

    Booths that are there stay. Raises NotAllowed, Stale, Refused (too large, or smaller than what is there).
    """
    fair = lock_arranged(fair_id, by=by, version=version)
    if not (1 <= rows <= MOST_SIDE and 1 <= columns <= MOST_SIDE):
        raise Refused(f"Sơ đồ có từ 1 đến {MOST_SIDE} hàng và cột.")
    there = list(fair.booths.all())
    if any((one.row or 0) > rows or (one.column or 0) > columns for one in there):
        raise Refused("Có gian nằm ngoài sơ đồ mới: chuyển hoặc bỏ gian ấy trước.")
    taken = {(one.row, one.column) for one in there}
    numbers = {one.number for one in there}
    cells = [(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)]
    new = [
        Booth(fair=fair, number=cell_number(row, column), row=row, column=column, price=price)
        for row, column in cells
        if (row, column) not in taken and cell_number(row, column) not in numbers
    ]
    _check_count(len(there) + len(new))
    Booth.objects.bulk_create(new)
    fair.layout, fair.rows, fair.columns = Layout.GRID, rows, columns
    return _keep_and_record(
        fair, "fair.grid", by, {"hàng": rows, "cột": columns, "gian mới": len(new), "giá thuê (đồng)": price}
    )


def set_plan(*, fair_id: int, by: Actor, version: int, upload: UploadedFile[bytes]) -> Fair:
    """The organiser's picture of the place; booths are put on it one by one. Raises NotAllowed, Stale, Refused."""
    with files_or_nothing() as kept, transaction.atomic():
        fair = lock_arranged(fair_id, by=by, version=version)
        row = keep_file(fair, upload, kind=FairFileKind.PLAN, user=by.user, kept=kept)
        fair.layout = Layout.PICTURE
        fair.version += 1
        fair.save()
        record(action="fair.plan", by=by, subject=fair, thread=fair.thread, after={"ảnh": row.name})
    return fair


@transaction.atomic
def change_booth(
    *,
    fair_id: int,
    by: Actor,
    version: int,
    booth_id: int | None,
    fields: Mapping[str, Any],
    participant_id: int | None,
) -> Fair:
    """Add a booth (`booth_id` None) or change one. `fields`: CHANGED. Raises NotAllowed, Stale, Refused."""
    fair = lock_arranged(fair_id, by=by, version=version)
    booth = Booth(fair=fair) if booth_id is None else fair.booths.get(pk=booth_id)
    before = _whose(booth)
    for name in CHANGED:
        setattr(booth, name, fields[name])
    booth.number = booth_number(need(booth.number, "Hãy ghi số gian."))
    booth.holder = booth.holder.strip()
    _give(booth, fair, participant_id)
    _end_contract(booth, before)
    _check_place(booth, fair)
    if booth_id is None:
        _check_count(fair.booths.count() + 1)
    booth.save()
    return _keep_and_record(
        fair,
        "fair.booth",
        by,
        {
            "gian": booth.number,
            "giá thuê (đồng)": booth.price,
            "được hỗ trợ": booth.supported,
            "ai dùng": booth.holder_name,
        },
    )


@transaction.atomic
def assign_booth(*, fair_id: int, by: Actor, version: int, booth_id: int, participant_id: int | None) -> Fair:
    """Give a booth to an establishment, or to nobody (None). Raises NotAllowed, Stale, Refused."""
    fair = lock_arranged(fair_id, by=by, version=version)
    booth = fair.booths.select_related("participant__establishment").get(pk=booth_id)
    before, whose = booth.holder_name, _whose(booth)
    booth.holder = ""
    _give(booth, fair, participant_id)
    _end_contract(booth, whose)
    booth.save()
    return _keep_and_record(
        fair, "fair.assign", by, {"gian": booth.number, "ai dùng": booth.holder_name, "trước đó": before}
    )


@transaction.atomic
def remove_booth(*, fair_id: int, by: Actor, version: int, booth_id: int) -> Fair:
    """Take a booth off the plan; one that somebody has must be freed first. Raises NotAllowed, Stale, Refused."""
    fair = lock_arranged(fair_id, by=by, version=version)
    booth = fair.booths.filter(pk=booth_id).select_related("participant__establishment").first()
    if booth is None:
        raise Refused("Gian này không còn trong sơ đồ.")
    if booth.holder_name:
        raise Refused(f"Gian {booth.number} đang của {booth.holder_name}: để trống gian trước khi bỏ.")
    number = booth.number
    booth.delete()
    return _keep_and_record(fair, "fair.booth_remove", by, {"gian": number})


@transaction.atomic
def write_booths(*, fair_id: int, by: Actor, version: int, rows: Sequence[BoothInput], source: str = "") -> Fair:
    """Write a whole list: booths that are there are changed by their number, others added; all of it or nothing.

    Raises NotAllowed, Stale, Refused.
    """
    fair = lock_arranged(fair_id, by=by, version=version)
    if not rows:
        raise Refused("Danh sách không có gian nào.")
    there = {one.number: one for one in fair.booths.all()}
    coming = {one.pk: one for one in fair.participants.filter(state__in=COMING)}
    numbers = [booth_number(row.number) for row in rows]
    booths = [there.get(number) or Booth(fair=fair, number=number) for number in numbers]
    for booth, row in zip(booths, rows, strict=True):
        before = _whose(booth)
        _take_over(booth, row, coming)
        _end_contract(booth, before)
    new = [one for one in booths if one.pk is None]
    _check_count(len(there) + len(new))
    # Two booths may change their cells: what changes leaves its cell first.
    moved = [one.pk for one in booths if one.pk is not None]
    fair.booths.filter(pk__in=moved).update(row=None, column=None)
    _check_cells([*there.values(), *new])
    Booth.objects.bulk_update(
        [one for one in booths if one.pk is not None],
        ["row", "column", "price", "supported", "support", "participant", "holder", "contract"],
    )
    Booth.objects.bulk_create(new)
    fair.rows = max([fair.rows, *(one.row or 0 for one in booths)])
    fair.columns = max([fair.columns, *(one.column or 0 for one in booths)])
    return _keep_and_record(
        fair, "fair.booths", by, {"gian sửa": len(booths) - len(new), "gian mới": len(new), "tệp": source}
    )


def _whose(booth: Booth) -> tuple[int | None, str]:
    return booth.participant_id, booth.holder


def _end_contract(booth: Booth, before: tuple[int | None, str]) -> None:
    """The contract was with whoever stood there."""
    if _whose(booth) != before:
        booth.contract = None


def _give(booth: Booth, fair: Fair, participant_id: int | None) -> None:
    """Let the participant stand there; Refused where he is none of this fair, or is not coming."""
    participant: Participant | None = None
    if participant_id is not None:
        participant = fair.participants.select_related("establishment").filter(pk=participant_id).first()
        if participant is None or participant.state not in COMING:
            raise Refused("Gian chỉ gắn với cơ sở đã đăng ký hoặc được nhận tham gia hội chợ này.")
        if booth.holder:
            raise Refused("Một gian của một cơ sở, hoặc của một đơn vị khác ghi bằng tên: hãy bỏ một trong hai.")
    booth.participant = participant


def _take_over(booth: Booth, row: BoothInput, coming: Mapping[int, Participant]) -> None:
    if row.row is not None or row.column is not None:
        booth.row, booth.column = row.row, row.column
    booth.price = booth.price if row.price is None else row.price
    booth.supported = booth.supported if row.supported is None else row.supported
    booth.support = min(booth.support, booth.price) if booth.supported else 0
    if row.participant_id is not None:
        if row.participant_id not in coming:
            raise Refused(f"Gian {row.number}: cơ sở không có trong danh sách tham gia.")
        booth.participant, booth.holder = coming[row.participant_id], ""
    elif row.holder is not None:
        booth.participant, booth.holder = None, row.holder


def _check_place(booth: Booth, fair: Fair) -> None:
    others = fair.booths.exclude(pk=booth.pk)
    if others.filter(number=booth.number).exists():
        raise Refused(f"Đã có gian mang số {booth.number}.")
    if (booth.row is None) != (booth.column is None) or (booth.x is None) != (booth.y is None):
        raise Refused("Ghi cả hai số chỉ vị trí của gian, hoặc để trống cả hai.")
    if booth.row is not None and booth.column is not None:
        if not (1 <= booth.row <= fair.rows and 1 <= booth.column <= fair.columns):
            raise Refused(f"Sơ đồ có {fair.rows} hàng và {fair.columns} cột: vị trí của gian nằm ngoài.")
        if others.filter(row=booth.row, column=booth.column).exists():
            raise Refused("Ô này của sơ đồ đã có gian khác.")
    booth.support = min(booth.support, booth.price) if booth.supported else 0


def _check_cells(booths: Sequence[Booth]) -> None:
    seen: dict[tuple[int, int], str] = {}
    for one in booths:
        if one.row is None or one.column is None:
            continue
        if one.row > MOST_SIDE or one.column > MOST_SIDE:
            raise Refused(f"Gian {one.number}: sơ đồ có nhiều nhất {MOST_SIDE} hàng và cột.")
        other = seen.setdefault((one.row, one.column), one.number)
        if other != one.number:
            raise Refused(f"Gian {other} và gian {one.number} cùng ở hàng {one.row}, cột {one.column}.")


def _check_count(number: int) -> None:
    if number > MOST_BOOTHS:
        raise Refused(f"Một hội chợ có tối đa {MOST_BOOTHS} gian.")


def _keep_and_record(fair: Fair, action: str, by: Actor, after: dict[str, Any]) -> Fair:
    """Reckon who pays what again, count the change, and leave the event with the sums of the fair."""
    write_support(fair)
    fair.version += 1
    fair.save()
    sums = sums_of(fair.booths.all())
    after |= {"tổng giá thuê (đồng)": sums.price, "tổng hỗ trợ (đồng)": sums.support}
    record(action=action, by=by, subject=fair, thread=fair.thread, after=after)
    return fair
