"""The life of a condition of an appraisal: what may follow what, and the one door through which its state changes."""

from __future__ import annotations

from khuyencong.appraisal.models import AppraisalCondition, ConditionState
from khuyencong.core.errors import Refused

S = ConditionState
# Step: from which states, to which state.
TRANSITIONS: dict[str, tuple[frozenset[ConditionState], ConditionState]] = {
    "answer": (frozenset({S.OPEN}), S.ANSWERED),
    "send_back": (frozenset({S.ANSWERED}), S.OPEN),
    "meet": (frozenset({S.OPEN, S.ANSWERED}), S.MET),
    "waive": (frozenset({S.OPEN, S.ANSWERED}), S.WAIVED),
}


def move(condition: AppraisalCondition, step: str) -> None:
    """Change the state of a condition whose đề án is locked; the caller saves. Refused where the table has no such step."""
    sources, target = TRANSITIONS[step]
    if condition.state not in sources:
        raise Refused(f"Điều kiện {condition.number} đang ở trạng thái «{condition.get_state_display()}».")
    condition.state = target
