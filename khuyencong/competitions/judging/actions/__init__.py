"""What happens to scores: conflicts, signing and reopening sheets, closing the scoring, printing."""

from khuyencong.competitions.judging.actions.conflicts import (
    BEYOND_DOUBT,
    decide_conflicts,
    declare_conflict,
    find_conflicts,
)
from khuyencong.competitions.judging.actions.phases import close_scoring, reopen_scoring
from khuyencong.competitions.judging.actions.printing import begin_print, print_next
from khuyencong.competitions.judging.actions.sheets import reopen_sheet, sign_sheet

__all__ = [
    "BEYOND_DOUBT",
    "begin_print",
    "close_scoring",
    "decide_conflicts",
    "declare_conflict",
    "find_conflicts",
    "print_next",
    "reopen_scoring",
    "reopen_sheet",
    "sign_sheet",
]
