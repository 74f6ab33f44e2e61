"""The registry's pages."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.errors import DomainError, NotAllowed
from khuyencong.establishments import actions
from khuyencong.establishments.forms import EditEstablishmentForm, NewEstablishmentForm
from khuyencong.establishments.models import Establishment
from khuyencong.law.catalogue import catalogue
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, next_or, opens_to

PAGE_SIZE = 50
SHOW_AND_ACT = ["GET", "HEAD", "POST"]


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
        "sector": sector.name if sector else found.sector,
        "may_edit": allowed(request.actor, Permission.ESTABLISHMENT_EDIT, found),
    }
    return render(request, "establishments/detail.html", context)


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def establishment_new(request: ActorRequest) -> HttpResponse:
    """Register an establishment; comes back to where it was asked for (`next`)."""
    form = NewEstablishmentForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.register_establishment(
                by=request.actor, creation_key=form.cleaned_data["creation_key"], fields=form.cleaned_data
            )
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Đã đăng ký cơ sở {found.name}.")
            return redirect(next_or(request, f"/co-so/{found.pk}/"))
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
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_establishment(
                establishment_id=found.pk,
                by=request.actor,
                version=form.cleaned_data["version"],
                fields=form.cleaned_data,
            )
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Đã lưu.")
            return redirect("establishment", pk=found.pk)
    context = {"form": form, "title": f"Sửa {found.name}", "establishment": found}
    return render(request, "establishments/form.html", context, status=422 if request.method == "POST" else 200)
