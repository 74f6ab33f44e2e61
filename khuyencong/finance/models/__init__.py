"""Money: the contract, the payments and the ledger beneath them."""

from khuyencong.finance.models.annex import AdvanceDecision, Annex, AnnexPart
from khuyencong.finance.models.bank import BankAccount
from khuyencong.finance.models.continuation import Continuation
from khuyencong.finance.models.contract import (
    IN_FORCE,
    Contract,
    ContractKind,
    ContractPart,
    ContractState,
    DraftPart,
    part_of,
)
from khuyencong.finance.models.ledger import CASH, MOVED, OF_ENVELOPE, EntryKind, LedgerEntry
from khuyencong.finance.models.payment import (
    ADVANCES,
    OPEN_PAYMENTS,
    Payment,
    PaymentKind,
    PaymentRule,
    PaymentState,
)
from khuyencong.finance.models.period import ClosedPeriod, days_of
from khuyencong.finance.models.schedule import Guarantee, Milestone
from khuyencong.finance.models.support_contract import SupportContract

__all__ = [
    "ADVANCES",
    "CASH",
    "IN_FORCE",
    "MOVED",
    "OF_ENVELOPE",
    "OPEN_PAYMENTS",
    "AdvanceDecision",
    "Annex",
    "AnnexPart",
    "BankAccount",
    "ClosedPeriod",
    "Continuation",
    "Contract",
    "ContractKind",
    "ContractPart",
    "ContractState",
    "DraftPart",
    "EntryKind",
    "Guarantee",
    "LedgerEntry",
    "Milestone",
    "Payment",
    "PaymentKind",
    "PaymentRule",
    "PaymentState",
    "SupportContract",
    "days_of",
    "part_of",
]
