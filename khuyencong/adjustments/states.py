"""The life of an adjustment: one table, and the one door through which its state changes.

The table is data: pages, tests and `docs/transitions.md` read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from khuyencong.adjustments.models import Adjustment, AdjustmentState
from khuyencong.core.errors import Refused
from khuyencong.people.permissions import Permission


class Way(models.TextChoices):
    """Whether Sở has its say first (TT 36/2013 Đ11.1): so where Cục or Bộ decides on what Sở had appraised."""

    DIRECT = "direct", "Không qua ý kiến Sở"
    WITH_OPINION = "with_opinion", "Sở có ý kiến trước"


BOTH = frozenset(Way)
DIRECT, WITH_OPINION = frozenset({Way.DIRECT}), frozenset({Way.WITH_OPINION})
S, P = AdjustmentState, Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission."""

    name: str
    label: str  # what the button says
    done: str  # what is told afterwards
    source: AdjustmentState
    target: AdjustmentState
    permission: Permission
    ways: frozenset[Way] = BOTH
    forward: bool = False  # the step that the adjustment waits for
    needs_reason: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition("propose", "Trình điều chỉnh", "Đã trình", S.DRAFT, S.PROPOSED, P.PROJECT_EDIT, forward=True),
    Transition(
        "endorse", "Ghi ý kiến của Sở", "Sở đồng ý đề nghị", S.PROPOSED, S.ENDORSED, P.APPRAISE_BASE, WITH_OPINION,
        forward=True,
    ),
    Transition(
        "hold", "Sở trả lại", "Sở trả lại để hoàn thiện", S.PROPOSED, S.DRAFT, P.APPRAISE_BASE, WITH_OPINION,
        needs_reason=True,
    ),
    Transition(
        "decide", "Ghi quyết định", "Đã quyết định", S.PROPOSED, S.DECIDED, P.ADJUSTMENT_DECIDE, DIRECT, forward=True
    ),
    Transition(
        "decide", "Ghi quyết định", "Đã quyết định", S.ENDORSED, S.DECIDED, P.ADJUSTMENT_DECIDE, WITH_OPINION,
        forward=True,
    ),
    Transition(
        "return", "Trả lại", "Được trả lại để hoàn thiện", S.PROPOSED, S.DRAFT, P.ADJUSTMENT_DECIDE, DIRECT,
        needs_reason=True,
    ),
    Transition(
        "return", "Trả lại", "Được trả lại để hoàn thiện", S.ENDORSED, S.DRAFT, P.ADJUSTMENT_DECIDE, WITH_OPINION,
        needs_reason=True,
    ),
    Transition(
        "refuse", "Không đồng ý", "Không được đồng ý", S.PROPOSED, S.REFUSED, P.ADJUSTMENT_DECIDE, DIRECT,
        needs_reason=True,
    ),
    Transition(
        "refuse", "Không đồng ý", "Không được đồng ý", S.ENDORSED, S.REFUSED, P.ADJUSTMENT_DECIDE, WITH_OPINION,
        needs_reason=True,
    ),
    Transition("withdraw", "Rút đề nghị", "Đã rút", S.DRAFT, S.WITHDRAWN, P.PROJECT_EDIT, needs_reason=True),
    Transition("withdraw", "Rút đề nghị", "Đã rút", S.PROPOSED, S.WITHDRAWN, P.PROJECT_EDIT, needs_reason=True),
    Transition("withdraw", "Rút đề nghị", "Đã rút", S.ENDORSED, S.WITHDRAWN, P.PROJECT_EDIT, needs_reason=True),
)  # fmt: skip


def way_of(adjustment: Adjustment) -> Way:
    return Way.WITH_OPINION if adjustment.needs_opinion else Way.DIRECT


def steps_from(adjustment: Adjustment) -> tuple[Transition, ...]:
    """What may follow where the adjustment stands."""
    way = way_of(adjustment)
    return tuple(row for row in TRANSITIONS if row.source == adjustment.state and way in row.ways)


def permission_of(name: str) -> Permission:
    """Who may take the step called `name`. Raises KeyError for an unknown name."""
    for row in TRANSITIONS:
        if row.name == name:
            return row.permission
    raise KeyError(name)


def check_step(adjustment: Adjustment, name: str) -> Transition:
    """The row of the table for this step; Refused with a sentence where there is none from here."""
    found = next((row for row in steps_from(adjustment) if row.name == name), None)
    if found is None:
        label = next(row.label for row in TRANSITIONS if row.name == name)
        first = " Sở Công Thương phải có ý kiến trước." if _waits_for_opinion(adjustment, name) else ""
        raise Refused(f"Không thể «{label}» khi điều chỉnh ở trạng thái «{adjustment.get_state_display()}».{first}")
    return found


def _waits_for_opinion(adjustment: Adjustment, name: str) -> bool:
    deciding = permission_of(name) is Permission.ADJUSTMENT_DECIDE
    return deciding and adjustment.state == AdjustmentState.PROPOSED and adjustment.needs_opinion


def move(adjustment: Adjustment, name: str, *, reason: str = "") -> Transition:
    """The one door: change the state of a locked, permitted, current `adjustment` by the step `name`, and save it.

    Raises Refused where the table has no such step from here, or the step needs a reason and has none.
    """
    found = check_step(adjustment, name)
    if found.needs_reason and not reason.strip():
        raise Refused("Hãy ghi lý do.")
    adjustment.state = found.target
    adjustment.version += 1
    adjustment.save()
    return found
