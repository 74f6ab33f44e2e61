"""Reads a decision about units from plain data, entry by entry; every mistake becomes a sentence of its own.

Which units there are is not known here: that is asked in `planning`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from khuyencong.core.errors import DomainError
from khuyencong.core.text import clean, shown
from khuyencong.places.kinds import CommuneKind, ProvinceKind, Region

REST = "rest"
MOST_CHANGES = 5_000
LONGEST_NAME, LONGEST_PROVINCE_NAME, LONGEST_DOCUMENT, LONGEST_SOURCE = 60, 40, 120, 300
LATITUDES, LONGITUDES = (4.0, 24.0), (101.0, 119.0)  # as `Commune` holds them
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEYS = ("document", "passed_on", "in_force_on", "verified", "source", "changes")


class DecisionError(DomainError):
    """A decision that cannot be applied; `sentences` are Vietnamese, one for each mistake."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class ChangeKind(StrEnum):
    """What a decision does; the value is the word that begins its entry in the file."""

    MERGE_PROVINCES = "merge_provinces"
    SPLIT_PROVINCE = "split_province"
    RENAME_PROVINCE = "rename_province"
    NEW_CITY = "new_city"
    MERGE_COMMUNES = "merge_communes"
    SPLIT_COMMUNE = "split_commune"
    RENAME_COMMUNE = "rename_commune"
    MOVE_COMMUNE = "move_commune"
    MOVE_POINT = "move_point"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def of_provinces(self) -> bool:
        """Whether the entry is about provinces."""
        return self in _OF_PROVINCES


_LABELS = {
    ChangeKind.MERGE_PROVINCES: "Sáp nhập tỉnh",
    ChangeKind.SPLIT_PROVINCE: "Chia tỉnh",
    ChangeKind.RENAME_PROVINCE: "Đổi tên tỉnh",
    ChangeKind.NEW_CITY: "Thành lập thành phố trực thuộc trung ương",
    ChangeKind.MERGE_COMMUNES: "Sáp nhập xã",
    ChangeKind.SPLIT_COMMUNE: "Chia xã",
    ChangeKind.RENAME_COMMUNE: "Đổi tên, đổi loại xã",
    ChangeKind.MOVE_COMMUNE: "Chuyển xã sang tỉnh khác",
    ChangeKind.MOVE_POINT: "Điều chỉnh địa giới, điểm của xã",
}
# What may stand in an entry beside the word that begins it.
_BESIDE: dict[ChangeKind, tuple[str, ...]] = {
    ChangeKind.MERGE_PROVINCES: ("into",),
    ChangeKind.SPLIT_PROVINCE: ("into",),
    ChangeKind.RENAME_PROVINCE: ("name",),
    ChangeKind.NEW_CITY: (),
    ChangeKind.MERGE_COMMUNES: ("into",),
    ChangeKind.SPLIT_COMMUNE: ("into",),
    ChangeKind.RENAME_COMMUNE: ("name",),
    ChangeKind.MOVE_COMMUNE: ("to",),
    ChangeKind.MOVE_POINT: ("latitude", "longitude"),
}
_PROVINCE_KEYS = ("code", "name", "region", "communes")
_COMMUNE_KEYS = ("code", "name", "province", "latitude", "longitude", "how_formed")
_OF_PROVINCES = {
    ChangeKind.MERGE_PROVINCES,
    ChangeKind.SPLIT_PROVINCE,
    ChangeKind.RENAME_PROVINCE,
    ChangeKind.NEW_CITY,
}
_SEVERAL = {ChangeKind.MERGE_PROVINCES, ChangeKind.MERGE_COMMUNES}
_SPLITS = {ChangeKind.SPLIT_PROVINCE, ChangeKind.SPLIT_COMMUNE}


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit as the decision describes it; what it leaves out is None or "", and taken from the unit it comes from.

    `communes` of a part of a split province: references, or None for all that no other part names. Degrees, WGS 84.
    """

    code: str = ""
    name: str = ""
    region: Region | None = None
    province: str = ""
    latitude: float | None = None
    longitude: float | None = None
    how_formed: str = ""
    communes: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One entry: `olds` are codes or keys of units in force, `news` what they become. `number` counts from 1."""

    number: int
    kind: ChangeKind
    olds: tuple[str, ...]
    news: tuple[NewUnit, ...] = ()

    @property
    def where(self) -> str:
        """How sentences name the entry."""
        return f"Mục {self.number} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decision file says; `digest` is of its meaning, so that comments and blanks change nothing."""

    document: str
    passed_on: dt.date | None
    in_force_on: dt.date
    verified: bool
    source: str
    changes: tuple[Change, ...]
    digest: str

    @property
    def last_day_before(self) -> dt.date:
        return self.in_force_on - dt.timedelta(days=1)


def read_decision(data: object) -> Decision:
    """The decision that plain data describes. Raises DecisionError with every mistake."""
    if not isinstance(data, dict):
        raise DecisionError("Tệp phải mô tả một quyết định bằng các cặp «khóa: giá trị».")
    mistakes: list[str] = []
    whole = _Reader(data, "", mistakes)
    whole.only(_KEYS)
    document = whole.text("document", LONGEST_DOCUMENT, required=True)
    in_force_on, passed_on = whole.day("in_force_on", required=True), whole.day("passed_on")
    verified = whole.flag("verified")
    source = whole.text("source", LONGEST_SOURCE, required=True)
    if in_force_on and passed_on and passed_on > in_force_on:
        whole.wrong("«passed_on» (ngày thông qua) không được sau «in_force_on» (ngày có hiệu lực).")
    entries = data.get("changes")
    changes: list[Change] = []
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_CHANGES:
        whole.wrong(f"«changes» phải là danh sách từ 1 đến {MOST_CHANGES} thay đổi.")
    else:
        found = (_change(number, entry, mistakes) for number, entry in enumerate(entries, start=1))
        changes = [change for change in found if change is not None]
    if mistakes or in_force_on is None:
        raise DecisionError(*dict.fromkeys(mistakes))
    meaning = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    digest = hashlib.sha256(meaning.encode()).hexdigest()
    return Decision(document, passed_on, in_force_on, verified, source, tuple(changes), digest)


def province_kind(name: str) -> ProvinceKind | None:
    """What a full name says a province is: «Tỉnh …», «Thành phố …»; None where it says neither."""
    return next((kind for kind in ProvinceKind if name.startswith(f"{kind.label.capitalize()} ")), None)


def commune_kind(name: str) -> CommuneKind | None:
    """What a full name says a commune is: «Xã …», «Phường …», «Đặc khu …»; None where it says none of them."""
    return next((kind for kind in CommuneKind if name.startswith(f"{kind.label.capitalize()} ")), None)


def _change(number: int, entry: object, mistakes: list[str]) -> Change | None:
    """One entry, or None where it cannot be read; what is wrong is added to `mistakes`."""
    if not isinstance(entry, dict):
        mistakes.append(f"Mục {number}: phải là các cặp «khóa: giá trị».")
        return None
    kinds = [kind for kind in ChangeKind if kind in entry]
    if len(kinds) != 1:
        mistakes.append(f"Mục {number}: phải có đúng một trong các khóa {', '.join(ChangeKind)}.")
        return None
    kind, before = kinds[0], len(mistakes)
    reader = _Reader(entry, f"Mục {number} ({kind}): ", mistakes)
    reader.only((kind, *_BESIDE[kind]))
    olds = reader.references(kind, several=kind in _SEVERAL)
    news = _news(kind, reader)
    return Change(number, kind, olds, news) if len(mistakes) == before else None


def _news(kind: ChangeKind, reader: _Reader) -> tuple[NewUnit, ...]:
    """What the units of an entry become."""
    match kind:
        case ChangeKind.NEW_CITY:
            return ()
        case ChangeKind.RENAME_PROVINCE | ChangeKind.RENAME_COMMUNE:
            return (NewUnit(name=reader.name(of_province=kind.of_provinces)),)
        case ChangeKind.MOVE_COMMUNE:
            return (NewUnit(province=reader.reference("to", required=True)),)
        case ChangeKind.MOVE_POINT:
            latitude, longitude = reader.point(required=True)
            return (NewUnit(latitude=latitude, longitude=longitude),)
        case _:
            parts = reader.parts("into", several=kind in _SPLITS)
            return tuple(_unit(part, kind) for part in parts)


def _unit(reader: _Reader, kind: ChangeKind) -> NewUnit:
    """A new unit; each part of a split commune must say where it lies, since the old point is that of one of them."""
    reader.only(_PROVINCE_KEYS if kind.of_provinces else _COMMUNE_KEYS)
    if kind.of_provinces:
        in_parts = kind is ChangeKind.SPLIT_PROVINCE
        if not in_parts and "communes" in reader.values:
            reader.wrong("«communes» chỉ dùng khi chia tỉnh.")
        return NewUnit(
            code=reader.code(2),
            name=reader.name(of_province=True),
            region=reader.region(),
            communes=reader.communes() if in_parts else None,
        )
    latitude, longitude = reader.point(required=kind is ChangeKind.SPLIT_COMMUNE)
    return NewUnit(
        code=reader.code(5),
        name=reader.name(of_province=False),
        province=reader.reference("province"),
        latitude=latitude,
        longitude=longitude,
        how_formed=reader.text("how_formed", 2_000),
    )


class _Reader:
    """Takes the values of one mapping apart and collects what is wrong with them."""

    def __init__(self, values: Mapping[Any, Any], where: str, mistakes: list[str]) -> None:
        self.values = values
        self.where = where
        self.mistakes = mistakes

    def wrong(self, sentence: str) -> None:
        self.mistakes.append(f"{self.where}{sentence}")

    def only(self, keys: Sequence[str]) -> None:
        for key in self.values:
            if key not in keys:
                self.wrong(f"không có khóa «{shown(str(key))}»; các khóa: {', '.join(keys)}.")

    def text(self, key: str, longest: int, *, required: bool = False) -> str:
        """One line of text, composed; "" where it is left out or wrong."""
        value = self.values.get(key)
        if value is None or value == "":
            if required:
                self.wrong(f"thiếu «{key}».")
            return ""
        if not isinstance(value, str) or len(clean(value)) > longest:
            self.wrong(f"«{key}» phải là một dòng chữ, không quá {longest} ký tự.")
            return ""
        return clean(value)

    def day(self, key: str, *, required: bool = False) -> dt.date | None:
        value = self.values.get(key)
        if value is None:
            if required:
                self.wrong(f"thiếu «{key}», ví dụ {key}: 2027-01-01.")
            return None
        text = str(value)
        try:
            found = dt.date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
        except ValueError:
            found = None
        if found is None:
            self.wrong(f"«{key}: {shown(text)}» phải là ngày có trong lịch, dạng năm-tháng-ngày, ví dụ 2027-01-01.")
        return found

    def flag(self, key: str) -> bool:
        """A truth value; what nobody has said is not verified."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.wrong(f"«{key}» phải là true hoặc false.")
            return False
        return value

    def reference(self, key: str, *, required: bool = False) -> str:
        """The code or key of a unit; a number that lost its zeros in front is refused by whoever looks it up."""
        value = self.values.get(key)
        if value is None:
            if required:
                self.wrong(f"thiếu «{key}».")
            return ""
        return self._reference(key, value)

    def references(self, key: str, *, several: bool) -> tuple[str, ...]:
        """The units an entry is about: one, or at least two of them, none twice."""
        value = self.values.get(key)
        if not several:
            return (self._reference(key, value),)
        if not isinstance(value, list) or len(value) < 2:  # noqa: PLR2004  # one alone does not merge
            self.wrong(f"«{key}» phải là danh sách ít nhất hai mã.")
            return ()
        found = tuple(self._reference(key, one) for one in value)
        if len(set(found)) < len(found):
            self.wrong(f"«{key}» nêu một mã hai lần.")
        return found

    def communes(self) -> tuple[str, ...] | None:
        """The communes of a part of a split province; None for the rest."""
        value = self.values.get("communes")
        if value == REST:
            return None
        if not isinstance(value, list) or not value:
            self.wrong(f"«communes» phải là danh sách mã xã, hoặc {REST} cho phần còn lại.")
            return ()
        return tuple(self._reference("communes", one) for one in value)

    def parts(self, key: str, *, several: bool) -> list[_Reader]:
        """The new units under `key`: one mapping, or for a split a list of at least two, the main part first."""
        value = self.values.get(key)
        rows = value if several else [value]
        if not isinstance(rows, list) or (several and len(rows) < 2):  # noqa: PLR2004  # else nothing is split
            self.wrong(f"«{key}» phải là danh sách ít nhất hai phần, phần chính đứng đầu.")
            return []
        found = []
        for number, row in enumerate(rows, start=1):
            where = f"{self.where}phần {number}: " if several else self.where
            if isinstance(row, dict):
                found.append(_Reader(row, where, self.mistakes))
            else:
                self.mistakes.append(f"{where}«{key}» phải là các cặp «khóa: giá trị».")
        return found

    def code(self, digits: int) -> str:
        value = str(self.values.get("code", ""))
        if not (value.isascii() and value.isdigit() and len(value) == digits):
            self.wrong(f"«code» phải là mã {digits} chữ số, viết trong dấu nháy nếu bắt đầu bằng 0.")
            return ""
        return value

    def name(self, *, of_province: bool) -> str:
        """A full name, which says what the unit is."""
        value = self.text("name", LONGEST_PROVINCE_NAME if of_province else LONGEST_NAME, required=True)
        kind = province_kind(value) if of_province else commune_kind(value)
        if value and kind is None:
            begins = [one.label.capitalize() for one in (ProvinceKind if of_province else CommuneKind)]
            self.wrong(f"«name: {shown(value)}» phải bắt đầu bằng {', '.join(begins)} và có tên riêng.")
        return value

    def region(self) -> Region | None:
        value = self.values.get("region")
        if value is None:
            return None
        if value not in Region.values:
            self.wrong(f"«region» phải là một trong {', '.join(Region.values)}.")
            return None
        return Region(value)

    def point(self, *, required: bool = False) -> tuple[float | None, float | None]:
        """Latitude and longitude in degrees; both or none."""
        given = [key for key in ("latitude", "longitude") if self.values.get(key) is not None]
        if not given and not required:
            return None, None
        latitude, longitude = self._degrees("latitude", LATITUDES), self._degrees("longitude", LONGITUDES)
        return (latitude, longitude) if latitude is not None and longitude is not None else (None, None)

    def _degrees(self, key: str, limits: tuple[float, float]) -> float | None:
        value = self.values.get(key)
        low, high = limits
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.wrong(f"«{key}» phải là số độ từ {low:g} đến {high:g}.")
            return None
        return float(value)

    def _reference(self, key: str, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
            self.wrong(f"«{key}» phải là mã hoặc khóa của đơn vị hành chính.")
            return ""
        return clean(str(value))[:12]
