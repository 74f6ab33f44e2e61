"""Figures for programs that watch the machine, most of all while a part of it is down."""

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from khuyencong import jobs
from khuyencong.config import Database
from khuyencong.core.clamd import Clamd, NoAnswerError
from khuyencong.upkeep import disks as looked
from khuyencong.upkeep.doctor import examine
from khuyencong.upkeep.gauges import Gauges
from khuyencong.upkeep.neighbours import Mark


def told(client):
    answer = client.get("/-/metrics")
    assert answer.status_code == 200
    return dict(re.findall(r"^(khuyencong_\S+) (\S+)$", answer.content.decode(), re.MULTILINE))


def test_without_a_database_the_rest_is_told(client):
    """No mark of pytest lets this test ask the database: it is as good as down."""
    assert client.get("/-/live").content == b"live\n"
    (settings.CONFIG.var_dir / jobs.ALIVE).touch()
    figures = told(client)
    parts = {name: figures[f'khuyencong_part_answers{{part="{name}"}}'] for name in ("database", "jobs", "disks")}
    assert parts == {"database": "0.0", "jobs": "1.0", "disks": "1.0"}
    assert float(figures['khuyencong_disk_free_bytes{disk="data"}']) > 0
    assert 0 <= float(figures["khuyencong_jobs_age_seconds"]) < 60
    assert any(name.startswith("khuyencong_requests_total{") for name in figures)


def test_copies_that_cannot_be_read_keep_nothing_else_back(monkeypatch):
    def unreadable(_folder):
        raise PermissionError

    monkeypatch.setattr("khuyencong.upkeep.gauges.copies", unreadable)
    config = replace(settings.CONFIG, backup=replace(settings.CONFIG.backup, folder=settings.CONFIG.var_dir))
    answers = {
        sample.labels["part"]: sample.value
        for metric in Gauges(config).collect()
        if metric.name == "khuyencong_part_answers"
        for sample in metric.samples
    }
    assert (answers["copies"], answers["disks"]) == (0, 1)


@pytest.mark.parametrize(
    ("database", "here"),
    [
        (Database(engine="postgresql", name="k", options=(("host", "/var/run/postgresql"),)), True),
        (Database(engine="postgresql", name="k", host="127.0.0.1"), True),
        (Database(engine="postgresql", name="k", host="127.0.0.1", port=6432, pooled=True), False),
        (Database(engine="postgresql", name="k", host="10.0.0.11"), False),
        (Database(engine="sqlite", name="/other/k.sqlite3"), True),
    ],
)
def test_every_disk_that_fills_is_looked_at_once(monkeypatch, tmp_path, database, here):
    data, copies = tmp_path / "data", tmp_path / "copies"
    real = Path.stat

    class Stat:
        def __init__(self, number):
            self.st_dev = number

    numbers = {data: 1, copies: 2, looked.POSTGRESQL: 3, Path("/other"): 3}
    monkeypatch.setattr(Path, "stat", lambda path, **kw: Stat(numbers[path]) if path in numbers else real(path, **kw))
    space = {data: 50, copies: 0.1, looked.POSTGRESQL: 50, Path("/other"): 50}
    monkeypatch.setattr(
        looked.shutil, "disk_usage", lambda path: type("Used", (), {"free": space[path] * 2**30, "total": 100 * 2**30})
    )
    config = replace(
        settings.CONFIG, var_dir=data, database=database, backup=replace(settings.CONFIG.backup, folder=copies)
    )
    assert [one.name for one in looked.disks(config)] == ["data", "backup", *(["database"] if here else [])]
    marks = [one.mark for one in examine(config, only={"Đĩa"})]
    assert marks == [Mark.GOOD, Mark.BAD, *([Mark.GOOD] if here else [])]
    numbers[copies] = 1
    assert "backup" not in {one.name for one in looked.disks(config)}
    del numbers[copies]  # not there: said by the look at the copies
    assert next(one.name for one in looked.disks(config)) == "data"


def test_a_scanner_that_is_silent_holds_nobody_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(NoAnswerError):
            Clamd(host="127.0.0.1", port=silent.getsockname()[1]).version()
    assert time.monotonic() - began < 10


@pytest.fixture
def sleepers(monkeypatch):
    """The processes of the jobs that were begun; they only sleep."""
    monkeypatch.setattr(jobs, "PAUSE", 0.02)
    monkeypatch.setattr(jobs, "AGAIN", 0.02)
    begun = []

    def begin():
        begun.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))
        return begun[-1]

    monkeypatch.setattr(jobs, "_begun", begin)
    return begun


def wait_for(count, begun):
    until = time.monotonic() + 20
    while len(begun) < count and time.monotonic() < until:
        time.sleep(0.02)
    assert len(begun) == count


def test_a_process_of_jobs_that_died_is_begun_again(sleepers, tmp_path):
    with jobs.beside(tmp_path):
        sleepers[0].kill()
        wait_for(2, sleepers)
        assert sleepers[1].poll() is None
    assert all(one.poll() is not None for one in sleepers)


def test_one_that_is_stuck_is_replaced(sleepers, tmp_path, monkeypatch):
    (tmp_path / jobs.ALIVE).touch()
    old = time.time() - jobs.STUCK.total_seconds() - 60
    os.utime(tmp_path / jobs.ALIVE, (old, old))
    assert not jobs._is_stuck(tmp_path / jobs.ALIVE, time.time())  # the mark of an earlier run
    assert jobs._is_stuck(tmp_path / jobs.ALIVE, old)
    stuck = [True]
    monkeypatch.setattr(jobs, "_is_stuck", lambda *_: bool(stuck and stuck.pop()))
    with jobs.beside(tmp_path):
        wait_for(2, sleepers)
    assert all(one.poll() is not None for one in sleepers)
