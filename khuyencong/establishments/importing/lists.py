"""The lists that cells are looked up in: places, craft villages, sectors. Loaded once for many rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from khuyencong.areas.models import CraftVillage
from khuyencong.core.text import fold
from khuyencong.law.catalogue import sector_choices
from khuyencong.people.actors import Actor
from khuyencong.places.models import Commune, Province

_PREFIXES = ("thanh pho ", "tinh ", "tp ", "phuong ", "xa ", "dac khu ", "p ", "x ")


@dataclass(frozen=True, slots=True)
class Lists:
    """Names are folded, with and without «xã», «tỉnh»…; `home` is the importer's province, None for the whole nation."""

    home: Province | None
    communes: Mapping[str, Commune]  # today's, of the importer's province, by code
    communes_elsewhere: Mapping[str, str]  # the others: code → which one it is and where
    commune_names: Mapping[str, Sequence[Commune]]
    provinces: Mapping[str, Province]  # today's, by code and by name
    provinces_before: Mapping[str, Sequence[Province]]
    craft_villages: Mapping[tuple[int, str], Sequence[CraftVillage]]  # by province of today and name
    sectors: Mapping[str, str]  # folded label → code


def load_lists(by: Actor | None) -> Lists:
    """What an importer may write; None is the operator of the machine, who works for the whole nation. Four queries."""
    provinces = {province.pk: province for province in Province.objects.all()}
    for province in provinces.values():
        province.current = provinces.get(province.current_id or province.pk, province)
    home = provinces.get((by.province_id if by else None) or 0)
    today = Commune.objects.filter(valid_to__isnull=True)
    communes = list(today.filter(province=home) if home else today)
    for commune in communes:
        commune.province, commune.current = provinces[commune.province_id], commune
    elsewhere = today.exclude(province=home).values_list("code", "name", "province_id") if home else []
    names: dict[str, list[Commune]] = defaultdict(list)
    for commune in communes:
        for name in {fold(commune.name), bare(commune.name)}:
            names[name].append(commune)
    return Lists(
        home=home,
        communes={commune.code: commune for commune in communes},
        communes_elsewhere={code: f"{name} thuộc {provinces[pk].name}" for code, name, pk in elsewhere},
        commune_names=names,
        provinces={
            name: province
            for province in provinces.values()
            if province.is_today
            for name in (province.code, fold(province.name), bare(province.name), bare(province.short_name))
        },
        provinces_before=_before(provinces.values()),
        craft_villages=_villages(home, provinces),
        sectors={fold(text): code for code, label in sector_choices() for text in (code, label)},
    )


def _before(provinces: Iterable[Province]) -> Mapping[str, Sequence[Province]]:
    found: dict[str, list[Province]] = defaultdict(list)
    for province in provinces:
        if not province.is_today:
            for name in {fold(province.name), bare(province.name), bare(province.short_name), province.key}:
                found[name].append(province)
    return found


def _villages(home: Province | None, provinces: Mapping[int, Province]) -> dict[tuple[int, str], list[CraftVillage]]:
    villages = CraftVillage.objects.filter(province__current=home) if home else CraftVillage.objects.all()
    found: dict[tuple[int, str], list[CraftVillage]] = defaultdict(list)
    for village in villages:
        province = provinces[village.province_id]
        found[province.current_id or province.pk, fold(village.name)].append(village)
    return found


def bare(name: str) -> str:
    """A folded name without what kind of place it is: «Phường Cao Lãnh» and «cao lãnh» are one."""
    text = fold(name).replace(".", " ")
    text = " ".join(text.split())
    prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), "")
    return text.removeprefix(prefix)
