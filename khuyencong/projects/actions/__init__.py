"""What happens to a đề án before money is committed."""

from khuyencong.projects.actions.attachments import attach_file, remove_file
from khuyencong.projects.actions.charge import put_in_charge
from khuyencong.projects.actions.commitments import Commitments, set_commitments
from khuyencong.projects.actions.cutting import cut_support
from khuyencong.projects.actions.draft import (
    MAX_LINES,
    LineInput,
    add_beneficiary,
    create_project,
    remove_beneficiary,
    save_estimate,
    update_project,
)
from khuyencong.projects.actions.submit import submit, withdraw

__all__ = [
    "MAX_LINES",
    "Commitments",
    "LineInput",
    "add_beneficiary",
    "attach_file",
    "create_project",
    "cut_support",
    "put_in_charge",
    "remove_beneficiary",
    "remove_file",
    "save_estimate",
    "set_commitments",
    "submit",
    "update_project",
    "withdraw",
]
