"""Every row arrives as it was, and both sides are proven equal; what differs is found and nothing is moved."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import head_now
from khuyencong.config import Database
from khuyencong.testing import make_project
from khuyencong.upkeep import database as databases
from khuyencong.upkeep import moving
from khuyencong.upkeep.archive import ArchiveError
from khuyencong.upkeep.tests.test_copying import database_of_tests


@pytest.fixture
def target(tmp_path):
    """An empty SQLite file: from PostgreSQL it is the other kind of database, where values are kept in other types."""
    return Database(engine="sqlite", name=str(tmp_path / "new.sqlite3"))


@pytest.mark.django_db(transaction=True)
def test_all_rows_are_moved_and_proven_equal(world, target, tmp_path):
    make_project(world)
    told = khuyencong(tmp_path, "move-database", databases.url_of(target))
    assert "projects_project: 1 dòng" in told
    assert f"audit_auditevent: {AuditEvent.objects.count()} dòng" in told
    assert "hai bên bằng nhau" in told
    seq, digest = head_now()
    assert f"{seq}:{digest}" in told  # what the check of the new database says
    assert "không trống" in khuyencong(tmp_path, "move-database", databases.url_of(target), code=1)


def khuyencong(folder, *words, code=0):
    """The command over the test's database; what it says."""
    environment = {
        **os.environ,
        "DATABASE_URL": databases.url_of(database_of_tests()),
        "KHUYENCONG_VAR": str(folder),
    }
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "khuyencong.cli", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_sides_that_differ_are_refused(monkeypatch):
    monkeypatch.setattr(moving, "_rows", lambda _model, alias: iter([(alias,)]))
    with pytest.raises(ArchiveError, match="Bảng audit_auditevent ở hai nơi khác nhau"):
        moving._compared(AuditEvent)


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
