"""The list of establishments."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.core.pages import page_of
from khuyencong.core.web import take_away
from khuyencong.desk.registry.listing import EstablishmentFilter, rows, sums_of
from khuyencong.establishments.importing.files import export_workbook
from khuyencong.establishments.importing.sheet import MAX_ROWS
from khuyencong.establishments.models import Establishment, YearFigure
from khuyencong.establishments.personal import Eyes
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
EXPORTED = ("province__current", "province_before", "commune__current", "craft_village")


@opens_to(Permission.ESTABLISHMENT_VIEW)
@require_safe
def establishment_list(request: ActorRequest) -> HttpResponse:
    """The establishments of my area: search, filters in the address, sums of all that was found."""
    asked = EstablishmentFilter(request.GET, actor=request.actor)
    found = asked.qs
    sums = sums_of(found)
    shown = Establishment.objects.select_related("province", "commune")
    number = request.GET.get("page")
    page = page_of(found, shown=shown, number=number, size=PAGE_SIZE, count=sums.establishments)
    context = {
        "page": page,
        "rows": rows(page.object_list, actor=request.actor),
        "filter": asked,
        "sums": sums,
        "filtered": any(request.GET.get(name) for name in asked.form.fields),
        "may_create": allowed(request.actor, Permission.ESTABLISHMENT_EDIT),
        "may_merge": allowed(request.actor, Permission.ESTABLISHMENT_MERGE),
        "may_import": allowed(request.actor, Permission.ESTABLISHMENT_IMPORT),
        "may_export": allowed(request.actor, Permission.ESTABLISHMENT_EXPORT),
        "is_empty": not sums.establishments and not Establishment.objects.visible_to(request.actor).exists(),
    }
    return render(request, "desk/establishments.html", context)


@opens_to(Permission.ESTABLISHMENT_EXPORT)
@require_GET
def establishments_xlsx(request: ActorRequest) -> HttpResponse:
    """Exactly what the list shows for the filters in the address, as a file that an import would take back.

    That somebody took it away is kept in the audit trail.
    """
    asked = EstablishmentFilter(request.GET, actor=request.actor)
    found = list(asked.qs.select_related(*EXPORTED)[: MAX_ROWS + 1])
    if len(found) > MAX_ROWS:
        raise Refused(f"Danh sách có hơn {format_dong(MAX_ROWS)} cơ sở: hãy lọc bớt rồi tải từng phần.")
    figures = YearFigure.objects.filter(establishment__in=[one.pk for one in found])
    eyes = Eyes(allowed(request.actor, Permission.PERSONAL_VIEW))  # all of them lie in the actor's scope
    content = export_workbook(found, {(one.establishment_id, one.year): one for one in figures}, eyes=eyes)
    used = {name: request.GET[name] for name in asked.form.fields if request.GET.get(name)}
    with transaction.atomic():
        record(
            action="establishment.export",
            by=request.actor,
            subject=request.actor.agency,
            thread="",
            after={"bộ lọc": used, "số cơ sở": len(found), "đủ dữ liệu cá nhân": eyes.see_all},
        )
    return take_away(content, "danh-sach-co-so.xlsx")
