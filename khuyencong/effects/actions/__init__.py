"""What happens to a sheet: it is asked, answered, confirmed or sent back."""

from khuyencong.effects.actions.answering import Told, answer_as_owner, answer_by_link, record_by_phone
from khuyencong.effects.actions.asking import ask_round, print_letters, revoke_link, send_link
from khuyencong.effects.actions.judging import confirm, reopen, send_back

__all__ = [
    "Told",
    "answer_as_owner",
    "answer_by_link",
    "ask_round",
    "confirm",
    "print_letters",
    "record_by_phone",
    "reopen",
    "revoke_link",
    "send_back",
    "send_link",
]
