"""What happens in the network: people and terms, rates and notes, lists of allowances."""

from khuyencong.collaborators.actions.paying import (
    approve_list,
    cancel_list,
    prepare_list,
    send_back_list,
    set_amount,
    tie_list,
)
from khuyencong.collaborators.actions.people import (
    PERSON,
    appoint,
    correct_person,
    correct_rate,
    end_term,
    keep_rate,
    register_collaborator,
    write_note,
)

__all__ = [
    "PERSON",
    "appoint",
    "approve_list",
    "cancel_list",
    "correct_person",
    "correct_rate",
    "end_term",
    "keep_rate",
    "prepare_list",
    "register_collaborator",
    "send_back_list",
    "set_amount",
    "tie_list",
    "write_note",
]
