"""What the appraisal tab of a đề án and the pages of the councils show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localdate

from khuyencong.appraisal.actions.conditions import BEFORE_APPROVAL
from khuyencong.appraisal.actions.meetings import waits_for
from khuyencong.appraisal.actions.remarks import may_read_remarks, may_remark
from khuyencong.appraisal.actions.visits import VISITED
from khuyencong.appraisal.clock import Moment, Reading, read
from khuyencong.appraisal.levels import PERMISSION_OF
from khuyencong.appraisal.models import AgendaItem, Appraisal, AppraisalCondition, Council
from khuyencong.audit.models import AuditEvent
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project
from khuyencong.projects.places_seen import sees_exactly
from khuyencong.projects.states import ProjectState

STEP = "project."


def clock_of(project: Project, events: Iterable[AuditEvent], *, on: date) -> list[Reading]:
    """What the clocks of a đề án show on a day, from its events in order; no query."""
    moments = [
        Moment(localdate(event.at), event.action.removeprefix(STEP))
        for event in events
        if event.action.startswith(STEP)
    ]
    return read(moments, route=project.route, on=on)


@dataclass(frozen=True)
class ConditionRow:
    """A condition as the tab shows it, with what this actor may do about it."""

    condition: AppraisalCondition
    may_answer: bool
    may_decide: bool
    late: bool


def tab_of(project: Project, actor: Actor, events: Sequence[AuditEvent], *, on: date) -> dict[str, Any]:
    """Everything that the tab «Thẩm định» shows: a constant number of queries, whatever has happened."""
    appraisals = list(
        project.appraisals.select_related(
            "by", "agency", "completion", "council_item__session__council"
        ).prefetch_related(
            "points",
            "completion__items__answered_by",
            Prefetch(
                "requirements",
                AppraisalCondition.objects.select_related("evidence", "answered_by", "decided_by"),
            ),
        )
    )
    pending = project.state == ProjectState.RETURNED
    may_edit = allowed(actor, Permission.PROJECT_EDIT, project)
    reads = may_read_remarks(actor, project)
    return {
        "appraisals": [
            (one, [_row(row, one, project, actor, on, may_edit=may_edit) for row in one.requirements.all()])
            for one in appraisals
        ],
        "clock": clock_of(project, events, on=on),
        "completion_url_open": pending and may_edit,
        "visits": project.site_visits.select_related("by", "agency").prefetch_related("photos__attachment"),
        "exact": sees_exactly(actor, project),
        "may_visit": project.state in VISITED and allowed(actor, Permission.APPRAISAL_NOTE, project),
        "remarks": project.appraisal_remarks.select_related("by", "agency") if reads else [],
        "reads_remarks": reads,
        "may_remark": may_remark(actor, project),
    }


def _row(  # a condition can be answered until the đề án is approved, and only while its appraisal counts
    condition: AppraisalCondition, appraisal: Appraisal, project: Project, actor: Actor, on: date, *, may_edit: bool
) -> ConditionRow:
    live = appraisal.submission == project.submission and project.state in BEFORE_APPROVAL and condition.is_open
    return ConditionRow(
        condition,
        may_answer=live and may_edit and condition.state == "open",
        may_decide=live and allowed(actor, PERMISSION_OF[appraisal.level], project),
        late=live and condition.due_on is not None and condition.due_on < on,
    )


def councils_of(actor: Actor) -> QuerySet[Council]:
    """The councils that the actor may open: the agency's own, the nation's reader sees all."""
    rows = Council.objects.visible_to(actor).select_related("agency__province").prefetch_related("members")
    return rows if actor.is_national else rows.filter(agency__in=actor.agency_ids)


def waiting_projects(council: Council) -> list[Project]:
    """The đề án that wait for an appraisal of this council's level and stand on no open agenda; by code."""
    of_agency = {"department": council.agency_id} if council.level == "base" else {"funder": council.agency_id}
    rows = (
        Project.objects.filter(**of_agency, state__in=[ProjectState.SUBMITTED, ProjectState.BASE_APPRAISED])
        .exclude(council_items__in=_open_items())
        .order_by("code")
    )
    return [one for one in rows if waits_for(council.level, one)]


def _open_items() -> QuerySet[AgendaItem, Any]:
    return AgendaItem.objects.filter(appraisal__isnull=True, postponed="").values("pk")
