"""Indexes for finding by words, which the two databases build differently; see `finding` for what is asked of them.

PostgreSQL looks words up in an index of trigrams. SQLite has none that fits; it reads through an index that holds all
that a search asks about, a tenth of the table, in the order in which the rows are shown. Where PostgreSQL lacks pg_trgm,
or the account may not install it, the search gives the same answers, only slower.

None of them is part of the model's state, so a later migration that makes SQLite rebuild the table has to repeat
`IndexOn`; `is_installed` is there for the test that watches over this.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Index

EXTENSION = "pg_trgm"
MAY_INSTALL = f"""
SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = '{EXTENSION}')
   AND (has_database_privilege(current_database(), 'CREATE')
        OR EXISTS (SELECT 1 FROM pg_extension WHERE extname = '{EXTENSION}'))
"""  # noqa: S608  # nothing but our own constant is put in


class Trigrams(Operation):
    """Migration operation: on PostgreSQL, install the extension that indexes trigrams, where that is possible."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """An extension is no part of any model."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Install it."""
        del app_label, from_state, to_state
        if has_trigrams(schema_editor.connection):
            schema_editor.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Leave it: somebody else may use it."""

    def describe(self) -> str:
        """Say what the operation does, for `migrate --plan`."""
        return "Install the index of trigrams (PostgreSQL)"


class IndexOn(AddIndex):
    """Migration operation: an index on one kind of database only ("sqlite" or "postgresql")."""

    def __init__(self, vendor: str, model_name: str, index: Index) -> None:
        super().__init__(model_name, index)
        self.vendor = vendor

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model does not know of it: its Meta is the same on all databases."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Build the index."""
        if self._fits(schema_editor.connection):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the index."""
        del to_state
        if self._fits(schema_editor.connection):
            schema_editor.remove_index(from_state.apps.get_model(app_label, self.model_name), self.index)

    def _fits(self, connection: BaseDatabaseWrapper) -> bool:
        if connection.vendor != self.vendor:
            return False
        return has_trigrams(connection) if isinstance(self.index, GinIndex) else True


def has_trigrams(connection: BaseDatabaseWrapper) -> bool:
    """Whether this database can index trigrams, or can be made to."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(MAY_INSTALL)
        row = cursor.fetchone()
    return bool(row and row[0])


def is_installed(table: str, index: str, connection: BaseDatabaseWrapper) -> bool:
    """Whether the table has this index."""
    with connection.cursor() as cursor:
        return index in connection.introspection.get_constraints(cursor, table)
