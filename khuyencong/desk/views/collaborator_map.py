"""The map of communes that have no collaborator, and their names."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from khuyencong.collaborators.coverage import communes_without, coverage
from khuyencong.collaborators.web import crumbs, tabs
from khuyencong.core.components import Stat
from khuyencong.core.dates import today
from khuyencong.dashboards.map import Place, draw_map
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.places.models import Province

PAGE_SIZE = 200
LONGEST_KEY = 20


@opens_to(Permission.COLLABORATOR_VIEW)
@require_safe
def collaborator_map(request: ActorRequest) -> HttpResponse:
    """Province by province how many communes have somebody, and the communes that have nobody."""
    actor, on = request.actor, today()
    rows = coverage(actor, on)
    key = request.GET.get("tinh", "")[:LONGEST_KEY]
    chosen = next((one for one in rows if one.province.key == key), rows[0] if len(rows) == 1 else None)
    url = reverse("collaborator_map")

    def address(province: Province) -> str:
        return f"{url}?{urlencode({'tinh': province.key})}#chua-co"

    places = {
        one.province.code: Place(
            f"{one.province.short_name}, {one.without} xã, phường chưa có người", one.share, address(one.province)
        )
        for one in rows
    }
    names = dict(Province.objects.filter(valid_to__isnull=True).values_list("code", "short_name"))
    without = communes_without(actor, on, province=chosen.province.key if chosen else "")
    page = Paginator(without, PAGE_SIZE).get_page(request.GET.get("page"))
    communes, covered = sum(one.communes for one in rows), sum(one.covered for one in rows)
    context = {
        "map": draw_map("Xã, phường có cộng tác viên, theo tỉnh, thành phố", places, names, nothing="ngoài phạm vi"),
        "rows": [(one, address(one.province)) for one in rows],
        "chosen": chosen,
        "page": page,
        "stats": [
            Stat("Xã, phường, đặc khu", str(communes), "đơn vị"),
            Stat("Có cộng tác viên", str(covered), "đơn vị"),
            Stat("Chưa có", str(communes - covered), "đơn vị", url="#chua-co"),
        ],
        "may_manage": allowed(actor, Permission.COLLABORATOR_MANAGE),
        "tabs": tabs(actor, "collaborator_map"),
        "crumbs": crumbs(title="Địa bàn"),
    }
    return render(request, "desk/collaborator_map.html", context)
