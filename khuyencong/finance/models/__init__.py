"""Money: the contract, the payments, the settlement and the ledger beneath them."""

from khuyencong.finance.models.continuation import Continuation
from khuyencong.finance.models.contract import Contract, ContractKind, ContractPart, ContractState, part_of
from khuyencong.finance.models.ledger import MOVED, OF_ENVELOPE, EntryKind, LedgerEntry
from khuyencong.finance.models.payment import Payment, PaymentKind, PaymentState
from khuyencong.finance.models.settlement import Settlement

__all__ = [
    "MOVED",
    "OF_ENVELOPE",
    "Continuation",
    "Contract",
    "ContractKind",
    "ContractPart",
    "ContractState",
    "EntryKind",
    "LedgerEntry",
    "Payment",
    "PaymentKind",
    "PaymentState",
    "Settlement",
    "part_of",
]
