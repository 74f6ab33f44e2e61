"""Long work that goes on while nobody looks: one process beside the server, which `serve` starts and stops.

A room with such work adds a line to `all_jobs`: a function that does what stands still and says whether there was any, and one
that says how much there is. Each step is an action with its own transaction, so that a killed process loses nothing and does
nothing twice.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ALIVE = "jobs.alive"  # in the folder of data: touched at each look, so that the doctor sees that somebody looks
FAILED = "jobs.{}.failed"  # beside it, from the failure of a job until the next time that it goes well
PAUSE = 5.0  # seconds between two looks where there was nothing to do
STOPPING = 10.0  # seconds for the step that is under way
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of long work; `words` is how the page of the machine calls what waits, if anything can wait for it."""

    name: str
    words: str
    go_on: Callable[[], bool]
    waiting: Callable[[], int] | None = None

    def failure(self, folder: Path) -> Path:
        """The mark that its last time has failed on this machine."""
        return folder / FAILED.format(self.name)


def all_jobs() -> tuple[Job, ...]:
    """Every kind of long work of the program."""
    from khuyencong.api import background as news
    from khuyencong.competitions.judging import background as sheets
    from khuyencong.federation import background as packages
    from khuyencong.opendata import months
    from khuyencong.papers import background as papers
    from khuyencong.persons import turns as hiding
    from khuyencong.quarantine import background as held
    from khuyencong.upkeep import watch

    return (
        Job("papers", "Bộ giấy tờ đang làm", papers.go_on, papers.waiting),
        Job("sheets", "Tệp phiếu chấm đang làm", sheets.go_on, sheets.waiting),
        Job("webhooks", "Tin báo cho hệ thống khác chưa tới", news.go_on, news.waiting),
        Job("packages", "Gói số liệu gửi cấp trên chưa được trả lời", packages.go_on, packages.waiting),
        Job("open_data", "Bản dữ liệu mở phải làm lại", months.go_on, months.waiting),
        Job("scanning", "Tệp chờ quét mã độc", held.go_on, held.waiting),
        Job("watch", "Xem máy chủ mỗi giờ", watch.go_on),
        Job("hiding", "Lượt ẩn danh đang làm", hiding.go_on, hiding.waiting),
    )


def do_all() -> bool:
    """Do what stands still, once; whether there was any. A job that fails is logged, marked, and does not hinder the others."""
    from django.conf import settings

    moved = False
    for job in all_jobs():
        mark = job.failure(settings.CONFIG.var_dir)
        try:
            moved = job.go_on() or moved
        except Exception:
            logger.exception("A job has failed: %s", job.name)
            with suppress(OSError):
                mark.touch()
        else:
            with suppress(OSError):
                mark.unlink(missing_ok=True)
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
