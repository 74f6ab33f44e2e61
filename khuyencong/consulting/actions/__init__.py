"""Everything that is done to clients, jobs and advice."""

from khuyencong.consulting.actions.advice import correct_advice, parts_for, record_advice, withdraw_advice
from khuyencong.consulting.actions.bookings import book, take_back
from khuyencong.consulting.actions.clients import add_client, change_target, edit_client, set_target
from khuyencong.consulting.actions.files import add_advice_files, add_job_files
from khuyencong.consulting.actions.jobs import (
    PhaseInput,
    accept_phase,
    annex_job,
    annul_acceptance,
    change_offer,
    divide_job,
    end_job,
    offer_job,
    reopen_job,
    sign_job,
)

__all__ = [
    "PhaseInput",
    "accept_phase",
    "add_advice_files",
    "add_client",
    "add_job_files",
    "annex_job",
    "annul_acceptance",
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
    "reopen_job",
    "set_target",
    "sign_job",
    "take_back",
    "withdraw_advice",
]
