"""What would happen to the rows of a list: matched with the registry, and compared value by value. Nothing is written.

A row belongs to the entry with its tax code, else to the one with its name in its commune; where that is not one entry
for sure, the row is refused with a sentence. An empty cell changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q

from khuyencong.core.money import format_dong
from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.rows import RowError
from khuyencong.establishments import rules
from khuyencong.establishments.actions.registry import TAKEN
from khuyencong.establishments.importing.fields import field_of, yearly_key
from khuyencong.establishments.importing.lists import Lists
from khuyencong.establishments.importing.rows import Reading
from khuyencong.establishments.keys import tax_head
from khuyencong.establishments.models import Establishment, EstablishmentKind, Gender, RowOutcome, YearFigure
from khuyencong.establishments.tax_code import check_tax_code
from khuyencong.law.catalogue import catalogue
from khuyencong.people.actors import Actor
from khuyencong.places.models import Commune, Province

_SAME_POINT: Final = 1e-7  # degrees: a centimetre; Excel rounds the last digits
_FOLDED: Final = 300
RELATED: Final = ("province__current", "province_before", "commune__current", "craft_village", "merged_into__province")


@dataclass(slots=True)
class Planned:
    """One row and what would be done with it. `new`: the values that differ, by field; `figures` by (year, figure)."""

    reading: Reading
    establishment: Establishment | None = None
    is_new: bool = False
    new: dict[str, Any] = field(default_factory=dict)
    figures: dict[tuple[int, str], int] = field(default_factory=dict)
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # (label, before, after)

    @property
    def number(self) -> int:
        return self.reading.number

    @property
    def errors(self) -> list[RowError]:
        return self.reading.errors

    @property
    def outcome(self) -> RowOutcome:
        if self.errors:
            return RowOutcome.REFUSED
        if self.is_new:
            return RowOutcome.CREATE
        return RowOutcome.UPDATE if self.new or self.figures else RowOutcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Known:
    """Entries of the registry that rows may mean."""

    by_code: Mapping[str, Establishment]
    by_name: Mapping[tuple[str, int | None], Sequence[Establishment]]  # folded name, commune of today
    figures: Mapping[tuple[int, int], YearFigure]  # entry, year


def plan_rows(
    readings: Sequence[Reading], *, by: Actor | None, lists: Lists, taken: dict[int, int], lock: bool = False
) -> list[Planned]:
    """Plan some rows; six queries, whatever their number.

    `by`: who imports, None the operator of the machine. `taken`: which row of the file already stands for an entry
    (by its key), and is added to. With `lock` the entries stay locked until the transaction ends.
    """
    known = _known(readings, lists, lock=lock)
    planned = [Planned(reading) for reading in readings]
    for one in planned:
        if one.errors:
            continue
        found = _match(one.reading, known, by, lists)
        if one.errors:
            continue
        if found is not None:
            first = taken.setdefault(found.pk, one.number)
            if first != one.number:
                one.reading.refuse("name", f"Cùng một cơ sở với dòng {first} của tệp: «{shown(found.name)}».")
                continue
        one.establishment, one.is_new = found, found is None
        _compare(one, known, lists)
    return planned


def _known(readings: Iterable[Reading], lists: Lists, *, lock: bool) -> Known:
    rows = [reading for reading in readings if not reading.errors]
    codes = {reading.values["tax_code"] for reading in rows if reading.values.get("tax_code")}
    names = {fold(reading.name)[:_FOLDED] for reading in rows}
    # Names are compared inside one province; of the whole nation, those that bear them are few as well.
    where = Q(province__current=lists.home.pk) if lists.home else Q()
    ids = {
        # The index of whole codes leaves out merged entries and so cannot answer; that of their heads can.
        *Establishment.objects.filter(tax_head__in={tax_head(code) for code in codes}, tax_code__in=codes).values_list(
            "pk", flat=True
        ),
        *Establishment.objects.filter(where, folded__in=names, merged_into=None).values_list("pk", flat=True),
    }
    entries = Establishment.objects.filter(pk__in=ids).select_related(*RELATED).order_by("pk")
    if lock:
        entries = entries.select_for_update(of=("self",))
    by_code: dict[str, Establishment] = {}
    by_name: dict[tuple[str, int | None], list[Establishment]] = defaultdict(list)
    for entry in entries:
        # One that was merged into another keeps its code, which that other may bear now.
        if entry.tax_code and (entry.merged_into_id is None or entry.tax_code not in by_code):
            by_code[entry.tax_code] = entry
        if entry.merged_into_id is None:
            by_name[entry.folded, _today(entry.commune)].append(entry)
    figures = {
        (figure.establishment_id, figure.year): figure
        for figure in YearFigure.objects.filter(establishment__in=ids)
    }  # fmt: skip
    return Known(by_code, by_name, figures)


def _today(place: Commune | Province | None) -> int | None:
    return None if place is None else place.current_id or place.pk


def _match(row: Reading, known: Known, by: Actor | None, lists: Lists) -> Establishment | None:
    """The entry that the row means, None where it is a new one; an unclear one is refused on the row."""
    code = row.values.get("tax_code", "")
    holder = known.by_code.get(code) if code else None
    if holder is not None:
        standing = holder.merged_into or holder
        if by is not None and not standing.is_in_scope(by):
            row.refuse("tax_code", TAKEN)  # and no more: another province's entry is not shown
        elif holder.merged_into is not None:
            row.refuse(
                "tax_code",
                f"Mã số thuế này thuộc hồ sơ đã gộp vào «{shown(standing.name)}»: hãy sửa trực tiếp hồ sơ ấy.",
            )
        return holder
    commune = row.values.get("commune")
    province = row.values.get("province") or lists.home
    named = fold(row.name)[:_FOLDED]
    same = [
        entry
        for entry in known.by_name.get((named, _today(commune)), ())
        if province is None or _today(entry.province) == province.pk
    ]
    if code:
        others = [entry for entry in same if entry.tax_code]
        same = [entry for entry in same if not entry.tax_code]
        if others and not same:
            row.notes.append("Ở xã này đã có cơ sở cùng tên mang mã số thuế khác: hãy xem có phải một cơ sở không.")
    if len(same) > 1:
        where = "ở xã này" if commune else "chưa ghi xã"
        row.refuse("name", f"Có {len(same)} cơ sở cùng tên {where}: hãy ghi mã số thuế để rõ là cơ sở nào.")
    if not same and commune is None and not code:
        _refuse_if_elsewhere(row, known, named, province)
    return same[0] if same else None


def _refuse_if_elsewhere(row: Reading, known: Known, named: str, province: Province | None) -> None:
    """A name without commune and tax code may mean an establishment of that name anywhere in the province."""
    places = [
        str(entry.commune)
        for (name, commune_id), entries in known.by_name.items()
        if name == named and commune_id is not None
        for entry in entries
        if province is None or _today(entry.province) == province.pk
    ]
    if places:
        row.refuse("name", f"Đã có cơ sở cùng tên ở {places[0]}: hãy ghi mã xã hoặc mã số thuế để rõ là cơ sở nào.")


def _compare(one: Planned, known: Known, lists: Lists) -> None:
    """Find what differs, and refuse what cannot stand together with the rest of the entry."""
    row, entry = one.reading, one.establishment
    wanted = dict(row.values)
    if entry is None:
        wanted.setdefault("province", lists.home)
        if wanted["province"] is None:
            row.refuse("commune", "Thiếu mã xã (hoặc tỉnh) của cơ sở.")
            return
        if "kind" not in wanted:
            row.refuse("kind", "Thiếu loại hình: cần có khi thêm cơ sở mới.")
    if "other_sectors" in wanted:
        main = wanted.get("sector", entry.sector if entry else "")
        wanted["other_sectors"] = rules.other_sectors(main, wanted["other_sectors"])
    one.new = {key: value for key, value in wanted.items() if entry is None or differs(getattr(entry, key), value)}
    _check_together(one)
    for (year, figure), amount in row.figures.items():
        kept = known.figures.get((entry.pk, year)) if entry else None
        before = getattr(kept, figure) if kept else None
        if before != amount:
            one.figures[year, figure] = amount
            label = field_of(yearly_key(figure, year)).heading
            one.changes.append((label, "" if before is None else format_dong(before), format_dong(amount)))
    told = [
        (key, "" if entry is None else shown_value(key, getattr(entry, key)), value) for key, value in one.new.items()
    ]
    one.changes[:0] = [(field_of(key).heading, before, shown_value(key, value)) for key, before, value in told]


def _check_together(one: Planned) -> None:
    row, entry, new = one.reading, one.establishment, one.new

    def after(key: str) -> Any:
        return new.get(key, getattr(entry, key) if entry else None)

    if new.get("kind") == EstablishmentKind.UNKNOWN:
        row.refuse("kind", "«Chưa rõ loại hình» chỉ dùng cho hồ sơ cũ: hãy chọn loại hình.")
    if after("tax_code") and {"tax_code", "kind"} & new.keys():
        try:
            check_tax_code(after("tax_code"), after("kind") or "")
        except ValueError as error:
            row.refuse("tax_code" if "tax_code" in new else "kind", str(error))
    for key, what in rules.PARTS:
        if {key, "workers"} & new.keys() and (sentence := rules.too_many(after("workers"), after(key), what)):
            row.refuse(key if key in new else "workers", sentence)
    if {"latitude", "longitude"} & new.keys() and (
        sentence := rules.wrong_point(after("latitude"), after("longitude"))
    ):
        row.refuse("latitude" if "latitude" in new else "longitude", sentence)


def differs(kept: Any, wanted: Any) -> bool:
    """Whether a value of the list is another than that of the entry; a place counts by its unit of today."""
    if isinstance(wanted, Commune | Province):
        return _today(kept) != _today(wanted)
    if isinstance(wanted, float) and kept is not None:
        return bool(abs(kept - wanted) > _SAME_POINT)
    return bool(kept != wanted)


def _sectors(codes: Sequence[str]) -> str:
    return "; ".join(_sector(code) for code in codes)


def _sector(code: str) -> str:
    found = catalogue().sectors.get(code)
    return found.name if found else code


_SHOWN: Final[dict[str, Callable[[Any], str]]] = {
    "kind": lambda value: str(EstablishmentKind(value).label),
    "owner_gender": lambda value: str(Gender(value).label),
    "sector": _sector,
    "other_sectors": _sectors,
    "charter_capital": format_dong,
    "women_owned": lambda value: "Có" if value else "Không",
    "ethnic_minority_owned": lambda value: "Có" if value else "Không",
    "latitude": lambda value: f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ","),
    "longitude": lambda value: f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ","),
}


def shown_value(key: str, value: Any) -> str:
    """A value as a person reads it; "" for none."""
    if value is None or value in ("", []):
        return ""
    return _SHOWN[key](value) if key in _SHOWN else str(value)
