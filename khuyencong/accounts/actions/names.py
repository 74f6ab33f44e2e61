"""What an agency is called: from a day on by a document, or put right where it was written wrongly."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from django.db import transaction

from khuyencong.accounts.door import check_day, check_document, lock_agency
from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.people.actions import search_columns
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyName

BORNE = "Cơ quan đã từng mang tên này: hãy sửa dòng tên ấy nếu ngày ghi sai."


@transaction.atomic
def rename(
    *, agency_id: int, by: Actor, version: int, name: str, short_name: str, on: dt.date, document: str
) -> Agency:
    """Call the agency `name` from the day `on`, by a document; what it was called before stays, up to the day before.

    Raises NotAllowed, Stale, Refused.
    """
    agency = lock_agency(agency_id, by=by, version=version)
    document = check_document(document)
    check_day(on, what="Ngày đổi tên")
    if name == agency.name:
        raise Refused("Tên mới giống tên đang dùng.")
    names = list(agency.names.all())
    if any(row.name == name for row in names):
        raise Refused(BORNE)
    last = max((row.counts_from for row in names if row.counts_from), default=None)
    if last is not None and on <= last:
        raise Refused(f"Ngày đổi tên phải sau ngày của tên hiện nay ({format_date(last)}).")
    before = {"tên": agency.name, "tên ngắn": agency.short_name}
    if not names:
        names = [AgencyName.objects.create(agency=agency, name=agency.name, from_on=agency.active_from)]
    AgencyName.objects.create(agency=agency, name=name, from_on=on, source=document, verified=True)
    _end_each_before_the_next(agency)
    _call(agency, name, short_name)
    record(
        action="agency.rename",
        by=by,
        subject=agency,
        thread=agency.thread,
        before=before,
        after={"tên": name, "tên ngắn": agency.short_name, "từ ngày": on.isoformat(), "văn bản": document},
    )
    return agency


@transaction.atomic
def write_contact(*, agency_id: int, by: Actor, version: int, address: str, phone: str, email: str) -> Agency:
    """How everybody reaches the office, as the portal tells it. Raises NotAllowed, Stale, Refused."""
    agency = lock_agency(agency_id, by=by, version=version)
    before = _contact(agency)
    agency.address, agency.phone, agency.email = address, phone, email
    after = _contact(agency)
    if after == before:
        raise Refused("Chưa có gì thay đổi.")
    agency.version += 1
    agency.save(update_fields=["address", "phone", "email", "version"])
    record(action="agency.contact", by=by, subject=agency, thread=agency.thread, before=before, after=after)
    return agency


def _contact(agency: Agency) -> dict[str, str]:
    return {"địa chỉ": agency.address, "điện thoại": agency.phone, "thư điện tử": agency.email}


@transaction.atomic
def correct_name(
    *,
    agency_id: int,
    by: Actor,
    version: int,
    name_id: int | None,
    name: str,
    short_name: str,
    from_on: dt.date | None,
    document: str,
) -> Agency:
    """Put right how a name was written, since when it holds or which document says so; nothing was renamed.

    `name_id`: which of the dated names, None where there is none yet. A name with its day and its document counts as
    verified. Raises NotAllowed, Stale, Refused.
    """
    agency = lock_agency(agency_id, by=by, version=version)
    names = list(agency.names.all())
    row = next((one for one in names if one.pk == name_id), None) if names else AgencyName(agency=agency)
    if row is None:
        raise Refused("Tên này không còn trong hồ sơ: hãy mở lại trang.")
    if any(one.name == name and one.pk != row.pk for one in names):
        raise Refused(BORNE)
    if from_on is not None:
        check_day(from_on, what="Ngày bắt đầu mang tên")
    document = document.strip()
    before = {"tên": row.name, "từ ngày": row.from_on, "văn bản": row.source, "tên ngắn": agency.short_name}
    is_current = agency.name in {row.name, ""} or not names
    row.name, row.from_on, row.source = name, from_on, document
    row.verified = from_on is not None and bool(document)
    if from_on is not None and row.to_on is not None and row.to_on < from_on:
        raise Refused(f"Ngày bắt đầu phải trước ngày hết dùng tên này ({format_date(row.to_on)}).")
    row.save()
    _end_each_before_the_next(agency)
    if is_current:
        _call(agency, name, short_name)
    else:
        _count(agency)
    record(
        action="agency.correct",
        by=by,
        subject=agency,
        thread=agency.thread,
        before=before,
        after={"tên": name, "từ ngày": from_on, "văn bản": document, "tên ngắn": agency.short_name},
    )
    return agency


def _call(agency: Agency, name: str, short_name: str) -> None:
    agency.name = name
    agency.short_name = short_name or agency.short_name
    _count(agency)


def _count(agency: Agency) -> None:
    borne = AgencyName.objects.filter(agency=agency).values_list("name", flat=True)
    for column, value in search_columns(agency.name, agency.short_name, *borne).items():
        setattr(agency, column, value)
    agency.version += 1
    agency.save()


def _end_each_before_the_next(agency: Agency) -> None:
    """A name ends the day before the next begins, where that day is known."""
    rows = sorted(AgencyName.objects.filter(agency=agency), key=lambda row: row.counts_from or dt.date.min)
    for row, following in pairwise(rows):
        ends = following.from_on - dt.timedelta(days=1) if following.from_on else None
        if ends is not None and row.to_on != ends:
            if row.from_on is not None and ends < row.from_on:
                raise Refused("Hai tên không thể bắt đầu cùng một ngày.")
            row.to_on = ends
            row.save(update_fields=["to_on"])
