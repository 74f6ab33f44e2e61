"""What the pages of a đề án share: fetching it in scope, and one step of it with a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.core.errors import Refused
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest
from khuyencong.projects.guide import steps
from khuyencong.projects.models import Project
from khuyencong.projects.states import find_transition, permission_of


def project_or_404(actor: Actor, code: str) -> Project:
    """The project, if the actor may know of it; a stranger's is not there."""
    if "\x00" in code:  # PostgreSQL cannot even be asked for such a text
        raise Http404
    visible = Project.objects.visible_to(actor).select_related(
        "province__current",
        "province_before",
        "commune__current__province",
        "implementing_unit",
        "department",
        "funder",
        "payer",
        "plan",
        "submitted_by",
        "created_by",
        "in_charge",
    )
    return get_object_or_404(visible, code=code)


def project_for_step(request: ActorRequest, code: str, name: str) -> Project:
    """The project on which the actor may take the step `name` of the transition table.

    Raises 404 out of scope, NotAllowed where the matrix refuses, and for a page that is only looked at Refused where
    the state does not allow the step. A posted form goes on to the action, which answers beside what was typed.
    """
    project = project_or_404(request.actor, code)
    require(request.actor, permission_of(name), project)
    if request.method != "POST" and find_transition(name, state=project.state, route=project.route) is None:
        raise Refused(f"Không thể làm bước này khi đề án ở trạng thái «{project.get_state_display()}».")
    return project


def editable_or_404(actor: Actor, code: str) -> Project:
    """The project in my scope that my unit may write; whether its state allows it, the action says."""
    project = project_or_404(actor, code)
    require(actor, Permission.PROJECT_EDIT, project)
    return project


def crumbs_to(project: Project, title: str, tab: str) -> list[Crumb]:
    """The list, the project at the tab that the page belongs to, this page."""
    return [
        Crumb("Đề án", reverse("projects")),
        Crumb(project.code, f"{project.get_absolute_url()}?tab={tab}"),
        Crumb(title),
    ]


def step_page(
    request: ActorRequest,
    *,
    project: Project,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    tab: str = "",
    template: str = "projects/step.html",
    submit_label: str = "Ghi",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to the project page at `tab`.

    A refused form comes back with status 422 and everything that was typed.
    """
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: back_from(request, project, tab),
        template=template,
        context={"project": project, "title": title, "submit_label": submit_label, **(context or {})},
    )


def to_project(project: Project, tab: str = "") -> HttpResponse:
    """Back to the project page, at a tab."""
    address = project.get_absolute_url()
    return redirect(f"{address}?tab={tab}" if tab else address)


# Pages that were opened from the guided form lead back to its step.
FROM_GUIDE = "soan"
STEP_OF_TAB = {"": steps.BENEFICIARIES, "ho-so": steps.FILES, "du-toan": steps.ESTIMATE}


def back_from(request: ActorRequest, project: Project, tab: str) -> HttpResponse:
    """Back to where the page was opened from: the step of the guided form (`?tu=soan`), else the project page."""
    if request.GET.get("tu") == FROM_GUIDE and tab in STEP_OF_TAB:
        return to_step(project, STEP_OF_TAB[tab])
    return to_project(project, tab)


def to_step(project: Project, step: str) -> HttpResponse:
    """To a step of the guided form."""
    return redirect("project_write", project.code, step)
