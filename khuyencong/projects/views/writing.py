"""Writing a đề án."""

from __future__ import annotations

from typing import Any

from django import forms
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
from khuyencong.projects.actions.draft import DRAFT_FIELDS
from khuyencong.projects.forms import (
    AttachmentForm,
    BeneficiaryForm,
    CommitmentsForm,
    EditProjectForm,
    EstimateHeadForm,
    LineForm,
    LineFormSet,
    NewProjectForm,
    ReasonForm,
)
from khuyencong.projects.models import AttachmentKind, Project
from khuyencong.projects.web import project_or_404, step_page, to_project

BLANK_LINES = 3
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
        messages.success(request, f"Đã tạo đề án {created[0].code}. Tiếp theo: cơ sở thụ hưởng, dự toán, hồ sơ.")
        return to_project(created[0])
    return render(request, "projects/new.html", {"form": form}, status=422 if request.method == "POST" else 200)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def project_edit(request: ActorRequest, code: str) -> HttpResponse:
    """Change the description."""
    project = _editable(request, code)
    initial = {name: getattr(project, name) for name in DRAFT_FIELDS} | {"version": project.version}
    form = EditProjectForm(request.POST or None, project=project, initial=initial)
    return step_page(
        request,
        project=project,
        form=form,
        title="Sửa thuyết minh",
        submit_label="Lưu thuyết minh",
        act=lambda: actions.update_project(
            project_id=project.pk, by=request.actor, version=form.cleaned_data["version"], fields=form.cleaned_data
        ),
        done="Đã lưu thuyết minh.",
    )


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def beneficiary_add(request: ActorRequest, code: str) -> HttpResponse:
    """Name a beneficiary."""
    project = _editable(request, code)
    taken = project.beneficiaries.values("establishment_id")
    choices = Establishment.objects.visible_to(request.actor).current()
    choices = choices.filter(province__current=project.province.current).exclude(pk__in=taken)
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
@require_http_methods(SHOW_AND_ACT)
def commitments(request: ActorRequest, code: str) -> HttpResponse:
    """Tick the commitments that the beneficiaries have given."""
    project = _editable(request, code)
    beneficiaries = list(project.beneficiaries.select_related("establishment"))
    form = CommitmentsForm(request.POST or None, beneficiaries=beneficiaries, initial={"version": project.version})
    return step_page(
        request,
        project=project,
        form=form,
        title="Cam kết của cơ sở thụ hưởng",
        submit_label="Lưu cam kết",
        act=lambda: actions.set_commitments(
            project_id=project.pk, by=request.actor, version=form.cleaned_data["version"], given=form.given()
        ),
        done="Đã lưu cam kết của cơ sở.",
        template="projects/commitments.html",
    )


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def beneficiary_remove(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Take a beneficiary out, with its lines."""
    project = _editable(request, code)
    return _button(request, project, "Đã đưa cơ sở ra khỏi đề án.", "", actions.remove_beneficiary, beneficiary_id=pk)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def estimate(request: ActorRequest, code: str) -> HttpResponse:
    """Mẫu 1 as a table of lines; lines marked for deletion or left empty are left out."""
    project = _editable(request, code)
    beneficiaries = list(project.beneficiaries.select_related("establishment"))
    line_formset = forms.formset_factory(
        LineForm,
        formset=LineFormSet,
        extra=BLANK_LINES,
        can_delete=True,
        max_num=actions.MAX_LINES,
        absolute_max=actions.MAX_LINES,  # whatever number a request names, no more forms are made
        validate_max=True,
    )
    initial = [
        {
            "content": line.content,
            "beneficiary": line.beneficiary_id,
            "total": line.total,
            "support": line.support,
            "counterpart": line.counterpart,
            "other": line.other,
            "in_cost_base": line.in_cost_base,
            "note": line.note,
        }
        for line in project.lines.all()
    ]
    bound = request.POST if request.method == "POST" else None
    head = EstimateHeadForm(bound, initial={"version": project.version})
    formset = line_formset(bound, initial=initial, prefix="dong", form_kwargs={"beneficiaries": beneficiaries})

    def act() -> None:
        actions.save_estimate(
            project_id=project.pk, by=request.actor, version=head.cleaned_data["version"], lines=_lines(formset)
        )

    if bound is not None and head.is_valid() and formset.is_valid() and run(head, act):
        messages.success(request, "Đã lưu dự toán.")
        return to_project(project, "du-toan")
    context = {
        "project": project,
        "form": head,
        "formset": formset,
        "title": "Dự toán kinh phí (Mẫu số 1)",
        "stored": project.lines.select_related("beneficiary__establishment") if head.is_behind else None,
    }
    return render(request, "projects/estimate.html", context, status=200 if bound is None else 422)


def _lines(formset: Any) -> list[actions.LineInput]:
    return [
        actions.LineInput(
            content=data["content"],
            total=data["total"],
            support=data["support"],
            counterpart=data["counterpart"],
            other=data["other"],
            beneficiary_id=data["beneficiary"],
            in_cost_base=data["in_cost_base"],
            note=data["note"],
        )
        for data in (form.cleaned_data for form in formset.forms if form not in formset.deleted_forms)
        if data.get("content")
    ]


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def attach(request: ActorRequest, code: str) -> HttpResponse:
    """Attach a file."""
    project = _editable(request, code)
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
    project = _editable(request, code)
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


def _editable(request: ActorRequest, code: str) -> Project:
    """The project in my scope that my unit may write; whether its state allows it, the action says."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PROJECT_EDIT, project)
    return project


def _button(
    request: ActorRequest, project: Project, done: str, tab: str, action: Any, **arguments: Any
) -> HttpResponse:
    """A plain button: act and go back, with the sentence either way."""
    version = version_of(request)
    press(request, lambda: action(project_id=project.pk, by=request.actor, version=version, **arguments), done=done)
    return to_project(project, tab)
