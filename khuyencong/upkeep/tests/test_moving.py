"""Every row arrives as it was, and both sides are proven equal; what differs is found and nothing is moved."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connections

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import head_now
from khuyencong.config import Database
from khuyencong.testing import make_project
from khuyencong.upkeep import copying, moving
from khuyencong.upkeep.archive import ArchiveError


@pytest.fixture
def target(tmp_path):
    """An empty SQLite file: from PostgreSQL it is the other kind of database, where values are kept in other types."""
    return Database(engine="sqlite", name=str(tmp_path / "new.sqlite3"))


@pytest.mark.django_db(transaction=True)
def test_all_rows_are_moved_and_proven_equal(world, target, tmp_path):
    make_project(world)
    found = {one.table: one for one in moving.move(settings.CONFIG, target, tell=lambda _: None)}
    assert found["projects_project"].rows == 1
    assert found["audit_auditevent"].rows == AuditEvent.objects.count() > 0
    assert found["people_user"].rows > 0
    seq, digest = head_now()
    assert f"{seq}:{digest}" in copying.check(target, tmp_path, files=False)
    with pytest.raises(ArchiveError, match="không trống"):
        moving.move(settings.CONFIG, target, tell=lambda _: None)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_moved_where_the_sides_differ(world, target, monkeypatch):
    make_project(world)
    told = moving.fingerprint
    seen = iter(range(10_000))
    monkeypatch.setattr(moving, "fingerprint", lambda rows: (told(rows)[0], str(next(seen))))
    with pytest.raises(ArchiveError, match="khác nhau"):
        moving.move(settings.CONFIG, target, tell=lambda _: None)
    assert moving.TARGET not in connections.settings
    with closing(sqlite3.connect(target.name)) as there:  # the tables stand, without a row
        assert there.execute("SELECT count(*) FROM projects_project").fetchone() == (0,)


def test_values_are_compared_as_what_they_are():
    def of(*values):
        return moving.fingerprint(iter([values]))

    assert of(Decimal("1.50"), None) == of(Decimal("1.5"), None)
    assert of(datetime(2026, 1, 1, 7, tzinfo=UTC)) == of(datetime(2026, 1, 1, 7, tzinfo=UTC))
    assert of({"b": 1, "a": [date(2026, 1, 1).isoformat()]}) == of({"a": ["2026-01-01"], "b": 1})
    assert of(b"\x01") == of(memoryview(b"\x01"))
    for one, other in ((1, 2), ("a", "A"), (None, ""), (True, "true"), (Decimal(1), Decimal("1.01"))):
        assert of(one) != of(other)
    with pytest.raises(TypeError):
        of(object())
