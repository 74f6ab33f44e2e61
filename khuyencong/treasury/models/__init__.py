"""Lists for the Treasury and the statements that come back from it."""

from khuyencong.treasury.models.lists import ListedPayment, ListState, PaymentList
from khuyencong.treasury.models.statements import LineOutcome, Statement, StatementLine, StatementState

__all__ = [
    "LineOutcome",
    "ListState",
    "ListedPayment",
    "PaymentList",
    "Statement",
    "StatementLine",
    "StatementState",
]
