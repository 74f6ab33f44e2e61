"""Craft villages and preferred areas: one row, entering it, correcting it, ending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.areas import actions
from khuyencong.areas.forms import (
    EditCraftVillageForm,
    EditPreferredAreaForm,
    EndForm,
    NewCraftVillageForm,
    NewPreferredAreaForm,
)
from khuyencong.areas.models import Area, CraftVillage, PreferredArea
from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date
from khuyencong.core.errors import NotAllowed
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.places.models import Province
from khuyencong.places.queries import commune_then_and_now, province_then_and_now

LOADED = ("province__current", "commune__current__province", "entered_by", "entered_for")
FORM = "areas/form.html"


@opens_to(Permission.AREA_VIEW)
@require_safe
def craft_village(request: ActorRequest, pk: int) -> HttpResponse:
    """One craft village, and how many establishments are recorded in it."""
    found = get_object_or_404(CraftVillage.objects.visible_to(request.actor).select_related(*LOADED), pk=pk)
    facts = [
        Fact("Loại", found.get_kind_display()),
        Fact("Nghề", found.trade),
        *_common_facts(found, first="Được công nhận từ", document="Quyết định công nhận"),
        Fact("Cơ sở trong làng nghề", str(found.establishments.count())),
    ]
    return _row_page(request, found, str(found), facts, "craft_village")


@opens_to(Permission.AREA_VIEW)
@require_safe
def preferred_area(request: ActorRequest, pk: int) -> HttpResponse:
    """One row of the list of preferred areas, with the article that prefers them."""
    found = get_object_or_404(PreferredArea.objects.visible_to(request.actor).select_related(*LOADED), pk=pk)
    facts = [
        Fact("Loại địa bàn", found.place_name),
        Fact("Căn cứ", found.place_article),
        *_common_facts(found, first="Tính từ", document="Văn bản phê duyệt danh sách"),
        Fact("Ghi chú", found.note),
    ]
    return _row_page(request, found, f"Địa bàn ưu tiên: {found}", facts, "preferred_area")


def _common_facts(found: Area, *, first: str, document: str) -> list[Fact]:
    commune = commune_then_and_now(found.commune).sentence or "Cả tỉnh"
    ended = f"{format_date(found.to_on)}, {found.end_document}" if found.to_on else ""
    return [
        Fact("Xã, phường, đặc khu", "Chưa rõ" if isinstance(found, CraftVillage) and not found.commune else commune),
        Fact("Tỉnh, thành phố", province_then_and_now(found.province, found.commune).sentence),
        Fact(first, format_date(found.from_on)),
        Fact(document, found.document),
        Fact("Tính đến hết", ended),
        Fact("Người ghi", f"{found.entered_by}, {found.entered_for}"),
    ]


def _row_page(request: ActorRequest, found: Area, title: str, facts: list[Fact], name: str) -> HttpResponse:
    may_edit = allowed(request.actor, Permission.AREA_EDIT, found)
    context = {
        "area": found,
        "title": title,
        "facts": [fact for fact in facts if fact.value],
        "edit_url": reverse(f"{name}_edit", args=[found.pk]) if may_edit else "",
        "end_url": reverse(f"{name}_end", args=[found.pk]) if may_edit and found.to_on is None else "",
        "crumbs": [*_crumbs(found.province), Crumb(title)],
    }
    return render(request, "areas/area.html", context)


@opens_to(Permission.AREA_EDIT)
@require_http_methods(SHOW_AND_ACT)
def craft_village_new(request: ActorRequest) -> HttpResponse:
    """Enter a craft village of my own province."""
    province = _own_province(request)
    form = NewCraftVillageForm(request.POST or None, province=province)
    made: list[CraftVillage] = []

    def act() -> None:
        key = form.cleaned_data["creation_key"]
        made.append(
            actions.add_craft_village(by=request.actor, creation_key=key, province=province, fields=form.cleaned_data)
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã ghi {made[0]}.")
        return redirect("craft_village", pk=made[0].pk)
    return _new_page(request, form, province, f"Ghi làng nghề được công nhận của {province.name}")


@opens_to(Permission.AREA_EDIT)
@require_http_methods(SHOW_AND_ACT)
def preferred_area_new(request: ActorRequest) -> HttpResponse:
    """Put a commune, or the whole of my own province, on the list of preferred areas."""
    province = _own_province(request)
    form = NewPreferredAreaForm(request.POST or None, province=province)
    made: list[PreferredArea] = []

    def act() -> None:
        key = form.cleaned_data["creation_key"]
        made.append(
            actions.add_preferred_area(by=request.actor, creation_key=key, province=province, fields=form.cleaned_data)
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã đưa {made[0]} vào danh sách.")
        return redirect("preferred_area", pk=made[0].pk)
    return _new_page(request, form, province, f"Ghi địa bàn ưu tiên của {province.name}")


def _new_page(request: ActorRequest, form: Any, province: Province, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back_url": reverse("place_province", args=[province.key]),
        "crumbs": [*_crumbs(province), Crumb(title)],
    }
    return render(request, FORM, context, status=422 if request.method == "POST" else 200)


def _own_province(request: ActorRequest) -> Province:
    """The province of today that the department works in; NotAllowed for an agency that has none."""
    found = Province.objects.select_related("current").filter(pk=request.actor.province_id or 0).first()
    if found is None:
        raise NotAllowed("Danh sách làng nghề, địa bàn ưu tiên do Sở Công Thương của tỉnh ghi.")
    return found


@opens_to(Permission.AREA_EDIT)
@require_http_methods(SHOW_AND_ACT)
def craft_village_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what was entered about a craft village."""
    found = get_object_or_404(CraftVillage.objects.visible_to(request.actor).select_related(*LOADED), pk=pk)
    require(request.actor, Permission.AREA_EDIT, found)
    form = EditCraftVillageForm(
        request.POST or None, province=found.province, initial=_initial(found, actions.VILLAGE_FIELDS)
    )
    return form_page(
        request,
        form=form,
        act=lambda: actions.update_craft_village(
            craft_village_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            fields=form.cleaned_data,
        ),
        done="Đã lưu.",
        back=lambda: redirect("craft_village", pk=found.pk),
        template=FORM,
        context=_about(found, f"Sửa {found}", "craft_village"),
    )


@opens_to(Permission.AREA_EDIT)
@require_http_methods(SHOW_AND_ACT)
def preferred_area_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a row of the list of preferred areas."""
    found = get_object_or_404(PreferredArea.objects.visible_to(request.actor).select_related(*LOADED), pk=pk)
    require(request.actor, Permission.AREA_EDIT, found)
    form = EditPreferredAreaForm(
        request.POST or None,
        province=found.province,
        initial=_initial(found, actions.PREFERRED_FIELDS) | {"whole_province": found.commune is None},
    )
    return form_page(
        request,
        form=form,
        act=lambda: actions.update_preferred_area(
            preferred_area_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            fields=form.cleaned_data,
        ),
        done="Đã lưu.",
        back=lambda: redirect("preferred_area", pk=found.pk),
        template=FORM,
        context=_about(found, f"Sửa địa bàn ưu tiên: {found}", "preferred_area"),
    )


@opens_to(Permission.AREA_EDIT)
@require_http_methods(SHOW_AND_ACT)
def craft_village_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Withdraw the recognition of a craft village, by a document."""
    found = get_object_or_404(CraftVillage.objects.visible_to(request.actor).select_related(*LOADED), pk=pk)
    require(request.actor, Permission.AREA_EDIT, found)
    form = EndForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.end_craft_village(craft_village_id=found.pk, by=request.actor, **form.cleaned_data),
        done=f"{found} được tính đến hết ngày đã ghi; cơ sở trong làng nghề giữ nguyên hồ sơ.",
        back=lambda: redirect("craft_village", pk=found.pk),
        template=FORM,
        context=_about(found, f"Chấm dứt công nhận {found}", "craft_village"),
    )


@opens_to(Permission.AREA_EDIT)
@require_http_methods(SHOW_AND_ACT)
def preferred_area_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a row off the list of preferred areas, by a document."""
    found = get_object_or_404(PreferredArea.objects.visible_to(request.actor).select_related(*LOADED), pk=pk)
    require(request.actor, Permission.AREA_EDIT, found)
    form = EndForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.end_preferred_area(preferred_area_id=found.pk, by=request.actor, **form.cleaned_data),
        done=f"{found} được tính đến hết ngày đã ghi.",
        back=lambda: redirect("preferred_area", pk=found.pk),
        template=FORM,
        context=_about(found, f"Đưa {found} ra khỏi danh sách", "preferred_area"),
    )


def _initial(found: Area, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names} | {"version": found.version}


def _about(found: Area, title: str, name: str) -> dict[str, Any]:
    url = reverse(name, args=[found.pk])
    return {"title": title, "back_url": url, "crumbs": [*_crumbs(found.province), Crumb(str(found), url), Crumb(title)]}


def _crumbs(province: Province) -> list[Crumb]:
    return [Crumb("Địa bàn", reverse("places")), Crumb(province.name, reverse("place_province", args=[province.key]))]
