"""Which pages and queries are slow: added up over workers and hours, without a value, on the page and at the terminal."""

import os
import time

import pytest
from django.db import connection

from khuyencong.core import measures
from khuyencong.core.measures import Page, without_values
from khuyencong.upkeep import slow
from khuyencong.upkeep.slow import counted_by_postgresql, slow_pages_and_queries


@pytest.fixture(autouse=True)
def _nothing_measured(monkeypatch):
    monkeypatch.setattr(measures, "_hours", {})
    monkeypatch.setenv(measures.FOLDER, "")  # and what a test puts there is gone after it


def test_times_are_right_to_a_tenth():
    page = Page()
    for ms in range(1, 1001):
        page.add(ms, 3)
    assert page.share(0.5) == pytest.approx(500, rel=0.06)
    assert page.share(0.95) == pytest.approx(950, rel=0.06)
    assert (page.worst, page.count, page.queries) == (1000, 1000, 3000)


def test_queries_that_differ_in_values_alone_are_one():
    one = without_values(
        "SELECT a FROM t1\n WHERE name = 'Nguyễn ''Văn'' An' AND n IN (%s, %s, %s) AND x = 12.5 LIMIT 21"
    )
    assert one == "SELECT a FROM t1 WHERE name = ? AND n IN (…) AND x = ? LIMIT ?"
    assert one == without_values("SELECT a FROM t1 WHERE name = 'B' AND n IN (%s, %s) AND x = 7 LIMIT 5")
    columns = ", ".join(f'"a"."c{number}"' for number in range(300))
    sql = f"SELECT {columns} FROM a WHERE n = 5"  # noqa: S608  # asked of nobody
    assert without_values(sql) == 'SELECT …, "a"."c299" FROM a WHERE n = ?'


def test_workers_and_hours_are_added_up(tmp_path, monkeypatch):
    def another_worker(number, started):
        """What this process has measured becomes the file of another."""
        measures.write()
        (file,) = tmp_path.glob(f"{os.getpid()}-*.json")
        file.rename(tmp_path / f"000{number}-{started}.json")
        measures._hours.clear()

    now = int(time.time()) // 3600
    measures.begin(tmp_path)
    measures.record("projects", 0.1, 12, [])
    another_worker(1, now)
    measures.record("projects", 0.3, 10, [("SELECT 1 FROM a WHERE b = 'An'", 0.25)])
    measures.record("work", 2.0, 60, [("SELECT 1 FROM a WHERE b = 'Bình'", 0.5)])
    another_worker(2, now)
    measures.record("calendar", 9.0, 1, [])
    another_worker(3, now - 5)
    measures.record("projects", 0.2, 11, [])
    (tmp_path / f"0004-{now}.json").write_text("{broken")
    (tmp_path / f"0005-{now - 30}.json").write_text("{}")
    pages, queries = slow_pages_and_queries(tmp_path, hours=3, slow_page_ms=1000)
    assert [(one.name, one.count, one.worst, one.queries, one.is_slow) for one in pages] == [
        ("work", 1, 2000, 60, True),
        ("projects", 3, 300, 11, False),
    ]
    (query,) = queries
    assert (query.sql, query.count, query.total, query.worst, query.page) == (
        "SELECT ? FROM a WHERE b = ?", 2, 750, 500, "work",
    )  # fmt: skip
    assert "calendar" in {one.name for one in slow_pages_and_queries(tmp_path, hours=6, slow_page_ms=1000)[0]}
    for timer in measures._waiting:
        timer.cancel()
    measures._waiting.clear()
    # A server that starts again keeps them, under names that no new worker takes.
    measures._hours.clear()
    measures.begin(tmp_path)
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {"before"}
    assert not list(tmp_path.glob(f"*-{now - 30}.json"))  # of yesterday
    assert {one.name for one in slow_pages_and_queries(tmp_path, hours=3, slow_page_ms=1000)[0]} == {"work", "projects"}


@pytest.mark.django_db
def test_page_tells_what_was_measured(world, visit, settings):
    administrator = visit(world.actor("dong-thap", "administrator"))
    empty = administrator.get("/may-chu/cham/").content.decode()
    assert "Chưa đo được trang nào" in empty
    measures.record("projects", 2.5, 40, [("SELECT 'Nguyễn Văn An' FROM people_user", 1.5)])
    page = administrator.get("/may-chu/cham/?gio=24").content.decode()
    for word in ("projects", "2500", "SELECT ? FROM people_user", "1500", "có lượt chậm", "server_slow"):
        assert word in page
    assert "Nguyễn Văn An" not in page
    assert administrator.get("/may-chu/cham/?gio=x").status_code == 200
    assert visit(world.actor("dong-thap", "officer")).get("/may-chu/cham/").status_code == 403


@pytest.mark.django_db
def test_what_postgresql_counts_is_told_where_it_does(monkeypatch):
    assert counted_by_postgresql() is None  # the server of the tests does not load it
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE statements AS SELECT 'SELECT $1 WHERE a = 5' q, 3 c, 12.4 t, 9.0 w")
        cursor.execute("SELECT q, c, t, w FROM statements")
        row = cursor.fetchone()
    monkeypatch.setattr(slow, "connection", _Counting(row))
    monkeypatch.setattr(slow.transaction, "atomic", connection.cursor)  # any block
    (one,) = counted_by_postgresql()
    assert (one.sql, one.count, one.total, one.worst) == ("SELECT $1 WHERE a = ?", 3, 12, 9)


class _Counting:
    """A server that counts."""

    vendor = "postgresql"

    def __init__(self, row):
        self.row = row

    def cursor(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def execute(self, *_):
        return None

    def fetchone(self):
        return (1,)

    def fetchall(self):
        return [self.row]
