"""Appraising a đề án at either level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from khuyencong.appraisal.models import POINTS, Appraisal, AppraisalPoint, Level, Outcome
from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, NeedsApproval, blockers
from khuyencong.law.norms import NormBook
from khuyencong.people.actors import Actor
from khuyencong.projects.door import has_written, lock_for_step
from khuyencong.projects.models import Project
from khuyencong.projects.states import move
from khuyencong.projects.support import beneficiaries_of, reckon

STEP_OF = {
    Outcome.AGREE: "agree",
    Outcome.AGREE_WITH_CONDITIONS: "agree",
    Outcome.RETURN: "return",
    Outcome.REFUSE: "refuse",
}


@dataclass(frozen=True)
class Judgement:
    """What the appraiser says of one of the five points."""

    met: bool
    comment: str = ""


def current_findings(project: Project, *, seen_by: Actor, book: NormBook | None = None) -> tuple[Finding, ...]:
    """What the law says today of who asks and for how much; a few queries, whatever the number of beneficiaries.

    `book`: the norms in force, where they were read already.
    """
    return reckon(
        project, beneficiaries_of(project), project.lines.all(), on=today(), book=book, seen_by=seen_by
    ).findings


@transaction.atomic
def appraise(
    *,
    project_id: int,
    by: Actor,
    version: int,
    level: Level,
    outcome: Outcome,
    points: Mapping[int, Judgement],
    appraised_on: date,
    comment: str = "",
    conditions: str = "",
    minutes_number: str = "",
    by_council: bool = False,
    norm_confirmed: bool = False,
) -> Appraisal:
    """Judge the five points of TT 36/2013 Đ9 and agree, return or refuse.

    Whoever wrote or submitted the đề án does not appraise it. Raises NotAllowed, Stale, Refused.
    """
    step = f"{level}_{STEP_OF[outcome]}"
    project = lock_for_step(project_id, step, by=by, version=version)
    if has_written(project, by):
        raise Refused("Người lập hoặc gửi đề án không được thẩm định đề án đó.")
    if project.appraisals.filter(submission=project.submission, by=by.user).exists():
        raise Refused("Người đã thẩm định ở cấp kia không thẩm định lại ở cấp này.")
    _check_words(outcome, points, comment, conditions)
    _check_day(project, appraised_on)
    if STEP_OF[outcome] == "agree":
        _check_law(project, by=by, norm_confirmed=norm_confirmed)
    before = {"state": project.state}
    appraisal = Appraisal.objects.create(
        project=project,
        level=level,
        submission=project.submission,
        outcome=outcome,
        by_council=by_council,
        minutes_number=minutes_number,
        appraised_on=appraised_on,
        comment=comment,
        conditions=conditions,
        norm_confirmed=norm_confirmed,
        by=by.user,
        agency=by.agency,
    )
    AppraisalPoint.objects.bulk_create(
        AppraisalPoint(appraisal=appraisal, number=number, met=one.met, comment=one.comment)
        for number, one in sorted(points.items())
    )
    move(project, step)
    record(
        action=f"project.{step}",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={
            "state": project.state,
            "kết quả": str(outcome),
            "số": minutes_number,
            "ngày": appraised_on.isoformat(),
            "điểm đạt": [number for number, one in sorted(points.items()) if one.met],
        },
        note=comment or conditions,
    )
    return appraisal


def _check_words(outcome: Outcome, points: Mapping[int, Judgement], comment: str, conditions: str) -> None:
    if set(points) != set(POINTS):
        raise Refused("Phải thẩm định đủ năm nội dung.", article="TT 36/2013 Đ9")
    unmet = [number for number, one in points.items() if not one.met]
    if outcome == Outcome.AGREE and unmet:
        raise Refused(
            "Còn nội dung chưa đạt: hãy đồng ý có điều kiện, trả lại hoặc không đồng ý.", article="TT 36/2013 Đ9"
        )
    if outcome == Outcome.AGREE_WITH_CONDITIONS and not conditions.strip():
        raise Refused("Đồng ý có điều kiện thì phải ghi điều kiện.")
    if outcome in {Outcome.RETURN, Outcome.REFUSE} and not comment.strip():
        raise Refused("Trả lại hoặc không đồng ý thì phải ghi lý do.")


def _check_day(project: Project, appraised_on: date) -> None:
    if appraised_on > today():
        raise Refused("Ngày thẩm định không được ở tương lai.")
    if project.submitted_on and appraised_on < project.submitted_on:
        raise Refused(f"Ngày thẩm định không được trước ngày gửi ({format_date(project.submitted_on)}).")


def _check_law(project: Project, *, by: Actor, norm_confirmed: bool) -> None:
    findings = current_findings(project, seen_by=by)
    stopping = blockers(findings)
    if stopping:
        raise Refused("Chưa thể đồng ý: " + " ".join(one.sentence for one in stopping), findings=stopping)
    waiting = [one for one in findings if isinstance(one, NeedsApproval)]
    if waiting and not norm_confirmed:
        raise Refused(
            "Cần xác nhận đã đối chiếu với văn bản gốc: " + " ".join(one.sentence for one in waiting), findings=waiting
        )
