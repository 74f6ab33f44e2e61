"""What my agency asks for in every dossier besides the law."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.law.catalogue import activity_name
from khuyencong.law.papers import Stage
from khuyencong.law.regulations import regulations
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import actions
from khuyencong.projects.dossier import text_of
from khuyencong.projects.dossier_forms import AskAllForm
from khuyencong.projects.models import AskedPaper, Project

TITLE = "Giấy tờ cơ quan yêu cầu"


@opens_to(Permission.DOSSIER_JUDGE)
@require_safe
def asked_list(request: ActorRequest) -> HttpResponse:
    """What the agency asks for with all its đề án, and since when."""
    found = AskedPaper.objects.filter(agency__in=request.actor.agency_ids, project__isnull=True, ended_at__isnull=True)
    rows = [
        (
            one,
            one.text or text_of(one.law_key),
            Stage(one.stage).label,
            activity_name(one.activity) if one.activity else "",
        )
        for one in found.select_related("by")
    ]
    crumbs = [Crumb("Đề án", reverse("projects")), Crumb(TITLE)]
    return render(request, "projects/dossier/asked.html", {"rows": rows, "title": TITLE, "crumbs": crumbs})


@opens_to(Permission.DOSSIER_JUDGE)
@require_http_methods(SHOW_AND_ACT)
def asked_new(request: ActorRequest) -> HttpResponse:
    """Ask for a paper with every đề án that the agency looks at."""
    offered = {
        paper.key: f"{paper.stage.label}: {paper.text}"
        for paper in regulations().papers
        if paper.stage is not Stage.COMPETITION and paper.valid_to is None
    }
    form = AskAllForm(request.POST or None, papers=offered.items())
    return form_page(
        request,
        form=form,
        act=lambda: actions.ask_of_all(
            by=request.actor,
            creation_key=form.cleaned_data["creation_key"],
            activity=form.cleaned_data["activity"],
            **form.wanted,
        ),
        done="Từ nay giấy tờ này bắt buộc với các đề án cơ quan xét.",
        back=lambda: redirect("asked_papers"),
        template="projects/dossier/asked_new.html",
        context={
            "title": "Yêu cầu giấy tờ với mọi đề án",
            "crumbs": [Crumb("Đề án", reverse("projects")), Crumb(TITLE, reverse("asked_papers")), Crumb("Thêm")],
        },
    )


@opens_to(Permission.DOSSIER_JUDGE)
@require_POST
def asked_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask for it no longer; back to the đề án of which it was asked, else to the list."""
    mine = AskedPaper.objects.filter(agency__in=request.actor.agency_ids).select_related("project")
    asked = get_object_or_404(mine, pk=pk)
    if asked.project is not None:
        get_object_or_404(Project.objects.visible_to(request.actor), pk=asked.project_id)
    press(
        request,
        lambda: actions.stop_asking(asked_id=asked.pk, by=request.actor, version=version_of(request)),
        done="Đã thôi yêu cầu giấy tờ này.",
    )
    if asked.project is not None:
        return redirect(f"{asked.project.get_absolute_url()}?tab=ho-so")
    return redirect("asked_papers")
