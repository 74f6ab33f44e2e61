"""Answering a request for completion, item by item."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from khuyencong.appraisal.models import CompletionItem, CompletionRequest
from khuyencong.appraisal.rules import pending_completion
from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.projects.door import lock_draft, touch


@transaction.atomic
def answer_completion(*, project_id: int, by: Actor, version: int, answers: Mapping[int, str]) -> CompletionRequest:
    """Write down what was done about each item, by its number; what is left empty still waits.

    All must be answered before the đề án is handed in again. Raises NotAllowed, Stale, Refused.
    """
    project = lock_draft(project_id, by=by, version=version)
    request = pending_completion(project)
    if request is None:
        raise Refused("Đề án không có yêu cầu hoàn thiện nào đang chờ trả lời.")
    changed = []
    before, after = {}, {}
    for item in request.items.all():
        answer = answers.get(item.number, item.answer).strip()
        if answer == item.answer:
            continue
        before[f"điểm {item.number}"], after[f"điểm {item.number}"] = item.answer, answer
        item.answer = answer
        item.answered_by, item.answered_at = (by.user, timezone.now()) if answer else (None, None)
        changed.append(item)
    CompletionItem.objects.bulk_update(changed, ["answer", "answered_by", "answered_at"])
    touch(project)
    record(
        action="project.completion_answer", by=by, subject=project, thread=project.thread, before=before, after=after
    )
    return request
