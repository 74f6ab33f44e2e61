"""The plan of a fair as a drawing: booths as boxes on a grid, or as numbered marks on the organiser's picture.

Everything is reckoned in units of the drawing, so that the page needs no script to show it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from khuyencong.core.money import format_dong
from khuyencong.fairs.models import PER_MILLE, Booth, Fair, FairFile, FairFileKind, Layout

LETTERS: Final = 26
CELL_WIDTH, CELL_HEIGHT, GAP = 72, 48, 6
MARK_WIDTH, MARK_HEIGHT = 64, 34
WIDE = 1_200  # of a picture, in units of the drawing
LONGEST_NAME = 11
_BESIDE_A_DIGIT = re.compile(r"\s+(?=\d)|(?<=\d)\s+")
_BRACKETS = re.compile(r"\([^)]*\)")


def booth_number(text: str) -> str:
    """How the number of a booth is kept, so that «a1», «A 1» and «A1» are one booth."""
    return _BESIDE_A_DIGIT.sub("", " ".join(text.split())).upper()


@dataclass(frozen=True)
class Mark:
    """One booth on the drawing: its box, what stands in it, and how it is told in words."""

    booth: Booth
    x: int
    y: int
    width: int
    height: int
    tone: str  # free, taken, other
    name: str
    title: str

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def first_line(self) -> int:
        return self.y + self.height // 2 - (4 if self.name else -5)

    @property
    def second_line(self) -> int:
        return self.y + self.height - 8


@dataclass(frozen=True)
class Drawing:
    """A drawing `width` × `height` units large; `picture` lies under the marks."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    unplaced: tuple[Booth, ...]
    picture: FairFile | None = None


def cell_number(row: int, column: int) -> str:
    """The number of a booth by its place: A1, A2, …, Z9, AA1."""
    letters = ""
    while row:
        row, rest = divmod(row - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{column}"


def plan_picture(fair: Fair) -> FairFile | None:
    """The picture of the place that counts: the latest. One query."""
    return fair.files.filter(kind=FairFileKind.PLAN).order_by("-pk").first()


def drawing_of(fair: Fair, booths: Sequence[Booth]) -> Drawing:
    """The plan as it is drawn; one query where it is a picture. Expects `participant__establishment` loaded."""
    if fair.layout == Layout.PICTURE:
        picture = plan_picture(fair)
        if picture is not None and picture.width:
            return _on_picture(picture, booths)
    return _on_grid(fair, booths)


def _on_grid(fair: Fair, booths: Sequence[Booth]) -> Drawing:
    marks, unplaced = [], []
    for one in booths:
        if one.row is None or one.column is None:
            unplaced.append(one)
            continue
        x = GAP + (one.column - 1) * (CELL_WIDTH + GAP)
        y = GAP + (one.row - 1) * (CELL_HEIGHT + GAP)
        marks.append(_mark(one, x, y, CELL_WIDTH, CELL_HEIGHT))
    width = GAP + fair.columns * (CELL_WIDTH + GAP)
    height = GAP + fair.rows * (CELL_HEIGHT + GAP)
    return Drawing(width, height, tuple(marks), tuple(unplaced))


def _on_picture(picture: FairFile, booths: Sequence[Booth]) -> Drawing:
    height = max(1, WIDE * picture.height // picture.width)
    marks, unplaced = [], []
    for one in booths:
        if one.x is None or one.y is None:
            unplaced.append(one)
            continue
        # The place is the middle of the mark, kept inside the picture.
        x = min(max(one.x * WIDE // PER_MILLE - MARK_WIDTH // 2, 0), WIDE - MARK_WIDTH)
        y = min(max(one.y * height // PER_MILLE - MARK_HEIGHT // 2, 0), max(0, height - MARK_HEIGHT))
        marks.append(_mark(one, x, y, MARK_WIDTH, MARK_HEIGHT))
    return Drawing(WIDE, height, tuple(marks), tuple(unplaced), picture)


def _mark(booth: Booth, x: int, y: int, width: int, height: int) -> Mark:
    name = booth.holder_name
    tone = "taken" if booth.participant_id else "other" if booth.holder else "free"
    words = name or "còn trống"
    title = f"Gian {booth.number}: {words}, {format_dong(booth.price)} đồng"
    return Mark(booth, x, y, width, height, tone, _short(name), title)


def _short(name: str) -> str:
    """The last words of a name, without what stands in brackets: those before them say what kind of business it is."""
    name = _BRACKETS.sub("", name).strip() or name
    kept = ""
    for word in reversed(name.split()):
        longer = f"{word} {kept}".strip()
        if len(longer) > LONGEST_NAME:
            break
        kept = longer
    return kept or name[: LONGEST_NAME - 1]
