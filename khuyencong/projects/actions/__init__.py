"""What happens to a đề án before money is committed."""

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
from khuyencong.projects.actions.draft import add_beneficiary, create_project, remove_beneficiary, update_project
from khuyencong.projects.actions.estimate import MAX_LINES, LineInput, save_estimate
from khuyencong.projects.actions.submit import submit, withdraw

__all__ = [
    "INDICATOR_COLUMNS",
    "MAX_LINES",
    "MAX_ROWS",
    "WORK_COLUMNS",
    "Commitments",
    "ContentRows",
    "IndicatorInput",
    "LineInput",
    "LinkedInput",
    "WorkInput",
    "add_beneficiary",
    "attach_file",
    "copy_project",
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
