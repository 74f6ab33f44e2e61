from khuyencong.appraisal.forms.answers import CompletionForm, ConditionAnswerForm, ConditionDecisionForm
from khuyencong.appraisal.forms.appraising import AppraisalForm, PointFields, add_points, judgements_of, points_of
from khuyencong.appraisal.forms.council import (
    AttendanceForm,
    ConclusionForm,
    CouncilForm,
    EndCouncilForm,
    MemberForm,
    PostponeForm,
    SessionForm,
    SheetForm,
)
from khuyencong.appraisal.forms.spot import RemarkForm, VisitForm

__all__ = [
    "AppraisalForm",
    "AttendanceForm",
    "CompletionForm",
    "ConclusionForm",
    "ConditionAnswerForm",
    "ConditionDecisionForm",
    "CouncilForm",
    "EndCouncilForm",
    "MemberForm",
    "PointFields",
    "PostponeForm",
    "RemarkForm",
    "SessionForm",
    "SheetForm",
    "VisitForm",
    "add_points",
    "judgements_of",
    "points_of",
]
