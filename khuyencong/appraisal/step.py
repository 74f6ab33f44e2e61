"""What the pages of one step of a đề án share: their breadcrumbs, and the refusal to open a form that cannot be used."""

from __future__ import annotations

from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.core.errors import Refused
from khuyencong.people.permissions import require
from khuyencong.people.web import ActorRequest
from khuyencong.projects.models import Project
from khuyencong.projects.states import find_transition, permission_of
from khuyencong.projects.web import project_or_404

SHOW_AND_ACT = ["GET", "HEAD", "POST"]


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


def crumbs_to(project: Project, title: str, tab: str) -> list[Crumb]:
    """Home, the project at the tab that the page belongs to, this page."""
    return [Crumb("Đề án", reverse("projects")), Crumb(project.code, f"{project.get_absolute_url()}?tab={tab}"), Crumb(title)]
