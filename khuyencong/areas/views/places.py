"""Provinces on a day, one province, one commune."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.areas.forms import DayForm, SearchForm
from khuyencong.areas.models import PreferredArea
from khuyencong.areas.queries import ProvincesOfDay, commune_page, communes_page, province_page, provinces_of_day
from khuyencong.core.components import Crumb, Fact, Stat
from khuyencong.core.dates import format_date, today
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.places.models import Commune, Province

PAGE_SIZE = 50


@opens_to(Permission.AREA_VIEW)
@require_safe
def places(request: ActorRequest) -> HttpResponse:
    """The provinces in force on a day, with what they were called, city status and region."""
    form = DayForm({"ngay": request.GET.get("ngay") or format_date(today())})
    own = request.actor.agency.province
    context = {"form": form, "own": (own.current or own) if own else None}
    if not form.is_valid():
        return render(request, "areas/places.html", context, status=422)
    page = provinces_of_day(form.cleaned_data["ngay"])
    return render(request, "areas/places.html", {**context, "page": page, "stats": _sizes(page)})


def _sizes(page: ProvincesOfDay) -> list[Stat]:
    note = f"{page.unverified_regions} tỉnh có khu vực chờ xác minh" if page.unverified_regions else ""
    return [
        Stat("Tỉnh, thành phố", str(len(page.lines)), note=note),
        *(Stat(f"Khu vực {region.label}", str(size), "tỉnh") for region, size in page.regions.items()),
    ]


@opens_to(Permission.AREA_VIEW)
@require_safe
def province(request: ActorRequest, key: str) -> HttpResponse:
    """One province: how it came about, names and regions over time, communes, craft villages, preferred areas."""
    found = Province.objects.select_related("current", "city_status").filter(key=key).first()
    if found is None:
        raise Http404("Không có tỉnh, thành phố này.")
    form = SearchForm(request.GET)
    question = form.cleaned_data["q"] if form.is_valid() else ""
    communes = Paginator(communes_page(found, question), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": province_page(found, request.actor),
        "province": found,
        "form": form,
        "question": question,
        "communes": communes,
        "may_edit": may_list(request.actor, found),
        "may_set_region": found.is_today and allowed(request.actor, Permission.REGION_EDIT),
        "crumbs": [Crumb("Địa bàn", reverse("places")), Crumb(found.name)],
    }
    return render(request, "areas/province.html", context)


@opens_to(Permission.AREA_VIEW)
@require_safe
def commune(request: ActorRequest, key: str) -> HttpResponse:
    """One commune: how it was formed, where it lies, what became of it, in which areas it lies."""
    rows = Commune.objects.select_related("province__current", "current__province")
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404("Không có xã, phường, đặc khu này.")
    province_url = reverse("place_province", args=[found.province.key])
    context = {
        "page": commune_page(found, request.actor),
        "commune": found,
        "facts": _facts(found, province_url),
        "crumbs": [Crumb("Địa bàn", reverse("places")), Crumb(found.province.name, province_url), Crumb(found.name)],
    }
    return render(request, "areas/commune.html", context)


def _facts(found: Commune, province_url: str) -> list[Fact]:
    until = f" đến {format_date(found.valid_to)}" if found.valid_to else ""
    now = found.current
    becomes = f"{now.name}, {now.province.name}" if now is not None and now.pk != found.pk else ""
    facts = [
        Fact("Mã", found.code),
        Fact("Loại", found.get_kind_display()),
        Fact("Tỉnh, thành phố", found.province.name, province_url),
        Fact("Hiệu lực", f"từ {format_date(found.valid_from)}{until}"),
        Fact("Vị trí", f"{_degrees(found.latitude)}, {_degrees(found.longitude)} (vĩ độ, kinh độ; WGS 84)"),
        Fact("Nay là", becomes, reverse("place_commune", args=[now.key]) if now is not None and becomes else ""),
    ]
    return [fact for fact in facts if fact.value]


def _degrees(value: float) -> str:
    return f"{value:.4f}".replace(".", ",")


def may_list(actor: Actor, province: Province) -> bool:
    """Whether the actor keeps the lists of this province of today."""
    return province.is_today and allowed(actor, Permission.AREA_EDIT, PreferredArea(province=province))
