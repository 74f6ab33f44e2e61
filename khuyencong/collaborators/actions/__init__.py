"""What happens in the network: people and terms, rates and notes, lists of allowances."""

from khuyencong.collaborators.actions.paying import (
    approve_list,
    cancel_list,
    prepare_list,
    send_back_list,
    set_amount,
    tie_list,
    untie_list,
)
from khuyencong.collaborators.actions.people import PERSON, correct_person, register_collaborator, write_note
from khuyencong.collaborators.actions.rates import correct_rate, keep_rate
from khuyencong.collaborators.actions.terms import TERM, appoint, correct_term, end_term, withdraw_term

__all__ = [
    "PERSON",
    "TERM",
    "appoint",
    "approve_list",
    "cancel_list",
    "correct_person",
    "correct_rate",
    "correct_term",
    "end_term",
    "keep_rate",
    "prepare_list",
    "register_collaborator",
    "send_back_list",
    "set_amount",
    "tie_list",
    "untie_list",
    "withdraw_term",
    "write_note",
]
