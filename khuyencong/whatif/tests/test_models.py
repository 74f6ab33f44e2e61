"""What the database itself holds about trials, and who sees which."""

import pytest
from django.db import IntegrityError, transaction

from khuyencong.testing import make_project
from khuyencong.whatif.models import Effect, Trial, TrialRow


@pytest.mark.parametrize("values", [{"first_year": 2027, "last_year": 2026}, {"counted": 2, "total": 1}])
def test_database_refuses_a_trial_that_cannot_be(world, trial_of, values):
    make_project(world)
    trial = trial_of()
    with pytest.raises(IntegrityError), transaction.atomic():
        Trial.objects.filter(pk=trial.pk).update(**values)


def test_database_refuses_to_count_a_project_twice(world, trial_of):
    project = make_project(world)
    row = {"trial": trial_of(), "project": project, "effect": Effect.CHEAPER, "asked": 1}
    TrialRow.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrialRow.objects.create(**row)


def test_scope_of_one_trial_is_that_of_the_list(world, trial_of):
    make_project(world)
    trials = [trial_of(who=(agency, "leader")) for agency in ("dong-thap", "national")]
    seen = {}
    for (agency, role), actor in world.actors.items():
        visible = set(Trial.objects.visible_to(actor))
        assert visible == {one for one in trials if one.is_in_scope(actor)}, (agency, role)
        seen[agency] = len(visible)
    assert seen == {
        "national": 2, "region": 0, "dong-thap": 1, "dong-thap-centre": 1, "phu-tho": 0, "phu-tho-centre": 0,
        "dong-thap-commune": 0, "owner": 0,
    }  # fmt: skip
