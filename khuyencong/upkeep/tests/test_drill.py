"""The drill: a server is killed while people work; nothing that it had answered is lost, and a copy made meanwhile is whole too."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from khuyencong.establishments.models import Establishment
from khuyencong.places.models import Province
from khuyencong.upkeep import copying, restoring
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.tests.test_copying import database_of_tests

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
WRITERS, ENOUGH, PATIENCE = 4, 30, 120
NEW = "/co-so/moi/"


@pytest.fixture
def server(transactional_db, world, tmp_path):
    """The real server over the test's database, in a session of its own so that all of it can be killed at once."""
    var_dir = tmp_path / "var"
    var_dir.mkdir()
    (var_dir / "secret_key").write_text(settings.SECRET_KEY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "DATABASE_URL": databases.url_of(database_of_tests()), "KHUYENCONG_VAR": str(var_dir),
        "PORT": str(port), "REQUIRE_SECOND_FACTOR": "0",
    }  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-m", "khuyencong.cli", "serve", "--workers", "2"], env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, running)
        yield port, running, replace(settings.CONFIG, var_dir=var_dir, database=database_of_tests())
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait(PATIENCE)


def _wait_for(port, running):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and running.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("The server did not start.")


def _cookie(world):
    client = Client()
    client.force_login(
        world.actor("dong-thap-centre", "officer").user, backend="django.contrib.auth.backends.ModelBackend"
    )
    return f"sessionid={client.cookies['sessionid'].value}"


class _Writers:
    """Officers who register establishments one after another, until the server answers no more."""

    def __init__(self, port, cookie, province):
        self.port, self.cookie, self.province = port, cookie, province
        self.answered = []  # names that the server has said are written
        self.threads = [threading.Thread(target=self._work, args=(number,)) for number in range(WRITERS)]
        for one in self.threads:
            one.start()

    def _work(self, number):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            connection.request("GET", NEW, headers={"Cookie": self.cookie})
            page = connection.getresponse()
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
            csrf = re.search(r"csrftoken=(\w+)", page.headers["Set-Cookie"])[1]
            headers = {
                "Cookie": f"{self.cookie}; csrftoken={csrf}", "Content-Type": "application/x-www-form-urlencoded",
            }  # fmt: skip
            for count in range(10_000):
                name = f"Cơ sở diễn tập {number}-{count}"
                data = {
                    "csrfmiddlewaretoken": token, "creation_key": uuid.uuid4(), "name": name, "kind": "household",
                    "province": self.province, "sector": "agro_processing",
                }  # fmt: skip
                connection.request("POST", NEW, urlencode(data), headers)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 302, answer.status  # written, and on to its page
                self.answered.append(name)
        except (OSError, http.client.HTTPException):
            return  # killed


def test_nothing_that_was_answered_is_lost(server, world, tmp_path):
    port, running, config = server
    province = Province.objects.get(key="82").pk
    writers = _Writers(port, _cookie(world), province)
    until = time.monotonic() + PATIENCE
    while len(writers.answered) < ENOUGH / 2 and time.monotonic() < until:
        time.sleep(0.05)
    for name in ("copies", "after"):
        (tmp_path / name).mkdir()
    at_work, during = len(writers.answered), copying.make(config, tmp_path / "copies", key=None, now=datetime.now())  # noqa: DTZ005  # a name
    while len(writers.answered) < ENOUGH and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait(PATIENCE)
    for one in writers.threads:
        one.join(PATIENCE)
    answered = set(writers.answered)
    assert len(answered) >= ENOUGH
    # What is left is whole: every rule of the records holds, and all that was answered is there.
    names = set(Establishment.objects.filter(name__startswith="Cơ sở diễn tập").values_list("name", flat=True))
    assert answered <= names
    assert len(names) <= len(answered) + WRITERS  # one more each may have been written and not yet answered
    after = copying.make(config, tmp_path / "after", key=None, now=datetime.now())  # noqa: DTZ005  # a name
    for copy, least in ((during, at_work), (after, len(answered))):
        with databases.scratch(config.database, Path(tmp_path)) as empty:
            there = replace(config, var_dir=tmp_path / f"new-{copy.path.parent.name}", database=empty)
            assert "chuỗi liền mạch" in restoring.restore(there, copy.path, key=None)
            assert _count(empty) >= least


def _count(database):
    """How many establishments of the drill there are, asked of the database itself."""
    sql = "SELECT count(*) FROM establishments_establishment WHERE name LIKE 'Cơ sở diễn tập%'"
    if database.engine == "sqlite":
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(database.name)) as connection:
            return connection.execute(sql).fetchone()[0]
    import psycopg

    with psycopg.connect(databases.url_of(database)) as connection:
        return connection.execute(sql).fetchone()[0]
