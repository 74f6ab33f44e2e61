"""How long a đề án has lain with whom: the appraiser's clock stands still while the unit puts things right.

Pure: days and steps in, working days out. The law sets no number of days for an appraisal; this only counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khuyencong.law.workdays import count_working_days
from khuyencong.projects.states import Route


class Hands(StrEnum):
    """With whom a đề án lies before it is decided on."""

    BASE = "base"
    CENTRAL = "central"
    UNIT = "unit"

    @property
    def label(self) -> str:
        return {"base": "Thẩm định cấp cơ sở", "central": "Thẩm định cấp Bộ", "unit": "Đơn vị hoàn thiện"}[self]


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of the transition table, on the day on which it was taken."""

    on: date
    step: str


@dataclass(frozen=True, slots=True)
class Spell:
    """From the day after `start` to `end`, both days of steps; `end` None: it still lies there."""

    hands: Hands
    start: date
    end: date | None


def spells(moments: Sequence[Moment], *, route: str) -> list[Spell]:
    """The stays of a đề án, in order; `moments` are ordered. Steps that hand nothing over are passed by."""
    found: list[Spell] = []
    hands: Hands | None = None
    since: date | None = None
    for moment in moments:
        if moment.step not in _HANDING_OVER:
            continue
        if hands is not None and since is not None:
            found.append(Spell(hands, since, moment.on))
        hands, since = _hands_after(moment.step, route), moment.on
    if hands is not None and since is not None:
        found.append(Spell(hands, since, None))
    return found


_HANDING_OVER = frozenset(
    {"submit", "base_agree", "base_return", "base_refuse", "central_agree", "central_return", "central_refuse"}
    | {"withdraw", "approve"}
)


def _hands_after(step: str, route: str) -> Hands | None:
    if step == "submit":
        return Hands.CENTRAL if route == Route.NATIONAL_DIRECT else Hands.BASE
    if step in {"base_return", "central_return"}:
        return Hands.UNIT
    return Hands.CENTRAL if step == "base_agree" and route == Route.NATIONAL else None


@dataclass(frozen=True, slots=True)
class Reading:
    """Working days with one of them; `running` where the clock of this one goes now."""

    hands: Hands
    days: int
    running: bool


def read(moments: Sequence[Moment], *, route: str, on: date) -> list[Reading]:
    """What the clocks show on the day `on`: one for everybody with whom the đề án has lain, in the order of the field."""
    stays = spells(moments, route=route)
    return [
        Reading(
            hands,
            sum(count_working_days(stay.start, stay.end or on) for stay in stays if stay.hands is hands),
            any(stay.hands is hands and stay.end is None for stay in stays),
        )
        for hands in Hands
        if any(stay.hands is hands for stay in stays)
    ]
