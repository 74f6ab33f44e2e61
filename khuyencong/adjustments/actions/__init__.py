"""What happens to an adjustment."""

from khuyencong.adjustments.actions.deciding import answer, decide, endorse, propose
from khuyencong.adjustments.actions.writing import add_newcomer, begin, set_lines, turn_beneficiary, write

__all__ = [
    "add_newcomer",
    "answer",
    "begin",
    "decide",
    "endorse",
    "propose",
    "set_lines",
    "turn_beneficiary",
    "write",
]
