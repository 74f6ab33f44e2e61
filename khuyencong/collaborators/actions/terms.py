"""How long somebody is collaborator, where, and by which decision: written, corrected, ended, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.collaborators.door import lock_collaborator, touch
from khuyencong.collaborators.models import AllowanceLine, Collaborator, Term
from khuyencong.collaborators.months import days_served, last_day
from khuyencong.collaborators.queries import to_recover
from khuyencong.core.creation import USED, taken
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission

TERM = ("commune", "decision_number", "decision_on", "starts_on", "ends_on")
NETWORK = "NĐ 45/2012 Đ8.3"
TWICE = "Nhiệm kỳ khác của người này vừa được ghi: hãy mở lại trang."
LISTED = "Thù lao tháng {:%m/%Y} đã nằm trong bảng kê {}: {}"


@transaction.atomic
def appoint(*, collaborator_id: int, by: Actor, version: int, creation_key: UUID, fields: Mapping[str, Any]) -> Term:
    """A further term of the person; terms of one person never overlap. Raises NotAllowed, Stale, Refused."""
    earlier = Term.objects.filter(creation_key=creation_key, created_by=by.user, collaborator=collaborator_id).first()
    if earlier is not None:
        return earlier
    found = lock_collaborator(collaborator_id, by=by, permission=Permission.COLLABORATOR_MANAGE, version=version)
    if Term.objects.filter(creation_key=creation_key).exists():
        raise Refused(USED)
    term = add_term(found, fields, by.user, creation_key=creation_key)
    _forgive(found)
    touch(found)
    record(action="collaborator.appoint", by=by, subject=found, thread=found.thread, after=told_term(term))
    return term


@transaction.atomic
def correct_term(*, term_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Term:
    """Put right what was written of a term; `version` is the person's, `fields` those of TERM.

    Raises NotAllowed, Stale, Refused: a month that is in a list of allowances keeps the days that it was reckoned with, so
    that for such months only commune and decision change.
    """
    found, term = _lock_term(term_id, by=by, version=version)
    before, held = told_term(term), _standing(found)
    _write_term(term, fields)
    _keep_listed(found, held, [term if one.pk == term.pk else one for one in held])
    if term.ends_on is None:
        term.ended_by = term.ended_because = ""
    with taken(TWICE):
        term.save()
    _forgive(found)
    touch(found)
    record(
        action="collaborator.correct_term",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after=told_term(term),
    )
    return term


@transaction.atomic
def withdraw_term(*, term_id: int, by: Actor, version: int, reason: str) -> Term:
    """A term was written down by mistake: it stays to be read and counts nowhere. `version` is the person's.

    Raises NotAllowed, Stale, Refused: not where a month of it is in a list of allowances.
    """
    found, term = _lock_term(term_id, by=by, version=version)
    if not reason.strip():
        raise Refused("Hãy ghi lý do bỏ.")
    held = _standing(found)
    _keep_listed(found, held, [one for one in held if one.pk != term.pk])
    term.withdrawn_because = reason.strip()
    term.save(update_fields=["withdrawn_because"])
    touch(found)
    record(
        action="collaborator.withdraw_term",
        by=by,
        subject=found,
        thread=found.thread,
        before=told_term(term),
        note=term.withdrawn_because,
    )
    return term


@transaction.atomic
def end_term(*, term_id: int, by: Actor, version: int, ends_on: date, ended_by: str, reason: str) -> Term:
    """Let a term end on a day, earlier than was decided or where nothing was. `version` is the person's.

    Months that lose days by it: in a list that is not paid they stand in the way; where they are paid the term ends all the
    same and the lines say that the money is to come back. Raises NotAllowed, Stale, Refused.
    """
    found, term = _lock_term(term_id, by=by, version=version)
    if ends_on < term.starts_on:
        raise Refused(f"Ngày thôi không thể trước ngày bắt đầu {format_date(term.starts_on)}.")
    if term.ends_on is not None and ends_on >= term.ends_on:
        raise Refused(f"Nhiệm kỳ này đã kết thúc ngày {format_date(term.ends_on)}; gia hạn thì ghi quyết định mới.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do cho thôi.")
    before = {"đến hết ngày": term.ends_on.isoformat() if term.ends_on else None}
    held = _standing(found)
    term.ends_on, term.ended_by, term.ended_because = ends_on, ended_by.strip(), reason.strip()
    lost = _changed(found, held, [term if one.pk == term.pk else one for one in held])
    for line in lost:
        if not line.allowance_list.is_paid:
            raise Refused(LISTED.format(line.month, "chưa chi", "hủy bảng kê ấy trước."))
    term.save(update_fields=["ends_on", "ended_by", "ended_because"])
    owed = [one for one in lost if one.amount]
    because = f"thôi giữ nhiệm vụ từ sau ngày {format_date(ends_on)}"
    AllowanceLine.objects.filter(pk__in=[one.pk for one in owed]).update(recover_because=because)
    touch(found)
    after = {"xã, phường": str(term.commune), "đến hết ngày": ends_on.isoformat(), "văn bản": term.ended_by}
    if owed:
        after["đã chi, phải xem thu hồi"] = "; ".join(
            f"tháng {one.month:%m/%Y}: {format_dong(one.amount or 0)} đồng" for one in owed
        )
    record(
        action="collaborator.end_term",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after=after,
        note=term.ended_because,
    )
    return term


def add_term(found: Collaborator, fields: Mapping[str, Any], author: User, *, creation_key: UUID | None) -> Term:
    """Save a new term of a person who is locked, or new: a part of other actions. Raises Refused."""
    term = Term(collaborator=found, created_by=author)
    if creation_key is not None:
        term.creation_key = creation_key
    _write_term(term, fields)
    with taken(TWICE):
        term.save()
    return term


def told_term(term: Term) -> dict[str, Any]:
    """What the trail keeps of a term."""
    return {
        "xã, phường": str(term.commune),
        "quyết định": term.decision_number,
        "ngày quyết định": term.decision_on.isoformat(),
        "từ ngày": term.starts_on.isoformat(),
        "đến hết ngày": term.ends_on.isoformat() if term.ends_on else None,
    }


def _lock_term(term_id: int, *, by: Actor, version: int) -> tuple[Collaborator, Term]:
    key = Term.objects.values_list("collaborator_id", flat=True).get(pk=term_id)
    found = lock_collaborator(key, by=by, permission=Permission.COLLABORATOR_MANAGE, version=version)
    term = Term.objects.select_related("commune").get(pk=term_id)
    term.collaborator = found
    if term.withdrawn_because:
        raise Refused("Nhiệm kỳ này đã bị bỏ.")
    return found, term


def _write_term(term: Term, fields: Mapping[str, Any]) -> None:
    found = term.collaborator
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
    others = found.terms.between(term.starts_on, term.ends_on or date.max).exclude(pk=term.pk)
    met = others.select_related("commune").first()
    if met is not None:
        raise Refused(f"Trùng thời gian với nhiệm kỳ đã có: {met}. Hãy ghi ngày kết thúc của nhiệm kỳ ấy trước.")


def _standing(found: Collaborator) -> list[Term]:
    return list(found.terms.standing())


def _changed(found: Collaborator, before: Iterable[Term], after: Iterable[Term]) -> list[AllowanceLine]:
    """The months of the person in lists on which more or fewer days would be served than now; one query."""
    before, after = list(before), list(after)
    lines = (
        found.allowances.filter(counts=True).select_related("allowance_list__posting__answered_by").order_by("month")
    )
    return [one for one in lines if days_served(one.month, before) != days_served(one.month, after)]


def _keep_listed(found: Collaborator, before: Iterable[Term], after: Iterable[Term]) -> None:
    for line in _changed(found, before, after):
        if not line.recover_because:
            what = "hủy bảng kê ấy trước, hoặc chỉ sửa xã, phường và quyết định."
            raise Refused(LISTED.format(line.month, "theo ngày đang ghi", what))


def _forgive(found: Collaborator) -> None:
    """What was to come back stays paid where the whole month is served after all."""
    terms = _standing(found)
    for line in to_recover(found):
        if days_served(line.month, terms) == last_day(line.month).day:
            line.recover_because = ""
            line.save(update_fields=["recover_because"])
