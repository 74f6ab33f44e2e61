"""Sixteen people at the same money: whatever happens in whatever order, no rule is broken and nobody waits for ever."""

from contextlib import suppress
from random import Random
from threading import Barrier

import pytest
from django.db import connection, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.core.again import once_more
from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError
from khuyencong.core.money import MILLION
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import ClosedPeriod, LedgerEntry
from khuyencong.finance.tests.clock import on_day
from khuyencong.finance.tests.random_moves import RIGHT, Move, attempt
from khuyencong.finance.tests.test_periods import LATER
from khuyencong.people.models import Agency
from khuyencong.testing import at_once, build_world, give_money, make_project, put_in_new_plan

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

PEOPLE, EACH = 16, 6
OFTEN = ("sign", "advance", "approve", "accept", "final", "approve", "settle", "recover", "close", "give", "delegate")


@pytest.fixture
def world(transactional_db):
    return build_world()


def moves_of(number):
    """What one of them tries: the same at every run, in an order that only the moment decides."""
    chance = Random(number)  # noqa: S311  # made-up moves, the same at every run
    return [
        Move(
            name=chance.choice(OFTEN if chance.random() < 0.7 else tuple(RIGHT)),
            amount=chance.choice((10, 60, 100, 140, 200)) * MILLION,
            back=chance.choice((0, 0, 11)),
            which=chance.randrange(6),
        )
        for _ in range(EACH)
    ]


def person(world, number, done):
    def act():
        for move in moves_of(number):
            with suppress(DomainError):
                once_more(lambda move=move: attempt(world, move))
                done.append(move.name)

    return act


def test_sixteen_people_with_shared_envelopes_and_projects(world):
    for state in ("approved", "in_progress", "in_progress", "accepted"):
        make_project(world, state=state)
    give_money(world, agency="dong-thap", source="local", year=today().year, amount=450 * MILLION)
    put_in_new_plan(world, make_project(world, state="base_appraised"))
    put_in_new_plan(world, make_project(world, state="base_appraised"))
    rows, events = LedgerEntry.objects.count(), AuditEvent.objects.count()
    done = []
    with on_day(LATER):
        outcome = at_once(*(person(world, number, done) for number in range(PEOPLE)))
    assert set(outcome) == {None}  # domain errors were met on the way; anything else would have been raised
    assert list(broken_rows()) == []
    assert len(done) >= PEOPLE
    assert LedgerEntry.objects.count() > rows
    assert AuditEvent.objects.count() > events


def test_nobody_books_into_a_period_while_it_is_closed(world):
    make_project(world, state="approved")
    given = LedgerEntry.objects.filter(kind="given").count()
    give = [[Move("give", MILLION, back=11 + number % 2) for number in range(5)]] * (PEOPLE - 1)
    with on_day(LATER):
        calls = [lambda one=one: [attempt(world, move) for move in one] for one in give]
        at_once(*calls, lambda: attempt(world, Move("close")))
    assert LedgerEntry.objects.filter(kind="given").count() == given + 5 * (PEOPLE - 1)
    assert ClosedPeriod.objects.count() == 1
    assert list(broken_rows()) == []


@pytest.mark.skipif("sqlite" in connection.vendor, reason="one writer at a time: nobody waits in a circle")
def test_two_that_wait_for_each_other_both_come_through(world):
    one, two = Agency.objects.order_by("pk").values_list("pk", flat=True)[:2]
    meeting, tries = Barrier(2), []

    def lock(first, second):
        def act():
            tries.append(first)
            with transaction.atomic():
                Agency.objects.select_for_update(of=("self",)).get(pk=first)
                if len(tries) <= 2:
                    meeting.wait(30)  # only the first time: then each holds what the other wants
                Agency.objects.select_for_update(of=("self",)).get(pk=second)

        return lambda: once_more(act)

    assert at_once(lock(one, two), lock(two, one)) == [None, None]
    assert len(tries) == 3
