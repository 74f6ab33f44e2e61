"""The lists for a template that is wanted before there is a database: the units of the shipped files."""

from __future__ import annotations

from khuyencong.core.text import fold, sort_key
from khuyencong.establishments.importing.lists import Lists, bare
from khuyencong.places import sources
from khuyencong.places.models import Commune, Province


def shipped_lists() -> Lists:
    """All of the nation, without craft villages, which only provinces know. Nothing of it is ever saved."""
    provinces = {
        row.code: Province(pk=int(row.code), code=row.code, key=row.code, name=row.name, short_name=row.short_name)
        for row in sources.read_provinces()
    }
    for province in provinces.values():
        province.sort_key, province.current = sort_key(province.short_name), province
    communes = {
        row.code: Commune(
            pk=int(row.code),
            code=row.code,
            name=row.name,
            province=provinces[row.province_code],
            folded=fold(row.name),
            sort_key=sort_key(row.name),
        )
        for row in sources.read_communes()
    }
    old_rows = sources.read_old_provinces()
    same = sources.unchanged(old_rows)
    before = {
        bare(row.short_name): [
            Province(
                pk=1_000 + int(row.code),
                code=row.code,
                short_name=row.short_name,
                current=provinces[row.merged_into_code],
            )
        ]
        for row in old_rows
        if row.code not in same
    }
    return Lists(
        home=None,
        communes=communes,
        communes_elsewhere={},
        commune_names={},
        provinces={province.code: province for province in provinces.values()},
        provinces_before=before,
        craft_villages={},
        sectors={},
    )
