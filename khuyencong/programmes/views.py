"""Writing a programme: entering it, its draft, the decision. What it has come to is shown by the room `progress`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.core.components import Crumb, Fact
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, version_of
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes import actions, from_law
from khuyencong.programmes.forms import (
    ApprovalForm,
    DraftForm,
    NewProgrammeForm,
    ProgrammeForm,
    money_rows,
    target_rows,
)
from khuyencong.programmes.models import Programme, ProgrammeVersion, VersionState

TITLE = "Chương trình"


@opens_to(Permission.PLAN_EDIT)
@require_http_methods(SHOW_AND_ACT)
def programme_new(request: ActorRequest) -> HttpResponse:
    """Enter a programme of my agency; for the national agency also one that the law room ships (`?van-ban=`)."""
    shipped = from_law.shipped_programmes().get(request.GET.get("van-ban", "")) if request.actor.is_national else None
    initial: dict[str, Any] = {}
    if shipped is not None:
        initial = {
            "law_document": shipped.id,
            "name": shipped.name,
            "first_year": shipped.first_year,
            "last_year": shipped.last_year,
        }
    form = NewProgrammeForm(request.POST or None, initial=initial)
    made: list[Programme] = []

    def act() -> None:
        made.append(actions.create_programme(by=request.actor, **form.cleaned_data))

    title = "Ghi chương trình"
    intro = (
        f"Chỉ tiêu đã đọc được của {shipped.document.name} được ghi sẵn vào dự thảo, kèm điều khoản; phần chưa đọc được "
        "để trống và nhập sau."
        if shipped
        else "Chương trình của một giai đoạn, thường 5 năm. Sau khi ghi, nhập chỉ tiêu và kinh phí vào dự thảo."
    )
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi chương trình. Tiếp theo: nhập chỉ tiêu và kinh phí.",
        back=lambda: redirect("programme_draft", pk=made[0].pk),
        template="programmes/form.html",
        context={
            "title": title,
            "intro": intro,
            "submit_label": "Ghi chương trình",
            "back_url": reverse("programmes"),
            "crumbs": [Crumb(TITLE, reverse("programmes")), Crumb(title)],
        },
    )


@opens_to(Permission.PLAN_EDIT)
@require_http_methods(SHOW_AND_ACT)
def programme_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change name and period of a programme that is not approved yet."""
    found = _found(request, pk, Permission.PLAN_EDIT)
    if found.versions.filter(state=VersionState.APPROVED).exists():
        raise Refused("Tên và giai đoạn của chương trình đã được phê duyệt nên không sửa được nữa.")
    names = ("version", "name", "first_year", "last_year")
    form = ProgrammeForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    title = "Sửa tên, giai đoạn"
    return form_page(
        request,
        form=form,
        act=lambda: actions.edit_programme(programme_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã lưu tên và giai đoạn.",
        back=lambda: redirect(found),
        template="programmes/form.html",
        context={
            "title": title,
            "intro": "Các năm phải bao trùm mọi chỉ tiêu đã nhập.",
            "submit_label": "Lưu",
            "back_url": found.get_absolute_url(),
            "crumbs": _crumbs(found, title),
        },
    )


@opens_to(Permission.PLAN_EDIT)
@require_POST
def programme_amend(request: ActorRequest, pk: int) -> HttpResponse:
    """Begin the next version, as a copy of what holds."""
    found = _found(request, pk, Permission.PLAN_EDIT)
    version = version_of(request)
    done = press(
        request,
        lambda: actions.amend(programme_id=found.pk, by=request.actor, version=version),
        done="Đã mở dự thảo điều chỉnh, chép từ phiên bản đang áp dụng.",
    )
    return redirect("programme_draft", pk=found.pk) if done else redirect(found)


@opens_to(Permission.PLAN_EDIT)
@require_http_methods(SHOW_AND_ACT)
def programme_draft(request: ActorRequest, pk: int) -> HttpResponse:
    """Targets and money of the draft on one page; rows marked for deletion or left empty are left out."""
    found = _found(request, pk, Permission.PLAN_EDIT)
    draft = _draft(found)
    bound = request.POST if request.method == "POST" else None
    form = DraftForm(bound, initial={"version": found.version, "note": draft.note})
    targets, money = target_rows(bound, draft), money_rows(bound, draft)

    def act() -> None:
        actions.save_draft(
            programme_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            targets=targets.rows,
            money=money.rows,
            note=form.cleaned_data["note"],
        )

    if bound is not None and form.is_valid() & targets.is_valid() & money.is_valid() and run(form, act):
        messages.success(request, "Đã lưu dự thảo.")
        return redirect(f"{found.get_absolute_url()}?phien-ban={draft.number}")
    context = {
        "programme": found,
        "draft": draft,
        "form": form,
        "targets": targets,
        "money": money,
        "stored": draft if form.is_behind else None,
        "title": f"Dự thảo phiên bản {draft.number}",
        "crumbs": _crumbs(found, f"Dự thảo phiên bản {draft.number}"),
    }
    return render(request, "programmes/draft.html", context, status=200 if bound is None else 422)


@opens_to(Permission.PLAN_EDIT)
@require_POST
def programme_discard(request: ActorRequest, pk: int) -> HttpResponse:
    """Drop the draft, and a programme that was never approved with it."""
    found = _found(request, pk, Permission.PLAN_EDIT)
    version = version_of(request)
    left: list[Programme | None] = []

    def act() -> None:
        left.append(actions.discard_draft(programme_id=found.pk, by=request.actor, version=version))

    press(request, act, done="Đã bỏ dự thảo.")
    return redirect("programmes") if left == [None] else redirect("programme", pk=pk)


@opens_to(Permission.PLAN_APPROVE)
@require_http_methods(SHOW_AND_ACT)
def programme_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """Record the decision that puts the draft into force."""
    found = _found(request, pk, Permission.PLAN_APPROVE)
    draft = _draft(found)
    shipped = from_law.shipped_programmes().get(found.law_document) if draft.number == 1 else None
    form = ApprovalForm(
        request.POST or None, initial={"version": found.version, **(shipped.decision if shipped else {})}
    )
    title = f"Phê duyệt phiên bản {draft.number}"
    return form_page(
        request,
        form=form,
        act=lambda: actions.approve_version(programme_id=found.pk, by=request.actor, **form.cleaned_data),
        done=f"Đã ghi quyết định; phiên bản {draft.number} có hiệu lực theo quyết định.",
        back=lambda: redirect(found),
        template="programmes/approve.html",
        context={
            "programme": found,
            "draft": draft,
            "facts": [
                Fact("Chương trình", f"{found.name}, {found.period}"),
                Fact("Số chỉ tiêu", str(draft.targets.count())),
                Fact("Số nguồn kinh phí", str(draft.money.count())),
                Fact("Người soạn", str(draft.created_by)),
            ],
            "title": title,
            "crumbs": _crumbs(found, title),
        },
    )


def _found(request: ActorRequest, pk: int, permission: Permission) -> Programme:
    visible = Programme.objects.visible_to(request.actor).select_related("agency__province")
    found = get_object_or_404(visible, pk=pk)
    require(request.actor, permission, found)
    return found


def _draft(programme: Programme) -> ProgrammeVersion:
    draft = programme.versions.filter(state=VersionState.DRAFT).select_related("programme", "created_by").first()
    if draft is None:
        raise Refused("Chương trình không có dự thảo nào: hãy mở trang chương trình và soạn điều chỉnh.")
    return draft


def _crumbs(programme: Programme, title: str) -> list[Crumb]:
    return [Crumb(TITLE, reverse("programmes")), Crumb(programme.name, programme.get_absolute_url()), Crumb(title)]
