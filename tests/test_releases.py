"""What was released stays usable: the data of every kept release come up to this version, on both databases.

A release is kept under `tests/releases/<version>/` by `make release`, and stays there.
"""

import json
import lzma
import os
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from khuyencong.upkeep import database as databases
from khuyencong.upkeep.tests.test_copying import database_of_tests

ROOT = Path(__file__).resolve().parent.parent
RELEASES = sorted((ROOT / "tests" / "releases").glob("*/release.json"))
sys.path.insert(0, str(ROOT / "scripts"))
import kept as kept_amounts  # noqa: E402
import release as tool  # noqa: E402
import served  # noqa: E402

sys.path.pop(0)


@pytest.fixture(params=RELEASES, ids=lambda path: path.parent.name)
def kept(request):
    return request.param.parent


def test_the_first_release_is_still_kept():
    assert "0.1.0" in {path.parent.name for path in RELEASES}  # without it the tests below would ask nothing


def test_what_is_kept_is_complete_and_small(kept):
    sizes = {path.name: path.stat().st_size for path in kept.iterdir()}
    assert sizes.keys() == {tool.KEPT, tool.SQLITE, tool.POSTGRESQL}
    assert sum(sizes.values()) < tool.MOST_BYTES
    version = kept.name
    assert json.loads((kept / tool.KEPT).read_text())["version"] == version
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(version)}\] – \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)


def test_released_migrations_are_as_they_were(kept):
    listed = json.loads((kept / tool.KEPT).read_text())["migrations"]
    changed = [name for name, digest in listed.items() if tool.sha256(ROOT / name) != digest]
    assert not changed, "databases out there carry these: add a migration instead"


def amounts_of(database):
    if database.engine == "sqlite":
        return tool.amounts_of(Path(database.name))
    import psycopg

    with psycopg.connect(databases.url_of(database)) as connection, connection.cursor() as cursor:
        return kept_amounts.amounts(cursor, kept_amounts.POSTGRESQL_COLUMNS)


def test_what_a_migration_loses_is_told(tmp_path):
    """Rows that are gone and columns that were emptied; not what was taken away or added on purpose."""
    data = tmp_path / "data.sqlite3"
    with closing(sqlite3.connect(data)) as opened:
        opened.executescript(
            "CREATE TABLE a (name TEXT, old TEXT, note BLOB); INSERT INTO a VALUES ('x', 'y', x'00'), ('z', '', NULL);"
            "CREATE TABLE b (n INT); INSERT INTO b VALUES (0), (1); CREATE TABLE c (n INT); INSERT INTO c VALUES (1);"
        )
        before = tool.amounts_of(data)
        assert (before["a", ""], before["a", "name"], before["a", "old"], before["a", "note"]) == (2, 2, 1, 1)
        assert not kept_amounts.lost(before, before)
        opened.executescript(
            "ALTER TABLE a DROP COLUMN old; ALTER TABLE a ADD COLUMN fresh TEXT; UPDATE a SET name = '' WHERE name = 'z';"
            "DELETE FROM b WHERE n = 0; DROP TABLE c; CREATE TABLE d (n INT);"
        )
    assert kept_amounts.lost(before, tool.amounts_of(data)) == ["a.name", "b", "b.n"]


@pytest.mark.django_db(transaction=True)
def test_data_come_up_to_this_version(kept, tmp_path):
    """As an administrator does it: migrate, check, serve; then people sign in and open their pages."""
    real = database_of_tests()
    source = tmp_path / databases.name_in_copy(real)
    kept_as = tool.SQLITE if real.engine == "sqlite" else tool.POSTGRESQL
    source.write_bytes(lzma.decompress((kept / kept_as).read_bytes()))
    var_dir = tmp_path / "var"
    var_dir.mkdir()
    program = [sys.executable, "-m", "khuyencong.cli"]
    with databases.scratch(real, tmp_path) as database:
        databases.bring_back(source, database)
        before = amounts_of(database)
        environment = {**os.environ, "DATABASE_URL": databases.url_of(database), "KHUYENCONG_VAR": str(var_dir)}
        tool.run([*program, "manage", "migrate", "--no-input"], environment=environment, folder=ROOT)
        assert not kept_amounts.lost(before, amounts_of(database))
        assert "chuỗi liền mạch" in tool.run([*program, "check"], environment=environment, folder=ROOT)
        with served.served(program, environment, folder=ROOT) as address:
            assert served.look(address, signed_in=True)
