"""Two people at one moment: money of other programmes stays within «nguồn khác», and a programme is written once."""

import pytest

from khuyencong.combining.models import Combination, OtherProgramme
from khuyencong.combining.tests.making import SO, combine, programme, with_other
from khuyencong.core.money import MILLION
from khuyencong.testing import at_once, build_world, kinds

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return build_world()


def test_two_rows_at_once_do_not_exceed_the_money_of_others(world):
    project, of = with_other(world, 100 * MILLION), programme(world)
    outcome = at_once(
        lambda: combine(world, project, of, amount=60 * MILLION),
        lambda: combine(world, project, of, who=SO, amount=60 * MILLION),
    )
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert Combination.objects.get().amount == 60 * MILLION


def test_one_programme_written_at_once_by_two_is_refused_with_a_sentence(world):
    outcome = at_once(lambda: programme(world), lambda: programme(world, who=SO))
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert OtherProgramme.objects.count() == 1
