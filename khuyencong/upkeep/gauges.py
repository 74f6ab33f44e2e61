"""What stands at this moment and no counter knows: waiting work, letters, disk, the last copy, the head of the trail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from khuyencong.audit.verify import head_now
from khuyencong.config import Config
from khuyencong.core.version import program_version
from khuyencong.jobs import all_jobs
from khuyencong.notices.models import Notice
from khuyencong.upkeep.copying import copies
from khuyencong.upkeep.rotation import office_now


class Gauges:
    """A collector of prometheus_client over one installation; some queries that count, whatever there is."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def collect(self) -> Iterator[Metric]:
        """Each figure with its sentence; what waits for the jobs is one figure by the name of the job."""
        for name, sentence, value in self.figures():
            yield GaugeMetricFamily(f"khuyencong_{name}", sentence, value=value)
        waiting = GaugeMetricFamily("khuyencong_jobs_waiting", "What waits for a job.", labels=["work"])
        failed = GaugeMetricFamily("khuyencong_jobs_failed", "1 where the last time has failed here.", labels=["work"])
        for job in all_jobs():
            if job.waiting:
                waiting.add_metric([job.name], job.waiting())
            failed.add_metric([job.name], job.failure(self.config.var_dir).exists())
        version = GaugeMetricFamily("khuyencong_version", "The program that answers.", labels=["version"])
        version.add_metric([program_version()], 1)
        yield version
        yield waiting
        yield failed

    def figures(self) -> Iterator[tuple[str, str, float]]:
        """(name, what it is, value)."""
        yield "letters_unsent", "Notices whose letter has not left.", unsent_letters()
        yield "trail_events", "Number of the last event of the trail.", head_now()[0]
        used = shutil.disk_usage(self.config.var_dir)
        yield "disk_free_bytes", "Free space where the data lie.", used.free
        found = copies(self.config.backup.folder) if self.config.backup.folder else []
        if found:
            age = office_now() - found[0].made_at
            yield "copy_age_seconds", "Age of the newest copy.", age.total_seconds()


def unsent_letters() -> int:
    """Notices of people with an address, unread, of which no letter told yet."""
    waiting = Notice.objects.filter(mailed_at__isnull=True, read_at__isnull=True, user__is_active=True)
    return waiting.exclude(user__email="").count()
