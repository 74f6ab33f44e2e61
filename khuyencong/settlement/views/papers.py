"""Mẫu số 7, 8a, 8b and 9 of one đề án: on a page that can be printed, as PDF and as Excel."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.web import take_away
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.web import crumbs_to, project_or_404
from khuyencong.settlement.paper import KINDS, content_of
from khuyencong.settlement.project_papers import Form, paper_of

TAB = "kinh-phi"


def form_or_404(text: str) -> Form:
    """The form of that name."""
    if text not in set(Form):
        raise Http404
    return Form(text)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def form_page(request: ActorRequest, code: str, form: str) -> HttpResponse:
    """The form as it stands now."""
    chosen = form_or_404(form)
    project = project_or_404(request.actor, code)
    context = {
        "paper": paper_of(project, chosen),
        "crumbs": crumbs_to(project, chosen.label, TAB),
        "label": chosen.label,
        "about": project.code,
        "word_url": reverse("paper_new", args=[chosen.value, project.code]),
        "files": [
            (kind.upper(), reverse("project_settlement_file", args=[project.code, chosen.value, kind]))
            for kind in ("pdf", "xlsx")
        ],
    }
    return render(request, "settlement/paper.html", context)


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def form_file(request: ActorRequest, code: str, form: str, kind: str) -> HttpResponse:
    """The same as a file; that it was taken away is kept in the trail."""
    chosen = form_or_404(form)
    if kind not in KINDS:
        raise Http404
    project = project_or_404(request.actor, code)
    content = content_of(paper_of(project, chosen), kind)
    record(
        action="voucher.export",
        by=request.actor,
        subject=project,
        thread=project.thread,
        after={"biểu": chosen.label, "dạng": kind},
    )
    return take_away(content, f"{chosen.value}-{project.code}.{kind}")
