"""What happens to money: envelopes, plans, contracts, payments, stopping."""

from khuyencong.finance.actions.annexes import amend_contract, decide_advance
from khuyencong.finance.actions.bank_accounts import add_bank_account, end_bank_account
from khuyencong.finance.actions.contracts import (
    change_draft,
    discard_draft,
    prepare_contract,
    sign_contract,
    sign_draft,
)
from khuyencong.finance.actions.envelopes import carry_over, delegate_envelope, give_envelope, return_money
from khuyencong.finance.actions.history import record_history, record_past_plan
from khuyencong.finance.actions.payment_rule import set_payment_rule
from khuyencong.finance.actions.payments import (
    approve_payment,
    check_payment,
    mark_paid,
    prepare_payment,
    return_payment,
    reverse_payment,
    send_payments,
)
from khuyencong.finance.actions.periods import close_period, reopen_period
from khuyencong.finance.actions.plans import (
    approve_plan,
    attach_decision,
    create_plan,
    put_in_plan,
    set_weights,
    take_out_of_plan,
)
from khuyencong.finance.actions.schedules import add_guarantee, release_guarantee, save_schedule
from khuyencong.finance.actions.stopping import stop
from khuyencong.finance.actions.support_contracts import record_support_contract

__all__ = [
    "add_bank_account",
    "add_guarantee",
    "amend_contract",
    "approve_payment",
    "approve_plan",
    "attach_decision",
    "carry_over",
    "change_draft",
    "check_payment",
    "close_period",
    "create_plan",
    "decide_advance",
    "delegate_envelope",
    "discard_draft",
    "end_bank_account",
    "give_envelope",
    "mark_paid",
    "prepare_contract",
    "prepare_payment",
    "put_in_plan",
    "record_history",
    "record_past_plan",
    "record_support_contract",
    "release_guarantee",
    "reopen_period",
    "return_money",
    "return_payment",
    "reverse_payment",
    "save_schedule",
    "send_payments",
    "set_payment_rule",
    "set_weights",
    "sign_contract",
    "sign_draft",
    "stop",
    "take_out_of_plan",
]
