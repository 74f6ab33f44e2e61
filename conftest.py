"""Fixtures that every room's tests share, and the rules that hold for all of them."""

import gc
import ipaddress
import socket
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections
from django.test import Client

from khuyencong.core import append_only
from khuyencong.testing import World, build_world
from khuyencong.testing_kept import keeper

BACKEND = "django.contrib.auth.backends.ModelBackend"
OPENS_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_configure(config):
    """Settings that differ in tests; everything else is as in use."""
    folder = tempfile.TemporaryDirectory(prefix="khuyencong-files-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    files, static = Path(folder.name, "files"), Path(folder.name, "static")
    static.mkdir()
    settings.STORAGES["default"]["OPTIONS"]["location"] = files
    settings.OUTSIDE = replace(settings.OUTSIDE, key_file=str(Path(folder.name, "federation_key.pem")))
    # Pages name their files without the collected manifest; `tests/test_static_files.py` collects them for real.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT = static
    settings.VAR_DIR = Path(folder.name)
    # The tests of signing in switch it on for themselves.
    settings.REQUIRE_SECOND_FACTOR = False
    # Hundreds of tests ask from one address; the test of rates switches them on.
    settings.RATE_LIMITS = False
    # Tests change rows behind the back of the trail; the test of what is kept switches it on for itself.
    settings.KEEP_ANSWERS = False
    # Still Argon2, at its cheapest: hundreds of test users need no protection.
    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 8
    Argon2PasswordHasher.parallelism = 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A test that opens no database says the same on each: it runs on one, as if it had the mark."""
    for item in items:
        opens = item.get_closest_marker("django_db") or OPENS_DATABASE & set(getattr(item, "fixturenames", ()))
        if not opens:
            item.add_marker(pytest.mark.one_database)


def pytest_collection_finish():
    """What is loaded by now stays until the end: looking through it for garbage took a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """A test that opens a connection to anything but this machine fails with a sentence."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    yield
    patch.undo()


def _guarded(original):
    def connect(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
            raise RuntimeError(f"A test must not use the network: {address[0]}")
        return original(self, address)

    return connect


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database; emptying its tables between tests may delete from those that only ever grow."""
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        connection = connections["default"]
        if connection.vendor == "sqlite":  # PostgreSQL empties tables with TRUNCATE, which no trigger of ours refuses
            patch.setattr(type(connection.ops), "execute_sql_flush", _flush_everything)
    yield
    patch.undo()


def _flush_everything(operations, sql_list):
    connection = operations.connection
    with append_only.lifted(connection), connection.cursor() as cursor:
        for sql in sql_list:
            cursor.execute(sql)


@pytest.fixture(autouse=True)
def _nothing_written():
    """First of all: what a test writes is watched, so that it begins with what is kept only where nothing is there yet."""
    keeper.begin()


@pytest.fixture
def world(request, db) -> World:
    """Two provinces, six agencies, one person for every role at each."""
    marker = request.node.get_closest_marker("django_db")
    is_transactional = bool(marker and (marker.args or marker.kwargs))
    if keeper.can_serve(_asked_for(request.node), is_transactional=is_transactional):
        return keeper.first(build_world)
    return build_world()


def _asked_for(test) -> set[str]:
    """The fixtures that a test asks for and those that these ask for; not what plugins give to every test."""
    fixtures = test._fixtureinfo  # noqa: SLF001 - `fixturenames` also holds what plugins give
    found, names = set(), list(fixtures.argnames)
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            names += [asked for one in fixtures.name2fixturedefs.get(name, ())[-1:] for asked in one.argnames]
    return found


@pytest.fixture
def visit():
    """`visit(actor)`: a browser in which the actor is signed in."""

    def sign_in(actor):
        client = Client()
        client.force_login(actor.user, backend=BACKEND)
        return client

    return sign_in
