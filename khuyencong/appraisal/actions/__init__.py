from khuyencong.appraisal.actions.appraising import Judgement, appraise, current_findings, one_to_a_line
from khuyencong.appraisal.actions.completion import answer_completion
from khuyencong.appraisal.actions.conditions import answer_condition, decide_condition
from khuyencong.appraisal.actions.councils import MemberInput, create_council, end_council
from khuyencong.appraisal.actions.meetings import call_session, mark_attendance, postpone
from khuyencong.appraisal.actions.remarks import remark
from khuyencong.appraisal.actions.verdicts import close_sheets, conclude
from khuyencong.appraisal.actions.visits import record_visit
from khuyencong.appraisal.actions.votes import SheetInput, hand_in_sheet

__all__ = [
    "Judgement",
    "MemberInput",
    "SheetInput",
    "answer_completion",
    "answer_condition",
    "appraise",
    "call_session",
    "close_sheets",
    "conclude",
    "create_council",
    "current_findings",
    "decide_condition",
    "end_council",
    "hand_in_sheet",
    "mark_attendance",
    "one_to_a_line",
    "postpone",
    "record_visit",
    "remark",
]
