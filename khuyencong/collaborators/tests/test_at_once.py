"""Two people at one moment: a month is paid once, terms do not overlap, and nothing changes while a list is reckoned."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from khuyencong.collaborators import actions
from khuyencong.collaborators.actions import paying
from khuyencong.collaborators.models import AllowanceLine, Collaborator, Term
from khuyencong.collaborators.months import worth_of
from khuyencong.collaborators.tests.making import OFFICER, fresh, months_back, person, prepared, rate, task, term_fields
from khuyencong.core.dates import today
from khuyencong.places.models import Province
from khuyencong.testing import at_once, build_world, kinds

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return build_world()


def test_a_month_is_in_one_list_and_a_day_in_one_term(world):
    found = person(world, ends_on=months_back(1))
    project, _ = task(world), rate(world)
    outcome = at_once(
        lambda: prepared(world, project, first=months_back(3), last=months_back(2)),
        lambda: prepared(world, project, who=("dong-thap", "officer"), first=months_back(3), last=months_back(2)),
    )
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert AllowanceLine.objects.count() == 2
    found = fresh(found)

    def appoint():
        return actions.appoint(
            collaborator_id=found.pk, by=world.actor(*OFFICER), version=found.version, creation_key=uuid4(),
            fields=term_fields(world, starts_on=today()),
        )  # fmt: skip

    assert kinds(at_once(appoint, appoint)) == ["NoneType", "Stale"]
    assert Term.objects.count() == 2


@pytest.mark.skipif("sqlite" in connection.vendor, reason="one writer at a time")
def test_nobody_changes_a_term_or_a_rate_while_a_list_is_reckoned(world, monkeypatch):
    """Between reading what a month is worth and writing it down, both the person and the province are held."""
    found, project, _ = person(world), task(world), rate(world)
    free = []

    def is_free(rows):
        try:
            with transaction.atomic():
                list(rows.select_for_update(nowait=True))
        except OperationalError:
            return False
        finally:
            connection.close()
        return True

    def looked_at(*args):
        for rows in (Collaborator.objects.filter(pk=found.pk), Province.objects.filter(pk=found.province_id)):
            with ThreadPoolExecutor(1) as pool:  # a connection of its own
                free.append(pool.submit(is_free, rows).result())
        return worth_of(*args)

    monkeypatch.setattr(paying, "worth_of", looked_at)
    prepared(world, project)
    assert free == [False, False]


def test_a_list_and_the_end_of_a_term_come_one_after_the_other(world):
    """Either the list was first and the end is refused, or the month was broken before the list was reckoned."""
    found, project, _ = person(world), task(world), rate(world)
    term = found.terms.get()

    def leave():
        return actions.end_term(
            term_id=term.pk, by=world.actor(*OFFICER), version=found.version, ended_by="", reason="x",
            ends_on=months_back(1) + timedelta(days=9),
        )  # fmt: skip

    outcome = at_once(lambda: prepared(world, project), leave)
    line = AllowanceLine.objects.get()
    assert (line.amount is None) == (kinds(outcome) == ["NoneType", "NoneType"])
