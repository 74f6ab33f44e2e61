"""New agencies: organisations that offer services, and communes when somebody there begins to work."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from khuyencong.accounts.door import check_document
from khuyencong.accounts.rules import check_parent
from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.text import fold
from khuyencong.people import pattern
from khuyencong.people.actions import search_columns
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, AgencyName, AgencyParent
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.places.models import Commune

SHORT = 80


@transaction.atomic
def create_service(*, by: Actor, parent_id: int, name: str, short_name: str = "", document: str) -> Agency:
    """A new organisation that offers services (tổ chức dịch vụ khuyến công) under an agency in the actor's scope.

    `document`: the decision that founds it or the contract by which it serves. Raises NotAllowed, Refused where the same
    name stands there already.
    """
    require(by, Permission.AGENCY_EDIT)
    parent = _lock_parent(parent_id, by)
    document = check_document(document)
    agency = Agency(kind=AgencyKind.SERVICE, name=name, short_name=short_name or name[:SHORT], parent=parent)
    agency.province = parent.province
    check_parent(agency, parent)
    there = Agency.objects.filter(parent=parent, active_to__isnull=True).values_list("name", flat=True)
    if any(fold(one) == fold(name) for one in there):
        raise Refused(f"Dưới {parent.short_name} đã có cơ quan mang tên này.")
    number = Agency.objects.filter(kind=AgencyKind.SERVICE, code__startswith=f"dv-{parent.code}-").count() + 1
    agency.code = _free_code(f"dv-{parent.code}", number)
    _store(agency, source=document, verified=True)
    record(action="agency.create", by=by, subject=agency, thread=agency.thread, after=_shown(agency, document))
    return agency


@transaction.atomic
def create_commune_agency(*, by: Actor, commune_id: int) -> Agency:
    """The People's Committee of a commune of today, under the department of its province; asked for once.

    Raises NotAllowed, Refused where the commune has one already, is gone, or its province has no department.
    """
    require(by, Permission.AGENCY_EDIT)
    commune = Commune.objects.select_related("province__current").get(pk=commune_id)
    if not commune.is_today:
        raise Refused(f"{commune.name} không còn là đơn vị hành chính.")
    department = pattern.standing(AgencyKind.DEPARTMENT, commune.province)
    if department is None:
        raise Refused(f"{commune.province.name} chưa có Sở Công Thương trên hệ thống.")
    # The department's row is where two who ask at once for one commune queue up.
    department = _lock_parent(department.pk, by)
    if Agency.objects.filter(kind=AgencyKind.COMMUNE, commune=commune, active_to__isnull=True).exists():
        raise Refused(f"{commune.name} đã có trên hệ thống.")
    agency = Agency(
        code=_free_code(f"xa-{commune.code}", 1),
        kind=AgencyKind.COMMUNE,
        name=f"Ủy ban nhân dân {commune.name[0].lower()}{commune.name[1:]}",
        short_name=f"UBND {commune.name}"[:SHORT],
        parent=department,
        province=commune.province,
        commune=commune,
        active_from=commune.valid_from,
    )
    _store(agency, source=pattern.SOURCE, verified=False)
    record(action="agency.create", by=by, subject=agency, thread=agency.thread, after=_shown(agency, pattern.SOURCE))
    return agency


def _lock_parent(parent_id: int, by: Actor) -> Agency:
    parent = Agency.objects.select_for_update(of=("self",)).select_related("province__current").get(pk=parent_id)
    if not allowed(by, Permission.AGENCY_EDIT, parent):
        raise NotAllowed(f"{by.agency.short_name} không thêm được cơ quan dưới {parent.short_name}.")
    return parent


def _free_code(stem: str, number: int) -> str:
    """`stem` itself for a first one, else with the next number that is free."""
    stem = stem[:34]
    code = stem if number == 1 and not stem.startswith("dv-") else f"{stem}-{number}"
    while Agency.objects.filter(code=code).exists():
        number += 1
        code = f"{stem}-{number}"
    return code


def _store(agency: Agency, *, source: str, verified: bool) -> None:
    for name, value in search_columns(agency.name, agency.short_name).items():
        setattr(agency, name, value)
    try:
        with transaction.atomic():
            agency.save()
    except IntegrityError:
        raise Refused("Cơ quan này vừa được người khác thêm.") from None
    started = agency.active_from or today()
    AgencyName.objects.create(
        agency=agency, name=agency.name, from_on=agency.active_from, seen_on=started, source=source, verified=verified
    )
    if agency.parent is not None:
        AgencyParent.objects.create(
            agency=agency, parent=agency.parent, from_on=agency.active_from, source=source, verified=verified
        )


def _shown(agency: Agency, source: str) -> dict[str, str]:
    return {"mã": agency.code, "tên": agency.name, "cấp trên": str(agency.parent or ""), "văn bản": source}
