"""Everything that happens to a class and to those who come."""

from khuyencong.training.actions.allowances import annul_list, prepare_list, tie_list
from khuyencong.training.actions.attendance import Mark, mark_attendance
from khuyencong.training.actions.certificates import certify, withdraw_certificate
from khuyencong.training.actions.courses import (
    cancel_course,
    change_course,
    create_course,
    finish_course,
    open_course,
    renew_door,
    reopen_course,
)
from khuyencong.training.actions.door import enter_at_the_door, evaluate
from khuyencong.training.actions.programme import (
    SessionInput,
    add_files,
    add_sessions,
    add_trainer,
    move_session,
    remove_rate,
    remove_session,
    remove_trainer,
    set_rate,
)
from khuyencong.training.actions.roster import (
    add_learner,
    change_learner,
    import_learners,
    record_employment,
    remove_learner,
)

__all__ = [
    "Mark",
    "SessionInput",
    "add_files",
    "add_learner",
    "add_sessions",
    "add_trainer",
    "annul_list",
    "cancel_course",
    "certify",
    "change_course",
    "change_learner",
    "create_course",
    "enter_at_the_door",
    "evaluate",
    "finish_course",
    "import_learners",
    "mark_attendance",
    "move_session",
    "open_course",
    "prepare_list",
    "record_employment",
    "remove_learner",
    "remove_rate",
    "remove_session",
    "remove_trainer",
    "renew_door",
    "reopen_course",
    "set_rate",
    "tie_list",
    "withdraw_certificate",
]
