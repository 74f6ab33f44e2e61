"""Two pages that count the same trial at the same moment, each with a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError
from khuyencong.core.money import MILLION
from khuyencong.testing import at_once, build_world, make_project
from khuyencong.whatif import actions, count
from khuyencong.whatif.changes import Change
from khuyencong.whatif.count import tally_from
from khuyencong.whatif.models import Trial, TrialState

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
PATIENCE = 60  # seconds; only a deadlock takes that long


def test_a_trial_made_by_two_clicks_is_one(transactional_db):
    world = build_world()
    make_project(world)
    officer, key, year = world.actor("dong-thap", "officer"), uuid4(), today().year
    changes = [Change("machinery", "82", Decimal(50), 240 * MILLION)]

    def click():
        actions.make_trial(by=officer, creation_key=key, name="Thử", changes=changes, first_year=year, last_year=year)

    assert at_once(click, click) == [None, None]
    assert Trial.objects.count() == 1


def test_two_pages_count_every_project_once(transactional_db, monkeypatch):
    """Both go on until the trial is done; whoever comes too late with a slice throws it away and looks again."""
    monkeypatch.setattr(count, "BATCH", 1)
    monkeypatch.setattr(actions, "SLICE_SECONDS", 0)
    world = build_world()
    for _ in range(6):
        make_project(world, total=600 * MILLION, support=280 * MILLION)
    officer = world.actor("dong-thap", "officer")
    change = Change("machinery", "82", Decimal(50), 240 * MILLION)
    trial = actions.make_trial(
        by=officer, creation_key=uuid4(), name="Thử", changes=[change], first_year=today().year, last_year=today().year
    )
    barrier = Barrier(2)

    def keep_counting():
        try:
            barrier.wait(PATIENCE)
            while (seen := Trial.objects.get(pk=trial.pk)).state == TrialState.RUNNING:
                with suppress(DomainError):  # the other one was first
                    actions.count_on(trial_id=trial.pk, by=officer, version=actions.version_of_count(seen))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(keep_counting) for _ in range(2)]:
            future.result(PATIENCE)
    trial.refresh_from_db()
    assert (trial.counted, trial.total, trial.rows.count()) == (6, 6, 6)
    total = tally_from(trial.result).total
    assert (total.projects, total.asked, total.after) == (6, 6 * 280 * MILLION, 6 * 240 * MILLION)
    assert AuditEvent.objects.filter(action="trial.done").count() == 1
    assert verify_chain() is None
