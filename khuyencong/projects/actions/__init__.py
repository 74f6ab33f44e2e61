"""What happens to a đề án before money is committed."""

from khuyencong.projects.actions.asked import ask_for_paper, ask_of_all, stop_asking
from khuyencong.projects.actions.attachments import attach_file, remove_file
from khuyencong.projects.actions.charge import put_in_charge
from khuyencong.projects.actions.commitments import Commitments, set_commitments
from khuyencong.projects.actions.dossier import (
    assign_file,
    comment_on_paper,
    file_paper,
    judge_paper,
    take_registered_paper,
    waive_paper,
)
from khuyencong.projects.actions.draft import (
    MAX_LINES,
    LineInput,
    add_beneficiary,
    create_project,
    remove_beneficiary,
    save_estimate,
    update_project,
)
from khuyencong.projects.actions.letters import LetterInput, record_letter
from khuyencong.projects.actions.submit import submit, withdraw

__all__ = [
    "MAX_LINES",
    "Commitments",
    "LetterInput",
    "LineInput",
    "add_beneficiary",
    "ask_for_paper",
    "ask_of_all",
    "assign_file",
    "attach_file",
    "comment_on_paper",
    "create_project",
    "file_paper",
    "judge_paper",
    "put_in_charge",
    "record_letter",
    "remove_beneficiary",
    "remove_file",
    "save_estimate",
    "set_commitments",
    "stop_asking",
    "submit",
    "take_registered_paper",
    "update_project",
    "waive_paper",
    "withdraw",
]
