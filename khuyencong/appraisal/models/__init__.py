from khuyencong.appraisal.models.appraisal import POINTS, Appraisal, AppraisalPoint, Level, Outcome
from khuyencong.appraisal.models.completion import CompletionItem, CompletionRequest
from khuyencong.appraisal.models.conditions import STILL_OPEN, AppraisalCondition, ConditionState
from khuyencong.appraisal.models.council import Council, CouncilMember, MemberRole, Quorum
from khuyencong.appraisal.models.remarks import Remark
from khuyencong.appraisal.models.sessions import AgendaItem, Attendance, CouncilSession, CouncilSheet, SheetPoint
from khuyencong.appraisal.models.visits import SiteVisit, VisitPhoto

__all__ = [
    "POINTS",
    "STILL_OPEN",
    "AgendaItem",
    "Appraisal",
    "AppraisalCondition",
    "AppraisalPoint",
    "Attendance",
    "CompletionItem",
    "CompletionRequest",
    "ConditionState",
    "Council",
    "CouncilMember",
    "CouncilSession",
    "CouncilSheet",
    "Level",
    "MemberRole",
    "Outcome",
    "Quorum",
    "Remark",
    "SheetPoint",
    "SiteVisit",
    "VisitPhoto",
]
