"""The sheet of an appraisal and the minutes of a meeting: on a page that can be printed, and as PDF files."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_safe

from khuyencong.appraisal import paper
from khuyencong.appraisal.meeting import meeting_of
from khuyencong.appraisal.web import crumbs_of, session_or_404
from khuyencong.audit.actions import record
from khuyencong.core.web import take_away
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.web import crumbs_to, project_or_404


def _sheet(request: ActorRequest, code: str, pk: int) -> paper.AppraisalPaper:
    project = project_or_404(request.actor, code)
    rows = project.appraisals.select_related(
        "agency__parent", "agency__province", "by", "council_item__session__council", "completion"
    )
    return paper.appraisal_paper(project, get_object_or_404(rows, pk=pk))


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def appraisal(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The sheet of one appraisal."""
    sheet = _sheet(request, code, pk)
    context = {
        "paper": sheet,
        "project": sheet.project,
        "crumbs": crumbs_to(sheet.project, "Phiếu thẩm định", "tham-dinh"),
    }
    return render(request, "appraisal/paper.html", context)


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def appraisal_pdf(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The same as a PDF file; the download is audited."""
    sheet = _sheet(request, code, pk)
    content = paper.appraisal_pdf(sheet)
    project = sheet.project
    record(
        action="project.appraisal_pdf",
        by=request.actor,
        subject=project,
        thread=project.thread,
        after={"phiếu": str(sheet.appraisal), "lần gửi": sheet.appraisal.submission},
    )
    return take_away(
        content, f"phieu-tham-dinh-{project.code}-{sheet.appraisal.level}-{sheet.appraisal.submission}.pdf"
    )


@opens_to(Permission.COUNCIL_VIEW)
@require_safe
def minutes(request: ActorRequest, pk: int) -> HttpResponse:
    """The minutes of a meeting, of what has been recorded so far."""
    session = session_or_404(request, pk, Permission.COUNCIL_VIEW)
    written = paper.minutes_paper(meeting_of(session, request.actor))
    context = {"paper": written, "session": session, "crumbs": crumbs_of(session, "Biên bản")}
    return render(request, "appraisal/minutes.html", context)


@opens_to(Permission.COUNCIL_VIEW)
@require_GET
def minutes_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The same as a PDF file; the download is audited."""
    session = session_or_404(request, pk, Permission.COUNCIL_VIEW)
    content = paper.minutes_pdf(paper.minutes_paper(meeting_of(session, request.actor)))
    record(
        action="council.minutes_pdf",
        by=request.actor,
        subject=session,
        thread=session.council.thread,
        after={"phiên họp": session.held_on.isoformat()},
    )
    return take_away(content, f"bien-ban-hoi-dong-{session.held_on.isoformat()}-{session.pk}.pdf")
