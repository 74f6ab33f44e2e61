"""Two machines look for waiting work at the same moment: everything is done, and nothing twice."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from khuyencong.audit.models import AuditEvent
from khuyencong.core.alone import alone
from khuyencong.opendata.models import Edition, EditionFile
from khuyencong.opendata.tests.publishing import published as publish
from khuyencong.papers import actions, background
from khuyencong.papers.models import Paper, PaperBatch
from khuyencong.papers.tests.making import FORM, OFFICER
from khuyencong.papers.tests.test_papers import three
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.tests.test_copying import database_of_tests

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
WORKER = """
import sys
import django
django.setup()
from khuyencong import jobs
print("ready", flush=True)
sys.stdin.readline()
jobs.do_all()
"""


def worker(var_dir):
    environment = {
        **os.environ, "DATABASE_URL": databases.url_of(database_of_tests()), "KHUYENCONG_VAR": str(var_dir),
        "DJANGO_SETTINGS_MODULE": "khuyencong.settings",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment, cwd=settings.BASE_DIR, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_nothing_is_done_twice(transactional_db, world, tmp_path):
    plan, drafts = three(world)
    actor = world.actor(*OFFICER)
    keys = [str(one.pk) for one in drafts]
    batch = actions.begin_batch(form=FORM, group=str(plan.pk), keys=keys, by=actor, creation_key=uuid4())
    PaperBatch.objects.update(moved_at=timezone.now() - 2 * background.STILL)
    publish(world)
    (tmp_path / "secret_key").write_text(settings.SECRET_KEY)
    both = [worker(tmp_path) for _ in range(2)]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in both:
        _, said = one.communicate(timeout=300)
        assert (one.returncode, "failed" in said) == (0, False), said
    batch.refresh_from_db()
    assert (batch.made, Paper.objects.count()) == (3, 3)
    assert AuditEvent.objects.filter(action="paper.make").count() == 3
    assert Edition.objects.count() == 2  # this month, and the current one
    kept = sum(path.is_file() for path in (tmp_path / "files" / "opendata").rglob("*"))
    assert kept == EditionFile.objects.count()


def test_work_is_one_process_at_a_time(transactional_db):
    with alone("thử") as first, alone("thử") as second, alone("khác") as other:
        assert (first, second, other) == (True, False, True)
    with alone("thử") as again:
        assert again
