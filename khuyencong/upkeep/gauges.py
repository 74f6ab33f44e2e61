"""What stands at this moment and no counter knows: waiting work, letters, disks, the last copy, the head of the trail."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from khuyencong.api.background import given_up as deliveries_given_up
from khuyencong.audit.verify import head_now
from khuyencong.config import Config
from khuyencong.core.version import program_version
from khuyencong.jobs import ALIVE, all_jobs
from khuyencong.notices.actions import AGAIN, given_up, unsent
from khuyencong.upkeep.copying import copies
from khuyencong.upkeep.disks import disks
from khuyencong.upkeep.rotation import office_now

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the database: its name for programs with what it is, and how the page of the machine calls it."""

    name: str
    sentence: str
    words: str
    count: Callable[[], int]


FIGURES: Final = (
    Figure(
        "letters_unsent", "Notices that the next round of letters tells.", "Thư chờ gửi lại", lambda: unsent().count()
    ),
    Figure(
        "letters_given_up",
        "Unread notices that no letter tells any more.",
        f"Thông báo quá {AGAIN.days} ngày không gửi được thư, chưa ai đọc",
        lambda: given_up().count(),
    ),
    Figure(
        "deliveries_given_up",
        "Letters to other systems that nobody tries any more.",
        "Tin báo cho hệ thống khác đã thôi gửi",
        deliveries_given_up,
    ),
    Figure(
        "trail_events",
        "Number of the last event of the trail.",
        "Số thứ tự sự kiện cuối của nhật ký",
        lambda: head_now()[0],
    ),
)


class Gauges:
    """A collector of prometheus_client over one installation; some queries that count, whatever there is."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def collect(self) -> Iterator[Metric]:
        """What each part tells; one that cannot be asked is told as such and keeps back nothing of the others."""
        answers = GaugeMetricFamily("khuyencong_part_answers", "0 where a part tells no figures.", labels=["part"])
        for part, asked in PARTS:
            told: list[Metric] = []
            try:
                told += asked(self.config)
            except Exception as error:  # noqa: BLE001  # a database that is down is just what these figures are looked at for
                logger.warning("No figures of %s: %s", part, type(error).__name__)
                answers.add_metric([part], 0)
            else:
                answers.add_metric([part], 1)
            yield from told
        yield answers
        version = GaugeMetricFamily("khuyencong_version", "The program that answers.", labels=["version"])
        version.add_metric([program_version()], 1)
        yield version


def _of_the_database(_config: Config) -> Iterator[Metric]:
    """What waits for the jobs is one figure by the name of the job."""
    for figure in FIGURES:
        yield GaugeMetricFamily(f"khuyencong_{figure.name}", figure.sentence, value=figure.count())
    waiting = GaugeMetricFamily("khuyencong_jobs_waiting", "What waits for a job.", labels=["work"])
    for job in all_jobs():
        if job.waiting:
            waiting.add_metric([job.name], job.waiting())
    yield waiting


def _of_the_jobs(config: Config) -> Iterator[Metric]:
    failed = GaugeMetricFamily("khuyencong_jobs_failed", "1 where the last time has failed here.", labels=["work"])
    for job in all_jobs():
        failed.add_metric([job.name], job.failure(config.var_dir).exists())
    yield failed
    with suppress(FileNotFoundError):  # it has never run
        age = time.time() - (config.var_dir / ALIVE).stat().st_mtime
        yield GaugeMetricFamily("khuyencong_jobs_age_seconds", "Since the jobs were last looked at here.", value=age)


def _of_the_disks(config: Config) -> Iterator[Metric]:
    free = GaugeMetricFamily("khuyencong_disk_free_bytes", "Free space of a disk.", labels=["disk"])
    for disk in disks(config):
        free.add_metric([disk.name], disk.free)
    yield free


def _of_the_copies(config: Config) -> Iterator[Metric]:
    if config.backup.folder and (found := copies(config.backup.folder)):
        age = (office_now() - found[0].made_at).total_seconds()
        yield GaugeMetricFamily("khuyencong_copy_age_seconds", "Age of the newest copy.", value=age)


PARTS: Final = (
    ("database", _of_the_database),
    ("jobs", _of_the_jobs),
    ("disks", _of_the_disks),
    ("copies", _of_the_copies),
)
