"""The same questions for an owner who has an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.findings import Finding
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.effects.actions import answer_as_owner
from khuyencong.effects.forms import AnswerForm
from khuyencong.effects.models import EffectSheet, SheetState
from khuyencong.effects.queries import TONES
from khuyencong.effects.states import check_step
from khuyencong.effects.web import Asking, sheet_or_404
from khuyencong.intake.queries import own_establishment
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to

MOST = 200


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_safe
def own_effects(request: ActorRequest) -> HttpResponse:
    """The sheets of my establishment whose time has come: those that wait for me first."""
    own = own_establishment(request.actor)
    rows = EffectSheet.objects.visible_to(request.actor).filter(due_on__lte=today()).with_names()[:MOST]
    context = {
        "establishment": own,
        "waiting": [one for one in rows if one.is_late(today())],
        "others": [(one, TONES[SheetState(one.state)]) for one in rows if not one.is_late(today())],
        "crumbs": _crumbs(),
    }
    return render(request, "effects/own_list.html", context)


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_http_methods(SHOW_AND_ACT)
def own_effect(request: ActorRequest, pk: int) -> HttpResponse:
    """Answer one of my sheets."""
    sheet = sheet_or_404(request.actor, pk)
    require(request.actor, Permission.OWN_ESTABLISHMENT, sheet)
    if request.method != "POST":
        check_step(sheet, "answer")
    asking = Asking(sheet)
    form = asking.form(request, AnswerForm)

    def act() -> None:
        answer_as_owner(sheet_id=sheet.pk, by=request.actor, version=form.cleaned_data["version"], told=form.told)

    doubts: list[Finding] = []
    if request.method == "POST":
        done, doubts = asking.tried(form, act)
        if done:
            messages.success(request, "Đã gửi. Cảm ơn cơ sở đã trả lời.")
            return redirect("own_effects")
    context = {
        "sheet": sheet,
        "known": asking.known,
        "form": form,
        "doubts": doubts,
        "crumbs": [*_crumbs(), Crumb(sheet.get_moment_display())],
    }
    return render(request, "effects/own.html", context, status=422 if request.method == "POST" else 200)


def _crumbs() -> list[Crumb]:
    return [
        Crumb("Cơ sở của tôi", reverse("own_establishment")),
        Crumb("Kết quả sau khi được hỗ trợ", reverse("own_effects")),
    ]
