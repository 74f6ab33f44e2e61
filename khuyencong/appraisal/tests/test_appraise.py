"""Who may appraise what, and what an appraisal must say."""

from datetime import timedelta

import pytest

from khuyencong.appraisal.actions import Judgement, appraise
from khuyencong.appraisal.models import POINTS, Appraisal, Level, Outcome
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role
from khuyencong.projects.models import EstimateLine
from khuyencong.projects.states import ProjectState
from khuyencong.testing import make_project

ALL_MET = {number: Judgement(met=True) for number in POINTS}
ONE_UNMET = ALL_MET | {3: Judgement(met=False, comment="Chưa rõ năng lực")}


def judge(project, by, level=Level.BASE, outcome=Outcome.AGREE, **values):
    given = {
        "version": project.version,
        "points": ALL_MET,
        "appraised_on": today(),
        "norm_confirmed": True,
        "comment": "Rõ",
        **values,
    }
    return appraise(project_id=project.pk, by=by, level=level, outcome=outcome, **given)


@pytest.mark.parametrize(
    ("source", "unit", "state", "level", "right"),
    [
        ("local", "", "submitted", Level.BASE, "dong-thap"),
        ("national", "", "submitted", Level.BASE, "dong-thap"),
        ("national", "", "base_appraised", Level.CENTRAL, "national"),
        ("national", "region", "submitted", Level.CENTRAL, "national"),
    ],
)
def test_only_the_appraiser_of_the_right_agency_at_the_right_level(
    world, everything, source, unit, state, level, right
):
    project = make_project(world, source=source, unit=unit, state=state)
    before = everything()
    for (place, role), actor in world.actors.items():
        for one in Level:
            if (place, role, one) != (right, "appraiser", level):
                with pytest.raises((NotAllowed, Refused)):
                    judge(project, actor, one)
            if role != "appraiser":
                with pytest.raises(NotAllowed):
                    judge(project, actor, one)
    assert everything() == before
    judge(project, world.actor(right, "appraiser"), level)
    project.refresh_from_db()
    assert project.state == ("base_appraised" if level is Level.BASE else "central_appraised")


@pytest.mark.parametrize("state", [state for state in ProjectState if state not in {"submitted", "central_appraised"}])
def test_only_what_was_submitted_is_appraised(world, everything, state):
    project = make_project(world, state=state)
    before = everything()
    for outcome in Outcome:
        with pytest.raises(Refused, match="trạng thái"):
            judge(project, world.actor("dong-thap", "appraiser"), outcome=outcome, conditions="Có")
    assert everything() == before


def test_an_old_form_and_a_second_click_change_nothing(world, everything):
    project = make_project(world, state="submitted")
    appraiser = world.actor("dong-thap", "appraiser")
    before = everything()
    with pytest.raises(Stale):
        judge(project, appraiser, version=project.version - 1)
    assert everything() == before
    judge(project, appraiser)
    once = everything()
    with pytest.raises(Stale):
        judge(project, appraiser)
    assert everything() == once
    assert Appraisal.objects.count() == 1


def test_who_wrote_the_project_does_not_appraise_it(world, everything):
    project = make_project(world, state="submitted")
    writer = world.actor("dong-thap-centre", "officer").user
    before = everything()
    with pytest.raises(Refused, match="Người lập hoặc gửi"):
        judge(project, Actor(writer, world.agencies["dong-thap"], Role.APPRAISER, "thử"))
    assert everything() == before


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"points": {1: Judgement(met=True)}}, "đủ năm nội dung"),
        ({"points": ONE_UNMET}, "chưa đạt"),
        ({"outcome": Outcome.AGREE_WITH_CONDITIONS, "conditions": " "}, "phải ghi điều kiện"),
        ({"outcome": Outcome.RETURN, "comment": " "}, "phải ghi lý do"),
        ({"outcome": Outcome.REFUSE, "comment": ""}, "phải ghi lý do"),
        ({"appraised_on": today() + timedelta(days=1)}, "tương lai"),
        ({"appraised_on": today() - timedelta(days=1)}, "trước ngày gửi"),
    ],
)
def test_an_appraisal_says_why(world, everything, values, words):
    project = make_project(world, state="submitted")
    before = everything()
    with pytest.raises(Refused, match=words):
        judge(project, world.actor("dong-thap", "appraiser"), **values)
    assert everything() == before


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.AGREE_WITH_CONDITIONS, "base_appraised"),
        (Outcome.RETURN, "returned"),
        (Outcome.REFUSE, "rejected"),
    ],
)
def test_the_other_outcomes(world, outcome, state):
    project = make_project(world, state="submitted")
    found = judge(
        project, world.actor("dong-thap", "appraiser"), outcome=outcome, points=ONE_UNMET, conditions="Bổ sung báo giá"
    )
    project.refresh_from_db()
    assert project.state == state
    assert list(found.points.values_list("number", "met")) == [(1, True), (2, True), (3, False), (4, True), (5, True)]


def test_more_than_the_law_allows_is_not_agreed_to(world):
    project = make_project(world, state="submitted", support=250_000_000, total=600_000_000)
    EstimateLine.objects.update(total=400_000_000, counterpart=150_000_000)  # half of it is 200 triệu
    appraiser = world.actor("dong-thap", "appraiser")
    with pytest.raises(Refused, match="vượt mức"):
        judge(project, appraiser)
    judge(project, appraiser, outcome=Outcome.RETURN)


def test_a_norm_that_waits_for_verification_must_be_confirmed(world):
    project = make_project(world, province="25", state="submitted")
    appraiser = world.actor("phu-tho", "appraiser")
    with pytest.raises(Refused, match="đối chiếu"):
        judge(project, appraiser, norm_confirmed=False)
    assert judge(project, appraiser).norm_confirmed
