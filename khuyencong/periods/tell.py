"""Who is told of what happens to a report."""

from __future__ import annotations

from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role
from khuyencong.periods.models import PeriodReport, PeriodReportState

SAID = {
    PeriodReportState.SUBMITTED: "đã nộp, chờ duyệt",
    PeriodReportState.RETURNED: "bị trả lại",
    PeriodReportState.APPROVED: "đã được duyệt",
    PeriodReportState.LOCKED: "đã khóa số liệu",
}


def tell(report: PeriodReport, *, by: Actor) -> None:
    """Let know whoever must decide, or whoever handed it in; called inside the action's transaction."""
    if report.state == PeriodReportState.SUBMITTED:
        users = people_of(report.receiver, Role.LEADER, Role.OFFICER)
    else:
        users = [one for one in (report.created_by, report.submitted_by) if one is not None]
    sentence = f"{report.agency}: {str(report)[:1].lower()}{str(report)[1:]} {SAID[PeriodReportState(report.state)]}."
    notify(users=[one for one in users if one.pk != by.user.pk], sentence=sentence, url=report.get_absolute_url())
