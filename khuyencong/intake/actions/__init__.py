"""What happens at the counter: owners register and are let in, ask for support, and are answered."""

from khuyencong.intake.actions.deciding import approve_registration, refuse_registration
from khuyencong.intake.actions.handling import decline_request, receive_request, return_request, take_up_request
from khuyencong.intake.actions.own import correct_contact, report_mistake
from khuyencong.intake.actions.papers import add_papers, remove_paper
from khuyencong.intake.actions.registering import confirm_registration, find_by_token, register, register_again
from khuyencong.intake.actions.writing import ask_for_help, begin_request, send_request, withdraw_request, write_request

__all__ = [
    "add_papers",
    "approve_registration",
    "ask_for_help",
    "begin_request",
    "confirm_registration",
    "correct_contact",
    "decline_request",
    "find_by_token",
    "receive_request",
    "refuse_registration",
    "register",
    "register_again",
    "remove_paper",
    "report_mistake",
    "return_request",
    "send_request",
    "take_up_request",
    "withdraw_request",
    "write_request",
]
