"""Collaborators, their terms and notes, and the lists by which they are paid."""

from khuyencong.collaborators.models.paying import AllowanceLine, AllowanceList, AllowanceState, first_of
from khuyencong.collaborators.models.people import AllowanceRate, Collaborator, MonthlyNote, Term

__all__ = [
    "AllowanceLine",
    "AllowanceList",
    "AllowanceRate",
    "AllowanceState",
    "Collaborator",
    "MonthlyNote",
    "Term",
    "first_of",
]
