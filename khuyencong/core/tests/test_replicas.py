"""Which database a page is made from; with real servers: `tests/test_wide.py`."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from khuyencong.core import replicas as module
from khuyencong.core.replicas import (
    ASIDE,
    BEHIND,
    COOKIE,
    Replicas,
    Router,
    WrittenMiddleware,
    from_replica,
    reads_from,
)


class Servers:
    """Positions by alias; a replica that is None does not answer."""

    def __init__(self):
        self.at = {"default": 100, "replica_1": 100, "replica_2": 100}
        self.asked = []

    def ask(self, alias, _sql):
        self.asked.append(alias)
        if self.at[alias] is None:
            raise OperationalError
        return self.at[alias]


@pytest.fixture
def now():
    return [1_000.0]


@pytest.fixture
def servers(monkeypatch, now):
    found = Servers()
    monkeypatch.setattr(module, "_ask", found.ask)
    monkeypatch.setattr(module, "connections", {"replica_1": Closing(), "replica_2": Closing()})
    ours = Replicas(("replica_1", "replica_2"), clock=lambda: now[0])
    monkeypatch.setattr(module, "replicas", ours)
    return found


class Closing:
    def close(self):
        pass


@from_replica
def page(request):
    return HttpResponse(reads_from())


def shown(request=None):
    return page(request or RequestFactory().get("/")).content.decode()


def test_only_a_replica_that_has_what_was_written(servers, now):
    assert shown().startswith("replica_")
    answer = WrittenMiddleware(lambda _request: HttpResponse())(RequestFactory().post("/"))
    assert answer.cookies[COOKIE]["httponly"]
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = answer.cookies[COOKIE].value
    servers.at |= {"replica_1": 99, "replica_2": 100}
    assert {shown(request) for _ in range(8)} == {"replica_2"}
    servers.at["replica_2"] = 99
    assert shown(request) == "default"
    request.COOKIES[COOKIE] = "1" + request.COOKIES[COOKIE]  # not ours: counts for nothing
    servers.at |= {"replica_1": 100, "replica_2": 100}
    assert shown(request).startswith("replica_")


def test_nobody_sees_less_than_was_there_some_seconds_ago(servers, now):
    shown()
    servers.at["default"] = 200  # and the replicas stand still
    now[0] += BEHIND - 0.1
    assert shown().startswith("replica_")
    now[0] += 0.2
    assert shown() == "default"
    servers.at |= {"replica_1": 200, "replica_2": 200}
    assert shown().startswith("replica_")
    servers.at["default"] = None  # then nothing is certain
    now[0] += BEHIND + 1
    assert shown() == "default"


def test_a_replica_that_fails_is_left_aside(servers, now):
    servers.at["replica_1"] = None
    assert {shown() for _ in range(8)} == {"replica_2"}
    assert servers.asked.count("replica_1") == 1
    servers.at["replica_1"] = 100
    now[0] += ASIDE + 0.1
    assert {shown() for _ in range(30)} == {"replica_1", "replica_2"}
    servers.at |= {"replica_1": None, "replica_2": None}  # one that became the primary says nothing, like this one
    assert shown() == "default"


def test_a_page_that_fails_on_the_way_is_made_again_from_the_primary(servers):
    def dying(request):
        if reads_from() != "default":
            raise OperationalError
        return HttpResponse("made")

    assert from_replica(dying)(RequestFactory().get("/")).content == b"made"


def test_what_writes_stays_on_the_primary(servers):
    assert shown(RequestFactory().post("/")) == "default"
    answer = WrittenMiddleware(lambda request: HttpResponse(shown(request)))(RequestFactory().get("/"))
    assert answer.content.startswith(b"replica_")
    assert COOKIE not in answer.cookies

    def writes_first(request):
        assert Router().db_for_write(None) == "default"
        return HttpResponse(shown(request))

    answer = WrittenMiddleware(writes_first)(RequestFactory().get("/"))
    assert answer.content == b"default"
    assert COOKIE in answer.cookies


def test_tables_are_made_everywhere_but_in_a_replica(servers):
    """Another database is one that `move-database` fills."""
    made = {alias: Router().allow_migrate(alias) for alias in ("default", "replica_1", "move_target")}
    assert made == {"default": True, "replica_1": False, "move_target": True}
