"""Makers and the organiser at the same moment: no number twice, nothing handed in after the scoring has opened."""

from datetime import timedelta

import pytest

from khuyencong.competitions import actions
from khuyencong.competitions.models import Entry, EntryState, Round, RoundState
from khuyencong.competitions.tests.making import (
    OFFICER,
    OWNER,
    accepted,
    begun,
    called,
    completed,
    fresh,
    scaled,
)
from khuyencong.core.dates import today
from khuyencong.testing import at_once, build_world, kinds

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_two_products_handed_in_at_once_have_two_numbers():
    world = build_world()
    round_ = called(world)
    waiting = [completed(world, begun(world, round_, product=f"Sản phẩm {name}"), seed=seed)
               for seed, name in enumerate(("gốm", "mây tre"), start=1)]  # fmt: skip
    outcome = at_once(
        *(
            lambda one=one: actions.submit_entry(entry_id=one.pk, by=world.actor(*OWNER), version=one.version)
            for one in waiting
        )
    )
    assert kinds(outcome) == ["NoneType", "NoneType"]
    assert sorted(Entry.objects.values_list("number", flat=True)) == [1, 2]


def test_nothing_is_handed_in_after_the_scoring_has_opened():
    """On the last day: either the dossier came first and stands in the way, or the scoring opened and it is refused."""
    world = build_world()
    round_ = called(world)
    accepted(world, round_)
    late = completed(world, begun(world, round_, product="Bình vôi"), seed=4)
    scaled(world, round_)
    Round.objects.filter(pk=round_.pk).update(entries_until=today(), entries_from=today() - timedelta(days=3))
    round_ = fresh(round_)
    outcome = at_once(
        lambda: actions.submit_entry(entry_id=late.pk, by=world.actor(*OWNER), version=late.version),
        lambda: actions.open_scoring(
            round_id=round_.pk, by=world.actor(*OFFICER), version=round_.version, last_day=True
        ),
    )
    assert kinds(outcome) == ["NoneType", "Refused"]
    opened, submitted = fresh(round_).state == RoundState.SCORING, fresh(late).state == EntryState.SUBMITTED
    assert opened != submitted
