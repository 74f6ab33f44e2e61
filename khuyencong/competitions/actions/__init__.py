"""What happens to rounds, their people, their scale and their products."""

from khuyencong.competitions.actions.checking import accept_entry, ask_to_complete, refuse_entry
from khuyencong.competitions.actions.entries import (
    FIELDS,
    add_papers,
    add_photos,
    begin_entry,
    remove_file,
    submit_entry,
    withdraw_entry,
    write_entry,
)
from khuyencong.competitions.actions.members import add_member, copy_members, end_member, replace_member
from khuyencong.competitions.actions.rounds import (
    add_round_papers,
    call_round,
    cancel_round,
    change_round,
    close_round,
    make_round,
    open_scoring,
)
from khuyencong.competitions.actions.scale import CriterionInput, approve_scale, propose_scale

__all__ = [
    "FIELDS",
    "CriterionInput",
    "accept_entry",
    "add_member",
    "add_papers",
    "add_photos",
    "add_round_papers",
    "approve_scale",
    "ask_to_complete",
    "begin_entry",
    "call_round",
    "cancel_round",
    "change_round",
    "close_round",
    "copy_members",
    "end_member",
    "make_round",
    "open_scoring",
    "propose_scale",
    "refuse_entry",
    "remove_file",
    "replace_member",
    "submit_entry",
    "withdraw_entry",
    "write_entry",
]
