"""The list of sheets, the page of one, and what an officer does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.core.dates import today
from khuyencong.core.findings import Finding
from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.effects import actions
from khuyencong.effects.actions.asking import MOST_LETTERS
from khuyencong.effects.filters import SheetFilter
from khuyencong.effects.forms import ConfirmForm, LettersForm, ReasonForm, RecordForm
from khuyencong.effects.letters import printed
from khuyencong.effects.links import is_live
from khuyencong.effects.models import EffectLink, EffectSheet, SheetState, Source
from khuyencong.effects.queries import TONES, buttons, facts_of, history_of, lines_of, listed
from khuyencong.effects.states import check_step
from khuyencong.effects.web import Asking, crumbs_to, sheet_or_404
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def effect_sheets(request: ActorRequest) -> HttpResponse:
    """Who was asked: by filters that live in the address; who has not answered first."""
    asked = SheetFilter(request.GET, actor=request.actor)
    page = listed(asked, number=request.GET.get("page"), size=PAGE_SIZE)
    context = {
        "form": asked.form,
        "page": page,
        "rows": [(one, TONES[SheetState(one.state)], one.is_late(today())) for one in page.object_list],
        "filtered": asked.is_filtered,
        "may_ask": allowed(request.actor, Permission.EFFECT_RECORD),
    }
    return render(request, "effects/sheets.html", context, status=200 if asked.valid else 422)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def effect_sheet(request: ActorRequest, pk: int) -> HttpResponse:
    """One sheet: what was said, what is doubtful, what it was before, and just what I may do now."""
    sheet = sheet_or_404(request.actor, pk)
    asking = Asking(sheet)
    context = {
        "sheet": sheet,
        "project": sheet.project,
        "tone": TONES[SheetState(sheet.state)],
        "facts": facts_of(sheet),
        "lines": lines_of(asking),
        "doubts": asking.doubts_of_said(),
        "history": history_of(asking),
        "files": sheet.files.select_related("uploaded_by"),
        "links": _links_of(sheet),
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, sheet),
        "may_ask": sheet.state != SheetState.CONFIRMED and allowed(request.actor, Permission.EFFECT_RECORD, sheet),
        "actions": buttons(asking, request.actor),
        "crumbs": crumbs_to(sheet),
    }
    return render(request, "effects/sheet.html", context)


def _links_of(sheet: EffectSheet) -> list[tuple[EffectLink, bool]]:
    """The addresses that were ever given out, and whether each still opens."""
    rows = list(sheet.links.select_related("made_by", "revoked_by"))
    for one in rows:
        one.sheet = sheet
    return [(one, is_live(one)) for one in rows]


def _for_step(request: ActorRequest, pk: int, step: str, permission: Permission) -> EffectSheet:
    """The sheet on which the actor may take the step; a page that is only looked at is refused by the state."""
    sheet = sheet_or_404(request.actor, pk)
    require(request.actor, permission, sheet)
    if request.method != "POST":
        check_step(sheet, step)
    return sheet


@opens_to(Permission.EFFECT_RECORD)
@require_http_methods(SHOW_AND_ACT)
def effect_record(request: ActorRequest, pk: int) -> HttpResponse:
    """Write down what the establishment says on the telephone, marked so."""
    sheet = _for_step(request, pk, "answer", Permission.EFFECT_RECORD)
    asking = Asking(sheet, whole=True)
    form = asking.form(request, RecordForm)

    def act() -> None:
        data = form.cleaned_data
        actions.record_by_phone(
            sheet_id=sheet.pk,
            by=request.actor,
            version=data["version"],
            told=form.told,
            told_by=data["told_by"],
            source=Source(data["source"]),
        )

    doubts: list[Finding] = []
    if request.method == "POST":
        done, doubts = asking.tried(form, act)
        if done:
            return redirect(sheet.get_absolute_url())
    context = {
        "sheet": sheet,
        "project": sheet.project,
        "known": asking.known,
        "form": form,
        "doubts": doubts,
        "crumbs": crumbs_to(sheet, "Ghi theo lời kể"),
    }
    return render(request, "effects/record.html", context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.EFFECT_RECORD)
@require_POST
def effect_send(request: ActorRequest, pk: int) -> HttpResponse:
    """Write to the establishment's e-mail address."""
    sheet = sheet_or_404(request.actor, pk)
    require(request.actor, Permission.EFFECT_RECORD, sheet)

    def act() -> None:
        actions.send_link(sheet_id=sheet.pk, by=request.actor, version=version_of(request))

    press(request, act, done="Đã gửi thư kèm liên kết tới cơ sở.")
    return redirect(sheet.get_absolute_url())


@opens_to(Permission.EFFECT_RECORD)
@require_POST
def effect_link_revoke(request: ActorRequest, pk: int, link: int) -> HttpResponse:
    """Shut one address of the sheet."""
    sheet = sheet_or_404(request.actor, pk)
    require(request.actor, Permission.EFFECT_RECORD, sheet)
    get_object_or_404(sheet.links, pk=link)

    def act() -> None:
        actions.revoke_link(sheet_id=sheet.pk, link_id=link, by=request.actor, version=version_of(request))

    press(request, act, done="Đã thu hồi liên kết: địa chỉ ấy không mở được nữa.")
    return redirect(sheet.get_absolute_url())


@opens_to(Permission.EFFECT_RECORD)
@never_cache
@require_POST
def effect_letters(request: ActorRequest) -> HttpResponse:
    """Letters to be printed for the chosen sheets. Their secrets stand on this answer and nowhere else."""
    keys = [int(key) for key in request.POST.getlist("phieu") if key.isascii() and key.isdigit() and len(key) < 10]  # noqa: PLR2004  # fits an int column
    known = EffectSheet.objects.visible_to(request.actor).filter(pk__in=keys[: MOST_LETTERS + 1])
    form = LettersForm(request.POST, known=list(known.values_list("pk", flat=True)))
    if not form.is_valid():
        raise Http404("Không có phiếu nào được chọn.")
    letters = [
        printed(sheet, token)
        for sheet, token in actions.print_letters(sheet_ids=form.cleaned_data["phieu"], by=request.actor)
    ]
    return render(request, "effects/letters.html", {"letters": letters})


@opens_to(Permission.EFFECT_CONFIRM)
@require_http_methods(SHOW_AND_ACT)
def effect_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Put the figures into force."""
    sheet = _for_step(request, pk, "confirm", Permission.EFFECT_CONFIRM)
    asking = Asking(sheet)
    form = ConfirmForm(request.POST or None, initial={"version": sheet.version})
    doubts = asking.doubts_of_said()
    return _decide(
        request,
        sheet,
        form,
        "Xác nhận số liệu",
        lambda: actions.confirm(
            sheet_id=sheet.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            remark=form.cleaned_data["remark"] or "",
        ),
        done="Đã xác nhận: số liệu được tính vào kết quả.",
        context={"lines": lines_of(asking), "doubts": doubts, "answer": asking.answer},
    )


@opens_to(Permission.EFFECT_CONFIRM)
@require_http_methods(SHOW_AND_ACT)
def effect_send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask the establishment to look again."""
    sheet = _for_step(request, pk, "send_back", Permission.EFFECT_CONFIRM)
    form = ReasonForm(request.POST or None, initial={"version": sheet.version})

    def act() -> None:
        data = form.cleaned_data
        actions.send_back(sheet_id=sheet.pk, by=request.actor, version=data["version"], reason=data["reason"])

    return _decide(request, sheet, form, "Gửi lại để xem lại", act, done="Đã gửi lại.")


@opens_to(Permission.EFFECT_CONFIRM)
@require_http_methods(SHOW_AND_ACT)
def effect_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Take confirmed figures out of force because they must be corrected."""
    sheet = _for_step(request, pk, "reopen", Permission.EFFECT_CONFIRM)
    form = ReasonForm(request.POST or None, initial={"version": sheet.version})

    def act() -> None:
        data = form.cleaned_data
        actions.reopen(sheet_id=sheet.pk, by=request.actor, version=data["version"], reason=data["reason"])

    return _decide(request, sheet, form, "Mở lại phiếu", act, done="Đã mở lại phiếu; số liệu cũ thôi được tính.")


def _decide(
    request: ActorRequest,
    sheet: EffectSheet,
    form: VersionedForm,
    title: str,
    act: Callable[[], Any],
    *,
    done: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    shown: forms.BaseForm = form
    return form_page(
        request,
        form=shown,
        act=act,
        done=done,
        back=lambda: redirect(sheet.get_absolute_url()),
        template="effects/step.html",
        context={
            "sheet": sheet,
            "project": sheet.project,
            "title": title,
            "crumbs": crumbs_to(sheet, title),
            **(context or {}),
        },
    )


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def effect_file(request: ActorRequest, pk: int, file: int) -> HttpResponseBase:
    """One piece of evidence, always as a download under its own name; the download is audited."""
    sheet = sheet_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, sheet)
    one = get_object_or_404(sheet.files, pk=file)
    return hand_out(
        opened(one.file),
        name=one.name,
        content_type=one.content_type,
        action="effect.download",
        by=request.actor,
        subject=sheet,
        thread=sheet.thread,
        after={"phiếu": str(sheet)},
    )
