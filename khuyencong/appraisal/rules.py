"""What conditions and requests for completion stand in the way of."""

from __future__ import annotations

from django.db.models import F, QuerySet

from khuyencong.appraisal.models import STILL_OPEN, AppraisalCondition, CompletionRequest
from khuyencong.core.findings import Blocker, Finding
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState


def open_conditions(project: Project) -> QuerySet[AppraisalCondition]:
    """Conditions of the appraisals of the last submission that are neither met nor waived.

    Those of an earlier submission are gone with the appraisal that set them: the đề án is appraised anew.
    """
    return AppraisalCondition.objects.filter(
        appraisal__project=project, appraisal__submission=F("appraisal__project__submission"), state__in=STILL_OPEN
    ).select_related("appraisal")


def condition_findings(project: Project) -> list[Finding]:
    """One blocker for each open condition; one query."""
    return [
        Blocker(
            "open_condition",
            f"Điều kiện {one.number} của thẩm định {one.appraisal.get_level_display().lower()} chưa được xác nhận đáp "
            f"ứng: «{_short(one.text)}».",
            "TT 36/2013 Đ8, Đ9",
        )
        for one in open_conditions(project)
    ]


def pending_completion(project: Project) -> CompletionRequest | None:
    """The request that a returned đề án has to answer; None in every other state. One query, and one for its items."""
    if project.state != ProjectState.RETURNED:
        return None
    return project.completion_requests.filter(submission=project.submission).prefetch_related("items").first()


def completion_findings(project: Project) -> list[Finding]:
    """What of the request for completion is not answered yet; asked before a đề án is handed in again."""
    request = pending_completion(project)
    return [
        Blocker(
            "completion_unanswered",
            f"Chưa trả lời điểm {item.number} của yêu cầu hoàn thiện: «{_short(item.text)}».",
        )
        for item in (request.items.all() if request else ())
        if not item.answer
    ]


def _short(text: str) -> str:
    return text.rstrip(".") if len(text) <= _GLIMPSE else f"{text[:_GLIMPSE]}…"


_GLIMPSE = 120
