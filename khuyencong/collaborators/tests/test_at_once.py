"""Two people at one moment: a month is paid once, and terms of one person do not overlap."""

from uuid import uuid4

import pytest

from khuyencong.collaborators import actions
from khuyencong.collaborators.models import AllowanceLine, Term
from khuyencong.collaborators.tests.making import OFFICER, fresh, months_back, person, prepared, rate, task, term_fields
from khuyencong.core.dates import today
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
