"""The life of a sheet: one table, and the one door through which its state changes."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.effects.models import EffectSheet, SheetState
from khuyencong.people.permissions import Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step; `permission` None: whoever the action lets answer."""

    name: str
    label: str
    source: SheetState
    target: SheetState
    permission: Permission | None
    needs_reason: bool = False


S, P = SheetState, Permission
TRANSITIONS: tuple[Transition, ...] = (
    Transition("answer", "Ghi số liệu", S.WAITING, S.ANSWERED, None),
    Transition("answer", "Ghi số liệu", S.RETURNED, S.ANSWERED, None),
    Transition("answer", "Ghi số liệu", S.ANSWERED, S.ANSWERED, None),
    Transition("confirm", "Xác nhận", S.ANSWERED, S.CONFIRMED, P.EFFECT_CONFIRM),
    Transition("send_back", "Gửi lại để xem lại", S.ANSWERED, S.RETURNED, P.EFFECT_CONFIRM, needs_reason=True),
    Transition("reopen", "Mở lại phiếu", S.CONFIRMED, S.RETURNED, P.EFFECT_CONFIRM, needs_reason=True),
)


def steps_from(sheet: EffectSheet) -> tuple[Transition, ...]:
    """What may follow where the sheet stands."""
    return tuple(row for row in TRANSITIONS if row.source == sheet.state)


def check_step(sheet: EffectSheet, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    found = next((row for row in steps_from(sheet) if row.name == name), None)
    if found is None:
        label = next(row.label for row in TRANSITIONS if row.name == name)
        raise Refused(f"Không thể «{label}» khi phiếu ở trạng thái «{sheet.get_state_display()}».")
    return found


def move(sheet: EffectSheet, name: str, *, reason: str = "") -> Transition:
    """The one door: change the state of a locked, permitted, current `sheet` by the step `name`, and save it.

    Raises Refused where the table has no such step from here, or the step needs a reason and has none.
    """
    found = check_step(sheet, name)
    if found.needs_reason and not reason.strip():
        raise Refused("Hãy ghi lý do.")
    sheet.state = found.target
    sheet.version += 1
    sheet.save()
    return found
