"""The days on which the law changes, past and to come: documents, norms, activities, trades, and who is a city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.law.catalogue import Activity, Entry, catalogue
from khuyencong.law.changes import ONE_DAY, Likeness, NormChange, changes_between, turning_days, turns
from khuyencong.law.norms import Norm, NormBook
from khuyencong.law.values import Document
from khuyencong.law.workdays import Holiday, holidays_in
from khuyencong.normbook.reading.comparing import either_day
from khuyencong.normbook.reading.places import Place, PlaceBook
from khuyencong.places.models import CityStatus

Period = tuple[date | None, date | None]
Dated = Document | Activity | Entry
MOST = 8


@dataclass(frozen=True, slots=True)
class Thing:
    """What something happens to; `document_id` or `activity` says where to read more, "" where nowhere."""

    label: str
    document_id: str = ""
    activity: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """What begins or ends on a day: «Có hiệu lực», the things it happens to, and what is to be said of them."""

    what: str
    things: tuple[Thing, ...]
    note: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class NormTurn:
    """How the norms of places change from the day before; several sites that change alike are told once."""

    places: tuple[Place, ...]
    changes: tuple[NormChange, ...]

    @property
    def label(self) -> str:
        return ", ".join(place.label for place in self.places)

    @property
    def differing(self) -> tuple[NormChange, ...]:
        """Where another amount may be paid, or a norm in numbers comes or goes."""
        return tuple(one for one in self.changes if one.likeness is Likeness.TERMS and _has_numbers(one))

    @property
    def others(self) -> int:
        """How many change in nothing that can be counted: their grounds, or what they refer to."""
        return len(self.changes) - len(self.differing)

    @property
    def first_ones(self) -> tuple[NormChange, ...]:
        """As many as a list of days has room for."""
        return self.differing[:MOST]

    @property
    def more(self) -> int:
        return len(self.differing) - len(self.first_ones)


@dataclass(frozen=True, slots=True)
class TurningDay:
    """A day with what happens on it, and what that does to the norms."""

    on: date
    happenings: tuple[Happening, ...]
    turns: tuple[NormTurn, ...]

    @property
    def before(self) -> date:
        return self.on - ONE_DAY

    @property
    def is_empty(self) -> bool:
        return not self.happenings and not self.turns


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days off of one name that follow each other: «Tết Âm lịch, 16/02/2026 – 20/02/2026»."""

    name: str
    days: str
    article: str
    verified: bool
    note: str


@dataclass(frozen=True)
class Calendar:
    """Everything dated, looked at for one place (its documents and the nation's), the nation alone, or everywhere."""

    book: NormBook
    documents: tuple[Document, ...]
    places: PlaceBook
    cities: tuple[CityStatus, ...]

    def days(self) -> tuple[date, ...]:
        """All turning days, in order."""
        dated: list[Period] = [(one.valid_from, one.valid_to) for one in catalogue().activities.values()]
        dated += [(one.valid_from, one.valid_to) for one in catalogue().sectors.values()]
        dated += [(one.starts_on, None) for one in self.cities]
        found = {*turning_days(self.documents), *turns(dated), *self.places.first_days}
        return tuple(sorted(found))

    def day(self, on: date) -> TurningDay:
        """What happens on a day; empty where nothing does."""
        return TurningDay(on, tuple(self._happenings(on)), tuple(self._turns(on)))

    def _happenings(self, on: date) -> Iterable[Happening]:
        for one in self.documents:
            thing = (Thing(one.name, document_id=one.id),)
            if _begins(one, on):
                yield Happening("Có hiệu lực", thing, one.title, one.dates_verified)
            if _has_ended(one, on):
                yield Happening("Hết hiệu lực", thing, f"{one.title}; ngày cuối cùng {format_date(on - ONE_DAY)}")
        activities: list[Activity | Entry] = list(catalogue().activities.values())
        sectors: list[Activity | Entry] = list(catalogue().sectors.values())
        for entries, begins, ends in (
            (activities, "Bắt đầu được hỗ trợ", "Không còn được hỗ trợ"),
            (sectors, "Ngành nghề bắt đầu được hưởng", "Ngành nghề thôi được hưởng"),
        ):
            yield from _named(begins, [one for one in entries if _begins(one, on)])
            yield from _named(ends, [one for one in entries if _has_ended(one, on)])
        if on in self.places.first_days:
            note = "định mức của tỉnh cũ còn áp dụng ở địa bàn cũ cho tới khi tỉnh mới có văn bản riêng"
            yield Happening("Sáp nhập", (Thing("tỉnh, thành phố theo địa giới mới"),), note)
        for city in self.cities:
            if city.starts_on == on:
                note = f"văn bản {city.document}; xem lại địa bàn được hỗ trợ của các phường"
                thing = (Thing(city.province.short_name),)
                yield Happening("Trở thành thành phố trực thuộc trung ương", thing, note, city.verified)

    def _turns(self, on: date) -> Iterable[NormTurn]:
        before = on - ONE_DAY
        activities = list(either_day(before, on))
        found: dict[tuple[NormChange, ...], list[Place]] = {}
        for place in self._concerned(on):
            changes = changes_between(
                self.book, activities, source=place.source, province_keys=place.keys, first=before, second=on
            )
            if changes:
                found.setdefault(changes, []).append(place)
        return (NormTurn(tuple(places), changes) for changes, places in found.items())

    def _concerned(self, on: date) -> Iterable[Place]:
        """The places whose documents begin or end on the day, the nation first; of a merged province its sites."""
        turning = dict.fromkeys(one.scope for one in self.documents if on in turning_days([one]))
        scopes = sorted(turning, key=lambda scope: (scope is not None, self.places.label(scope)))
        return dict.fromkeys(column for scope in scopes for column in self.places.of_scope(scope).columns)


def load_calendar(
    book: NormBook, documents: Sequence[Document], places: PlaceBook, *, place: Place | None = None
) -> Calendar:
    """The calendar of the whole country, or of one place; one query, whatever is in it."""
    cities = list(CityStatus.objects.select_related("province").exclude(from_on=None, passed_on=None))
    chosen = tuple(documents)
    if place is not None:
        scopes = places.scopes_of(place) if place.keys else frozenset({None})
        chosen = tuple(one for one in documents if one.scope in scopes)
        cities = [one for one in cities if one.province.key in scopes] if place.keys else cities
    return Calendar(book, chosen, places, tuple(cities))


def days_off(year: int) -> list[DaysOff]:
    """The days off of a year that working days are counted around, in order."""
    runs: list[list[Holiday]] = []
    for holiday in holidays_in(year):
        last = runs[-1][-1] if runs else None
        if last and replace(last, on=holiday.on) == holiday and last.on + ONE_DAY == holiday.on:
            runs[-1].append(holiday)
        else:
            runs.append([holiday])
    return [_days_off(run[0], run[-1]) for run in runs]


def _days_off(first: Holiday, last: Holiday) -> DaysOff:
    days = format_date(first.on) if first == last else f"{format_date(first.on)} – {format_date(last.on)}"
    return DaysOff(first.name, days, first.article, first.verified, first.note)


def _named(what: str, entries: Sequence[Activity | Entry]) -> Iterable[Happening]:
    """One happening for all entries that were verified, and one for those that were not."""
    for verified in (True, False):
        things = tuple(
            Thing(one.name, activity=one.code if isinstance(one, Activity) else "")
            for one in entries
            if one.verified is verified
        )
        if things:
            yield Happening(what, things, verified=verified)


def _begins(value: Dated, on: date) -> bool:
    return value.valid_from == on and not (value.valid_to is not None and value.valid_to < on)


def _has_ended(value: Dated, on: date) -> bool:
    """Whether the day before was the last."""
    first, last = value.valid_from, value.valid_to
    return first is not None and last is not None and first <= last and last + ONE_DAY == on


def _has_numbers(change: NormChange) -> bool:
    return any(isinstance(one, Norm) and (one.has_numbers or one.tiers) for one in (change.before, change.after))
