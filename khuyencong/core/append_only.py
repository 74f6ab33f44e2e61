"""Tables whose rows are only ever added: the database itself refuses UPDATE and DELETE of a row.

A migration says `AppendOnly("LedgerEntry")` after it has created the model. The triggers are named
`<table>_append_only_update` and `<table>_append_only_delete`, so one can see in the database which tables have them.

TRUNCATE on PostgreSQL is left alone on purpose: only the owner of the table may do it, the owner could just as well
drop the triggers, and the tests empty their tables with it. In production the program should connect as a user who
does not own the tables. On SQLite whoever can write the file can do everything; there the hash chain of the audit is
what shows a change.

SQLite drops the triggers when a later migration rebuilds the table (any change of a column or constraint): such a
migration repeats `AppendOnly` as its last operation. `is_installed` is there for the test that watches over this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

EVENTS = ("update", "delete")
MARK = "_append_only_"
FUNCTION = "khuyencong_append_only"


class AppendOnly(Operation):
    """Migration operation: install the triggers on the table of one model of the migration's app."""

    reduces_to_sql = False
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the model's state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Install the triggers."""
        del from_state
        install(self._table(app_label, to_state), schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove the triggers."""
        del to_state
        remove(self._table(app_label, from_state), schema_editor)

    def describe(self) -> str:
        """Say what the operation does, for `migrate --plan`."""
        return f"Rows of {self.model_name} are only ever added"

    @property
    def migration_name_fragment(self) -> str:
        """Part of an automatic migration name."""
        return f"{self.model_name.lower()}_append_only"

    def _table(self, app_label: str, state: ProjectState) -> str:
        return str(state.apps.get_model(app_label, self.model_name)._meta.db_table)  # noqa: SLF001 - the documented way to the table


def install(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the database refuse UPDATE and DELETE on `table` (IntegrityError); repeating it changes nothing."""
    remove(table, schema_editor)
    quote = schema_editor.quote_name
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME"
            " USING ERRCODE = 'restrict_violation'; END $$",
            params=None,
        )
    for event in EVENTS:
        if schema_editor.connection.vendor == "postgresql":
            action = f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        else:
            action = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        schema_editor.execute(
            f"CREATE TRIGGER {quote(_trigger(table, event))} BEFORE {event.upper()} ON {quote(table)} {action}",
            params=None,
        )


def remove(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers off `table`, if it has them."""
    quote = schema_editor.quote_name
    for event in EVENTS:
        on_table = f" ON {quote(table)}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {quote(_trigger(table, event))}{on_table}", params=None)


def is_installed(table: str, connection: BaseDatabaseWrapper) -> bool:
    """Say whether both triggers stand on `table` and are in force."""
    return {name for owner, name, _ in _triggers(connection) if owner == table} >= {
        _trigger(table, event) for event in EVENTS
    }


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Suspend all these triggers inside the block; for tests alone, which empty tables or break a row on purpose."""
    quote = connection.ops.quote_name
    triggers = _triggers(connection)
    if connection.vendor == "postgresql":
        off = [f"ALTER TABLE {quote(table)} DISABLE TRIGGER {quote(name)}" for table, name, _ in triggers]
        on = [f"ALTER TABLE {quote(table)} ENABLE TRIGGER {quote(name)}" for table, name, _ in triggers]
    else:
        off = [f"DROP TRIGGER {quote(name)}" for _, name, _ in triggers]
        on = [sql for _, _, sql in triggers]
    # All or nothing: a block that fails takes its changes back, and with them the suspension.
    with transaction.atomic(using=connection.alias):
        _run(connection, off)
        yield
        _run(connection, on)


def _trigger(table: str, event: str) -> str:
    return f"{table}{MARK}{event}"


def _triggers(connection: BaseDatabaseWrapper) -> list[tuple[str, str, str]]:
    """Return (table, trigger, SQL that makes it) of each of our triggers that is in force."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT relname, tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgenabled <> 'D' AND pg_table_is_visible(pg_class.oid) ORDER BY tgname"
        )
    else:
        query = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [(str(table), str(name), str(sql)) for table, name, sql in rows if MARK in name]


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table cannot be altered while checks of its rows are still waiting for the end of the transaction.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
