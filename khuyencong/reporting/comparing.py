"""A period beside the same period of the year before, and beside its plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from khuyencong.core.money import NOTHING, format_percent, percent
from khuyencong.people.actors import Actor
from khuyencong.reporting.figures import CODES, FIGURES, Figure, Question, Values, value_of
from khuyencong.reporting.totals import totals_of

# What a comparison speaks of, in its order.
COMPARED = (
    "approved_projects",
    "accepted_projects",
    "planned",
    "approved",
    "paid_to_date",
    "accepted",
    "settled",
    "beneficiaries",
    "jobs",
)


@dataclass(frozen=True)
class Compared:
    """One figure of the period and of the year before; None where the year before has nothing recorded at all."""

    figure: Figure
    now: int
    before: int | None
    url: str
    url_before: str

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.now - self.before

    @property
    def percent(self) -> Decimal | None:
        """This period in per cent of the same period of the year before; None where there was nothing."""
        return None if self.before is None else percent(self.now, self.before)

    @property
    def shown_now(self) -> str:
        return self.figure.shown(self.now)

    @property
    def shown_before(self) -> str:
        return NOTHING if self.before is None else self.figure.shown(self.before)

    @property
    def shown_difference(self) -> str:
        return NOTHING if self.difference is None else self.figure.shown(self.difference)

    @property
    def percent_text(self) -> str:
        return format_percent(self.percent)


def before_of(question: Question, *, actor: Actor | None = None, codes: Collection[str] = CODES) -> Values | None:
    """The sums of the same period of the year before; None where nothing is recorded of it, which is not the same as 0.

    `codes`: the figures that are looked at, as in `totals_of`.
    """
    try:
        earlier = question.before
    except ValueError:
        return None
    return totals_of(earlier, actor=actor, codes=codes)


def compared(question: Question, now: Values, *, actor: Actor | None = None) -> list[Compared]:
    """The main figures beside those of the year before; none where that year is not on record."""
    return compare(question, now, before_of(question, actor=actor, codes=COMPARED))


def compare(question: Question | None, now: Values, before: Values | None) -> list[Compared]:
    """As `compared`, of sums that are at hand; `question` None: without the lists behind them."""
    if before is None:
        return []
    found = []
    for one in FIGURES:
        if one.code not in COMPARED:
            continue
        this, that = value_of(now, one.code), value_of(before, one.code)
        url = question.list_url(one.code) if question is not None and this else ""
        url_before = question.before.list_url(one.code) if question is not None and that else ""
        found.append(Compared(one, this, that, url, url_before))
    return found
