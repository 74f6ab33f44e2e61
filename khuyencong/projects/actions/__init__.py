"""What happens to a đề án before money is committed."""

from khuyencong.projects.actions.asked import ask_for_paper, ask_of_all, stop_asking
from khuyencong.projects.actions.attachments import attach_file, remove_file
from khuyencong.projects.actions.charge import put_in_charge
from khuyencong.projects.actions.commitments import Commitments, set_commitments
from khuyencong.projects.actions.content import (
    INDICATOR_COLUMNS,
    MAX_ROWS,
    WORK_COLUMNS,
    ContentRows,
    IndicatorInput,
    LinkedInput,
    WorkInput,
)
from khuyencong.projects.actions.copy import copy_project
from khuyencong.projects.actions.cutting import cut_support
from khuyencong.projects.actions.dossier import (
    assign_file,
    comment_on_paper,
    file_paper,
    judge_paper,
    take_registered_paper,
    waive_paper,
)
from khuyencong.projects.actions.draft import add_beneficiary, create_project, remove_beneficiary, update_project
from khuyencong.projects.actions.estimate import save_estimate
from khuyencong.projects.actions.letters import LetterInput, record_letter
from khuyencong.projects.actions.submit import submit, withdraw
from khuyencong.projects.estimates import MAX_LINES, LineInput

__all__ = [
    "INDICATOR_COLUMNS",
    "MAX_LINES",
    "MAX_ROWS",
    "WORK_COLUMNS",
    "Commitments",
    "ContentRows",
    "IndicatorInput",
    "LetterInput",
    "LineInput",
    "LinkedInput",
    "WorkInput",
    "add_beneficiary",
    "ask_for_paper",
    "ask_of_all",
    "assign_file",
    "attach_file",
    "comment_on_paper",
    "copy_project",
    "create_project",
    "cut_support",
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
