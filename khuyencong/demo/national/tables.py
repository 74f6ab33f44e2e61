"""Rows written in bulk: gathered under the names of their fields, sent in large portions, counted into a checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zlib import crc32

from django.core.management.color import no_style
from django.db import connection, models

PORTION = 5_000
# Of a random kind, or following from all events before: not part of «same seed, same rows».
NOT_SUMMED = frozenset({"hash", "previous_hash"})


def moment(on: date, hour: int = 3) -> datetime:
    """An hour of a day in UTC, for the columns that keep moments."""
    return datetime.combine(on, time(hour), UTC)


class Checksum:
    """SHA-256 of everything that was written, in the order in which it was."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.rows = 0

    def add(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Count these rows of a table in."""
        self._digest.update(name.encode())
        self._digest.update(repr(rows).encode())
        self.rows += len(rows)

    def __str__(self) -> str:
        return self._digest.hexdigest()


class Table:
    """One table to write to. Keys are given here, so that a row can be pointed at before it is sent.

    Every column of the model is written: those of `names` as given, the others with the default of their field. Raises
    TypeError where a field that has none is missing from `names`.
    """

    def __init__(self, model: type[models.Model], checksum: Checksum, *names: str) -> None:
        meta = model._meta  # noqa: SLF001  # Django documents it
        given = [meta.get_field(name) for name in names]
        rest = [one for one in meta.concrete_fields if one not in given and one is not meta.pk]
        keyed = [one for one in rest if one.name == "creation_key"]
        rest = [one for one in rest if one not in keyed]
        missing = [one.name for one in rest if not (one.has_default() or one.null or one.empty_strings_allowed)]
        if missing or any(one.has_db_default() for one in rest):
            raise TypeError(f"{meta.label}: {missing or [one.name for one in rest if one.has_db_default()]}")
        self.model = model
        self.rows: list[tuple[Any, ...]] = []
        self.written = 0
        self._checksum = checksum
        self._key_of = crc32(meta.db_table.encode()) << 64 if keyed else None
        fields: list[Any] = [meta.pk, *given, *keyed, *rest]
        self._columns = [one.column for one in fields]
        self._defaults = tuple(_written(one, one.get_default()) for one in rest)
        self._convert = [(place, convert) for place, one in enumerate(fields) if (convert := _converter(one))]
        self._summed = [place for place, one in enumerate(fields) if one.name not in NOT_SUMMED]
        self.next = (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1  # noqa: SLF001  # Django documents it

    def add(self, *values: Any) -> int:
        """Gather one row, in the order of `names`; its key."""
        key = self.next
        self.next += 1
        made = (UUID(int=self._key_of | key),) if self._key_of is not None else ()
        self.rows.append((key, *values, *made, *self._defaults))
        return key

    def send(self) -> None:
        """Write what was gathered."""
        for start in range(0, len(self.rows), PORTION):
            portion = self.rows[start : start + PORTION]
            if self._convert:
                portion = [self._converted(row) for row in portion]
            self._write(portion)
            summed = self._summed
            rows = (
                portion if len(summed) == len(self._columns) else [tuple(row[at] for at in summed) for row in portion]
            )
            self._checksum.add(self.model._meta.db_table, rows)  # noqa: SLF001  # Django documents it
        self.written += len(self.rows)
        self.rows.clear()

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, convert in self._convert:
            if values[place] is not None:
                values[place] = convert(values[place])
        return tuple(values)

    def _write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        quoted = ", ".join(connection.ops.quote_name(name) for name in self._columns)
        table = connection.ops.quote_name(self.model._meta.db_table)  # noqa: SLF001  # Django documents it
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(self._columns))
                cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({places})", rows)  # noqa: S608  # names of our own models


def count_on(tables: Sequence[Table]) -> None:
    """Let PostgreSQL go on counting keys behind those that were given here."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [one.model for one in tables]):
                cursor.execute(statement)


def _written(field: Any, value: Any) -> Any:
    """A default as the column keeps it."""
    convert = _converter(field)
    return convert(value) if convert and value is not None else value


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """How a value of that field is written in both databases; None where it is written as it is."""
    return next((convert for kind, convert in CONVERTERS if isinstance(field, kind)), None)


def _moment(value: datetime | str) -> str:
    # In UTC, as SQLite keeps it and as Django's session with PostgreSQL reads it.
    return (
        value if isinstance(value, str) else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    )


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _hex(value: UUID | str) -> str:
    return value if isinstance(value, str) else value.hex


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# A field of moments is one of days as well to Django, so it comes first.
CONVERTERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (models.DateTimeField, _moment),
    (models.DateField, _day),
    (models.UUIDField, _hex),
    (models.DecimalField, str),
    (models.JSONField, _json),
    (models.BooleanField, int),
)
