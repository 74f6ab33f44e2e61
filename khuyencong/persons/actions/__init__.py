"""What is done with the data of persons."""

from khuyencong.persons.actions.hiding import begin_run, hide_chosen, hide_next
from khuyencong.persons.actions.requests import agree_to_copy, answer_request, choose_rows, record_look, take_request
from khuyencong.persons.actions.terms import keep_term

__all__ = [
    "agree_to_copy", "answer_request", "begin_run", "choose_rows", "hide_chosen", "hide_next", "keep_term", "record_look",
    "take_request",
]  # fmt: skip
