"""What the pages of classes share: fetching in scope, and one step with a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from khuyencong.core.components import Crumb
from khuyencong.core.findings import Finding
from khuyencong.core.web import form_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest
from khuyencong.places.models import Commune
from khuyencong.projects.models import Project
from khuyencong.training.models import Course, Learner

TITLE = "Đào tạo, hội nghị"


def course_or_404(actor: Actor, pk: int) -> Course:
    """The class, if the actor may know of it; a stranger's is not there."""
    return get_object_or_404(Course.objects.visible_to(actor).with_all(), pk=pk)


def permitted(request: ActorRequest, pk: int, permission: Permission) -> Course:
    """The class on which the actor holds the permission. Raises 404 out of scope, NotAllowed."""
    found = course_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


def learner_of(request: ActorRequest, pk: int) -> Learner:
    """Somebody of the list of a class that the actor may manage. Raises 404, NotAllowed."""
    rows = Learner.objects.visible_to(request.actor).select_related("commune")
    learner = get_object_or_404(rows, pk=pk)
    learner.course = permitted(request, learner.course_id, Permission.TRAINING_MANAGE)
    return learner


def communes_for(project: Project) -> QuerySet[Commune]:
    """Today's communes of the province of the đề án."""
    province = project.province
    rows = Commune.objects.filter(province=province.current_id or province.pk, valid_to__isnull=True)
    return rows.select_related("province").order_by("sort_key")


def crumbs_to(course: Course, *titles: str | Crumb) -> list[Crumb]:
    """The list, this class, this page."""
    home = Crumb(TITLE, reverse("courses"))
    if not titles:
        return [home, Crumb(course.name)]
    further = [one if isinstance(one, Crumb) else Crumb(one) for one in titles]
    return [home, Crumb(course.name, course.get_absolute_url()), *further]


def step_page(
    request: ActorRequest,
    *,
    course: Course,
    form: forms.BaseForm,
    title: str,
    act: Callable[[], Any],
    done: str,
    submit_label: str,
    back_url: str = "",
    intro: str = "",
    findings: Sequence[Finding] = (),
    crumbs: Sequence[Crumb] = (),
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """One step with a form of its own: show it, or act and go back to the class."""
    back = back_url or course.get_absolute_url()
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back),
        template="training/step.html",
        context={
            "course": course,
            "title": title,
            "submit_label": submit_label,
            "back_url": back,
            "intro": intro,
            "findings": findings,
            "crumbs": crumbs or crumbs_to(course, title),
            "ethnic_groups": getattr(form, "ethnic_groups", ()),
            **(context or {}),
        },
    )
