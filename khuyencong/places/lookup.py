"""Which province a code or a name means on a day, read from the data files alone; no database."""

import datetime as dt
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from khuyencong.core.dates import format_date
from khuyencong.core.text import fold, shown
from khuyencong.places import sources
from khuyencong.places.kinds import FIRST_DAY_OF_TODAYS_UNITS, LAST_DAY_OF_OLD_PROVINCES, old_key

_CODE = re.compile(r"[0-9]{2}")
_KEY = re.compile(r"([0-9]{2})@[0-9]{4}")
_PREFIXES = ("tinh ", "thanh pho ", "tp ")
# Names that people write and that no list of today has; Huế was a province of that name until 31/12/2024.
_ALSO_CALLED = {"hcm": "ho chi minh", "tphcm": "ho chi minh", "thua thien hue": "hue"}
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class KnownProvince:
    """A province of today or of before 01/07/2025, by its key; `current_key` is the one it went into, or its own.

    `on_both_sides` marks one that took part in no merger, so that it is the same before and after.
    """

    key: str
    code: str
    name: str
    short_name: str
    current_key: str
    on_both_sides: bool

    @property
    def is_old(self) -> bool:
        return self.key != self.current_key

    @property
    def label(self) -> str:
        """Its name, and for one that is gone until when it was."""
        return f"{self.name} (đến {format_date(LAST_DAY_OF_OLD_PROVINCES)})" if self.is_old else self.name


def find_province(text: str, on: dt.date) -> KnownProvince:
    """The province that a key ("87@2025"), a code or a name means on the day `on`.

    A code or a name means the province that had it on that day; after the mergers also the one that had it before,
    where none has it now. ValueError with a Vietnamese sentence when there is none.
    """
    wanted = text.strip()
    before = on < FIRST_DAY_OF_TODAYS_UNITS
    if match := _KEY.fullmatch(wanted):
        found = [one for one in _all() if one.key == wanted or (one.on_both_sides and one.code == match[1])]
    else:
        is_code, bare = _CODE.fullmatch(wanted), _bare(wanted)
        found = [one for one in _all() if (one.code == wanted if is_code else bare in _names_of(one))]
        # First those of that day; a province without a merger is of every day.
        found.sort(key=lambda one: not one.on_both_sides and one.is_old != before)
        found = [one for one in found if not before or one.is_old or one.on_both_sides]
    if not found:
        raise ValueError(_unknown(wanted))
    return found[0]


def norm_keys(on: dt.date, *, province: str = "", site: str = "") -> tuple[KnownProvince | None, tuple[str, ...]]:
    """The province that is named, and the keys of the provinces whose norms may apply, the first first.

    Today's province, then the one of the site before the mergers: `site` names it, or `province` itself where it is
    an old one. None and no key without either. ValueError with a sentence when one is unknown or they do not fit.
    """
    named = find_province(province, on) if province else None
    old = find_province(site, LAST_DAY_OF_OLD_PROVINCES) if site else None
    if named and old and named != old and named.is_old:
        # The site has said which old province: the code or name may be that of today, whatever the day asked about.
        named = find_province(province, FIRST_DAY_OF_TODAYS_UNITS)
    if named and old and named.current_key != old.current_key:
        raise ValueError(f"{old.label} không phải là một phần của {named.name}.")
    if named and named.is_old and old and named != old:
        raise ValueError(f"Địa điểm không thể vừa thuộc {named.label} vừa thuộc {old.label}.")
    parts = [one for one in (named, old) if one]
    keys = [*(one.current_key for one in parts), *(one.key for one in parts)]
    return named or old, tuple(dict.fromkeys(keys))


@cache
def _names_of(one: KnownProvince) -> frozenset[str]:
    return frozenset({_bare(one.name), _bare(one.short_name)} - {""})


def _bare(name: str) -> str:
    """A name for comparing: without diacritics, punctuation, and the word that says what it is."""
    words = _NOT_WORDS.sub(" ", fold(name)).strip()
    for prefix in _PREFIXES:
        words = words.removeprefix(prefix)
    return _ALSO_CALLED.get(words, words)


def _unknown(wanted: str) -> str:
    names = {_bare(one.short_name): one.short_name for one in _all()}
    said = _bare(shown(wanted))
    near = [name for name in names if f" {name} " in f" {said} "] or difflib.get_close_matches(said, names, n=1)
    hint = f" Có phải ý là {names[near[0]]}?" if near else ""
    return f"Không có tỉnh, thành phố «{shown(wanted)}».{hint}"


@cache
def _all() -> tuple[KnownProvince, ...]:
    """The provinces of today and those of before that are not the same."""
    old = sources.read_old_provinces()
    same = sources.unchanged(old)
    return (*_of_today(same), *_of_before(old, same))


def _of_today(same: set[str]) -> Iterable[KnownProvince]:
    for row in sources.read_provinces():
        yield KnownProvince(row.code, row.code, row.name, row.short_name, row.code, row.code in same)


def _of_before(old: Iterable[sources.OldProvinceRow], same: set[str]) -> Iterable[KnownProvince]:
    for row in old:
        if row.code not in same:
            key = old_key(row.code)
            yield KnownProvince(key, row.code, row.name, row.short_name, row.merged_into_code, on_both_sides=False)
