"""The calculation of support as a paper: on a page that can be printed, and as a PDF file."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.web import take_away
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.paper import (
    SheetPaper,
    facts_of,
    heading_of,
    pdf_of,
    stored_paper,
    submissions_of,
    trial_paper,
)
from khuyencong.projects.sheets import of_the_whole, sheet_for_page
from khuyencong.projects.states import EDITABLE
from khuyencong.projects.web import crumbs_to, project_or_404

MOST_DIGITS = 4  # of the number of a submission; a longer one is no number that was ever given


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def sheet(request: ActorRequest, code: str) -> HttpResponse:
    """The calculation frozen at a submission (`?lan=`, the last one by default), or a trial by the law of today."""
    project = project_or_404(request.actor, code)
    paper = _paper(request, project)
    context = {
        "project": project,
        "paper": paper,
        "heading": heading_of(paper),
        "facts": facts_of(paper),
        "whole": of_the_whole(paper.group),
        "shown": [sheet_for_page(one) for one in paper.sheets],
        "others": [number for number in _numbers(project) if number != paper.submission],
        "crumbs": crumbs_to(project, "Bảng tính mức hỗ trợ", "du-toan"),
    }
    return render(request, "projects/sheet.html", context)


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def sheet_pdf(request: ActorRequest, code: str) -> HttpResponse:
    """The same as a PDF file; the download is audited."""
    project = project_or_404(request.actor, code)
    paper = _paper(request, project)
    if not paper.sheets:
        raise Refused("Chưa có gì để tính: hãy thêm cơ sở thụ hưởng và dự toán.")
    content = pdf_of(paper)
    record(
        action="project.sheet_pdf",
        by=request.actor,
        subject=project,
        thread=project.thread,
        after={"bảng tính": paper.edition, "mã kiểm tra": paper.checksum},
    )
    name = f"bang-tinh-{project.code}-{'thu' if paper.is_trial else f'lan-{paper.submission}'}.pdf"
    return take_away(content, name)


def _numbers(project: Project) -> list[int]:
    """The calculations that can be asked for: those of submissions, and 0 for a trial while the đề án is written."""
    stored = submissions_of(project)
    return [*stored, 0] if project.state in EDITABLE or not stored else stored


def _paper(request: ActorRequest, project: Project) -> SheetPaper:
    """The calculation that the address names; 404 when there is none of that number."""
    text = request.GET.get("lan", "")
    numbers = _numbers(project)
    if not text:
        number = max(numbers)
    elif text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text) in numbers:
        number = int(text)
    else:
        raise Http404("Không có bảng tính của lần gửi này.")
    paper = stored_paper(project, number) if number else trial_paper(project)
    if paper is None:
        raise Http404("Không có bảng tính của lần gửi này.")
    return paper
