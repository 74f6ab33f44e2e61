"""The establishments of the made-up nation, entered over thirteen years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from khuyencong.core.money import MILLION
from khuyencong.demo.national.sites import Site, shared_out
from khuyencong.demo.national.staff import People
from khuyencong.demo.national.tables import PORTION, Checksum, Table
from khuyencong.demo.national.trail import Trail
from khuyencong.demo.national.words import business_name, own_name
from khuyencong.demo.national.works import FIRST_YEAR, LAST_DAY, SECTORS
from khuyencong.establishments.models import Establishment

FIRST_DAY = date(FIRST_YEAR - 1, 1, 2)
FIRST_TAX_CODE, FIRST_PHONE = 500_000_000, 910_000_000
BY_HAND = 0.8  # the others came in by lists, whose rows leave no event of their own
FIELDS = (
    "name", "kind", "tax_code", "province", "province_before", "commune", "place_text", "sector", "workers",
    "women_workers", "charter_capital", "contact", "phone", "phone_digits", "registered_by", "registered_for",
    "created_at", "folded", "sort_key", "haystack", "match_key", "tax_head", "women_owned",
)  # fmt: skip


def make_registry(
    count: int, sites: list[Site], people: People, trail: Trail, checksum: Checksum, *, seed: int
) -> Table:
    """Write `count` establishments, each site by its weight; they are kept in `Site.establishments`."""
    table = Table(Establishment, checksum, *FIELDS)
    number = 0
    for site, part in zip(sites, shared_out(count, [one.weight for one in sites]), strict=True):
        chance = Random(f"{seed}:{site.before.key}")  # noqa: S311  # made-up data, the same at every run
        for place in range(part):
            number += 1
            on = FIRST_DAY + (LAST_DAY - FIRST_DAY) * place // part
            _add(table, site, people, trail, chance, number, on)
        if len(table.rows) >= PORTION:
            table.send()
    table.send()
    return table


def _add(table: Table, site: Site, people: People, trail: Trail, chance: Random, number: int, on: date) -> None:
    name, kind = business_name(chance)
    commune = chance.choice(site.communes) if site.communes and chance.random() < 0.85 else None
    workers = chance.randrange(2, 200)
    one = Establishment(
        name=name,
        tax_code=f"0{FIRST_TAX_CODE + number}" if number % 10 < 7 else "",  # seven of ten have one
        phone=f"0{FIRST_PHONE + number}",
    )  # fmt: skip
    one.derive()
    officer, office = people.of[site.today.pk].officer, site.office_on(on)
    key = table.add(
        name, kind, one.tax_code, site.today.pk, site.before.pk, commune, f"Số {number % 400 + 1} đường Nguyễn Huệ",
        chance.choice(SECTORS), workers, workers * chance.randrange(2, 8) // 10, chance.randrange(1, 300) * 100 * MILLION,
        own_name(chance, person=True), one.phone, one.phone_digits, officer.key, site.office_today.centre.pk,
        datetime.combine(on, datetime.min.time(), UTC) + timedelta(hours=3), one.folded, one.sort_key, one.haystack,
        one.match_key, one.tax_head, chance.random() < 0.2,
    )  # fmt: skip
    site.establishments.append((key, name, one.haystack))
    if chance.random() < BY_HAND:
        subject = (Establishment, key, name)
        trail.note(on, "establishment.register", officer, office.centre, subject, f"establishment:{key}")
