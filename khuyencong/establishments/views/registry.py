"""The registry's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.establishments import actions
from khuyencong.establishments.forms import EditEstablishmentForm, NewEstablishmentForm
from khuyencong.establishments.forms.entry import initial_of
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.register import Company, is_on, look_up
from khuyencong.establishments.web import establishment_or_404
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, next_or, opens_to


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def establishment_new(request: ActorRequest) -> HttpResponse:
    """Register an establishment; comes back to where it was asked for (`next`)."""
    asked, said = _asks_for_more(request), _register_says(request)
    initial = {**_typed(request), **said.fields}
    form = NewEstablishmentForm(None if asked else request.POST or None, actor=request.actor, initial=initial)
    made: list[Establishment] = []

    def act() -> None:
        key = form.cleaned_data["creation_key"]
        made.append(actions.register_establishment(by=request.actor, creation_key=key, fields=form.cleaned_data))

    if form.is_bound and form.is_valid() and run(form, act):
        messages.success(request, f"Đã đăng ký cơ sở {made[0].name}.")
        return redirect(next_or(request, reverse("establishment", args=[made[0].pk])))
    context = {
        "form": form,
        "title": "Đăng ký cơ sở",
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "register": said,
    }
    return render(request, "establishments/form.html", context, status=422 if form.is_bound else 200)


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def establishment_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct an establishment's entry."""
    found = establishment_or_404(request.actor, pk)
    require(request.actor, Permission.ESTABLISHMENT_EDIT, found)
    initial = initial_of(found, actions.FIELDS)
    said = _register_says(request)
    context = {"title": f"Sửa {found.name}", "establishment": found, "register": said}
    if _asks_for_more(request):
        form = EditEstablishmentForm(None, actor=request.actor, initial={**initial, **_typed(request), **said.fields})
        return render(request, "establishments/form.html", {"form": form, **context})
    form = EditEstablishmentForm(request.POST or None, actor=request.actor, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.update_establishment(
            establishment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            fields=form.cleaned_data,
        ),
        done="Đã lưu.",
        back=lambda: redirect("establishment", pk=found.pk),
        template="establishments/form.html",
        context=context,
    )


# Buttons of the form that save nothing.
COMMUNES, LOOK_UP, FILL_IN = "show_communes", "look_up", "fill_in"


@dataclass(frozen=True, slots=True)
class Said:
    """What the register of companies says of the tax code that was typed, or why it says nothing; `fields` go into the form."""

    is_on: bool
    company: Company | None = None
    refused: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def _register_says(request: ActorRequest) -> Said:
    """Ask the register where that was asked for. First it is only shown; a second button writes it into the form, unsaved."""
    if request.method != "POST" or not {LOOK_UP, FILL_IN} & set(request.POST) or not is_on():
        return Said(is_on())
    try:
        company = look_up(request.POST.get("tax_code", ""))
    except Refused as error:
        return Said(is_on=True, refused=str(error))
    fields = {"name": company.name, "place_text": company.address, "tax_code": company.tax_code}
    wanted = FILL_IN in request.POST
    return Said(is_on=True, company=company, fields={k: v for k, v in fields.items() if v} if wanted else {})


def _asks_for_more(request: ActorRequest) -> bool:
    """Whether the form was sent to see the communes of a province or what the register says: nothing is saved then."""
    return request.method == "POST" and bool({COMMUNES, LOOK_UP, FILL_IN} & set(request.POST))


def _typed(request: ActorRequest) -> dict[str, Any]:
    """What was typed so far, to start the form from again; nothing on a plain visit."""
    if not _asks_for_more(request):
        return {}
    several = {"other_sectors"}
    typed = {name: request.POST.getlist(name) if name in several else request.POST[name] for name in request.POST}
    # A box that is not ticked is not sent.
    boxes = {name: name in typed for name in ("women_owned", "ethnic_minority_owned")}
    return {"other_sectors": []} | typed | boxes
