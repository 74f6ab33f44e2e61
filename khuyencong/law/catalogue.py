"""What may be supported: the activities of NĐ 45/2012 Đ4, the trades of Đ5 and the order of priority of Đ6, all dated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from khuyencong.law.values import in_force
from khuyencong.law.yamlfile import Item, read

CATALOGUE_FILE = Path(__file__).with_name("catalogue.yaml")
CONTENTS = 9


@dataclass(frozen=True, slots=True)
class Part:
    """One point of a content of NĐ 45 Đ4, or a detail of an activity; `activities` are the codes that carry it out."""

    text: str
    article: str
    valid_from: date
    valid_to: date | None
    verified: bool
    activities: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class Content:
    """One of the nine contents of NĐ 45 Đ4 with its points, in the order of the text."""

    number: int
    name: str
    article: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """One kind of work that khuyến công money may pay for.

    `content` is 1 to 9 as in NĐ 45 Đ4, None where no text that was read puts it under one. `unit` is what norms and
    targets count. `parts` are the details that other texts give.
    """

    code: str
    name: str
    content: int | None
    article: str
    valid_from: date
    valid_to: date | None
    unit: str
    per_beneficiary: bool
    verified: bool = True
    parts: tuple[Part, ...] = ()

    def in_force(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated name with its article: a trade, a priority place, trade or owner; `order` is that of the text.

    `order` is None where the text says that no order holds. `parts` are what the text counts under it.
    """

    code: str
    name: str
    article: str
    valid_from: date
    valid_to: date | None
    order: int | None
    verified: bool = True
    parts: tuple[Part, ...] = ()

    def in_force(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True)
class Catalogue:
    """The whole file, by code, in the order of the law."""

    contents: dict[int, Content]
    units: frozenset[str]
    parameter_units: frozenset[str]
    activities: dict[str, Activity]
    sectors: dict[str, Entry]
    priority_places: dict[str, Entry]
    priority_trades: dict[str, Entry]
    priority_owners: dict[str, Entry]


def load_catalogue(path: Path = CATALOGUE_FILE) -> Catalogue:
    """Read and check a catalogue file. Raises LawFileError with the line of the first mistake."""
    top = read(path)
    units = frozenset(top.texts("units"))
    activities: dict[str, Activity] = {}
    for item in top.items("activities"):
        activity = _activity(item, units)
        if activity.code in activities:
            raise item.error(f"hoạt động «{activity.code}» viết hai lần.", key="code")
        activities[activity.code] = activity
    catalogue = Catalogue(
        contents=_contents(top, activities),
        units=units,
        parameter_units=frozenset(top.texts("parameter_units")),
        activities=activities,
        sectors=_entries(top, "sectors"),
        priority_places=_entries(top, "priority_places"),
        priority_trades=_entries(top, "priority_trades"),
        priority_owners=_entries(top, "priority_owners"),
    )
    top.finish()
    return catalogue


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, read once."""
    return load_catalogue()


def activity(code: str) -> Activity | None:
    """The activity of that code, None when there is none."""
    return catalogue().activities.get(code)


def activity_name(code: str) -> str:
    """Its Vietnamese name, or the code itself when unknown, so that an old record can always be shown."""
    found = activity(code)
    return found.name if found else code


def activities_on(on: date | None = None) -> list[Activity]:
    """The activities of a day in the order of the law; all of them without a day."""
    return [found for found in catalogue().activities.values() if on is None or found.in_force(on)]


def activity_choices(on: date | None = None) -> list[tuple[str, str]]:
    """(code, name) pairs for forms."""
    return [(found.code, found.name) for found in activities_on(on)]


def sectors_on(on: date | None = None) -> list[Entry]:
    """The trades of NĐ 45 Đ5 on a day; all of them without a day."""
    return [found for found in catalogue().sectors.values() if on is None or found.in_force(on)]


def sector_choices(on: date | None = None) -> list[tuple[str, str]]:
    """(code, name) pairs for forms."""
    return [(found.code, found.name) for found in sectors_on(on)]


def _contents(top: Item, activities: dict[str, Activity]) -> dict[int, Content]:
    found: dict[int, Content] = {}
    for item in top.items("contents"):
        number = item.whole("number", low=1, high=CONTENTS)
        if number is None or number in found:
            raise item.error("«number» phải có, từ 1 đến 9, mỗi số một lần.", key="number")
        found[number] = Content(number, item.text("name"), item.text("article"), _parts(item, activities))
        item.finish()
    return found


def _parts(item: Item, activities: dict[str, Activity] | None = None) -> tuple[Part, ...]:
    """The points under an entry; those of a content say which activities carry them out."""
    found = []
    for child in item.items("parts"):
        valid_from, valid_to = _period(child)
        codes = child.texts("activities") if activities is not None else ()
        if activities is not None and not codes:
            raise child.error("thiếu «activities» (mã hoạt động thực hiện).", key="activities")
        for code in codes:
            if code not in (activities or {}):
                raise child.error(f"hoạt động «{code}» không có trong danh mục.", key="activities")
        verified = child.flag("verified", default=True)
        found.append(Part(child.text("text"), child.text("article"), valid_from, valid_to, verified, codes))
        child.finish()
    return tuple(found)


def _period(item: Item) -> tuple[date, date | None]:
    valid_from, valid_to = item.day("from"), item.day("to")
    if valid_from is None:
        raise item.error("«from» phải là một ngày.", key="from")
    if valid_to is not None and valid_to < valid_from:
        raise item.error("«to» trước «from».", key="to")
    return valid_from, valid_to


def _activity(item: Item, units: frozenset[str]) -> Activity:
    valid_from, valid_to = _period(item)
    found = Activity(
        code=item.text("code"),
        name=item.text("name"),
        content=item.whole("content", low=1, high=CONTENTS),
        article=item.text("article"),
        valid_from=valid_from,
        valid_to=valid_to,
        unit=item.one_of("unit", units),
        per_beneficiary=item.flag("per_beneficiary"),
        verified=item.flag("verified", default=True),
        parts=_parts(item),
    )
    item.finish()
    return found


def _entries(top: Item, key: str) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    order = 0
    for item in top.items(key):
        valid_from, valid_to = _period(item)
        ordered = item.flag("ordered", default=True)
        order += ordered
        entry = Entry(
            code=item.text("code"),
            name=item.text("name"),
            article=item.text("article"),
            valid_from=valid_from,
            valid_to=valid_to,
            order=order if ordered else None,
            verified=item.flag("verified", default=True),
            parts=_parts(item),
        )
        item.finish()
        if entry.code in found:
            raise item.error(f"«{entry.code}» viết hai lần.", key="code")
        found[entry.code] = entry
    return found
