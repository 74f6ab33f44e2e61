"""Counts that all processes share: nothing is lost when many count at once, nobody waits for a replica, what has ended is removed."""

import threading
from dataclasses import replace

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection

from khuyencong.config import ConfigError, read_config
from khuyencong.core import counting, rates
from khuyencong.server import RefusalError, require_counts

PLACE = {"BACKEND": "khuyencong.core.counting.DatabaseCounts", "LOCATION": "khuyencong_counts"}
POSTGRESQL = "postgresql://khuyencong@/khuyencong?host=/run"


def test_what_may_be_chosen(tmp_path):
    assert not read_config({}, tmp_path).shared_counts
    assert read_config({"CACHE": "database", "DATABASE_URL": POSTGRESQL}, tmp_path).shared_counts
    for environ in ({"CACHE": "database"}, {"CACHE": "redis", "DATABASE_URL": POSTGRESQL}):
        with pytest.raises(ConfigError, match="CACHE"):
            read_config(environ, tmp_path)


@pytest.fixture
def shared(settings, transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("counts are shared in PostgreSQL")
    settings.CACHES = {"default": PLACE}
    settings.CONFIG = replace(settings.CONFIG, shared_counts=True)
    with pytest.raises(RefusalError, match="createcachetable"):
        require_counts()
    call_command("createcachetable")
    require_counts()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE khuyencong_counts")


def test_many_at_once(shared, monkeypatch):
    found = []

    def ask():
        try:
            found.extend(counting.one_more("rate:a", 60) for _ in range(20))
        finally:
            connection.close()
            connection.close_pool()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == list(range(1, 81))
    few = rates.Rate("few", 2, 60, "")
    assert [bool(rates.count(few, "203.0.113.7")) for _ in range(4)] == [False, False, True, True]
    assert counting.one_more("rate:c", 0) == 1
    monkeypatch.setattr(counting, "TIDIED", 1)
    assert counting.one_more("rate:c", 0) == 1  # it had ended
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM khuyencong_counts WHERE expires < now()")
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW synchronous_commit")
        before = cursor.fetchone()
        counting.one_more("rate:a", 60)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == before  # only that one statement did not wait


def test_in_memory():
    caches["default"].clear()
    assert [counting.one_more("rate:a", 60) for _ in range(3)] == [1, 2, 3]
    assert [counting.one_more("rate:b", 60)] == [1]
    cache.clear()
