"""What happens to money: envelopes, plans, contracts, payments, settlement, recovery, stopping."""

from khuyencong.finance.actions.contracts import sign_contract
from khuyencong.finance.actions.history import record_history, record_past_plan
from khuyencong.finance.actions.payments import approve_payment, prepare_payment, refuse_payment
from khuyencong.finance.actions.plans import (
    approve_plan,
    create_plan,
    give_envelope,
    put_in_plan,
    set_weights,
    take_out_of_plan,
)
from khuyencong.finance.actions.settlement import recover, settle, stop

__all__ = [
    "approve_payment",
    "approve_plan",
    "create_plan",
    "give_envelope",
    "prepare_payment",
    "put_in_plan",
    "record_history",
    "record_past_plan",
    "recover",
    "refuse_payment",
    "set_weights",
    "settle",
    "sign_contract",
    "stop",
    "take_out_of_plan",
]
