"""An officer looks at what was answered: the figures come into force, or go back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.effects.door import lock_for
from khuyencong.effects.figures import CODES
from khuyencong.effects.mailing import mail_to
from khuyencong.effects.models import EffectSheet
from khuyencong.effects.opening import latest
from khuyencong.effects.plausible import beside_of, doubts, plain
from khuyencong.effects.states import check_step, move
from khuyencong.effects.tell import tell_owners
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission

OWN = "Người ghi số liệu không tự xác nhận số liệu ấy."


@transaction.atomic
def confirm(*, sheet_id: int, by: Actor, version: int, remark: str = "") -> EffectSheet:
    """Put the figures that were said last into force. `remark`: why doubtful ones stand; needed where there are doubts.

    Raises NotAllowed, Stale, Refused.
    """
    sheet = lock_for(sheet_id, Permission.EFFECT_CONFIRM, by=by, version=version)
    check_step(sheet, "confirm")
    said, last = latest(sheet), sheet.answers.order_by("-number").first()
    if last is None or last.by_id == by.user.pk:
        raise Refused(OWN)
    values = {code: said[code].value if code in said else None for code in CODES}
    found = doubts(values, beside_of(sheet))
    if found and not remark.strip():
        sentences = " ".join(one.sentence for one in found)
        raise Refused(f"Hãy ghi vì sao số liệu vẫn đúng: {sentences}", findings=found)
    for code, value in values.items():
        setattr(sheet, code, value)
    sheet.closed, sheet.remark = last.closed, remark.strip()
    sheet.confirmed_by, sheet.confirmed_at = by.user, timezone.now()
    move(sheet, "confirm")
    record(
        action="effect.confirm",
        by=by,
        subject=sheet,
        thread=sheet.thread,
        after={"phiếu": str(sheet), **plain(values), "cơ sở đã ngừng hoạt động": "có" if last.closed else ""},
        note=sheet.remark,
    )
    return sheet


@transaction.atomic
def send_back(*, sheet_id: int, by: Actor, version: int, reason: str) -> EffectSheet:
    """Ask the establishment to look again, by a fresh letter; its links open again until they expire.

    Raises NotAllowed, Stale, Refused.
    """
    sheet = lock_for(sheet_id, Permission.EFFECT_CONFIRM, by=by, version=version)
    sheet.remark = reason.strip()
    sheet.returns += 1
    move(sheet, "send_back", reason=reason)
    _tell_of_return(sheet, by)
    record(
        action="effect.send_back",
        by=by,
        subject=sheet,
        thread=sheet.thread,
        after={"phiếu": str(sheet)},
        note=sheet.remark,
    )
    return sheet


@transaction.atomic
def reopen(*, sheet_id: int, by: Actor, version: int, reason: str) -> EffectSheet:
    """Take confirmed figures out of force because they must be corrected. Raises NotAllowed, Stale, Refused."""
    sheet = lock_for(sheet_id, Permission.EFFECT_CONFIRM, by=by, version=version)
    before = {code: value for code, value in sheet.figures.items() if value is not None}
    for code in CODES:
        setattr(sheet, code, None)
    sheet.closed, sheet.remark = False, reason.strip()
    sheet.confirmed_by, sheet.confirmed_at = None, None
    sheet.returns += 1
    move(sheet, "reopen", reason=reason)
    _tell_of_return(sheet, by)
    record(
        action="effect.reopen",
        by=by,
        subject=sheet,
        thread=sheet.thread,
        before=plain(before),
        after={"phiếu": str(sheet)},
        note=sheet.remark,
    )
    return sheet


def _tell_of_return(sheet: EffectSheet, by: Actor) -> None:
    """Whoever answered must learn that the question is open again: by letter, and in the account where there is one."""
    mail_to(sheet, by=by)
    tell_owners(sheet)
