"""What is done here: an agency's time limits, what leaders are told, and how a person is reminded."""

from khuyencong.deadlines.actions.leaders import escalate, set_escalation
from khuyencong.deadlines.actions.own import add_deadline, mark_done, unmark_done, update_deadline
from khuyencong.deadlines.actions.person import choose_letters, make_feed, revoke_feed

__all__ = [
    "add_deadline",
    "choose_letters",
    "escalate",
    "make_feed",
    "mark_done",
    "revoke_feed",
    "set_escalation",
    "unmark_done",
    "update_deadline",
]
