"""«Tác động» on the page of a đề án: what was promised, and what became of it, moment by moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khuyencong.core.components import Tone
from khuyencong.effects.figures import PEOPLE, asked, with_unit
from khuyencong.effects.models import EffectMeasure, EffectSheet, Moment, SheetState
from khuyencong.effects.queries import TONES
from khuyencong.projects.indicators import INDICATORS
from khuyencong.projects.models import ExpectedIndicator, Project

UNKNOWN = "chưa biết"


@dataclass(frozen=True)
class Cell:
    """A figure at a moment; `waiting`: said and not yet confirmed."""

    text: str
    waiting: bool = False


@dataclass(frozen=True)
class Row:
    """One figure from before to +24 months, and what the đề án promised of it."""

    name: str
    promised: str
    cells: list[Cell]


@dataclass(frozen=True)
class Part:
    """One beneficiary."""

    name: str
    sheets: list[tuple[EffectSheet, Tone, bool]]
    rows: list[Row]


@dataclass(frozen=True)
class Effects:
    """The tab; `total` adds up heads over several beneficiaries, and says over how many."""

    parts: list[Part]
    total: list[Row]
    moments: list[str]


def effects_of(project: Project, promised: Sequence[ExpectedIndicator], *, on: date) -> Effects:
    """What the sheets of one đề án say, in two queries however many there are."""
    sheets = list(project.effect_sheets.select_related("beneficiary__establishment").order_by("pk"))
    said: dict[int, dict[str, Decimal | None]] = {one.pk: {} for one in sheets}
    for code, key, value in (
        EffectMeasure.objects.filter(sheet__in=list(said)).order_by("pk").values_list("code", "sheet", "value")
    ):
        said[key][code] = value
    codes = asked().codes_of(project.activity)
    by_part: dict[int, dict[str, EffectSheet]] = {}
    for one in sheets:
        one.project = project
        by_part.setdefault(one.beneficiary_id, {})[one.moment] = one
    targets = {one.code: one for one in promised}
    alone = len(by_part) == 1
    parts = [
        Part(
            str(next(iter(of.values())).beneficiary),
            [(of[key], TONES[SheetState(of[key].state)], of[key].is_late(on)) for key in Moment.values if key in of],
            [
                Row(
                    INDICATORS[code].name,
                    _promise(targets.get(code)) if alone else "",
                    [_cell(code, of.get(key), said) for key in Moment.values],
                )
                for code in codes
            ],
        )
        for of in by_part.values()
    ]
    total = [] if alone or not parts else _total(codes, by_part, targets)
    return Effects(parts, total, [one.label for one in Moment])


def _cell(code: str, sheet: EffectSheet | None, said: dict[int, dict[str, Decimal | None]]) -> Cell:
    if sheet is None:
        return Cell("–")
    value = getattr(sheet, code)
    if value is not None:
        return Cell(with_unit(code, value))
    if sheet.closed:
        return Cell("đã ngừng hoạt động")
    told = said[sheet.pk].get(code)
    return Cell(with_unit(code, told), waiting=True) if told is not None else Cell(UNKNOWN)


def _promise(one: ExpectedIndicator | None) -> str:
    return f"{one.target_text} {one.unit}" if one else ""


def _total(
    codes: Sequence[str], by_part: dict[int, dict[str, EffectSheet]], targets: dict[str, ExpectedIndicator]
) -> list[Row]:
    """Heads over all beneficiaries; of how many it is known stands beside it."""
    rows = []
    for code in codes:
        if code not in PEOPLE:
            continue
        cells = []
        for key in Moment.values:
            known = [getattr(of[key], code) for of in by_part.values() if key in of]
            there = [value for value in known if value is not None]
            text = f"{with_unit(code, sum(there, Decimal(0)))} ({len(there)}/{len(by_part)} cơ sở)"
            cells.append(Cell(text if there else UNKNOWN if known else "–"))
        rows.append(Row(INDICATORS[code].name, _promise(targets.get(code)), cells))
    return rows
