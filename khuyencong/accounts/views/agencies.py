"""The tree of agencies on a day, and the page of one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.accounts import queries
from khuyencong.accounts.forms import AgencyFilter
from khuyencong.accounts.rules import MERGES, PARENTS
from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to

TITLE = "Cơ quan"
PAGE_SIZE = 50
LIST = Crumb(TITLE, "/co-quan/")


@opens_to(Permission.AGENCY_VIEW)
@require_safe
def agency_list(request: ActorRequest) -> HttpResponse:
    """The tree as it stood on a day, or what the search found then."""
    form = AgencyFilter(request.GET)
    valid = form.is_valid()
    chosen: dict[str, Any] = form.cleaned_data if valid else {}
    on: date = chosen.get("on") or today()
    text, kind, under = (chosen.get(name) or "" for name in ("q", "kind", "under"))
    searching = bool(text or kind or under)
    context: dict[str, Any] = {
        "form": form,
        "on": on,
        "is_today": on == today(),
        "searching": searching,
        "under": Agency.objects.filter(code=under).first() if under else None,
        "may_edit": allowed(request.actor, Permission.AGENCY_EDIT),
        "may_see_accounts": allowed(request.actor, Permission.ACCOUNT_VIEW),
    }
    if not valid:
        context["rows"] = ()
    elif searching:
        found = queries.agencies_found(text=text, kind=kind, under=under, on=on)
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        context["page"] = page
        context["rows"] = [(one, one.name_on(on), one.parent_on(on)) for one in page]
    else:
        context["roots"] = queries.tree(on)
    return render(request, "accounts/agencies.html", context)


@opens_to(Permission.AGENCY_VIEW)
@require_safe
def agency(request: ActorRequest, code: str) -> HttpResponse:
    """One agency: its names and parents over time, what it succeeded, and its people for whoever may know them."""
    found = get_object_or_404(queries.agencies_to_open(), code=code)
    may_edit = allowed(request.actor, Permission.AGENCY_EDIT, found) and found.active_to is None
    may_end = may_edit and found.pk != request.actor.agency.pk
    context = {
        "agency": found,
        "facts": _facts(found),
        "names": sorted(found.names.all(), key=lambda row: row.counts_from or date.min, reverse=True),
        "parents": sorted(found.parents.all(), key=lambda row: row.from_on or date.min, reverse=True),
        "predecessors": found.predecessors.order_by("-active_to", "sort_key"),
        "children": Agency.objects.filter(parent=found, active_to__isnull=True, kind__in=queries.IN_TREE),
        "may_edit": may_edit,
        "may_move": may_end and found.kind in PARENTS,
        "may_close": may_end and found.kind != AgencyKind.NATIONAL,
        "may_merge": may_end and found.kind in MERGES,
        "people": None,
        "crumbs": [LIST, Crumb(found.short_name)],
    }
    if allowed(request.actor, Permission.ACCOUNT_VIEW, found):
        context["people"] = queries.members_by_agency(found)
        context["may_invite"] = allowed(request.actor, Permission.ACCOUNT_EDIT, found) and found.active_to is None
    return render(request, "accounts/agency.html", context)


def _facts(found: Agency) -> list[Fact]:
    rows = [
        Fact("Mã", found.code),
        Fact("Loại", found.get_kind_display()),
        Fact("Tên ngắn", found.short_name),
        Fact("Địa chỉ", found.address),
        Fact("Điện thoại", found.phone),
        Fact("Thư điện tử", found.email),
    ]
    if found.province:
        rows.append(Fact("Tỉnh, thành phố", found.province.dated_name))
    if found.commune:
        rows.append(Fact("Xã, phường, đặc khu", found.commune.name))
    if found.region:
        rows.append(Fact("Khu vực", found.get_region_display()))
    if found.parent:
        rows.append(Fact("Cơ quan cấp trên", found.parent.name, _address(found.parent)))
    if found.active_from:
        rows.append(Fact("Hoạt động từ", format_date(found.active_from)))
    if found.active_to:
        rows.append(Fact("Hoạt động đến", format_date(found.active_to)))
    if found.successor:
        rows.append(Fact("Cơ quan kế thừa", found.successor.name, _address(found.successor)))
    return [row for row in rows if row.value]


def _address(one: Agency) -> str:
    return reverse("agency", args=[one.code])
