"""Puts the made-up nation into an empty demo database, year after year, and says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from random import Random

from django.db import connection, transaction

from khuyencong.core.money import format_dong
from khuyencong.demo.national.books import Books
from khuyencong.demo.national.registry import make_registry
from khuyencong.demo.national.sites import Site, all_sites, shared_out
from khuyencong.demo.national.staff import People
from khuyencong.demo.national.tables import Checksum, Table, count_on
from khuyencong.demo.national.trail import Trail
from khuyencong.demo.national.works import FIRST_YEAR, LAST_DAY, LAST_YEAR, make_work

PROJECTS, ESTABLISHMENTS = 60_000, 150_000
SEED = 45
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
GROWTH = 0.03  # a year has so much more work than the first one


def load_nation(say: Callable[[str], object], *, divide: int = 1, seed: int = SEED) -> str:
    """Write everything, a `divide`-th of its size; the checksum of what was written.

    Needs places and agencies and no others of their records. One transaction for each year: whoever stops it leaves a
    database that is only good to be removed.
    """
    started = time.monotonic()
    checksum = Checksum()
    sites = all_sites(Random(seed), on=LAST_DAY)  # noqa: S311  # made-up data, the same at every run
    with _wide_cache():
        with transaction.atomic():
            people = People(sites, checksum)
            for table in people.tables:
                table.send()
            trail = Trail(checksum)
            registry = make_registry(ESTABLISHMENTS // divide, sites, people, trail, checksum, seed=seed)
        say(f"{format_dong(registry.written)} cơ sở, {_since(started)}")
        books = Books(people, trail, checksum)
        for year, count in zip(YEARS, _by_year(PROJECTS // divide), strict=True):
            with transaction.atomic():
                _write_year(books, sites, year, count, seed)
                # What the next year tells begins in March of this one.
                trail.send(None if year == LAST_YEAR else date(year, 3, 1))
            say(
                f"Năm {year}: {format_dong(count)} đề án; đến nay {format_dong(books.entries.written)} dòng sổ,"
                f" {format_dong(trail.table.written)} sự kiện, {_since(started)}"
            )
        _finish([*people.tables, registry, *books.tables])
    say(f"{format_dong(checksum.rows)} dòng, {_since(started)}; mã kiểm {checksum}")
    return str(checksum)


def _by_year(count: int) -> list[int]:
    return shared_out(count, [1 + GROWTH * place for place in range(len(YEARS))])


def _write_year(books: Books, sites: list[Site], year: int, count: int, seed: int) -> None:
    chance = Random(f"{seed}:{year}")  # noqa: S311  # made-up data, the same at every run
    works = [
        make_work(chance, site, year, number)
        for site, part in zip(sites, shared_out(count, [one.weight for one in sites]), strict=True)
        for number in range(1, part + 1)
    ]
    books.write(year, works, chance)


def _finish(tables: list[Table]) -> None:
    count_on(tables)
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as the server does by itself some time later


@contextmanager
def _wide_cache() -> Iterator[None]:
    """On SQLite, room for the indexes that are written to in no order, and no waiting for the disk at every year."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("cache_size", "synchronous")}
        cursor.execute("PRAGMA cache_size = -400000")  # kB
        cursor.execute("PRAGMA synchronous = OFF")
        try:
            yield
        finally:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {value}")


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.0f} giây"
