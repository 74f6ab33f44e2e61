"""What happens to money: envelopes, plans, contracts, payments, settlement, recovery, stopping."""

from khuyencong.finance.actions.contracts import sign_contract
from khuyencong.finance.actions.envelopes import carry_over, delegate_envelope, give_envelope, return_money
from khuyencong.finance.actions.history import record_history, record_past_plan
from khuyencong.finance.actions.payments import approve_payment, prepare_payment, refuse_payment
from khuyencong.finance.actions.plans import (
    approve_plan,
    attach_decision,
    create_plan,
    put_in_plan,
    set_weights,
    take_out_of_plan,
)
from khuyencong.finance.actions.settlement import recover, settle, stop

__all__ = [
    "approve_payment",
    "approve_plan",
    "attach_decision",
    "carry_over",
    "create_plan",
    "delegate_envelope",
    "give_envelope",
    "prepare_payment",
    "put_in_plan",
    "record_history",
    "record_past_plan",
    "recover",
    "refuse_payment",
    "return_money",
    "set_weights",
    "settle",
    "sign_contract",
    "stop",
    "take_out_of_plan",
]
