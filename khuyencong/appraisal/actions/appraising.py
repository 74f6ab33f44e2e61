"""Appraising a đề án at either level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from khuyencong.appraisal.models import (
    POINTS,
    Appraisal,
    AppraisalCondition,
    AppraisalPoint,
    CompletionItem,
    CompletionRequest,
    Level,
    Outcome,
)
from khuyencong.appraisal.rules import condition_findings
from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, NeedsApproval, as_dicts, blockers
from khuyencong.law.norms import NormBook
from khuyencong.law.workdays import add_working_days
from khuyencong.loans.reckoning import loan_findings
from khuyencong.notices.actions import notify
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


MOST_ITEMS = 50
LONGEST_ITEM = 2_000


def current_findings(project: Project, *, seen_by: Actor, book: NormBook | None = None) -> tuple[Finding, ...]:
    """What stands against an approval today: the law on who asks and for how much, and conditions not yet met.

    A few queries, whatever the number of beneficiaries. `book`: the norms in force, where they were read already.
    """
    return (*_law_findings(project, seen_by=seen_by, book=book), *condition_findings(project))


def _law_findings(project: Project, *, seen_by: Actor, book: NormBook | None = None) -> tuple[Finding, ...]:
    reckoning = reckon(project, beneficiaries_of(project), project.lines.all(), on=today(), book=book, seen_by=seen_by)
    return (*reckoning.findings, *loan_findings(project))


def one_to_a_line(text: str) -> list[str]:
    """The items of a text that has one on each line, without dashes before them. Refused where one is too long."""
    found = [line.strip(" \t-–•*") for line in text.splitlines()]
    found = [line for line in found if line]
    if len(found) > MOST_ITEMS:
        raise Refused(f"Nhiều nhất {MOST_ITEMS} dòng.")
    if any(len(line) > LONGEST_ITEM for line in found):
        raise Refused(f"Mỗi dòng nhiều nhất {LONGEST_ITEM} ký tự.")
    return found


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
    conditions_due_on: date | None = None,
    completion: Sequence[str] = (),
    completion_days: int | None = None,
) -> Appraisal:
    """Judge the five points of TT 36/2013 Đ9 and agree, return or refuse.

    `conditions`: one to a line, each a row of its own that stands in the way of approval until it is met or waived;
    `conditions_due_on` by when. `completion`: what a returned đề án must put right, item by item (the comment where
    none is named), within `completion_days` working days. Conditions of the other level that are still open do not
    stand against an agreement, only against the approval. Whoever wrote or submitted the đề án does not appraise it. Raises NotAllowed, Stale, Refused.
    """
    step = f"{level}_{STEP_OF[outcome]}"
    project = lock_for_step(project_id, step, by=by, version=version)
    if has_written(project, by):
        raise Refused("Người lập hoặc gửi đề án không được thẩm định đề án đó.")
    if project.appraisals.filter(submission=project.submission, by=by.user).exists():
        raise Refused("Người đã thẩm định ở cấp kia không thẩm định lại ở cấp này.")
    _check_words(outcome, points, comment, conditions)
    _check_day(project, appraised_on)
    if conditions_due_on is not None and conditions_due_on < appraised_on:
        raise Refused("Hạn đáp ứng điều kiện không được trước ngày thẩm định.")
    findings = _law_findings(project, seen_by=by)
    if STEP_OF[outcome] == "agree":
        _check_law(findings, norm_confirmed=norm_confirmed)
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
        findings=as_dicts(findings),
        norm_confirmed=norm_confirmed,
        by=by.user,
        agency=by.agency,
    )
    AppraisalPoint.objects.bulk_create(
        AppraisalPoint(appraisal=appraisal, number=number, met=one.met, comment=one.comment)
        for number, one in sorted(points.items())
    )
    if outcome == Outcome.AGREE_WITH_CONDITIONS:
        _set_conditions(appraisal, one_to_a_line(conditions), conditions_due_on)
    if outcome == Outcome.RETURN:
        _ask_for_completion(appraisal, list(completion) or one_to_a_line(comment), completion_days)
    move(project, step)
    _tell_the_unit(project, appraisal)
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
    if outcome == Outcome.AGREE_WITH_CONDITIONS and not one_to_a_line(conditions):
        raise Refused("Đồng ý có điều kiện thì phải ghi điều kiện.")
    if outcome in {Outcome.RETURN, Outcome.REFUSE} and not comment.strip():
        raise Refused("Trả lại hoặc không đồng ý thì phải ghi lý do.")


def _check_day(project: Project, appraised_on: date) -> None:
    if appraised_on > today():
        raise Refused("Ngày thẩm định không được ở tương lai.")
    if project.submitted_on and appraised_on < project.submitted_on:
        raise Refused(f"Ngày thẩm định không được trước ngày gửi ({format_date(project.submitted_on)}).")


def _set_conditions(appraisal: Appraisal, texts: Sequence[str], due_on: date | None) -> None:
    AppraisalCondition.objects.bulk_create(
        AppraisalCondition(appraisal=appraisal, number=number, text=text, due_on=due_on)
        for number, text in enumerate(texts, start=1)
    )


def _ask_for_completion(appraisal: Appraisal, texts: Sequence[str], working_days: int | None) -> None:
    request = CompletionRequest.objects.create(
        appraisal=appraisal,
        project=appraisal.project,
        submission=appraisal.submission,
        # The days run from the day on which the unit is told, whenever the sheet was signed.
        asked_on=today(),
        working_days=working_days,
        due_on=add_working_days(today(), working_days).on if working_days else None,
    )
    CompletionItem.objects.bulk_create(
        CompletionItem(request=request, number=number, text=text) for number, text in enumerate(texts, start=1)
    )


def _tell_the_unit(project: Project, appraisal: Appraisal) -> None:
    """Whoever looks after the đề án hears of what is to do."""
    said = {
        Outcome.RETURN: "được trả lại để hoàn thiện: xem từng điểm phải trả lời",
        Outcome.AGREE_WITH_CONDITIONS: "được đồng ý có điều kiện: xem các điều kiện phải đáp ứng trước khi phê duyệt",
    }.get(Outcome(appraisal.outcome))
    if said and project.in_charge is not None:
        url = f"{project.get_absolute_url()}?tab=tham-dinh"
        notify(users=[project.in_charge], sentence=f"Đề án {project.code} {said}.", url=url)


def _check_law(findings: Sequence[Finding], *, norm_confirmed: bool) -> None:
    stopping = blockers(findings)
    if stopping:
        raise Refused("Chưa thể đồng ý: " + " ".join(one.sentence for one in stopping), findings=stopping)
    waiting = [one for one in findings if isinstance(one, NeedsApproval)]
    if waiting and not norm_confirmed:
        raise Refused(
            "Cần xác nhận đã đối chiếu với văn bản gốc: " + " ".join(one.sentence for one in waiting), findings=waiting
        )
