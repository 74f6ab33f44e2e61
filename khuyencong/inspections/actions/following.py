"""Following a finding up until it is mended: the answer of whoever owes it, and what the inspectors say to it."""

from __future__ import annotations

from typing import Literal

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.inspections.actions.judging import finish_if_done
from khuyencong.inspections.door import lock_finding, need, touch
from khuyencong.inspections.files import Uploads, keep_files
from khuyencong.inspections.models import FileKind, FollowUp, FollowUpStep, InspectionFinding
from khuyencong.inspections.rules import check_inspectors
from khuyencong.inspections.states import move_finding
from khuyencong.inspections.tell import tell_answered, tell_followed_up
from khuyencong.people.actors import Actor
from khuyencong.projects.keeping import files_or_nothing


def answer(*, finding_id: int, by: Actor, version: int, text: str, uploads: Uploads = ()) -> InspectionFinding:
    """The unit or the owner says what was done, with papers or photos. Raises NotAllowed, Stale, Refused; then no file stays."""
    with files_or_nothing() as kept:
        with transaction.atomic():
            finding = lock_finding(finding_id, "answer", by=by, version=version)
            said = need(text, "Hãy ghi đã khắc phục thế nào.")
            _write(finding, FollowUpStep.ANSWER, said, by, uploads, kept)
            move_finding(finding, "answer")
            touch(finding.inspection)
            tell_answered(finding, by=by)
            record(
                action="inspection.answer",
                by=by,
                subject=finding,
                thread=finding.thread,
                after={"kiến nghị": finding.number, "tệp": [one.name for one in uploads]},
                note=said,
            )
        return finding


def follow_up(
    *,
    finding_id: int,
    by: Actor,
    version: int,
    step: Literal["close", "send_back"],
    text: str,
    uploads: Uploads = (),
) -> InspectionFinding:
    """The inspectors say that it is mended, and how they know, or that it is not yet; the last one closes the inspection.

    What is closed without an answer of the inspected needs evidence: a file. Nobody closes what he or she has answered.
    Raises NotAllowed, Stale, Refused; then no file stays.
    """
    with files_or_nothing() as kept:
        with transaction.atomic():
            finding = lock_finding(finding_id, step, by=by, version=version)
            check_inspectors(finding.inspection.project, [by.user])
            said = need(text, "Hãy ghi căn cứ: đã xem gì, ở đâu, hoặc còn thiếu gì.")
            answers = finding.follow_ups.filter(step=FollowUpStep.ANSWER)
            if answers.filter(by=by.user).exists():
                raise Refused("Người đã trả lời kiến nghị không tự kết luận kiến nghị ấy.")
            closing = step == "close"
            if closing and not uploads and not answers.exists():
                raise Refused("Chưa có trả lời nào: hãy kèm ảnh hoặc giấy tờ chứng minh đã khắc phục.")
            _write(finding, FollowUpStep.CLOSE if closing else FollowUpStep.SEND_BACK, said, by, uploads, kept)
            if closing:
                finding.closed_on = today()
            move_finding(finding, step)
            touch(finding.inspection)
            if closing:
                finish_if_done(finding.inspection, today())
            tell_followed_up(finding, "đã được ghi là khắc phục xong" if closing else "chưa đạt, cần làm tiếp", by=by)
            record(
                action=f"inspection.{step}",
                by=by,
                subject=finding,
                thread=finding.thread,
                after={
                    "kiến nghị": finding.number,
                    "trạng thái": finding.get_state_display(),
                    "cuộc kiểm tra": finding.inspection.get_state_display(),
                    "tệp": [one.name for one in uploads],
                },
                note=said,
            )
        return finding


def _write(
    finding: InspectionFinding, step: FollowUpStep, text: str, by: Actor, uploads: Uploads, kept: list[str]
) -> None:
    row = FollowUp.objects.create(finding=finding, step=step, text=text, by=by.user, agency=by.agency)
    keep_files(finding.inspection, uploads, kind=FileKind.EVIDENCE, user=by.user, kept=kept, follow_up=row)
