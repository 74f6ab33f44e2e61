"""Completion requests and conditions among what is due: whose they are, until when, and when they are over."""

from datetime import timedelta

from khuyencong.appraisal.models import CompletionRequest
from khuyencong.appraisal.tests import conditions
from khuyencong.core.dates import today
from khuyencong.desk.due import question
from khuyencong.desk.due_appraisal import completion_dues, condition_dues
from khuyencong.testing import make_project

UNIT, SO = ("dong-thap-centre", "officer"), ("dong-thap", "appraiser")


def due(world, source, who):
    return list(source(question(world.actor(*who), on=today())))


def test_unit_owes_a_completion_by_the_appraisers_day(world):
    project = make_project(world, state="returned")
    day = today() + timedelta(days=5)
    CompletionRequest.objects.filter(project=project).update(due_on=day)
    (one,) = due(world, completion_dues, UNIT)
    assert (one.about, one.last_day) == (project.code, day)
    assert one.url.endswith("/hoan-thien/")
    assert due(world, completion_dues, SO) == []
    assert due(world, completion_dues, ("phu-tho-centre", "officer")) == []


def test_completion_of_an_earlier_submission_is_over(world):
    project = make_project(world, state="returned")
    CompletionRequest.objects.filter(project=project).update(due_on=today())
    type(project).objects.filter(pk=project.pk).update(submission=project.submission + 1)
    assert due(world, completion_dues, UNIT) == []


def test_condition_goes_from_the_unit_to_the_appraiser_and_is_over(world):
    project = conditions.agreed(world)
    assert len(due(world, condition_dues, UNIT)) == 2
    assert due(world, condition_dues, SO) == []
    conditions.answer(world, project)
    assert len(due(world, condition_dues, UNIT)) == 1
    (one,) = due(world, condition_dues, SO)
    assert one.title.startswith("Kết luận về điều kiện 1")
    assert due(world, condition_dues, ("phu-tho", "appraiser")) == []
    conditions.decide(world, project)
    assert due(world, condition_dues, SO) == []
