"""People and their monthly notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.collaborators.actions.terms import NETWORK, add_term, told_term
from khuyencong.collaborators.door import STALE, lock_collaborator
from khuyencong.collaborators.models import Collaborator, MonthlyNote, first_of
from khuyencong.collaborators.months import last_day
from khuyencong.core.creation import USED, save_once, taken
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.models import Membership
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role

PERSON = ("name", "birth_year", "identity_number", "phone", "user", "note")
KNOWN = "Người có số định danh này đã là cộng tác viên của tỉnh."
TWICE = "Người có số định danh hoặc tài khoản này vừa được ghi là cộng tác viên: hãy mở lại trang."


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
    with taken(TWICE):
        made = save_once(found, author="created_by")
    if made is not None:
        return made
    term = add_term(found, fields, by.user, creation_key=None)
    record(
        action="collaborator.register",
        by=by,
        subject=found,
        thread=found.thread,
        after=told_term(term),
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
    with taken(TWICE):
        found.save()


def _write_person(found: Collaborator, fields: Mapping[str, Any]) -> None:
    for name in PERSON:
        if name in fields:
            setattr(found, name, fields[name])
    if not found.name.strip():
        raise Refused("Hãy ghi họ và tên.")
    others = Collaborator.objects.exclude(pk=found.pk)
    # Of the province of today: who was collaborator of one that became it is the same person there.
    home = found.province.current_id or found.province_id
    same = others.filter(province__current=home, identity_number=found.identity_number)
    if found.identity_number and same.exists():
        raise Refused(KNOWN)
    if found.user is not None:
        held = Membership.objects.filter(
            user=found.user, role=Role.COLLABORATOR, is_active=True, agency__province__current=home
        )
        if not held.exists():
            raise Refused("Tài khoản phải có vai trò cộng tác viên tại một xã, phường của tỉnh.")
        if others.filter(user=found.user).exists():
            raise Refused("Tài khoản này đã gắn với một cộng tác viên khác.")


def _told_person(found: Collaborator) -> dict[str, Any]:
    """What the trail keeps of a person; numbers by which somebody is reached or known stay out of it."""
    return {
        "có điện thoại": bool(found.phone),
        "có số định danh": bool(found.identity_number),
        "tài khoản": found.user.username if found.user else "",
    }
