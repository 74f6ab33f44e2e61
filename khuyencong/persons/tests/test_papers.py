"""Whose term keeps the papers of a đề án: the longest of all who answer for it, and nobody's own word alone."""

from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.inspections.models import Inspection, InspectionReason, InspectionState
from khuyencong.people.models import Membership
from khuyencong.persons import actions
from khuyencong.persons.holding import HIDDEN
from khuyencong.persons.keeping import Terms, terms_of
from khuyencong.persons.tests.making import (
    CENTRE,
    DEPARTMENT,
    KEEPER,
    LEADER,
    choose,
    hidden_all,
    learner_of,
    request_of,
    served,
    set_term,
    set_terms_of_papers,
    settled_long_ago,
)
from khuyencong.persons.where import BY_KEY
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.training.models import Learner
from khuyencong.training.tests.making import project_of

pytestmark = pytest.mark.django_db
LEARNER = "training.Learner"


def why(world, learner):
    terms = Terms(terms_of(world.actor(*LEADER)), today())
    found = terms.why_kept(BY_KEY[LEARNER], learner.pk)
    return found.sentence if found else ""


@pytest.fixture
def learner(world):
    project = project_of(world)
    found = learner_of(world, project)
    settled_long_ago(world, project)
    return found


def test_a_unit_alone_cannot_let_the_names_behind_its_payments_go(world, learner):
    set_term(world, "papers", 1)
    assert "Sở quản lý địa bàn" in why(world, learner)
    with pytest.raises(Refused, match="không có mục nào"):
        hidden_all(world, "papers")
    set_term(world, "papers", 9, who=(DEPARTMENT, "administrator"))
    assert "thời hạn 9 năm của Sở Công Thương" in why(world, learner)
    with pytest.raises(Refused, match="không có mục nào"):
        hidden_all(world, "papers")
    set_term(world, "papers", 3, who=(DEPARTMENT, "administrator"))
    assert why(world, learner) == ""
    hidden_all(world, "papers")
    learner.refresh_from_db()
    assert learner.name == HIDDEN


def test_nothing_goes_while_an_inspection_is_open(world, learner):
    set_terms_of_papers(world)
    inspection = Inspection.objects.create(
        creation_key=uuid4(), agency=world.agencies[DEPARTMENT], order_number="LKT-VIDU", order_on=today(),
        project=learner.course.project, reason=InspectionReason.values[0], planned_on=today(),
        lead=world.actor(DEPARTMENT, "officer").user, created_by=world.actor(DEPARTMENT, "officer").user,
    )  # fmt: skip
    assert "đang được kiểm tra" in why(world, learner)
    with pytest.raises(Refused, match="không có mục nào"):
        hidden_all(world, "papers")
    Inspection.objects.filter(pk=inspection.pk).update(state=InspectionState.CANCELLED, cancelled_because="Hoãn.")
    assert why(world, learner) == ""


def test_what_came_to_nothing_counts_from_the_last_thing_done(world):
    project = project_of(world)
    learner = learner_of(world, project)
    set_terms_of_papers(world)
    assert "chưa quyết toán" in why(world, learner)
    Project.objects.filter(pk=project.pk).update(state=ProjectState.STOPPED)
    assert "không thực hiện" in why(world, learner)
    later = Terms(terms_of(world.actor(*LEADER)), today().replace(year=today().year + 3, day=1))
    assert later.why_kept(BY_KEY[LEARNER], learner.pk) is None
    assert later.past(BY_KEY[LEARNER], Learner.objects.all()).get() == learner


def test_it_takes_two_persons(world):
    served(world)
    set_term(world, "collaborator")
    both = world.actor(*KEEPER).user
    Membership.objects.create(user=both, agency=world.agencies[CENTRE], role="leader")
    hat = world.actor(*LEADER)
    alone = type(hat)(user=both, agency=hat.agency, role=hat.role, origin="thử")
    with pytest.raises(Refused, match="do chính bạn đặt"):
        actions.begin_run(by=alone, creation_key=uuid4(), rules=frozenset({"collaborator"}))
    asked = choose(world, request_of(world, kind="hide"), served(world, name="Người Khác Nữa", identity_number=""))
    with pytest.raises(Refused, match="do chính bạn ghi"):
        actions.hide_chosen(request_id=asked.pk, by=alone, version=asked.version)
    with pytest.raises(Refused, match="do chính bạn ghi"):
        actions.agree_to_copy(request_id=asked.pk, by=alone, version=asked.version)
