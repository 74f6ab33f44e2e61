"""What falls due around an appraisal: items to complete, and conditions to be met or judged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F, OuterRef
from django.urls import reverse

from khuyencong.appraisal.models import AppraisalCondition, CompletionRequest, ConditionState, Level
from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.law.deadlines import Deadline
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

OFFICER, APPRAISER = frozenset({Role.OFFICER}), frozenset({Role.APPRAISER})


def completion_dues(asked: Asked) -> Iterable[Due]:
    """Returned đề án that my unit is to complete by the day that the appraiser gave; one query."""
    if Role.OFFICER not in asked.roles:
        return
    rows = CompletionRequest.objects.filter(
        project__implementing_unit__in=asked.actor.agency_ids,
        project__state=ProjectState.RETURNED,
        submission=F("project__submission"),
        due_on__isnull=False,
    ).select_related("project")
    for one in rows:
        url = reverse("project_completion", args=[one.project.code])
        yield _due(asked, f"completion:{one.pk}", f"Hoàn thiện hồ sơ: {one.project.name}", one.project, url, one.due_on)


def condition_dues(asked: Asked) -> Iterable[Due]:
    """Conditions of an agreement: those my unit is to meet, and those it answered that wait for my agency; two queries."""
    appraised = Project.objects.filter(
        state__in=[ProjectState.BASE_APPRAISED, ProjectState.CENTRAL_APPRAISED],
        submission=OuterRef("appraisal__submission"),
    )
    waiting = AppraisalCondition.objects.select_related("appraisal__project")
    waiting = waiting.filter(appraised.holding("appraisal__project"))
    own = asked.actor.agency_ids
    if Role.OFFICER in asked.roles:
        mine = Project.objects.filter(implementing_unit__in=own).holding("appraisal__project")
        for one in waiting.filter(mine, state=ConditionState.OPEN):
            yield _of_condition(asked, one, "Đáp ứng điều kiện", "project_condition_answer", OFFICER)
    if Role.APPRAISER in asked.roles:
        for one in waiting.filter(state=ConditionState.ANSWERED, appraisal__agency__in=own):
            yield _of_condition(asked, one, "Kết luận về điều kiện", "project_condition_decide", APPRAISER)


def _of_condition(asked: Asked, one: AppraisalCondition, what: str, page: str, roles: frozenset[Role]) -> Due:
    project = one.appraisal.project
    level = Level(one.appraisal.level).label.lower()
    title = f"{what} {one.number} ({level}): {project.name}"
    url = reverse(page, args=[project.code, one.pk])
    return _due(asked, f"condition:{one.pk}:{one.state}", title, project, url, one.due_on, roles)


def _due(
    asked: Asked, key: str, title: str, project: Project, url: str, on: date | None, roles: frozenset[Role] = OFFICER
) -> Due:
    """The law names no day for either: it is the appraiser's."""
    deadline = None
    if on is not None:
        deadline = Deadline(
            on, f"Hạn do người thẩm định ghi: {format_date(on)}.", "Kết quả thẩm định", verified=True, inclusive=True
        )
    agency = asked.actor.agency.short_name
    return Due(key, title, url, DueKind.OWN, roles, agency, deadline=deadline, about=project.code)
