"""The registry's pages."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Fact
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.establishments import actions
from khuyencong.establishments.forms import EditEstablishmentForm, NewEstablishmentForm
from khuyencong.establishments.models import Establishment
from khuyencong.law.catalogue import catalogue
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, next_or, opens_to

PAGE_SIZE = 50


@opens_to(Permission.ESTABLISHMENT_VIEW)
@require_safe
def establishment_list(request: ActorRequest) -> HttpResponse:
    """The establishments of my area, found by any part of the name, with or without diacritics."""
    text = request.GET.get("q", "")[:200]
    rows = Establishment.objects.visible_to(request.actor).search(text)
    rows = rows.select_related("province", "commune").annotate(projects=Count("benefits"))
    rows = rows.order_by("sort_key", "pk")  # grouping drops the order of the model
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "q": text, "may_create": allowed(request.actor, Permission.ESTABLISHMENT_EDIT)}
    return render(request, "establishments/list.html", context)


@opens_to(Permission.ESTABLISHMENT_VIEW)
@require_safe
def establishment(request: ActorRequest, pk: int) -> HttpResponse:
    """One establishment and the đề án in which it is a beneficiary."""
    visible = Establishment.objects.visible_to(request.actor)
    found = get_object_or_404(visible.select_related("province__current", "province_before", "commune"), pk=pk)
    # An establishment may be known to agencies that may not know of all its đề án.
    benefits = list(
        found.benefits.visible_to(request.actor).select_related("project").order_by("-project__year", "-project_id")
    )
    sector = catalogue().sectors.get(found.sector)
    context = {
        "establishment": found,
        "benefits": benefits,
        "unseen": found.benefits.count() - len(benefits),
        "facts": _facts(found, sector.name if sector else found.sector),
        "may_edit": allowed(request.actor, Permission.ESTABLISHMENT_EDIT, found),
    }
    return render(request, "establishments/detail.html", context)


def _facts(found: Establishment, sector: str) -> list[Fact]:
    """What is always asked, known or not, then what only some establishments have."""
    contact = ", ".join(part for part in (found.contact, found.phone) if part)
    usual = [
        Fact("Mã số thuế", found.tax_code),
        Fact("Ngành nghề", sector),
        Fact("Địa chỉ", found.place_text),
        Fact("Xã, phường, đặc khu", found.commune.name if found.commune else ""),
        Fact("Tỉnh, thành phố", _province(found)),
        Fact("Số lao động", "" if found.workers is None else str(found.workers)),
        Fact("Liên hệ", contact),
    ]
    owners = {"phụ nữ": found.women_owned, "người dân tộc thiểu số": found.ethnic_minority_owned}
    some = [
        Fact("Vốn điều lệ", f"{format_dong(found.charter_capital)} đồng" if found.charter_capital else ""),
        Fact("Làng nghề được công nhận", str(found.craft_village or "")),
        Fact("Chủ cơ sở", ", ".join(who for who, holds in owners.items() if holds)),
    ]
    return [*usual, *(fact for fact in some if fact.value)]


def _province(found: Establishment) -> str:
    if found.province.current_id != found.province_id:
        return f"{found.province.name} (nay là {found.province.current})"
    before = f" (trước 01/07/2025: {found.province_before})" if found.province_before else ""
    return f"{found.province.name}{before}"


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def establishment_new(request: ActorRequest) -> HttpResponse:
    """Register an establishment; comes back to where it was asked for (`next`)."""
    form = NewEstablishmentForm(request.POST or None, actor=request.actor)
    made: list[Establishment] = []

    def act() -> None:
        key = form.cleaned_data["creation_key"]
        made.append(actions.register_establishment(by=request.actor, creation_key=key, fields=form.cleaned_data))

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã đăng ký cơ sở {made[0].name}.")
        return redirect(next_or(request, f"/co-so/{made[0].pk}/"))
    context = {"form": form, "title": "Đăng ký cơ sở", "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "establishments/form.html", context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def establishment_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct an establishment's entry."""
    found = get_object_or_404(Establishment.objects.visible_to(request.actor).select_related("province"), pk=pk)
    require(request.actor, Permission.ESTABLISHMENT_EDIT, found)
    initial = {name: getattr(found, name) for name in actions.FIELDS} | {"version": found.version}
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
        context={"title": f"Sửa {found.name}", "establishment": found},
    )
