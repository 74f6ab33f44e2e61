"""People, terms, rates and monthly notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.collaborators.door import STALE, lock_collaborator, lock_rate, touch
from khuyencong.collaborators.models import AllowanceRate, Collaborator, MonthlyNote, Term, first_of
from khuyencong.collaborators.months import first_broken, last_day
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.money import format_dong
from khuyencong.people.actors import Actor
from khuyencong.people.models import Membership
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role
from khuyencong.places.models import Province

PERSON = ("name", "birth_year", "identity_number", "phone", "user", "note")
TERM = ("commune", "decision_number", "decision_on", "starts_on", "ends_on")
NETWORK, ALLOWANCE = "NĐ 45/2012 Đ8.3", "NĐ 45/2012 Đ10"
USED_RATE = "Mức này đã có trong bảng kê thù lao: hãy ghi mức mới từ ngày áp dụng."


@transaction.atomic
def register_collaborator(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> Collaborator:
    """A new person with the first term; the same `creation_key` twice gives the first one back.

    `fields`: those of PERSON and TERM. Raises NotAllowed, Refused (NĐ 45/2012 Đ8.3).
    """
    require(by, Permission.COLLABORATOR_MANAGE)
    earlier = Collaborator.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    found = Collaborator(
        creation_key=creation_key, province=fields["commune"].province, kept_by=by.agency, created_by=by.user
    )
    _write_person(found, fields)
    require(by, Permission.COLLABORATOR_MANAGE, found)
    made = save_once(found, author="created_by")
    if made is not None:
        return made
    _add_term(found, fields, by, creation_key=None)
    record(
        action="collaborator.register",
        by=by,
        subject=found,
        thread=found.thread,
        after={"họ và tên": found.name, **_told_term(fields)},
    )
    return found


@transaction.atomic
def correct_person(*, collaborator_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Collaborator:
    """Correct what is written of the person. Raises NotAllowed, Stale, Refused."""
    found = lock_collaborator(collaborator_id, by=by, permission=Permission.COLLABORATOR_MANAGE, version=version)
    before = _told_person(found)
    _write_person(found, fields)
    touch_whole(found)
    # Telephone and identity number never enter the trail; that they changed does.
    record(
        action="collaborator.correct",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after=_told_person(found),
    )
    return found


@transaction.atomic
def appoint(*, collaborator_id: int, by: Actor, version: int, creation_key: UUID, fields: Mapping[str, Any]) -> Term:
    """A further term of the person; terms of one person never overlap. Raises NotAllowed, Stale, Refused."""
    earlier = Term.objects.filter(creation_key=creation_key, created_by=by.user, collaborator=collaborator_id).first()
    if earlier is not None:
        return earlier
    found = lock_collaborator(collaborator_id, by=by, permission=Permission.COLLABORATOR_MANAGE, version=version)
    if Term.objects.filter(creation_key=creation_key).exists():
        raise Refused(USED)
    term = _add_term(found, fields, by, creation_key=creation_key)
    touch(found)
    record(action="collaborator.appoint", by=by, subject=found, thread=found.thread, after=_told_term(fields))
    return term


@transaction.atomic
def end_term(*, term_id: int, by: Actor, version: int, ends_on: date, ended_by: str, reason: str) -> Term:
    """Let a term end on a day, earlier than was decided or where nothing was. `version` is the person's.

    Raises NotAllowed, Stale, Refused: a month that is already in a list of allowances stays inside the term.
    """
    key = Term.objects.values_list("collaborator_id", flat=True).get(pk=term_id)
    found = lock_collaborator(key, by=by, permission=Permission.COLLABORATOR_MANAGE, version=version)
    term = Term.objects.select_related("commune").get(pk=term_id)
    if ends_on < term.starts_on:
        raise Refused(f"Ngày thôi không thể trước ngày bắt đầu {format_date(term.starts_on)}.")
    if term.ends_on is not None and ends_on >= term.ends_on:
        raise Refused(f"Nhiệm kỳ này đã kết thúc ngày {format_date(term.ends_on)}; gia hạn thì ghi quyết định mới.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do cho thôi.")
    paid = found.allowances.filter(term=term, counts=True, month__gte=first_broken(ends_on)).order_by("month").first()
    if paid is not None:
        raise Refused(f"Thù lao tháng {paid.month:%m/%Y} đã nằm trong bảng kê: hủy bảng kê ấy trước.")
    before = {"đến hết ngày": term.ends_on.isoformat() if term.ends_on else None}
    term.ends_on, term.ended_by, term.ended_because = ends_on, ended_by.strip(), reason.strip()
    term.save(update_fields=["ends_on", "ended_by", "ended_because"])
    touch(found)
    record(
        action="collaborator.end_term",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after={"xã, phường": str(term.commune), "đến hết ngày": ends_on.isoformat(), "văn bản": term.ended_by},
        note=term.ended_because,
    )
    return term


@transaction.atomic
def keep_rate(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> AllowanceRate:
    """What the province's document gives a month, from a day on; the one before it ends the day before.

    Raises NotAllowed, Refused (NĐ 45/2012 Đ10).
    """
    require(by, Permission.COLLABORATOR_MANAGE)
    earlier = AllowanceRate.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if by.province_id is None:
        raise Refused("Mức thù lao do Chủ tịch UBND cấp tỉnh quy định: cơ quan của tỉnh ghi.", article=ALLOWANCE)
    # Two rates may come at once: the province is what both wait for.
    province = Province.objects.select_for_update(of=("self",), no_key=True).get(pk=by.province_id)
    rate = AllowanceRate(creation_key=creation_key, province=province, kept_by=by.agency, created_by=by.user)
    require(by, Permission.COLLABORATOR_MANAGE, rate)
    _write_rate(rate, fields)
    before = AllowanceRate.objects.filter(
        province=province, valid_from__lt=rate.valid_from, valid_to__isnull=True
    ).first()
    if before is not None:
        before.valid_to = rate.valid_from - timedelta(days=1)
        before.version += 1
        _refuse_if_paid_after(before)
        before.save(update_fields=["valid_to", "version"])
    _refuse_two_rates(rate)
    made = save_once(rate, author="created_by")
    if made is not None:
        return made
    record(action="collaborator.rate", by=by, subject=rate, thread=rate.thread, after=_told_rate(rate))
    return rate


@transaction.atomic
def correct_rate(*, rate_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> AllowanceRate:
    """Correct a rate that no list has used yet. Raises NotAllowed, Stale, Refused."""
    key = AllowanceRate.objects.values_list("province_id", flat=True).get(pk=rate_id)
    Province.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    rate = lock_rate(rate_id, by=by, version=version)
    if rate.lines.filter(counts=True).exists():
        raise Refused(USED_RATE)
    before = _told_rate(rate)
    _write_rate(rate, fields)
    _refuse_two_rates(rate)
    rate.version += 1
    rate.save()
    record(action="collaborator.rate", by=by, subject=rate, thread=rate.thread, before=before, after=_told_rate(rate))
    return rate


@transaction.atomic
def write_note(*, collaborator_id: int, by: Actor, month: date, version: int, text: str, visits: int) -> MonthlyNote:
    """Write or rewrite the note of a month; `version` is the note's, 0 where there is none yet.

    Raises NotAllowed (a collaborator writes the own notes only), Stale, Refused.
    """
    found = lock_collaborator(collaborator_id, by=by, permission=Permission.COLLABORATOR_NOTE)
    month = first_of(month)
    if month > today():
        raise Refused("Chưa tới tháng này.")
    if not found.terms.between(month, last_day(month)).exists():
        raise Refused(f"Tháng {month:%m/%Y} người này không giữ nhiệm vụ cộng tác viên.", article=NETWORK)
    if not text.strip():
        raise Refused("Hãy ghi việc đã làm trong tháng.")
    note = MonthlyNote.objects.filter(collaborator=found, month=month).first()
    if (note.version if note else 0) != version:
        raise Stale(STALE.format(what="Ghi chép tháng"))
    note = note or MonthlyNote(collaborator=found, month=month, version=0)
    before = {"việc đã làm": note.text, "số cơ sở đã đến": note.visits} if note.pk else None
    note.text, note.visits, note.written_by = text.strip(), visits, by.user
    note.version += 1
    note.save()
    record(
        action="collaborator.note",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after={"tháng": f"{month:%m/%Y}", "việc đã làm": note.text, "số cơ sở đã đến": visits},
    )
    return note


def touch_whole(found: Collaborator) -> None:
    """Save all columns of the person and count the change."""
    found.version += 1
    found.save()


def _write_person(found: Collaborator, fields: Mapping[str, Any]) -> None:
    for name in PERSON:
        if name in fields:
            setattr(found, name, fields[name])
    if not found.name.strip():
        raise Refused("Hãy ghi họ và tên.")
    others = Collaborator.objects.exclude(pk=found.pk)
    if found.identity_number and others.filter(province=found.province, identity_number=found.identity_number).exists():
        raise Refused("Người có số định danh này đã là cộng tác viên của tỉnh.")
    if found.user is not None:
        held = Membership.objects.filter(
            user=found.user, role=Role.COLLABORATOR, is_active=True, agency__province=found.province
        )
        if not held.exists():
            raise Refused("Tài khoản phải có vai trò cộng tác viên tại một xã, phường của tỉnh.")
        if others.filter(user=found.user).exists():
            raise Refused("Tài khoản này đã gắn với một cộng tác viên khác.")


def _add_term(found: Collaborator, fields: Mapping[str, Any], by: Actor, *, creation_key: UUID | None) -> Term:
    term = Term(collaborator=found, created_by=by.user)
    if creation_key is not None:
        term.creation_key = creation_key
    for name in TERM:
        setattr(term, name, fields[name])
    term.decision_number = term.decision_number.strip()
    if not term.decision_number:
        raise Refused("Hãy ghi số quyết định.", article=NETWORK)
    if term.commune.province.current_id != (found.province.current_id or found.province_id):
        raise Refused("Xã, phường phải thuộc tỉnh của cộng tác viên.")
    if term.decision_on > today():
        raise Refused("Ngày quyết định không thể ở sau hôm nay.")
    if term.ends_on is not None and term.ends_on < term.starts_on:
        raise Refused("Ngày cuối của nhiệm kỳ phải từ ngày bắt đầu trở đi.")
    met = found.terms.between(term.starts_on, term.ends_on or date.max).select_related("commune").first()
    if met is not None:
        raise Refused(f"Trùng thời gian với nhiệm kỳ đã có: {met}. Hãy ghi ngày kết thúc của nhiệm kỳ ấy trước.")
    term.save()
    return term


def _write_rate(rate: AllowanceRate, fields: Mapping[str, Any]) -> None:
    for name in ("amount", "document", "article", "valid_from", "valid_to"):
        setattr(rate, name, fields[name])
    rate.document = rate.document.strip()
    if not rate.document:
        raise Refused("Hãy ghi văn bản quy định mức thù lao.", article=ALLOWANCE)
    if rate.amount <= 0:
        raise Refused("Mức thù lao phải lớn hơn 0 đồng.")
    if rate.valid_to is not None and rate.valid_to < rate.valid_from:
        raise Refused("Ngày cuối của mức thù lao phải từ ngày đầu trở đi.")


def _refuse_two_rates(rate: AllowanceRate) -> None:
    last = rate.valid_to or date.max
    others = AllowanceRate.objects.filter(province=rate.province, valid_from__lte=last).exclude(pk=rate.pk)
    for one in others:
        if one.valid_to is None or one.valid_to >= rate.valid_from:
            raise Refused(f"Trùng thời gian với mức {format_dong(one.amount)} đồng/tháng của {one}.")


def _refuse_if_paid_after(rate: AllowanceRate) -> None:
    """The end of a rate may not lie before a month that was reckoned with it."""
    if rate.valid_to is None:
        return
    line = rate.lines.filter(counts=True, month__gte=first_broken(rate.valid_to)).order_by("month").first()
    if line is not None:
        raise Refused(f"Thù lao tháng {line.month:%m/%Y} đã lập theo mức cũ: hủy bảng kê ấy trước.")


def _told_person(found: Collaborator) -> dict[str, Any]:
    """What the trail keeps of a person; numbers by which somebody is reached or known stay out of it."""
    return {
        "họ và tên": found.name,
        "có điện thoại": bool(found.phone),
        "có số định danh": bool(found.identity_number),
        "tài khoản": found.user.username if found.user else "",
    }


def _told_term(fields: Mapping[str, Any]) -> dict[str, Any]:
    ends_on = fields["ends_on"]
    return {
        "xã, phường": str(fields["commune"]),
        "quyết định": fields["decision_number"],
        "từ ngày": fields["starts_on"].isoformat(),
        "đến hết ngày": ends_on.isoformat() if ends_on else None,
    }


def _told_rate(rate: AllowanceRate) -> dict[str, Any]:
    return {
        "mức một tháng (đồng)": rate.amount,
        "văn bản": str(rate),
        "từ ngày": rate.valid_from.isoformat(),
        "đến hết ngày": rate.valid_to.isoformat() if rate.valid_to else None,
    }
