"""From one database to another, usually from SQLite to PostgreSQL: every row as it is, and the proof that both sides are equal.

All of it is one transaction of the target: stopped anywhere, the target has no row and can be tried again. The source is only read, as of one moment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections, models, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.config import Config, Database, database_settings
from khuyencong.core.snapshot import one_moment
from khuyencong.people.models import User
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.archive import ArchiveError

NOT_EMPTY = "Cơ sở dữ liệu đích không trống: hãy tạo một cơ sở dữ liệu mới, trống."
SOURCE, TARGET = "default", "move_target"
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Moved:
    """One table: its name, its rows, and the SHA-256 of all of them, the same on both sides."""

    table: str
    rows: int
    digest: str


def move(config: Config, target: Database, *, tell: Callable[[str], None]) -> list[Moved]:
    """Copy every row of this installation's database into the empty database `target` and compare both, table by table.

    Attached files and the secret key stay where they are: the same KHUYENCONG_VAR serves both. Raises ArchiveError.
    """
    if target.engine == "sqlite" and not Path(target.name).exists():
        databases.require_empty(target)  # nor what SQLite left beside a file that is gone
    connections.settings[TARGET] = {
        **connections.settings[SOURCE],
        **database_settings(replace(config, database=target)),
    }
    there = connections[TARGET]
    try:
        tables_there = there.introspection.table_names()
        if tables_there and "django_migrations" not in tables_there:
            raise ArchiveError(NOT_EMPTY)
        tell("Đang tạo bảng ở cơ sở dữ liệu đích…")
        call_command("migrate", database=TARGET, interactive=False, verbosity=0)
        if User.objects.using(TARGET).exists() or AuditEvent.objects.using(TARGET).exists():
            raise ArchiveError(NOT_EMPTY)
        tables = models_in_order()
        with one_moment(), transaction.atomic(using=TARGET):
            _empty(tables)
            for model in tables:
                _copy(model)
            there.check_constraints()
            found = [_compared(model) for model in tables]
            with there.cursor() as cursor:
                for sql in there.ops.sequence_reset_sql(no_style(), tables):
                    cursor.execute(sql)
        return found
    finally:
        there.close()
        if hasattr(there, "close_pool"):
            there.close_pool()
        del connections[TARGET]
        del connections.settings[TARGET]


def models_in_order() -> list[type[models.Model]]:
    """Every table that Django keeps, by name; links between tables are looked at when all are there."""
    found = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}  # noqa: SLF001  # the documented way to a model's table
    return [found[table] for table in sorted(found)]


def _empty(tables: list[type[models.Model]]) -> None:
    """What `migrate` has put in by itself comes again from the source."""
    there = connections[TARGET]
    names = [model._meta.db_table for model in tables]  # noqa: SLF001  # as above
    with there.cursor() as cursor:
        for sql in there.ops.sql_flush(no_style(), names, allow_cascade=True):
            cursor.execute(sql)


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]  # noqa: SLF001  # as above


def _rows(model: type[models.Model], alias: str) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in _fields(model)]
    key = model._meta.pk.attname  # noqa: SLF001  # as above
    rows: Any = model._base_manager.using(alias).order_by(key)  # noqa: SLF001  # what other managers leave out is moved too
    return iter(rows.values_list(*names).iterator(chunk_size=BATCH))


def _copy(model: type[models.Model]) -> None:
    """Row by row as they are: nothing that saving a record would do happens again."""
    there = connections[TARGET]
    fields = _fields(model)
    quote = there.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608, SLF001  # names of our own tables
    batch: list[list[Any]] = []
    with there.cursor() as cursor:
        for row in _rows(model, SOURCE):
            batch.append([field.get_db_prep_save(value, there) for field, value in zip(fields, row, strict=True)])
            if len(batch) == BATCH:
                cursor.executemany(sql, batch)
                batch = []
        if batch:
            cursor.executemany(sql, batch)


def _compared(model: type[models.Model]) -> Moved:
    """Both sides of one table. Raises ArchiveError where they differ."""
    table = model._meta.db_table  # noqa: SLF001  # as above
    here, there = (fingerprint(_rows(model, alias)) for alias in (SOURCE, TARGET))
    if here != there:
        raise ArchiveError(f"Bảng {table} ở hai nơi khác nhau ({here[0]} và {there[0]} dòng): không chuyển gì.")
    return Moved(table, *here)


def fingerprint(rows: Iterator[tuple[Any, ...]]) -> tuple[int, str]:
    """How many rows, and a SHA-256 that is the same for the same values, whatever database they come from."""
    digest = hashlib.sha256()
    count = 0
    for row in rows:
        digest.update(json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True).encode())
        digest.update(b"\n")
        count += 1
    return count, digest.hexdigest()


def _plain(value: Any) -> Any:
    """A value in the one way in which it is compared."""
    match value:
        case None | bool() | int() | str() | dict() | list():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
        case float():
            return repr(value)
        case date() | time() | UUID():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).hex()
    raise TypeError(f"A value of {type(value)} cannot be compared.")
