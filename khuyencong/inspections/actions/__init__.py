"""Everything that is done to an inspection."""

from khuyencong.inspections.actions.following import answer, follow_up
from khuyencong.inspections.actions.judging import add_finding, conclude
from khuyencong.inspections.actions.planning import (
    cancel,
    make_inspection_plan,
    plan_inspection,
    reschedule,
    set_after_care,
)
from khuyencong.inspections.actions.visiting import MemberInput, Seen, add_files, record_visit

__all__ = [
    "MemberInput",
    "Seen",
    "add_files",
    "add_finding",
    "answer",
    "cancel",
    "conclude",
    "follow_up",
    "make_inspection_plan",
    "plan_inspection",
    "record_visit",
    "reschedule",
    "set_after_care",
]
