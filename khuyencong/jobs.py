"""Long work that goes on while nobody looks: one process beside the server, which `serve` starts and stops.

A room with such work adds a function to `_jobs`: it does what stands still and says whether there was any. Each of its steps
is an action with its own transaction, so that a killed process loses nothing and does nothing twice.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

ALIVE = "jobs.alive"  # in the folder of data: touched at each look, so that the doctor sees that somebody looks
PAUSE = 5.0  # seconds between two looks where there was nothing to do
STOPPING = 10.0  # seconds for the step that is under way
logger = logging.getLogger(__name__)


def _jobs() -> tuple[Callable[[], bool], ...]:
    from khuyencong.api import background as news
    from khuyencong.competitions.judging import background as sheets
    from khuyencong.federation import background as packages
    from khuyencong.opendata import months
    from khuyencong.papers import background as papers
    from khuyencong.persons import turns as hiding
    from khuyencong.quarantine import background as held

    return papers.go_on, sheets.go_on, news.go_on, packages.go_on, months.go_on, held.go_on, hiding.go_on


def do_all() -> bool:
    """Do what stands still, once; whether there was any. A job that fails is logged and does not hinder the others."""
    moved = False
    for job in _jobs():
        try:
            moved = job() or moved
        except Exception:
            logger.exception("A job has failed: %s", job.__module__)
    return moved


def work(parent: int) -> None:
    """Look again and again, until a signal or the end of the process `parent`."""
    from django.conf import settings
    from django.db import close_old_connections

    stopped = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stopped.set())
    alive = settings.CONFIG.var_dir / ALIVE
    while not stopped.is_set() and os.getppid() == parent:
        with suppress(OSError):  # a full disk is told by others
            alive.touch()
        close_old_connections()  # the database may have been restarted meanwhile
        if not do_all():
            stopped.wait(PAUSE)


@contextmanager
def beside() -> Iterator[None]:
    """While the block runs, so does the process of the jobs."""
    process = subprocess.Popen(  # noqa: S603  # this program itself
        [sys.executable, "-m", "khuyencong.cli", "jobs", "--parent", str(os.getpid())]
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
