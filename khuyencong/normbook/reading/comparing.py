"""Two days or two places side by side: first what differs in what may be paid, then the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.law.catalogue import Activity, activities_on
from khuyencong.law.changes import Likeness, NormChange, Side, side_by_side
from khuyencong.law.norms import NormBook
from khuyencong.law.values import Document, in_force
from khuyencong.normbook.reading.places import Place


@dataclass(frozen=True, slots=True)
class Look:
    """A place on a day: one side of a comparison."""

    place: Place
    on: date

    @property
    def side(self) -> Side:
        return Side(self.place.source, self.place.keys, self.on)

    @property
    def label(self) -> str:
        return f"{self.place.label}, {format_date(self.on)}"

    def passes_over(self, documents: Iterable[Document]) -> bool:
        """Whether old provinces may have norms here that only a look at their sites would find.

        So it is where a province was made of several and has no document of its own in force.
        """
        own = (in_force(one.valid_from, one.valid_to, self.on) for one in documents if one.scope == self.place.key)
        return bool(self.place.sites) and not any(own)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every activity of either day, sorted by how far the two sides differ."""

    before: Look
    after: Look
    changes: tuple[NormChange, ...]

    @property
    def is_one(self) -> bool:
        """Whether both sides are the same place on the same day."""
        return self.before == self.after

    @property
    def differing(self) -> tuple[NormChange, ...]:
        return self._of(Likeness.TERMS)

    @property
    def regrounded(self) -> tuple[NormChange, ...]:
        """The same may be paid on other grounds."""
        return self._of(Likeness.GROUNDS)

    @property
    def same(self) -> tuple[NormChange, ...]:
        return self._of(Likeness.SAME)

    @property
    def neither(self) -> tuple[NormChange, ...]:
        return self._of(Likeness.NEITHER)

    @property
    def sentence(self) -> str:
        """What came out, in words."""
        kept, grounds = len(self.same), len(self.regrounded)
        told = f"{len(self.differing)} nội dung khác mức"
        if grounds:
            told += f", {grounds} cùng mức nhưng khác căn cứ"
        return f"{told}, {kept} giống nhau, {len(self.neither)} không bên nào có định mức."

    def _of(self, likeness: Likeness) -> tuple[NormChange, ...]:
        return tuple(one for one in self.changes if one.likeness is likeness)


def compare_looks(book: NormBook, before: Look, after: Look) -> Comparison:
    """The comparison of two looks at the same book."""
    activities = either_day(before.on, after.on)
    return Comparison(before, after, side_by_side(book, activities, before.side, after.side))


def either_day(first: date, second: date) -> Iterable[Activity]:
    """The activities that exist on one of two days, in the order of the law."""
    return [one for one in activities_on() if one.in_force(first) or one.in_force(second)]
