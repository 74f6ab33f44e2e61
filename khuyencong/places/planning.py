"""What a decision would do to the units of the day before: everything is checked here, nothing is written.

Every change becomes units that end and units that begin; a renamed or moved unit ends and begins as well, so that its
earlier name and place stay what they were. A city is the exception: its status has a day of its own (`CityStatus`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from khuyencong.core.dates import format_date
from khuyencong.places.decision import (
    REST,
    Change,
    ChangeKind,
    Decision,
    DecisionError,
    NewUnit,
    commune_kind,
    province_kind,
)
from khuyencong.places.kinds import FIRST_DAY_OF_TODAYS_UNITS, ProvinceKind, Region
from khuyencong.places.models import CityStatus, Commune, Province, RegionMembership

Unit = TypeVar("Unit", Province, Commune)


@dataclass(frozen=True)
class ProvinceOpening:
    """A province that begins, not stored yet; `is_main` is False for the further parts of one that is split.

    `city_verified` is None where it is no centrally-run city.
    """

    row: Province
    olds: tuple[Province, ...]
    region: Region
    number: int
    is_main: bool = True
    city_verified: bool | None = None


@dataclass(frozen=True)
class CommuneOpening:
    """A commune that begins, not stored yet, in a province of that day; `number` 0: it only follows its province."""

    row: Commune
    olds: tuple[Commune, ...]
    number: int
    is_main: bool = True
    splits: bool = False


@dataclass
class Plan:
    """What applying a decision would do."""

    decision: Decision
    provinces: list[ProvinceOpening] = field(default_factory=list)
    communes: list[CommuneOpening] = field(default_factory=list)
    cities: dict[int, Province] = field(default_factory=dict)  # by number of the entry

    @property
    def pairs(self) -> list[tuple[Province, Province]]:
        """Every province that ends with the one that stands for it from then on."""
        return [(old, one.row) for one in self.provinces if one.is_main for old in one.olds]

    @property
    def carried(self) -> list[CommuneOpening]:
        """Communes that no entry names and that begin anew because their province does."""
        return [one for one in self.communes if not one.number]


def plan(decision: Decision) -> Plan:
    """Check a decision against the units in force; a fixed number of queries. Raises DecisionError with every mistake."""
    return _Planner(decision).plan()


def new_key(code: str, year: int, taken: Iterable[str]) -> str:
    """The key of a unit that begins: its code, or where some unit ever had that key, code and year; never used twice."""
    keys = set(taken)
    wanted, number = code, 1
    while wanted in keys:
        wanted = f"{code}-{year}" if number == 1 else f"{code}-{year}-{number}"
        number += 1
    return wanted


class _Planner:
    """Goes through the entries of one decision and collects what is wrong with them."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.found = Plan(decision)
        self.mistakes: list[str] = []
        rows = Province.objects.select_related("city_status").prefetch_related("regions")
        self.every_province = list(rows)
        self.provinces = {row.code: row for row in self.every_province if row.is_today}
        self.communes = {
            row.code: row for row in Commune.objects.filter(valid_to__isnull=True).select_related("province")
        }
        self.keys = set(Commune.objects.values_list("key", flat=True))
        self.named_by: dict[tuple[str, int], Change] = {}  # old unit -> the entry that ends it
        self.opened: dict[str, ProvinceOpening] = {}  # by code
        self.part_of: dict[int, ProvinceOpening] = {}  # old commune -> the part of a split province it falls into

    def plan(self) -> Plan:
        first = FIRST_DAY_OF_TODAYS_UNITS
        if self.decision.in_force_on <= first:
            raise DecisionError(
                f"«in_force_on» phải sau {format_date(first)}, ngày đầu tiên của các đơn vị hành chính đang dùng."
            )
        for change in self.decision.changes:
            if change.kind.of_provinces:
                self._province_change(change)
        for change in self.decision.changes:
            if not change.kind.of_provinces:
                self._commune_change(change)
        if not self.mistakes:
            self._carry_communes()
            self._check_codes()
        if self.mistakes:
            raise DecisionError(*dict.fromkeys(self.mistakes))
        return self.found

    def _wrong(self, change: Change, sentence: str) -> None:
        self.mistakes.append(f"{change.where}: {sentence}")

    # --- provinces ---------------------------------------------------------------------------------------------------

    def _province_change(self, change: Change) -> None:
        olds = tuple(row for row in (self._old_province(change, text) for text in change.olds) if row is not None)
        if len(olds) < len(change.olds):
            return
        if change.kind is ChangeKind.NEW_CITY:
            self._new_city(change, olds[0])
            return
        if sum(unit.communes is None for unit in change.news) > 1 and change.kind is ChangeKind.SPLIT_PROVINCE:
            self._wrong(change, f"chỉ một phần được ghi «communes: {REST}».")
        self._require_new_name(change, olds[0])
        for number, unit in enumerate(change.news):
            name = unit.name
            kind = province_kind(name) or ProvinceKind.PROVINCE
            code = unit.code or olds[0].code
            row = Province(
                code=code,
                key=new_key(code, self.decision.in_force_on.year, (one.key for one in self.every_province)),
                name=name,
                short_name=name.removeprefix(f"{kind.label.capitalize()} "),
                kind=kind,
                valid_from=self.decision.in_force_on,
            )
            row.index()
            region = unit.region or self._region(change, olds)
            if region is None:
                continue
            opening = ProvinceOpening(
                row, olds, region, change.number, is_main=number == 0, city_verified=self._city(change, olds, kind)
            )
            self.found.provinces.append(opening)
            if code in self.opened:
                self._wrong(change, f"mã {code} được dùng cho hai tỉnh mới.")
            self.opened[code] = opening
            if change.kind is ChangeKind.SPLIT_PROVINCE:
                self._assign(change, olds[0], unit, opening)

    def _old_province(self, change: Change, text: str) -> Province | None:
        row = self._find(change, text, self.provinces, self.every_province, "tỉnh, thành phố")
        if row is None or not self._claim(change, row, "tỉnh"):
            return None
        last = self.decision.last_day_before
        for membership in row.regions.all():
            if membership.from_on and membership.from_on > last:
                self._wrong(
                    change,
                    f"{row.name} đã được ghi khu vực khuyến công từ {format_date(membership.from_on)}, "
                    "sau ngày quyết định có hiệu lực.",
                )
                return None
        return row

    def _require_new_name(self, change: Change, old: Province | Commune) -> None:
        if change.kind in {ChangeKind.RENAME_PROVINCE, ChangeKind.RENAME_COMMUNE} and change.news[0].name == old.name:
            self._wrong(change, f"{old.name} đã mang tên ấy.")

    def _new_city(self, change: Change, row: Province) -> None:
        if _city_of(row) is not None or row.kind == ProvinceKind.CITY:
            self._wrong(change, f"{row.short_name} đã là thành phố trực thuộc trung ương.")
        else:
            self.found.cities[change.number] = row

    def _city(self, change: Change, olds: tuple[Province, ...], kind: ProvinceKind) -> bool | None:
        """Whether the status as a city is verified: carried on it is not. None for a province."""
        was_city = any(_city_of(old) is not None for old in olds)
        if kind is not ProvinceKind.CITY:
            if was_city and change.kind is ChangeKind.RENAME_PROVINCE:
                self._wrong(change, "đang là thành phố trực thuộc trung ương: tên mới phải bắt đầu bằng Thành phố.")
            return None
        if not was_city and change.kind is ChangeKind.RENAME_PROVINCE:
            self._wrong(change, f"chưa là thành phố trực thuộc trung ương: dùng {ChangeKind.NEW_CITY} để ghi việc ấy.")
        return self.decision.verified and not was_city

    def _region(self, change: Change, olds: tuple[Province, ...]) -> Region | None:
        """The region in which all of them lay on the last day; where they differ, the decision has to say it."""
        found = {region for old in olds if (region := _region_of(old, self.decision)) is not None}
        if len(found) == 1:
            return found.pop()
        self._wrong(change, "các tỉnh không cùng một khu vực khuyến công: hãy ghi «region».")
        return None

    def _assign(self, change: Change, old: Province, unit: NewUnit, opening: ProvinceOpening) -> None:
        """Which communes of a split province fall into this part; those of «rest» are found at the end."""
        for text in unit.communes or ():
            row = self._find(change, text, self.communes, (), "xã, phường, đặc khu")
            if row is None:
                continue
            if row.province_id != old.pk:
                self._wrong(change, f"{row.name} không thuộc {old.name}.")
            elif row.pk in self.part_of:
                self._wrong(change, f"{row.name} được nêu ở hai phần.")
            else:
                self.part_of[row.pk] = opening

    # --- communes ----------------------------------------------------------------------------------------------------

    def _commune_change(self, change: Change) -> None:
        olds = tuple(row for row in (self._old_commune(change, text) for text in change.olds) if row is not None)
        if len(olds) < len(change.olds):
            return
        self._require_new_name(change, olds[0])
        for number, unit in enumerate(change.news):
            province = self._province_of(change, unit, olds)
            if province is None:
                return
            row = self._begin(olds[0], province, unit)
            row.how_formed = unit.how_formed or self._how_formed(change, olds)
            splits = change.kind is ChangeKind.SPLIT_COMMUNE
            self.found.communes.append(CommuneOpening(row, olds, change.number, is_main=number == 0, splits=splits))

    def _old_commune(self, change: Change, text: str) -> Commune | None:
        row = self._find(change, text, self.communes, (), "xã, phường, đặc khu")
        return row if row is not None and self._claim(change, row, "xã") else None

    def _province_of(self, change: Change, unit: NewUnit, olds: tuple[Commune, ...]) -> Province | None:
        """The province, of the day the decision takes effect, in which the commune begins."""
        if unit.province:
            return self._new_province(change, unit, olds)
        homes = {self._home(old).key: self._home(old) for old in olds}
        if len(homes) > 1:
            self._wrong(change, "các xã không cùng một tỉnh: hãy ghi «province».")
            return None
        return next(iter(homes.values()))

    def _new_province(self, change: Change, unit: NewUnit, olds: tuple[Commune, ...]) -> Province | None:
        """The province that is named: one that begins with this decision, else one in force."""
        opening = self.opened.get(unit.province)
        found = opening.row if opening else self._find(change, unit.province, self.provinces, (), "tỉnh, thành phố")
        if found is None:
            return None
        if change.kind is ChangeKind.MOVE_COMMUNE and found.key == self._home(olds[0]).key:
            self._wrong(change, f"{olds[0].name} đã thuộc {found.name}.")
            return None
        if opening is None and ("tỉnh", found.pk) in self.named_by:
            self._wrong(change, f"{found.name} không còn từ ngày quyết định có hiệu lực: hãy nêu mã tỉnh mới.")
            return None
        return found

    def _home(self, commune: Commune) -> Province:
        """The province in which a commune lies from that day on, when nobody says otherwise."""
        if commune.pk in self.part_of:
            return self.part_of[commune.pk].row
        for one in self.found.provinces:
            # Of a split province everything else falls to the part of «rest».
            if any(old.pk == commune.province_id for old in one.olds) and self._takes_rest(one):
                return one.row
        return self.provinces[commune.province.code]

    def _takes_rest(self, opening: ProvinceOpening) -> bool:
        change = self.decision.changes[opening.number - 1]
        parts = [one for one in self.found.provinces if one.number == opening.number]
        return change.kind is not ChangeKind.SPLIT_PROVINCE or change.news[parts.index(opening)].communes is None

    def _begin(self, old: Commune, province: Province, unit: NewUnit) -> Commune:
        name, code = unit.name or old.name, unit.code or old.code
        row = Commune(
            code=code,
            key=new_key(code, self.decision.in_force_on.year, self.keys),
            name=name,
            kind=commune_kind(name) or old.kind,
            province=province,
            latitude=old.latitude if unit.latitude is None else unit.latitude,
            longitude=old.longitude if unit.longitude is None else unit.longitude,
            valid_from=self.decision.in_force_on,
        )
        row.index()
        return row

    def _how_formed(self, change: Change, olds: tuple[Commune, ...]) -> str:
        names = ", ".join(old.name for old in olds)
        words = {
            ChangeKind.MERGE_COMMUNES: f"Sáp nhập {names}",
            ChangeKind.SPLIT_COMMUNE: f"Chia từ {names}",
            ChangeKind.RENAME_COMMUNE: f"Trước là {names}",
        }
        said = words.get(change.kind)
        return f"{said} ({self.decision.document})." if said else olds[0].how_formed

    def _carry_communes(self) -> None:
        """Communes of provinces that end and that no entry names begin anew under the same name."""
        ending = {old.pk for one in self.found.provinces for old in one.olds}
        for commune in self.communes.values():
            if commune.province_id not in ending or ("xã", commune.pk) in self.named_by:
                continue
            home = self._home(commune)
            if home.pk == commune.province_id:
                change = self.named_by["tỉnh", commune.province_id]
                self._wrong(change, f"chưa nêu {commune.name} ({commune.code}) thuộc phần nào.")
                continue
            row = self._begin(commune, home, NewUnit())
            row.how_formed = commune.how_formed
            self.found.communes.append(CommuneOpening(row, (commune,), 0))

    # --- what both share ---------------------------------------------------------------------------------------------

    def _find(
        self, change: Change, text: str, in_force: Mapping[str, Unit], every: Iterable[Unit], what: str
    ) -> Unit | None:
        """The unit in force that a code or a key means; the mistake names one that has ended."""
        for row in in_force.values():
            if text in (row.code, row.key):
                if row.valid_from is None or row.valid_from < self.decision.in_force_on:
                    return row
                self._wrong(change, f"{row.name} mới có từ {format_date(row.valid_from)}, không trước ngày quyết định.")
                return None
        gone = next((row for row in every if row.key == text and row.valid_to is not None), None)
        if gone is not None and gone.valid_to is not None:
            self._wrong(change, f"{gone.name} đã kết thúc ngày {format_date(gone.valid_to)}.")
        else:
            self._wrong(change, f"không có {what} nào đang dùng mã «{text}».")
        return None

    def _claim(self, change: Change, row: Province | Commune, level: str) -> bool:
        """Whether the entry is the first that is about this unit."""
        earlier = self.named_by.setdefault((level, row.pk), change)
        if earlier is not change:
            self._wrong(change, f"{row.name} đã nêu ở mục {earlier.number}: mỗi đơn vị chỉ thay đổi một lần.")
        return earlier is change

    def _check_codes(self) -> None:
        """No two units in force on the first day bear one code, and no key is used twice."""
        for level, openings, in_force in (
            ("tỉnh", self.found.provinces, self.provinces),
            ("xã", self.found.communes, self.communes),
        ):
            ending = {old.pk for one in openings for old in one.olds}
            seen: set[str] = set()
            for one in openings:
                row = one.row
                other = in_force.get(row.code)
                if row.code in seen or (other is not None and other.pk not in ending):
                    where = self.decision.changes[one.number - 1].where if one.number else "Xã theo tỉnh"
                    self.mistakes.append(f"{where}: mã {row.code} của {row.name} đã có {level} khác dùng.")
                seen.add(row.code)


def _city_of(province: Province) -> CityStatus | None:
    found: CityStatus | None = getattr(province, "city_status", None)
    return found


def _region_of(province: Province, decision: Decision) -> Region | None:
    """The region of the last day before, from the rows that are loaded."""
    last = decision.last_day_before
    rows: Iterable[RegionMembership] = province.regions.all()
    held = (
        row for row in rows if (row.from_on is None or row.from_on <= last) and (row.to_on is None or last <= row.to_on)
    )
    found = next(held, None)
    return Region(found.region) if found else None
