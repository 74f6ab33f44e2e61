"""Judges and their head at the same moment: nothing is signed after closing, nothing is written twice."""

from decimal import Decimal
from uuid import uuid4

import pytest

from khuyencong.competitions.judging.actions import close_scoring, sign_sheet
from khuyencong.competitions.models import Score, Sheet, SheetSignature, SheetState
from khuyencong.competitions.tests.judging import being_scored, points
from khuyencong.testing import at_once, build_world, kinds

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_closing_and_the_last_signature_come_one_after_the_other():
    """Either the sheet was signed and counts, or the scoring was closed and it is not signed."""
    scored = being_scored(build_world(), entries=1)
    scored.sign(0, 0, points(80))
    scored.sign(1, 0, points(70))
    last = scored.keep(2, 0, points(10))
    outcome = at_once(
        lambda: close_scoring(round_id=scored.round.pk, by=scored.actor(0), version=scored.round.version),
        lambda: sign_sheet(
            member=scored.judges[2], entry=scored.entries[0], by=scored.actor(2), version=last.version
        ),
    )  # fmt: skip
    assert outcome[0] is None
    signed = Sheet.objects.filter(state=SheetState.SIGNED).count()
    assert (signed, kinds(outcome)) in [(3, ["NoneType", "NoneType"]), (2, ["NoneType", "Refused"])]
    assert SheetSignature.objects.count() == signed


def test_two_pages_that_begin_one_sheet_make_one():
    """One is written down, the other is told; the same page twice is written once."""
    scored = being_scored(build_world(), entries=2)
    outcome = at_once(*(lambda value=value: scored.keep(0, 0, [Decimal(value)]) for value in (5, 7)))
    assert kinds(outcome) == ["NoneType", "Stale"]
    page = uuid4()
    outcome = at_once(*[lambda: scored.keep(0, 1, [Decimal(9)], page=page, turn=1)] * 2)
    assert kinds(outcome) == ["NoneType", "NoneType"]
    assert Sheet.objects.count() == Score.objects.filter(points__isnull=False).count() == 2
    assert set(Sheet.objects.values_list("version", flat=True)) == {2}
