"""What happens with the Treasury: lists go out, statements come back."""

from khuyencong.treasury.actions.confirming import apply_next, begin_apply, match_line, set_lines_aside
from khuyencong.treasury.actions.lists import cancel_list, make_list, record_taken, send_list, take_out_of_list
from khuyencong.treasury.actions.statements import drop_statement, record_refused, refused_lines, start_statement

__all__ = [
    "apply_next",
    "begin_apply",
    "cancel_list",
    "drop_statement",
    "make_list",
    "match_line",
    "record_refused",
    "record_taken",
    "refused_lines",
    "send_list",
    "set_lines_aside",
    "start_statement",
    "take_out_of_list",
]
