"""Making all tables of a room at once: what the first migration of a room does on an empty database.

Django makes them one after another and draws up every model that a new table touches anew each time; with two hundred tables
that leads to the people who use the system, a new database took a minute. Here the models are drawn up once for each room.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState


class FirstMigration(migrations.Migration):
    """A first migration of before the first release: its operations only add tables and parts of these tables."""

    initial = True
    # A migration that cannot go back says why here (`tests/test_migrations.py` asks it of each).
    no_way_back = "trước nó phòng này không có bảng nào: quay lại là xóa hết hồ sơ của phòng. Hãy phục hồi một bản sao."

    def apply(  # as Django calls it
        self,
        project_state: ProjectState,
        schema_editor: Any,
        collect_sql: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> ProjectState:
        """Make each table as it is after the last operation; keys between them are added when all are there, as Django does."""
        project_state.__dict__.pop("apps", None)  # drawn up again below, once
        state = self.mutate_state(project_state, preserve=False)
        for operation in self.operations:
            if isinstance(operation, CreateModel):
                model = state.apps.get_model(self.app_label, operation.name)
                if operation.allow_migrate_model(schema_editor.connection.alias, model):
                    schema_editor.create_model(model)
        return state

    def unapply(self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:  # noqa: ARG002, FBT001, FBT002
        """Raise IrreversibleError: nobody drops the records of a room by a slip of the keyboard."""
        raise IrreversibleError(f"{self}: {self.no_way_back}")
