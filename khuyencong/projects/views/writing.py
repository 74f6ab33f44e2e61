"""Writing a đề án."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.establishments.models import Establishment
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import actions
from khuyencong.projects.actions.content import provinces_of
from khuyencong.projects.forms import (
    AttachmentForm,
    BeneficiaryForm,
    NewProjectForm,
    ReasonForm,
)
from khuyencong.projects.guide import steps
from khuyencong.projects.models import AttachmentKind, Project
from khuyencong.projects.web import back_from, editable_or_404, project_or_404, step_page, to_step

MOST_OFFERED = 100  # establishments in one list to choose from


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def project_new(request: ActorRequest) -> HttpResponse:
    """Open a đề án: what it is about first, beneficiaries, estimate and files on its page."""
    form = NewProjectForm(request.POST or None, actor=request.actor)
    created: list[Project] = []

    def act() -> None:
        data = form.cleaned_data
        created.append(
            actions.create_project(
                by=request.actor,
                creation_key=data["creation_key"],
                source=data["source"],
                province=data["province"],
                fields=data,
            )
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã tạo đề án {created[0].code}. Tiếp theo: soạn từng bước; dừng lúc nào cũng được.")
        return to_step(created[0], steps.TEXTS)
    return render(request, "projects/new.html", {"form": form}, status=422 if request.method == "POST" else 200)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def beneficiary_add(request: ActorRequest, code: str) -> HttpResponse:
    """Name a beneficiary."""
    project = editable_or_404(request.actor, code)
    taken = project.beneficiaries.values("establishment_id")
    choices = Establishment.objects.visible_to(request.actor).current()
    choices = choices.filter(province__current__in=provinces_of(project)).exclude(pk__in=taken)
    asked = request.GET.get("tim", "")[:LONGEST_QUESTION]
    found = list(choices.search(asked, by=request.actor).order_by("sort_key", "pk")[: MOST_OFFERED + 1])
    form = BeneficiaryForm(
        request.POST or None, queryset=choices, offered=found[:MOST_OFFERED], initial={"version": project.version}
    )
    return step_page(
        request,
        project=project,
        form=form,
        title="Thêm cơ sở thụ hưởng",
        submit_label="Thêm cơ sở",
        act=lambda: actions.add_beneficiary(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            establishment=form.cleaned_data["establishment"],
            place_text=form.cleaned_data["place_text"],
            commits_own_capital=form.cleaned_data["commits_own_capital"],
            declares_no_other_support=form.cleaned_data["declares_no_other_support"],
        ),
        done="Đã thêm cơ sở thụ hưởng.",
        template="projects/beneficiary.html",
        context={"asked": asked, "too_many": len(found) > MOST_OFFERED, "offered": len(found[:MOST_OFFERED])},
    )


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def beneficiary_remove(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Take a beneficiary out, with its lines."""
    project = editable_or_404(request.actor, code)
    return _button(request, project, "Đã đưa cơ sở ra khỏi đề án.", "", actions.remove_beneficiary, beneficiary_id=pk)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def attach(request: ActorRequest, code: str) -> HttpResponse:
    """Attach a file."""
    project = editable_or_404(request.actor, code)
    wanted = request.GET.get("kind", "")
    initial = {
        "version": project.version,
        "kind": wanted if wanted in AttachmentKind.values else AttachmentKind.REQUEST,
    }
    form = AttachmentForm(request.POST or None, request.FILES or None, initial=initial)
    return step_page(
        request,
        project=project,
        form=form,
        title="Đính kèm tệp",
        submit_label="Tải lên",
        act=lambda: actions.attach_file(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            kind=form.cleaned_data["kind"],
            upload=form.cleaned_data["file"],
        ),
        done="Đã đính kèm tệp.",
        tab="ho-so",
    )


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def attachment_remove(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Take a file out of a draft."""
    project = editable_or_404(request.actor, code)
    return _button(request, project, "Đã bỏ tệp.", "ho-so", actions.remove_file, attachment_id=pk)


@opens_to(Permission.PROJECT_SUBMIT)
@require_POST
def submit(request: ActorRequest, code: str) -> HttpResponse:
    """Hand the đề án in."""
    project = project_or_404(request.actor, code)
    return _button(request, project, "Đã gửi đề án đi thẩm định.", "", actions.submit)


@opens_to(Permission.PROJECT_WITHDRAW)
@require_http_methods(SHOW_AND_ACT)
def withdraw(request: ActorRequest, code: str) -> HttpResponse:
    """Take the đề án back."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PROJECT_WITHDRAW, project)
    form = ReasonForm(request.POST or None, initial={"version": project.version})
    return step_page(
        request,
        project=project,
        form=form,
        title="Rút đề án",
        submit_label="Rút đề án",
        act=lambda: actions.withdraw(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã rút đề án.",
    )


def _button(
    request: ActorRequest, project: Project, done: str, tab: str, action: Any, **arguments: Any
) -> HttpResponse:
    """A plain button: act and go back, with the sentence either way."""
    version = version_of(request)
    press(request, lambda: action(project_id=project.pk, by=request.actor, version=version, **arguments), done=done)
    return back_from(request, project, tab)
