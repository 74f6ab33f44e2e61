"""A đề án that was agreed to with conditions, and what is done about them."""

from khuyencong.appraisal import actions
from khuyencong.appraisal.models import Level, Outcome
from khuyencong.appraisal.tests.meeting import ALL_MET
from khuyencong.core.dates import today
from khuyencong.testing import make_project

TWO = "Bổ sung báo giá thứ hai\n- Có giấy phép môi trường"


def agreed(world, *, source="local", level=Level.BASE, conditions=TWO, project=None, **values):
    """The đề án, after an agreement with two conditions at that level."""
    state = "submitted" if level == Level.BASE else "base_appraised"
    project = project or make_project(world, state=state, source=source)
    agency = "dong-thap" if level == Level.BASE else "national"
    actions.appraise(
        project_id=project.pk,
        by=world.actor(agency, "appraiser"),
        version=project.version,
        level=level,
        outcome=Outcome.AGREE_WITH_CONDITIONS,
        points=ALL_MET,
        appraised_on=today(),
        conditions=conditions,
        norm_confirmed=True,
        **values,
    )
    project.refresh_from_db()
    return project


def requirement(project, number=1):
    return project.appraisals.first().requirements.get(number=number)


def answer(world, project, number=1, **values):
    project.refresh_from_db()
    given = {"answer": "Đã nộp báo giá của hai nhà cung cấp.", "version": project.version, **values}
    return actions.answer_condition(
        project_id=project.pk,
        by=world.actor("dong-thap-centre", "officer"),
        condition_id=requirement(project, number).pk,
        **given,
    )


def decide(
    world, project, number=1, decision="meet", reason="Đã xem báo giá.", who=("dong-thap", "appraiser"), **values
):
    project.refresh_from_db()
    return actions.decide_condition(
        project_id=project.pk,
        by=world.actor(*who),
        condition_id=requirement(project, number).pk,
        decision=decision,
        reason=reason,
        **{"version": project.version, **values},
    )
