"""The end of a đề án's money: vouchers, settlement, what is owed back, reconciliation."""

from khuyencong.settlement.models.claim import (
    AFTER_SETTLEMENT,
    ARTICLE_OF,
    Claim,
    ClaimBasis,
    ClaimInstalment,
    Receipt,
)
from khuyencong.settlement.models.reconciliation import Reconciliation
from khuyencong.settlement.models.settlement import Basis, Instalment, Settlement, Way
from khuyencong.settlement.models.voucher import ExpenseVoucher, VoucherItem, VoucherKind

__all__ = [
    "AFTER_SETTLEMENT",
    "ARTICLE_OF",
    "Basis",
    "Claim",
    "ClaimBasis",
    "ClaimInstalment",
    "ExpenseVoucher",
    "Instalment",
    "Receipt",
    "Reconciliation",
    "Settlement",
    "VoucherItem",
    "VoucherKind",
    "Way",
]
