"""Entering a finished đề án of the past, from its papers or a published source."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.finance import ledger
from khuyencong.finance.actions.plans import create_plan
from khuyencong.finance.models import EntryKind
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import AnnualPlan, PlanState, Spending
from khuyencong.projects.door import lock_for_step
from khuyencong.projects.models import Project
from khuyencong.projects.states import move
from khuyencong.projects.support import shares_of

# What is posted for a finished project. No advance: whether there was one is not known.
KINDS = (
    EntryKind.PLANNED,
    EntryKind.APPROVED,
    EntryKind.CONTRACTED,
    EntryKind.ACCEPTED,
    EntryKind.PAID,
    EntryKind.SETTLED,
)
WHOLE_PROJECT = frozenset({EntryKind.PLANNED, EntryKind.CONTRACTED, EntryKind.PAID, EntryKind.SETTLED})


@transaction.atomic
def record_past_plan(*, by: Actor, year: int, source: str, title: str) -> AnnualPlan:
    """The plan of a past year whose decision nobody has at hand. Raises NotAllowed, Refused."""
    if year >= today().year:
        raise Refused("Chỉ ghi lại kế hoạch của năm trước.")
    plan = create_plan(by=by, year=year, source=source, title=title)
    plan.state = PlanState.RECORDED
    plan.version += 1
    plan.save(update_fields=["state", "version"])
    record(action="plan.record", by=by, subject=plan, thread=plan.thread, after={"state": plan.state})
    return plan


@transaction.atomic
def record_history(*, project_id: int, by: Actor, version: int, plan: AnnualPlan) -> Project:
    """Close a project that `recorded_from` says was carried out in a past year, with its amounts as published.

    The rows are dated 31/12 of the plan year and name their source; the rules of the ledger hold for them as for
    any other. Raises NotAllowed, Stale, Refused.
    """
    wanted = ledger.open_envelope(
        agency_id=plan.agency_id, year=plan.year, source=plan.source, spending=Spending.RECURRENT
    )
    envelope = ledger.lock_envelopes([wanted.pk])[wanted.pk]
    project = lock_for_step(project_id, "record_history", by=by, version=version)
    if not project.recorded_from or project.year >= today().year:
        raise Refused("Chỉ ghi hồ sơ đã kết thúc của năm trước, có nêu nguồn.")
    if (plan.agency_id, plan.year, plan.source) != (
        project.funder_id,
        project.year,
        project.source,
    ):
        raise Refused("Đề án không cùng năm, nguồn hoặc cơ quan với kế hoạch.")
    project.plan = plan
    on = date(project.year, 12, 31)
    shares = shares_of(project, list(project.beneficiaries.all()), project.lines.all())
    for kind in KINDS:
        parts = (
            [(None, sum(share.asked for share in shares))]
            if kind in WHOLE_PROJECT
            else [(share.beneficiary, share.asked) for share in shares]
        )
        for beneficiary, amount in parts:
            ledger.post(
                kind=kind,
                amount=amount,
                envelope=envelope,
                project=project,
                beneficiary=beneficiary,
                by=by,
                on=on,
                document=project.recorded_from[:200],
            )
    ledger.enforce(projects=[project], envelopes=[envelope])
    before = {"state": project.state}
    move(project, "record_history")
    record(
        action="project.record_history",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={"state": project.state, "nguồn": project.recorded_from},
        note=project.record_note,
    )
    return project
