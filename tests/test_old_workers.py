"""Machines are upgraded one after the other: what is new in the tables must not break those that still run the last release.

An old worker leaves new columns out when it writes, and asks for all that it knows. What it cannot live with is allowed too, but then
the CHANGELOG says that all machines are to be stopped first (docs/guide/nhieu-may.md).
"""

import json
from pathlib import Path

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

ROOT = Path(__file__).resolve().parent.parent
RELEASES = sorted(
    (ROOT / "tests" / "releases").glob("*/release.json"),
    key=lambda path: [int(one) for one in path.parent.name.split(".")],
)
SENTENCE = "dừng mọi máy"
# Nothing of the tables that were there, or only what makes asking faster.
HARMLESS = (
    migrations.CreateModel, migrations.AddIndex, migrations.RemoveIndex, migrations.RenameIndex, migrations.AlterModelOptions,
    migrations.AlterModelManagers, migrations.RemoveConstraint,
)  # fmt: skip


def breaks(operation):
    """Whether a worker of the last release may fail once this is done; whatever is not known here counts as that."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return any(breaks(one) for one in operation.database_operations)
    if isinstance(operation, migrations.AddField):
        field = operation.field
        return not (field.null or field.many_to_many or field.db_default is not NOT_PROVIDED)
    return not isinstance(operation, HARMLESS)


def newer():
    """Operations of our migrations that no release has yet."""
    known = json.loads(RELEASES[-1].read_text())["migrations"]
    for (app, name), one in MigrationLoader(None).disk_migrations.items():
        path = f"{type(one).__module__.replace('.', '/')}.py"
        if path.startswith("khuyencong/") and path not in known:
            for operation in one.operations:
                yield f"{app} {name}: {operation.describe()}", operation


@pytest.mark.parametrize(
    ("operation", "broken"),
    [
        (migrations.AddField("a", "b", models.TextField(null=True)), False),
        (migrations.AddField("a", "b", models.TextField(db_default="")), False),
        # Django gives the default to the rows that are there and then takes it away from the column.
        (migrations.AddField("a", "b", models.TextField(default="")), True),
        (migrations.RemoveField("a", "b"), True),
        (migrations.RenameField("a", "b", "c"), True),
        (migrations.AlterField("a", "b", models.TextField()), True),
        (migrations.DeleteModel("a"), True),
        (migrations.CreateModel("a", []), False),
        (migrations.AddIndex("a", models.Index(fields=["b"], name="c")), False),
        (migrations.RunSQL("DROP TABLE a"), True),
        (migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("a")]), False),
        (migrations.SeparateDatabaseAndState([migrations.DeleteModel("a")]), True),
    ],
)
def test_what_an_old_worker_can_live_with(operation, broken):
    assert breaks(operation) is broken


def test_new_migrations_break_no_old_worker_or_the_changelog_says_to_stop_all():
    found = [told for told, operation in newer() if breaks(operation)]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = changelog.partition(f"## [{RELEASES[-1].parent.name}]")[0]
    assert not found or SENTENCE in unreleased, f"say «{SENTENCE}» in CHANGELOG.md, or do it in two releases: {found}"
    assert f"`{SENTENCE}`" in (ROOT / "docs" / "guide" / "nhieu-may.md").read_text(encoding="utf-8")
