"""Conditions of an agreement: set, answered, decided, and in the way of approval until then."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from khuyencong.appraisal.actions import current_findings, decide_condition
from khuyencong.appraisal.models import AppraisalCondition, ConditionState, Level
from khuyencong.appraisal.rules import condition_findings
from khuyencong.appraisal.tests.conditions import agreed, answer, decide, requirement
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.finance import actions as money
from khuyencong.notices.models import Notice
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role
from khuyencong.testing import advance_to, asked, give_money, judge, make_project, put_in_new_plan


def planned(world, project):
    """A draft plan with this đề án alone, and money for it."""
    agency = "national" if project.source == "national" else "dong-thap"
    give_money(world, agency=agency, source=project.source, year=project.year, amount=asked(project))
    return put_in_new_plan(world, project)


def approve(world, plan):
    agency = "national" if plan.source == "national" else "dong-thap"
    money.approve_plan(
        plan_id=plan.pk,
        version=plan.version,
        by=world.actor(agency, "leader"),
        decision_number="7/QĐ",
        decision_on=today(),
        decided_by="Chủ tịch Thử Nghiệm",
    )


def test_each_line_becomes_a_condition_that_the_unit_is_told_of(world):
    due = today() + timedelta(days=10)
    project = agreed(world, conditions_due_on=due)
    rows = list(project.appraisals.get().requirements.values_list("number", "text", "due_on", "state"))
    assert rows == [(1, "Bổ sung báo giá thứ hai", due, "open"), (2, "Có giấy phép môi trường", due, "open")]
    notice = Notice.objects.get(user=world.actor("dong-thap-centre", "officer").user)
    assert "đồng ý có điều kiện" in notice.sentence


@pytest.mark.parametrize(("source", "level"), [("local", Level.BASE), ("national", Level.CENTRAL)])
def test_approval_waits_for_every_condition(world, source, level):
    project = agreed(world, source=source, level=level)
    who = ("dong-thap", "appraiser") if level == Level.BASE else ("national", "appraiser")
    plan = planned(world, project)
    for number in (1, 2):
        with pytest.raises(Refused, match=f"Điều kiện {number} .*chưa được xác nhận"):
            approve(world, plan)
        answer(world, project, number)
        with pytest.raises(Refused, match=f"Điều kiện {number} .*chưa được xác nhận"):
            approve(world, plan)
        decide(world, project, number, "meet" if number == 1 else "waive", who=who)
        project.refresh_from_db()
    assert condition_findings(project) == []
    approve(world, plan)
    project.refresh_from_db()
    assert project.state == "approved"


def test_current_findings_name_what_is_open(world):
    project = agreed(world)
    found = current_findings(project, seen_by=world.actor("dong-thap", "leader"))
    assert [one.code for one in found if one.code == "open_condition"] == ["open_condition"] * 2


def test_conditions_of_the_base_stand_against_approval_not_against_the_central_level(world):
    project = agreed(world, source="national")
    judge(world, project, Level.CENTRAL, "agree")
    project.refresh_from_db()
    assert project.state == "central_appraised"
    plan = planned(world, project)
    with pytest.raises(Refused, match="thẩm định cấp cơ sở"):
        approve(world, plan)
    project.refresh_from_db()
    requirements = AppraisalCondition.objects.all()
    for one in requirements:
        project.refresh_from_db()
        decide_condition(
            project_id=project.pk, by=world.actor("dong-thap", "appraiser"), version=project.version,
            condition_id=one.pk, decision="meet", reason="Đã xem.",
        )  # fmt: skip
    project.refresh_from_db()
    approve(world, plan)


def test_conditions_of_an_earlier_submission_are_gone(world):
    project = agreed(world, source="national")
    judge(world, project, Level.CENTRAL, "return")
    project.refresh_from_db()
    advance_to(world, project, "base_appraised")
    assert AppraisalCondition.objects.filter(state="open").count() == 2
    assert condition_findings(project) == []
    with pytest.raises(Refused, match="không còn chờ"):
        decide_old(world, project)


def decide_old(world, project):
    decide_condition(
        project_id=project.pk, by=world.actor("dong-thap", "appraiser"), version=project.version,
        condition_id=AppraisalCondition.objects.first().pk, decision="meet", reason="Đã xem.",
    )  # fmt: skip


def test_an_answer_can_be_sent_back_and_given_again(world):
    project = agreed(world)
    answer(world, project)
    decide(world, project, decision="send_back", reason="Báo giá không có dấu.")
    told = (
        Notice.objects.filter(sentence__contains="iều kiện 1").order_by("pk").values_list("user__username", flat=True)
    )
    assert list(told) == ["dong-thap.appraiser", "dong-thap-centre.officer"]
    one = requirement(project)
    assert (one.state, one.reason, one.decided_by) == (ConditionState.OPEN, "Báo giá không có dấu.", None)
    answer(world, project, answer="Đã nộp lại.")
    decide(world, project, reason="")
    one = requirement(project)
    assert (one.state, one.decided_by) == (ConditionState.MET, world.actor("dong-thap", "appraiser").user)
    for again in (lambda: answer(world, project), lambda: decide(world, project)):
        with pytest.raises(Refused, match="đang ở trạng thái «Đã đáp ứng»"):
            again()


def test_evidence_is_a_file_of_the_same_project(world):
    project, other = agreed(world), make_project(world)
    with pytest.raises(Refused, match="tệp của đề án này"):
        answer(world, project, evidence_id=other.attachments.get().pk)
    own = project.attachments.get()
    assert answer(world, project, evidence_id=own.pk).evidence == own


@pytest.mark.parametrize("decision", ["waive", "send_back"])
def test_a_decision_says_why(world, decision):
    project = agreed(world)
    answer(world, project)
    with pytest.raises(Refused, match="lý do"):
        decide(world, project, decision=decision, reason=" ")


def test_met_without_an_answer_says_where_it_was_seen(world):
    project = agreed(world)
    with pytest.raises(Refused, match="lý do"):
        decide(world, project, reason="")
    assert decide(world, project, reason="Đã có trong hồ sơ.").state == "met"


def test_who_wrote_or_answered_does_not_decide(world):
    project = agreed(world)
    answer(world, project)
    project.refresh_from_db()
    writer = world.actor("dong-thap-centre", "officer").user
    world.actors["dong-thap", "writer"] = Actor(writer, world.agencies["dong-thap"], Role.APPRAISER, "thử")
    with pytest.raises(Refused, match="không được tự xác nhận"):
        decide(world, project, who=("dong-thap", "writer"))


def test_only_the_unit_answers_and_only_that_level_decides(world):
    project = agreed(world)
    for (place, role), actor in world.actors.items():
        if (place, role) != ("dong-thap", "appraiser"):
            with pytest.raises(NotAllowed):
                decide(world, project, who=(place, role))
        del actor
    with pytest.raises(Stale):
        decide(world, project, version=project.version + 5)
    with pytest.raises(Stale):
        answer(world, project, version=project.version - 1)


@pytest.mark.parametrize(
    "values",
    [{"state": "met"}, {"state": "waived", "reason": ""}, {"state": "answered", "answer": ""}, {"number": 2}],
)
def test_the_database_holds_what_a_condition_must_be(world, values):
    project = agreed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        AppraisalCondition.objects.filter(number=1).update(**values)
    assert project.appraisals.count() == 1


def test_a_due_day_before_the_appraisal_is_refused(world):
    with pytest.raises(Refused, match="Hạn đáp ứng"):
        agreed(world, conditions_due_on=today() - timedelta(days=1))


def test_too_many_or_too_long_lines_are_refused(world):
    with pytest.raises(Refused, match="Nhiều nhất 50"):
        agreed(world, conditions="\n".join(["một"] * 51))
    with pytest.raises(Refused, match="ký tự"):
        agreed(world, conditions="x" * 2_001)


def test_the_tab_leads_to_answer_and_to_decide(world, visit):
    project = agreed(world)
    one = requirement(project)
    links = {
        "answer": reverse("project_condition_answer", args=[project.code, one.pk]),
        "decide": reverse("project_condition_decide", args=[project.code, one.pk]),
    }
    for who, shown in ((("dong-thap-centre", "officer"), "answer"), (("dong-thap", "appraiser"), "decide")):
        page = visit(world.actor(*who)).get(project.get_absolute_url(), {"tab": "tham-dinh"}).content.decode()
        assert {name for name, link in links.items() if link in page} == {shown}
    response = visit(world.actor("dong-thap-centre", "officer")).post(
        links["answer"], {"version": project.version, "answer": "Đã nộp", "evidence": project.attachments.get().pk}
    )
    assert response.status_code == 302
    page = visit(world.actor("dong-thap", "appraiser")).get(links["decide"]).content.decode()
    assert "Đã nộp" in page
    assert "cong-van-de-nghi.pdf" in page


def test_no_other_province_and_no_other_project(world, visit):
    project, other = agreed(world), make_project(world)
    one = requirement(project)
    for name, role in (("project_condition_answer", "officer"), ("project_condition_decide", "appraiser")):
        assert visit(world.actor("phu-tho", role)).get(reverse(name, args=[project.code, one.pk])).status_code == 404
    client = visit(world.actor("dong-thap-centre", "officer"))
    assert client.get(reverse("project_condition_answer", args=[other.code, one.pk])).status_code == 404
