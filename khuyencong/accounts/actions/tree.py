"""Where an agency stands, and how it ends: under another parent, closed, or merged into another."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from khuyencong.accounts.door import check_day, check_document, lock_agency
from khuyencong.accounts.rules import check_merge, check_parent
from khuyencong.accounts.succession import DAY, open_letters, put_under, take_over
from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.permissions import Permission, require


@transaction.atomic
def move(*, agency_id: int, by: Actor, version: int, parent_id: int, on: dt.date, document: str) -> Agency:
    """Put the agency under another from the day `on`, by a document. Raises NotAllowed, Stale, Refused."""
    agency = lock_agency(agency_id, by=by, version=version)
    parent = Agency.objects.select_related("province__current").get(pk=parent_id)
    require(by, Permission.AGENCY_EDIT, parent)
    document = check_document(document)
    check_day(on, what="Ngày chuyển")
    if agency.parent_id == parent.pk:
        raise Refused(f"Cơ quan đang đứng dưới {parent.short_name}.")
    below = Agency.objects.below([agency.pk]).values_list("pk", flat=True)
    check_parent(agency, parent, below=set(below))
    last = agency.parents.order_by("-from_on").values_list("from_on", flat=True).first()
    if last is not None and on <= last:
        raise Refused(f"Ngày chuyển phải sau ngày bắt đầu của cấp trên hiện nay ({format_date(last)}).")
    before = {"cấp trên": str(agency.parent or "")}
    put_under(agency, parent, on=on, document=document, verified=True)
    record(
        action="agency.move",
        by=by,
        subject=agency,
        thread=agency.thread,
        before=before,
        after={"cấp trên": str(parent), "từ ngày": on.isoformat(), "văn bản": document},
    )
    return agency


@transaction.atomic
def close(*, agency_id: int, by: Actor, version: int, last_day: dt.date, document: str) -> Agency:
    """End an agency that nobody succeeds, with the end of `last_day`. Raises NotAllowed, Stale, Refused.

    Its people can no longer sign in for it, and open invitations can no longer be used. Refused for one's own agency,
    for the national one, and while others stand below.
    """
    agency = lock_agency(agency_id, by=by, version=version)
    document = check_document(document)
    check_day(last_day, what="Ngày cuối cùng")
    _check_may_end(agency, by)
    standing = Agency.objects.filter(parent=agency, active_to__isnull=True).count()
    if standing:
        raise Refused(f"Còn {standing} cơ quan đứng dưới: hãy chuyển hoặc ngừng các cơ quan ấy trước.")
    if agency.active_from is not None and last_day < agency.active_from:
        raise Refused(f"Ngày cuối cùng không được trước ngày thành lập ({format_date(agency.active_from)}).")
    agency.active_to = last_day
    agency.version += 1
    agency.save(update_fields=["active_to", "version"])
    agency.parents.filter(to_on__isnull=True).update(to_on=last_day)
    open_letters(agency).update(revoked_at=timezone.now(), version=F("version") + 1)
    record(
        action="agency.close",
        by=by,
        subject=agency,
        thread=agency.thread,
        after={"ngày cuối cùng": last_day.isoformat(), "văn bản": document},
    )
    return agency


@transaction.atomic
def merge(*, agency_id: int, by: Actor, version: int, into_id: int, on: dt.date, document: str) -> Agency:
    """Merge the agency into another from the day `on`; that one is returned.

    People get the same roles there, what stood below stands below it, and it acts on all records of the merged one.
    Raises NotAllowed, Stale, Refused.
    """
    agency = lock_agency(agency_id, by=by, version=version)
    into = Agency.objects.select_for_update(of=("self",)).select_related("province__current").get(pk=into_id)
    require(by, Permission.AGENCY_EDIT, into)
    document = check_document(document)
    check_day(on, what="Ngày sáp nhập")
    _check_may_end(agency, by)
    check_merge(agency, into)
    if agency.active_from is not None and on <= agency.active_from:
        raise Refused(f"Ngày sáp nhập phải sau ngày thành lập ({format_date(agency.active_from)}).")
    followed = take_over(agency, into, on=on, document=document)
    record(
        action="agency.merge",
        by=by,
        subject=agency,
        thread=agency.thread,
        after={
            "kế thừa": into.name,
            "từ ngày": on.isoformat(),
            "ngày cuối cùng": (on - DAY).isoformat(),
            "văn bản": document,
        },
        note=str(followed),
    )
    return into


def _check_may_end(agency: Agency, by: Actor) -> None:
    if agency.kind == AgencyKind.NATIONAL:
        raise Refused("Cơ quan khuyến công quốc gia chỉ đổi tên, không ngừng hay sáp nhập được.")
    if agency.kind == AgencyKind.ESTABLISHMENT:
        raise Refused("Tài khoản của cơ sở được khóa ở trang tài khoản, không ngừng ở đây.")
    if agency.pk == by.agency.pk:
        raise Refused("Cơ quan cấp trên mới ngừng hoặc sáp nhập được cơ quan của bạn.")
