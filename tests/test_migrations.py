"""Every migration can go back, or says why it cannot; those that can are taken back and done again."""

import pytest
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.loader import MigrationLoader

from khuyencong.core import append_only
from khuyencong.core.first_migration import FirstMigration

OURS = "khuyencong."


def is_ours(migration):
    return type(migration).__module__.startswith(OURS)


def migrations():
    return [one for one in MigrationLoader(None).disk_migrations.values() if is_ours(one)]


def test_every_migration_goes_back_or_says_why_not():
    found = migrations()
    assert len(found) > 40
    for one in found:
        stuck = [operation.describe() for operation in one.operations if not operation.reversible]
        assert bool(getattr(one, "no_way_back", "")) >= bool(stuck), f"{one}: {stuck}; say why in `no_way_back`"


def test_first_migration_drops_nothing():
    first = next(one for one in migrations() if isinstance(one, FirstMigration))
    with pytest.raises(IrreversibleError, match="phục hồi một bản sao"):
        first.unapply(None, None)


def _shape():
    """What the migrations after the first ones add: triggers and indexes."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        indexes = {
            (table, name) for table in tables for name in connection.introspection.get_constraints(cursor, table)
        }
    return {name for _, name, _ in append_only._triggers(connection)}, indexes


def steps_back(loader):
    """The migrations that nothing lasting stands on, in their order, and the state of all models before them."""
    graph = loader.graph
    order = list(dict.fromkeys(node for leaf in sorted(graph.leaf_nodes()) for node in graph.forwards_plan(leaf)))
    lasting = [node for node in order if not is_ours(graph.nodes[node]) or hasattr(graph.nodes[node], "no_way_back")]
    stood_on = {node for one in lasting for node in graph.forwards_plan(one)}
    return [graph.nodes[node] for node in order if node not in stood_on], loader.project_state(sorted(stood_on))


@pytest.mark.django_db(transaction=True)
def test_what_can_go_back_does_and_comes_again():
    """As Django does it, but with the models drawn up once: by its own executor this takes two minutes."""
    before, (steps, state) = _shape(), steps_back(MigrationLoader(connection))
    assert len(steps) >= 12
    assert state.apps  # drawn up here
    states = []
    for one in steps:
        states.append(state)
        state = one.mutate_state(state, preserve=True)
    for one, there in reversed(list(zip(steps, states, strict=True))):
        with connection.schema_editor(atomic=one.atomic) as editor:
            one.unapply(there.clone(), editor)
    triggers, indexes = _shape()
    assert not triggers
    assert before[1] - indexes  # what they took away comes back as well
    for one, there in zip(steps, states, strict=True):
        with connection.schema_editor(atomic=one.atomic) as editor:
            one.apply(there.clone(), editor)
    assert _shape() == before
