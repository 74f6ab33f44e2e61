"""The process of the jobs stays while the server does: one that is killed is started again, and it ends with the server."""

import subprocess
import sys
import time

from khuyencong import jobs

PATIENCE = 20


def wait_for(what):
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_process_that_is_killed_is_started_again(monkeypatch):
    started = []

    def start():
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return started[-1]

    monkeypatch.setattr(jobs, "_start", start)
    monkeypatch.setattr(jobs, "LOOK", 0.02)
    monkeypatch.setattr(jobs, "AGAIN", 0.02)
    with jobs.beside():
        for number in (1, 2):
            wait_for(lambda number=number: len(started) == number)
            started[-1].kill()
        wait_for(lambda: len(started) == 3)
        assert started[-1].poll() is None
    assert started[-1].poll() is not None
    assert len(started) == 3


def test_process_that_cannot_be_started_is_tried_again(monkeypatch):
    tried = []

    def start():
        tried.append(1)
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(jobs, "_start", start)
    monkeypatch.setattr(jobs, "AGAIN", 0.02)
    with jobs.beside():
        wait_for(lambda: len(tried) > 1)
