"""What tests begin with, made once by the real actions and then written back row by row.

Nearly half of the time of all tests went into walking the same few đề án to the same states. The first test that asks
for a đề án «nghiệm thu» walks it there; for the next one the very rows that the walk left are put back: same keys,
same versions, same chain of events. Nothing is put back that the database did not hold after the real actions.

A state is known by how it was reached: the calls since the world was built, and nothing else written between them.
What else a test does (a row of its own, another action) ends that: from there on everything is done in full. So does
whatever could make the same call do something else: see `Keeper.can_serve`.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection

from khuyencong.core.dates import today
from khuyencong.projects.models import Attachment, Project

# Fixtures with which a test may change what an action does, or looks at what happens around it.
CHANGES_WHAT_ACTIONS_DO = {
    "django_capture_on_commit_callbacks",
    "live_server",
    "mailoutbox",
    "monkeypatch",
    "settings",
    "transactional_db",
}
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
READS = re.compile(
    r"\s*\(*\s*(?:BEGIN|COMMIT|SELECT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|EXPLAIN|SET|SHOW|WITH)\b", re.IGNORECASE
)

Row = tuple[Any, ...]
State = Mapping[str, Mapping[Any, Row]]  # table, primary key, values


class Keeper:
    """States that were reached in this process, and whether the database is in one of them."""

    def __init__(self) -> None:
        self.empty: State = {}  # as the migrations leave it
        self.states: dict[tuple[str, ...], State] = {}
        self.left: dict[tuple[str, ...], Any] = {}  # what the call that led there gave back
        self.path: tuple[str, ...] | None = None  # None: in no known state
        self.written: set[str] = set()  # tables, since the last known state
        self.is_watching = True

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - as Django calls a wrapper
        """Note which table a statement writes to; a wrapper as `connection.execute_wrappers` takes it."""
        if self.is_watching:
            match = WRITES.match(sql)
            if match:
                self.written.add(match[1])
            elif not READS.match(sql):
                self.written.add(sql)
        return execute(sql, params, many, context)

    def begin(self) -> None:
        """A new test, with a database as the migrations leave it.

        The connection is asked each time: the event loop of a browser gives this thread another one.
        """
        if self not in connection.execute_wrappers:
            connection.execute_wrappers.append(self)
        self.path, self.written = None, set()

    def can_serve(self, fixtures: Collection[str], *, is_transactional: bool) -> bool:
        """Whether a test with these fixtures, in which nothing was written yet, may begin with what is kept."""
        is_seen = self in connection.execute_wrappers
        return is_seen and not (is_transactional or self.written or CHANGES_WHAT_ACTIONS_DO & set(fixtures))

    def first(self, build: Callable[[], Any]) -> Any:
        """What `build` makes of the empty database; from the second time on its copy, and its rows put back."""
        if () not in self.states:
            self.empty = {table: _rows(table) for table in _columns()}
            made = build()
            if not self._remember((), self.empty, pickle.dumps(made)):
                return made
        else:
            self._put_back(self.empty, self.states[()])
        self.path = ()
        return pickle.loads(self.left[()])  # noqa: S301 - this process has written it

    def project(self, wanted: Mapping[str, Any], make: Callable[[], Project]) -> Project:
        """The đề án that `make` makes of these wishes."""
        if self.path is None or self.written:
            self.path = None
            return make()
        before, self.path = self.path, None
        path = (*before, f"{today()} {sorted(wanted.items())}")
        if path in self.states and _has_files(self.states[path]):
            self._put_back(self.states[before], self.states[path])
            self.path = path
            return Project.objects.get(pk=self.left[path])
        made = make()
        if self._remember(path, self.states[before], made.pk):
            self.path = path
        return made

    def _remember(self, path: tuple[str, ...], before: State, left: Any) -> bool:
        """Keep what the database holds now; False where something was written that is no row of a table of ours."""
        if not self.written <= _columns().keys():
            return False
        self.states[path] = {**before, **{table: _rows(table) for table in self.written}}
        self.left[path] = left
        self.written = set()
        return True

    def _put_back(self, now: State, then: State) -> None:
        """Write the rows that lead from one state to the other."""
        with self._unwatched(), connection.cursor() as cursor:
            for table, rows in then.items():
                old = now[table]
                if rows is old:
                    continue
                key, names = _columns()[table]
                new = [row for pk, row in rows.items() if pk not in old]
                if new:
                    one = f"({', '.join(['%s'] * len(names))})"
                    sql = f'INSERT INTO "{table}" ({_listed(names)}) VALUES {", ".join([one] * len(new))}'  # noqa: S608 - names of our own tables
                    cursor.execute(sql, [value for row in new for value in row])
                changes = ", ".join(f'"{name}" = %s' for name in names)
                for pk, row in rows.items():
                    if pk in old and old[pk] != row:
                        cursor.execute(f'UPDATE "{table}" SET {changes} WHERE "{key}" = %s', [*row, pk])  # noqa: S608 - likewise
                for pk in old.keys() - rows.keys():
                    cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = %s', [pk])  # noqa: S608 - likewise

    @contextmanager
    def _unwatched(self) -> Any:
        self.is_watching = False
        try:
            yield
        finally:
            self.is_watching = True


keeper = Keeper()


@cache
def _columns() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Of every table: its primary key and all its columns."""
    options = [model._meta for model in apps.get_models(include_auto_created=True)]  # noqa: SLF001 - the documented way to a table
    return {
        one.db_table: (str(one.pk.column), tuple(str(field.column) for field in one.local_concrete_fields))
        for one in options
        if one.managed and not one.proxy
    }


def _rows(table: str) -> dict[Any, Row]:
    key, names = _columns()[table]
    # On SQLite the sign keeps a value as it is stored: a mere column would be read as the type it was declared with.
    sign = "+" if connection.vendor == "sqlite" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {", ".join(f"""{sign}"{name}" """ for name in names)} FROM "{table}" ORDER BY "{key}"')  # noqa: S608 - likewise
        rows = cursor.fetchall()
    place = names.index(key)
    return {row[place]: tuple(row) for row in rows}


def _listed(names: Collection[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _has_files(state: State) -> bool:
    """Whether the files of a đề án still lie where the walk has put them: a test may have taken one away for good."""
    table = Attachment._meta.db_table  # noqa: SLF001 - likewise
    place = _columns()[table][1].index("file")
    return all(default_storage.exists(row[place]) for row in state[table].values())
