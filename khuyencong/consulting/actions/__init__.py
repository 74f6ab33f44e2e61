"""Everything that is done to clients, jobs and advice."""

from khuyencong.consulting.actions.advice import correct_advice, parts_for, record_advice, withdraw_advice
from khuyencong.consulting.actions.clients import add_client, change_target, edit_client, set_target
from khuyencong.consulting.actions.files import add_advice_files, add_job_files
from khuyencong.consulting.actions.jobs import (
    PhaseInput,
    accept_phase,
    book,
    change_offer,
    divide_job,
    end_job,
    offer_job,
    sign_job,
    take_back,
)

__all__ = [
    "PhaseInput",
    "accept_phase",
    "add_advice_files",
    "add_client",
    "add_job_files",
    "book",
    "change_offer",
    "change_target",
    "correct_advice",
    "divide_job",
    "edit_client",
    "end_job",
    "offer_job",
    "parts_for",
    "record_advice",
    "set_target",
    "sign_job",
    "take_back",
    "withdraw_advice",
]
