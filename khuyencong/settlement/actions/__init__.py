"""What happens at the end of money: vouchers, settlement, liquidation, reconciliation, giving back."""

from khuyencong.settlement.actions.claims import make_claim, receive, recover, revise_claim
from khuyencong.settlement.actions.contracts import liquidate, reconcile
from khuyencong.settlement.actions.settling import Volume, settle, settle_year
from khuyencong.settlement.actions.vouchers import VoucherInput, record_vouchers, remove_voucher

__all__ = [
    "Volume",
    "VoucherInput",
    "liquidate",
    "make_claim",
    "receive",
    "reconcile",
    "record_vouchers",
    "recover",
    "remove_voucher",
    "revise_claim",
    "settle",
    "settle_year",
]
