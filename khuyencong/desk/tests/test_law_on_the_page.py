"""What the page of a đề án says of the law: conditions, sheets, sums, the comparison with today, papers."""

import pytest

from khuyencong.core.dates import today
from khuyencong.desk.papers import conditions_of
from khuyencong.law.papers import Stage
from khuyencong.normbook.tests.entering import enter, norm
from khuyencong.projects import actions
from khuyencong.projects.actions import Commitments
from khuyencong.projects.dossier import STAGES, dossier_of
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.testing import make_project

UNIT, SO = "dong-thap-centre", "dong-thap"


def page_of(visit, actor, project, tab):
    answer = visit(actor).get(project.get_absolute_url(), {"tab": tab})
    assert answer.status_code == 200
    return answer


def test_each_condition_stands_with_verdict_and_article(world, visit):
    officer = world.actor(UNIT, "officer")
    project = make_project(world)
    part = project.beneficiaries.get()
    given = {part.pk: Commitments(commits_own_capital=False, declares_no_other_support=True)}
    actions.set_commitments(project_id=project.pk, by=officer, version=project.version, given=given)
    answer = page_of(visit, officer, project, "du-toan")
    page = answer.content.decode()
    (row,) = answer.context["eligibility"]
    assert [one.verdict for one in row.answers] == ["yes", "check", "yes", "no", "yes"]
    for words in ("Loại hình cơ sở: đạt.", "Địa bàn: cần kiểm tra.", "Vốn của cơ sở: không đạt.", "Chưa đủ điều kiện"):
        assert words in page, words
    assert all(one.article in page for one in row.answers)


def test_group_is_summed_under_its_sheets(world, visit):
    officer = world.actor(UNIT, "officer")
    page = page_of(visit, officer, make_project(world, beneficiaries=3), "du-toan").content.decode()
    assert "Cộng các phần của đề án" in page
    assert "200.000.000 + 200.000.000 + 200.000.000 = 600.000.000 đồng" in page
    assert "Cộng các phần" not in page_of(visit, officer, make_project(world), "du-toan").content.decode()


@pytest.mark.parametrize("state", ["submitted", "base_appraised", "approved", "settled", "returned", "rejected"])
def test_submitted_project_is_compared_with_today(world, visit, state):
    project = make_project(world, state=state, beneficiaries=2)
    officer = world.actor(UNIT, "officer")
    page = page_of(visit, officer, project, "du-toan").content.decode()
    assert "Tính lại hôm nay" in page
    assert "Không thay đổi ở cả 2 bảng tính." in page
    enter(world, norm("machinery", 50, 150), state="confirmed", valid_from=today(), issued_on=today())
    page = page_of(visit, officer, project, "du-toan").content.decode()
    assert "chỉ còn 150.000.000 đồng" in page
    assert "Mức trần" in page
    assert ("Chỉ để tham khảo" in page) is (state in {"approved", "settled", "rejected"})


@pytest.mark.parametrize(("state", "says"), [("submitted", True), ("base_appraised", True), ("approved", False)])
def test_first_tab_says_that_the_law_changed_since_the_submission(world, visit, state, says):
    project = make_project(world, state=state)
    officer = world.actor(UNIT, "officer")
    assert "tính lại hôm nay" not in page_of(visit, officer, project, "tong-quan").content.decode()
    enter(world, norm("machinery", 50, 150), state="confirmed", valid_from=today(), issued_on=today())
    assert ("tính lại hôm nay" in page_of(visit, officer, project, "tong-quan").content.decode()) is says


def test_draft_is_compared_with_nothing(world, visit):
    page = page_of(visit, world.actor(UNIT, "officer"), make_project(world), "du-toan").content.decode()
    assert "Tính lại hôm nay" not in page


def test_record_of_the_past_is_not_judged(world, visit):
    project = make_project(world, state="settled")
    Project.objects.filter(pk=project.pk).update(recorded_from="Báo cáo năm", submission=0)
    page = page_of(visit, world.actor(UNIT, "officer"), project, "du-toan").content.decode()
    assert "Điều kiện được hỗ trợ" not in page
    assert "Tính lại hôm nay" not in page
    overview = page_of(visit, world.actor(UNIT, "officer"), project, "tong-quan").content.decode()
    assert "Cam kết đủ vốn" not in overview


def test_what_is_decided_is_judged_by_the_day_of_its_decision(world, visit):
    project = make_project(world, state="approved")
    answer = page_of(visit, world.actor(UNIT, "officer"), project, "du-toan")
    assert answer.context["law_day"] == project.plan.decision_on
    assert answer.context["eligibility"]


# --- papers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "submitted", "in_progress", "accepted", "settled"])
def test_papers_stand_with_their_articles_and_state(world, visit, state):
    project = make_project(world, state=state, source="national")
    answer = page_of(visit, world.actor(UNIT, "officer"), project, "ho-so")
    page = answer.content.decode()
    stages = answer.context["dossier"].stages
    assert [one.label for one in stages if one.current] == [
        stage.label for stage, states in STAGES.items() if state in states
    ]
    for row in answer.context["dossier"].rows:
        assert row.citation in page
        assert row.state.label in page
    assert "để tham khảo" not in page
    assert answer.context["conditions"]


def test_local_money_has_them_for_reference_and_no_step_of_the_national_agency(world, visit):
    project = make_project(world)
    answer = page_of(visit, world.actor(UNIT, "officer"), project, "ho-so")
    assert "để tham khảo" in answer.content.decode()
    labels = {one.label for one in answer.context["dossier"].stages}
    assert Stage.AGENCY_REGISTRATION.label not in labels
    assert Stage.COMPETITION.label not in labels
    assert all(one.source in {"", "local"} for one in conditions_of(project, today()))


def test_every_stage_of_every_state_can_be_listed(world):
    project = make_project(world, source="national")
    for state in ProjectState.values:
        project.state = state
        assert all(stage.count for stage in dossier_of(project, on=today()).stages)
