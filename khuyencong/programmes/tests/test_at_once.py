"""Two people at the same moment, each with a connection of their own."""

from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.programmes import actions
from khuyencong.programmes.models import Programme, ProgrammeVersion, VersionState
from khuyencong.programmes.tests.writing import OFFICER, approve, approved, enter, target
from khuyencong.testing import at_once, build_world, kinds

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
YEAR = today().year


def test_one_of_two_programmes_of_the_same_years_is_entered(transactional_db):
    world = build_world()

    def make(who, first):
        return lambda: actions.create_programme(
            by=world.actor(*who), creation_key=uuid4(), name="A", first_year=first, last_year=YEAR + 4
        )

    assert kinds(at_once(make(OFFICER, YEAR), make(("dong-thap", "appraiser"), YEAR + 4))) == ["NoneType", "Refused"]
    assert Programme.objects.count() == 1


def test_two_clicks_enter_one_programme(transactional_db):
    world = build_world()
    officer, key = world.actor(*OFFICER), uuid4()

    def click():
        actions.create_programme(by=officer, creation_key=key, name="A", first_year=YEAR, last_year=YEAR)

    assert at_once(click, click) == [None, None]
    assert Programme.objects.count() == 1


def test_a_draft_is_approved_or_changed_but_not_both(transactional_db):
    world = build_world()
    programme = enter(world, target())
    version = programme.version

    def change():
        actions.save_draft(
            programme_id=programme.pk, by=world.actor(*OFFICER), version=version, targets=[target(low=7)], money=[]
        )

    other = Programme.objects.get(pk=programme.pk)
    assert kinds(at_once(change, lambda: approve(world, other))) == ["NoneType", "Stale"]
    row = ProgrammeVersion.objects.get().targets.get()
    assert row.low == (100 if ProgrammeVersion.objects.get().state == VersionState.APPROVED else 7)


def test_two_amendments_begin_one_draft(transactional_db):
    world = build_world()
    programme = approved(world)

    def begin(role):
        return lambda: actions.amend(
            programme_id=programme.pk, by=world.actor("dong-thap", role), version=programme.version
        )

    assert kinds(at_once(begin("officer"), begin("appraiser"))) == ["NoneType", "Stale"]
    assert programme.versions.count() == 2


def test_one_of_two_takes_a_national_programme_over(transactional_db):
    world = build_world()

    def take(role):
        return lambda: actions.create_programme(
            by=world.actor("national", role), creation_key=uuid4(), name="A", first_year=2021, last_year=2025,
            law_document="qd-1881-2020",
        )  # fmt: skip

    assert kinds(at_once(take("officer"), take("appraiser"))) == ["NoneType", "Refused"]
    assert Programme.objects.get().versions.get().targets.count() == 12
