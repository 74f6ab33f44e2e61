"""Consulting that khuyến công pays for: what was done for one establishment of a đề án."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.consulting import actions, shown
from khuyencong.consulting.actions.advice import ADVISED
from khuyencong.consulting.forms import AdviceEditForm, AdviceForm, FilesForm, ReasonForm
from khuyencong.consulting.models import Advice
from khuyencong.consulting.queries import Cost, allowed_by_beneficiary, costs_of
from khuyencong.consulting.web import advice_or_404, step_page
from khuyencong.core.components import Crumb
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.web import project_or_404

NEW = "Ghi lần tư vấn"
FIELDS = ("subject", "consultant", "from_on", "to_on", "days", "contract", "cost", "result", "version")


def _crumbs(project: Project, *levels: Crumb) -> list[Crumb]:
    return [Crumb(project.code, f"{project.get_absolute_url()}?tab={shown.TAB}"), *levels]


@opens_to(Permission.CONSULTING_VIEW)
@require_safe
def advice(request: ActorRequest, pk: int) -> HttpResponse:
    """What was done, what the norm allows for it, and the files."""
    found = advice_or_404(request.actor, pk)
    costs = {found.beneficiary_id: Cost()} | costs_of(found.project.advice.standing())
    terms = allowed_by_beneficiary(found.project, costs)[found.beneficiary_id]
    keeps = not found.is_withdrawn and allowed(request.actor, Permission.CONSULTING_MANAGE, found)
    context = {
        "advice": found,
        "facts": shown.advice_facts(found),
        "terms": terms,
        "norm_facts": shown.norm_facts(terms),
        "files": found.files.select_related("uploaded_by"),
        "may_keep": keeps,
        "may_correct": keeps and found.project.state in ADVISED,
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found),
        "crumbs": _crumbs(found.project, Crumb(found.subject)),
    }
    return render(request, "consulting/advice.html", context)


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def advice_new(request: ActorRequest, code: str) -> HttpResponse:
    """Write down what a consultant did."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.CONSULTING_MANAGE, Advice(project=project))
    form = AdviceForm(request.POST or None, parts=actions.parts_for(project))
    made: list[Advice] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.record_advice(by=request.actor, creation_key=data["creation_key"], project=project, fields=data)
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi lần tư vấn. Thêm sản phẩm tư vấn vào phần tệp.",
        back=lambda: redirect(made[0]),
        template="consulting/step.html",
        context={
            "title": NEW,
            "about": f"{project.code} – {project.name}",
            "submit_label": "Ghi",
            "back_url": f"{project.get_absolute_url()}?tab={shown.TAB}",
            "crumbs": _crumbs(project, Crumb(NEW)),
            "intro": "",
        },
    )


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def advice_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Put right what was written."""
    found = advice_or_404(request.actor, pk)
    require(request.actor, Permission.CONSULTING_MANAGE, found)
    initial = {name: getattr(found, name) for name in FIELDS} | {"beneficiary": str(found.beneficiary_id)}
    form = AdviceEditForm(request.POST or None, parts=actions.parts_for(found.project, found), initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.correct_advice(advice_id=found.pk, by=request.actor, version=data["version"], fields=data)

    return step_page(
        request,
        form=form,
        title="Sửa lần tư vấn",
        about=str(found),
        act=act,
        done="Đã sửa.",
        submit_label="Ghi",
        back_url=found.get_absolute_url(),
        crumbs=_crumbs(found.project, Crumb(found.subject, found.get_absolute_url()), Crumb("Sửa")),
    )


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def advice_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """It was written by mistake."""
    found = advice_or_404(request.actor, pk)
    require(request.actor, Permission.CONSULTING_MANAGE, found)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    form.fields["reason"].label = "Lý do bỏ"

    def act() -> None:
        data = form.cleaned_data
        actions.withdraw_advice(advice_id=found.pk, by=request.actor, version=data["version"], reason=data["reason"])

    return step_page(
        request,
        form=form,
        title="Bỏ lần tư vấn",
        about=str(found),
        act=act,
        done="Đã bỏ lần tư vấn.",
        submit_label="Bỏ",
        back_url=found.get_absolute_url(),
        crumbs=_crumbs(found.project, Crumb(found.subject, found.get_absolute_url()), Crumb("Bỏ")),
        intro="Lần tư vấn đã bỏ vẫn xem được, nhưng không vào số liệu nào.",
    )


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def advice_files(request: ActorRequest, pk: int) -> HttpResponse:
    """Add what was delivered."""
    found = advice_or_404(request.actor, pk)
    require(request.actor, Permission.CONSULTING_MANAGE, found)
    form = FilesForm(request.POST or None, request.FILES or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.add_advice_files(advice_id=found.pk, by=request.actor, version=data["version"], uploads=data["uploads"])

    return step_page(
        request,
        form=form,
        title="Thêm sản phẩm tư vấn",
        about=str(found),
        act=act,
        done="Đã thêm tệp.",
        submit_label="Thêm",
        back_url=found.get_absolute_url(),
        crumbs=_crumbs(found.project, Crumb(found.subject, found.get_absolute_url()), Crumb("Thêm tệp")),
    )
