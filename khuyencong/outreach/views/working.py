"""The steps of a work, each a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.outreach import actions
from khuyencong.outreach.forms import (
    FilesForm,
    MakeForm,
    PublishForm,
    ReachForm,
    ReasonForm,
    TieForm,
    WorkEditForm,
    WorkForm,
)
from khuyencong.outreach.models import Work
from khuyencong.outreach.paying import postings_for
from khuyencong.outreach.queries import projects_to_inform
from khuyencong.outreach.states import WORK_TRANSITIONS, check_step, permission_of
from khuyencong.outreach.web import crumbs_to, permitted, step_page
from khuyencong.people.permissions import Permission, require
from khuyencong.people.queries import staff_of
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.web import project_or_404

BACK = {row.name: row.label for row in WORK_TRANSITIONS if row.needs_reason}
FIELDS = ("kind", "title", "medium", "planned_on", "partner", "contract", "cost", "link", "body", "version")


@opens_to(Permission.OUTREACH_MANAGE)
@require_safe
def choose(request: ActorRequest) -> HttpResponse:
    """For which đề án a work is made; of any other one, its own page leads here as well."""
    context = {"projects": projects_to_inform(request.actor), "crumbs": crumbs_to("Ghi sản phẩm")}
    return render(request, "outreach/choose.html", context)


@opens_to(Permission.OUTREACH_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def work_new(request: ActorRequest, code: str) -> HttpResponse:
    """A new work in the plan of a đề án."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.OUTREACH_MANAGE, Work(project=project))
    initial = {"planned_on": today(), "in_charge": request.actor.user.pk}
    form = WorkForm(request.POST or None, users=staff_of(request.actor), initial=initial)
    made: list[Work] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.plan_work(by=request.actor, creation_key=data["creation_key"], project=project, fields=data)
        )

    return step_page(
        request,
        form=form,
        title="Ghi sản phẩm vào kế hoạch",
        about=f"{project.code} – {project.name}",
        act=act,
        done="Đã ghi vào kế hoạch.",
        submit_label="Ghi",
        back_url=project.get_absolute_url(),
        made=made,
        crumbs=crumbs_to((project.code, project.get_absolute_url()), "Ghi sản phẩm"),
    )


@opens_to(Permission.OUTREACH_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Write it anew before it is published."""
    found = permitted(request, pk, Permission.OUTREACH_MANAGE)
    initial = {name: getattr(found, name) for name in FIELDS} | {"in_charge": found.in_charge_id}
    form = WorkEditForm(request.POST or None, users=staff_of(request.actor), initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.change_work(work_id=found.pk, by=request.actor, version=data["version"], fields=data)

    return _step(request, found, form, "Sửa sản phẩm", act, "Đã sửa.", "Ghi")


@opens_to(Permission.OUTREACH_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def make(request: ActorRequest, pk: int) -> HttpResponse:
    """It is made."""
    found = permitted(request, pk, Permission.OUTREACH_MANAGE)
    if request.method != "POST":
        check_step(found, "make")
    form = MakeForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.make_work(work_id=found.pk, by=request.actor, version=data["version"], on=data["on"])

    return _step(request, found, form, "Ghi đã làm xong", act, "Đã ghi; chờ lãnh đạo duyệt đăng.", "Ghi")


@opens_to(Permission.OUTREACH_PUBLISH)
@require_http_methods(SHOW_AND_ACT)
def publish(request: ActorRequest, pk: int) -> HttpResponse:
    """A leader lets it out."""
    found = permitted(request, pk, Permission.OUTREACH_PUBLISH)
    if request.method != "POST":
        check_step(found, "publish")
    form = PublishForm(request.POST or None, initial={"version": found.version, "is_public": bool(found.body)})

    def act() -> None:
        data = form.cleaned_data
        actions.publish_work(
            work_id=found.pk, by=request.actor, version=data["version"], on=data["on"], is_public=data["is_public"]
        )

    return _step(request, found, form, "Duyệt đăng, phát", act, "Đã duyệt đăng, phát.", "Duyệt")


@opens_to(Permission.OUTREACH_VIEW)
@require_http_methods(SHOW_AND_ACT)
def back(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """Send it back, take it down, or give it up."""
    if step not in BACK:
        raise Http404
    found = permitted(request, pk, permission_of(step))
    if request.method != "POST":
        check_step(found, step)
    form = ReasonForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.step_back(work_id=found.pk, step=step, by=request.actor, version=data["version"], reason=data["reason"])

    return _step(request, found, form, BACK[step], act, "Đã ghi.", "Ghi")


@opens_to(Permission.OUTREACH_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def reach(request: ActorRequest, pk: int) -> HttpResponse:
    """Where it can be seen and how many it reached."""
    found = permitted(request, pk, Permission.OUTREACH_MANAGE)
    names = ("link", "reach", "reach_of", "version")
    form = ReachForm(request.POST or None, work=found, initial={name: getattr(found, name) for name in names})

    def act() -> None:
        data = form.cleaned_data
        actions.write_reach(
            work_id=found.pk, by=request.actor, version=data["version"], link=data["link"], reach=data["reach"],
            reach_of=data["reach_of"], cost=data.get("cost"),
        )  # fmt: skip

    return _step(request, found, form, "Ghi số lượt, địa chỉ", act, "Đã ghi.", "Ghi")


@opens_to(Permission.OUTREACH_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def tie(request: ActorRequest, pk: int) -> HttpResponse:
    """Which payment of the đề án paid it."""
    found = permitted(request, pk, Permission.OUTREACH_MANAGE)
    postings = list(postings_for(found.project))
    form = TieForm(request.POST or None, postings=postings, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.tie_posting(
            work_id=found.pk, by=request.actor, version=data["version"], posting_id=int(data["posting"])
        )

    intro = "" if postings else "Đề án chưa có khoản chi nào: lập và chi ở trang của đề án trước."
    return _step(request, found, form, "Gắn khoản chi", act, "Đã gắn với khoản chi.", "Gắn", intro=intro)


@opens_to(Permission.OUTREACH_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def files(request: ActorRequest, pk: int) -> HttpResponse:
    """Add files."""
    found = permitted(request, pk, Permission.OUTREACH_MANAGE)
    form = FilesForm(request.POST or None, request.FILES or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.add_work_files(work_id=found.pk, by=request.actor, version=data["version"], uploads=data["uploads"])

    return _step(request, found, form, "Thêm tệp", act, "Đã thêm tệp.", "Thêm")


def _step(
    request: ActorRequest,
    work: Work,
    form: forms.BaseForm,
    title: str,
    act: Any,
    done: str,
    submit_label: str,
    *,
    intro: str = "",
) -> HttpResponse:
    url = reverse("outreach_work", args=[work.pk])
    return step_page(
        request,
        form=form,
        title=title,
        about=work.title,
        act=act,
        done=done,
        submit_label=submit_label,
        back_url=url,
        crumbs=crumbs_to((work.title, url), title),
        intro=intro,
    )
