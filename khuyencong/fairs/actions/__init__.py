"""Everything that is done around a fair."""

from khuyencong.fairs.actions.booths import (
    BoothInput,
    assign_booth,
    change_booth,
    lay_grid,
    remove_booth,
    set_plan,
    write_booths,
)
from khuyencong.fairs.actions.contracts import change_contract, keep_contract
from khuyencong.fairs.actions.fairs import (
    call_fair,
    cancel_fair,
    change_fair,
    close_fair,
    confirm_list,
    make_fair,
    reopen_list,
    resume_fair,
)
from khuyencong.fairs.actions.participants import accept, invite, refuse, register, withdraw
from khuyencong.fairs.actions.results import add_link, follow_link, record_day, record_visitors

__all__ = [
    "BoothInput",
    "accept",
    "add_link",
    "assign_booth",
    "call_fair",
    "cancel_fair",
    "change_booth",
    "change_contract",
    "change_fair",
    "close_fair",
    "confirm_list",
    "follow_link",
    "invite",
    "keep_contract",
    "lay_grid",
    "make_fair",
    "record_day",
    "record_visitors",
    "refuse",
    "register",
    "remove_booth",
    "reopen_list",
    "resume_fair",
    "set_plan",
    "withdraw",
    "write_booths",
]
