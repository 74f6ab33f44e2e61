"""Conditions of an agreement: the unit answers, the appraiser of that level decides."""

from __future__ import annotations

from typing import Literal

from django.db import transaction
from django.utils import timezone

from khuyencong.appraisal.levels import PERMISSION_OF
from khuyencong.appraisal.models import AppraisalCondition
from khuyencong.appraisal.states import move
from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import has_written, lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

# What an appraiser may say of a condition, and how the trail calls it.
Decision = Literal["meet", "waive", "send_back"]
WORDS: dict[Decision, str] = {"meet": "đã đáp ứng", "waive": "được miễn", "send_back": "chưa đạt, phải bổ sung"}
# As long as the đề án has not been approved, a condition can be answered and decided on.
BEFORE_APPROVAL = frozenset({ProjectState.BASE_APPRAISED, ProjectState.CENTRAL_APPRAISED})


def _condition_of(project: Project, condition_id: int) -> AppraisalCondition:
    found = AppraisalCondition.objects.select_related("appraisal__by").filter(
        pk=condition_id, appraisal__project=project, appraisal__submission=project.submission
    )
    condition = found.first()
    if condition is None or project.state not in BEFORE_APPROVAL:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}»: điều kiện này không còn chờ đáp ứng.")
    return condition


@transaction.atomic
def answer_condition(
    *, project_id: int, by: Actor, version: int, condition_id: int, answer: str, evidence_id: int | None = None
) -> AppraisalCondition:
    """Say how a condition was met, with a file of the đề án as evidence or a note alone.

    Raises NotAllowed, Stale, Refused.
    """
    project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
    condition = _condition_of(project, condition_id)
    if not answer.strip():
        raise Refused("Hãy ghi điều kiện được đáp ứng thế nào.")
    evidence = project.attachments.filter(pk=evidence_id).first() if evidence_id else None
    if evidence_id and evidence is None:
        raise Refused("Tệp chứng minh phải là tệp của đề án này.")
    move(condition, "answer")
    condition.answer, condition.evidence = answer, evidence
    condition.answered_by, condition.answered_at = by.user, timezone.now()
    condition.save()
    touch(project)
    url = f"{project.get_absolute_url()}?tab=tham-dinh"
    sentence = f"Đơn vị đã trả lời điều kiện {condition.number} của đề án {project.code}."
    notify(users=[condition.appraisal.by], sentence=sentence, url=url)
    record(
        action="project.condition_answer",
        by=by,
        subject=project,
        thread=project.thread,
        after={"điều kiện": str(condition), "tệp": str(evidence or "")},
        note=answer,
    )
    return condition


@transaction.atomic
def decide_condition(
    *, project_id: int, by: Actor, version: int, condition_id: int, decision: Decision, reason: str
) -> AppraisalCondition:
    """Confirm that a condition is met, waive it with a reason, or send the answer back.

    Whoever wrote the đề án or answered the condition does not decide. Raises NotAllowed, Stale, Refused.
    """
    # Which level's appraisers decide never changes; the state is looked at after the lock.
    level = AppraisalCondition.objects.values_list("appraisal__level", flat=True).get(pk=condition_id)
    project = lock_project(project_id, by=by, permission=PERMISSION_OF[level], version=version)
    condition = _condition_of(project, condition_id)
    if by.user.pk == condition.answered_by_id or has_written(project, by):
        raise Refused("Người lập đề án hoặc trả lời điều kiện không được tự xác nhận điều kiện.")
    if not reason.strip() and (decision != "meet" or not condition.answer):
        raise Refused("Hãy ghi lý do, hoặc đã thấy điều kiện được đáp ứng ở đâu.")
    before = {"điều kiện": str(condition), "tình trạng": condition.get_state_display()}
    move(condition, decision)
    condition.reason = reason
    if not condition.is_open:
        condition.decided_by, condition.decided_at = by.user, timezone.now()
    condition.save()
    touch(project)
    if project.in_charge is not None:
        url = f"{project.get_absolute_url()}?tab=tham-dinh"
        sentence = f"Điều kiện {condition.number} của đề án {project.code}: {WORDS[decision]}."
        notify(users=[project.in_charge], sentence=sentence, url=url)
    record(
        action="project.condition_decide",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={"điều kiện": str(condition), "tình trạng": WORDS[decision]},
        note=reason,
    )
    return condition
