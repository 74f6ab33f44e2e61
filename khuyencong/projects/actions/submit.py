"""Handing a đề án in, and taking it back."""

from __future__ import annotations

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import blockers
from khuyencong.people.actors import Actor
from khuyencong.projects.actions.draft import snapshot
from khuyencong.projects.door import lock_for_step
from khuyencong.projects.dossier import dossier_of
from khuyencong.projects.models import Project, SupportSheet
from khuyencong.projects.rules import asked_elsewhere, missing_for_submission
from khuyencong.projects.states import move
from khuyencong.projects.step_drafts import kept_labels
from khuyencong.projects.support import beneficiaries_of, reckon


@transaction.atomic
def submit(*, project_id: int, by: Actor, version: int) -> Project:
    """Hand the đề án in: nothing may be missing, nothing may ask for more than the law allows.

    Text that the actor has typed in the guided form and not written must be written or given up first.

    Freezes one calculation sheet for each beneficiary. Raises NotAllowed, Stale, Refused with all findings.
    """
    project = lock_for_step(project_id, "submit", by=by, version=version)
    waiting = kept_labels(project, by)
    if waiting:
        names = ", ".join(f"«{label}»" for _, label in waiting)
        raise Refused(f"Còn phần bạn soạn dở chưa ghi vào đề án, ở bước {names}: hãy lưu hoặc bỏ trước khi gửi.")
    beneficiaries = beneficiaries_of(project)
    lines = list(project.lines.all())
    reckoning = reckon(project, beneficiaries, lines, on=today(), seen_by=by)
    dossier = dossier_of(project, on=today(), has_beneficiaries=bool(beneficiaries))
    findings = [
        *missing_for_submission(project, beneficiaries, lines, dossier),
        *asked_elsewhere(project),
        *reckoning.findings,
    ]
    stopping = blockers(findings)
    if stopping:
        raise Refused("Chưa gửi được: " + " ".join(one.sentence for one in stopping), findings=stopping)
    before = snapshot(project)
    project.submission += 1
    project.submitted_by = by.user
    project.submitted_on = today()
    SupportSheet.objects.bulk_create(
        SupportSheet(
            project=project,
            beneficiary=one.share.beneficiary,
            submission=project.submission,
            allowed=one.sheet.allowed,
            asked=one.sheet.asked,
            sheet=one.sheet.as_dict(),
        )
        for one in reckoning.sheets
    )
    move(project, "submit")
    record(
        action="project.submit", by=by, subject=project, thread=project.thread, before=before, after=snapshot(project)
    )
    return project


@transaction.atomic
def withdraw(*, project_id: int, by: Actor, version: int, reason: str) -> Project:
    """Take the đề án back before it is decided on. Raises NotAllowed, Stale, Refused."""
    project = lock_for_step(project_id, "withdraw", by=by, version=version)
    if not reason.strip():
        raise Refused("Hãy ghi lý do rút đề án.")
    if project.plan_id is not None:
        raise Refused("Đề án đang nằm trong một kế hoạch; cơ quan lập kế hoạch phải đưa ra trước.")
    before = {"state": project.state}
    move(project, "withdraw")
    record(
        action="project.withdraw",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={"state": project.state},
        note=reason,
    )
    return project
