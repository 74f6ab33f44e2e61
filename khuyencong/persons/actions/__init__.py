"""What is done with the data of persons."""

from khuyencong.persons.actions.hiding import begin_run, hide_chosen, hide_next
from khuyencong.persons.actions.requests import answer_request, choose_rows, take_request
from khuyencong.persons.actions.terms import keep_term

__all__ = ["answer_request", "begin_run", "choose_rows", "hide_chosen", "hide_next", "keep_term", "take_request"]
