"""Who is told of what happens to a report."""

from __future__ import annotations

from khuyencong.monitoring.models import ProgressReport, ReportState
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.relations import Relation
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project

SAID = {
    ReportState.SUBMITTED: "chờ xác nhận",
    ReportState.RETURNED: "bị trả lại",
    ReportState.CONFIRMED: "đã được xác nhận",
}


def confirming_agency(project: Project) -> Agency | None:
    """Sở; for what went straight to it the Cục (TT 36/2013 Đ21.4, Đ8.1.b)."""
    if project.related_agency_id(Relation.DEPARTMENT) is not None:
        return project.department
    return project.funder if project.related_agency_id(Relation.NATIONAL) is not None else None


def tell(report: ProgressReport, *, by: Actor) -> None:
    """Let know whoever must confirm, or whoever waited for the answer; called inside the action's transaction."""
    project = report.project
    if report.state == ReportState.SUBMITTED:
        agency = confirming_agency(project)
        users = people_of(agency, Role.OFFICER, Role.APPRAISER) if agency else []
    else:
        users = [one for one in (report.created_by, report.submitted_by, project.in_charge) if one is not None]
    sentence = f"{project.code}: {str(report)[:1].lower()}{str(report)[1:]} {SAID[ReportState(report.state)]}."
    notify(users=[one for one in users if one.pk != by.user.pk], sentence=sentence, url=report.get_absolute_url())
