"""Envelopes and annual plans: where approval becomes a commitment of money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction

from khuyencong.appraisal.actions import current_findings
from khuyencong.appraisal.models import Appraisal
from khuyencong.audit.actions import record
from khuyencong.audit.queries import last_change
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.findings import blockers
from khuyencong.core.money import MAX_DONG
from khuyencong.finance import ledger
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.law.criteria import default_weights, weights_on
from khuyencong.normbook.book import current_book
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, require
from khuyencong.programmes.models import AnnualPlan, Envelope, FundingSource, PlanState
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, find_transition, move
from khuyencong.projects.support import shares_of

SOURCE_OF_AGENCY: dict[str, FundingSource] = {
    AgencyKind.DEPARTMENT: FundingSource.LOCAL,
    AgencyKind.NATIONAL: FundingSource.NATIONAL,
}
PLAN_STALE = "Kế hoạch đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại."


def _check_source(by: Actor, source: str) -> None:
    if SOURCE_OF_AGENCY.get(by.agency.kind) != source:
        raise Refused("Cơ quan của bạn không giữ kinh phí của nguồn này.", article="NĐ 45/2012 Đ11")


@transaction.atomic
def give_envelope(*, by: Actor, year: int, source: str, amount: int, document: str, on: date) -> LedgerEntry:
    """Enter the decision that gives (or, negative, takes back) `amount` đồng for a year and source.

    The same document is entered once for an envelope. Raises NotAllowed, Refused.
    """
    require(by, Permission.ENVELOPE_GIVE)
    _check_source(by, source)
    if amount == 0 or abs(amount) > MAX_DONG:
        raise Refused("Số tiền giao phải khác 0.")
    if not document.strip():
        raise Refused("Hãy ghi số quyết định giao dự toán.")
    if on > today():
        raise Refused("Ngày quyết định không được ở tương lai.")
    Envelope.objects.get_or_create(agency=by.agency, year=year, source=source)
    envelope = ledger.lock_envelope(agency_id=by.agency.pk, year=year, source=source)
    if envelope is None:
        raise Refused("Không tạo được hạn mức.")
    if LedgerEntry.objects.filter(envelope=envelope, kind=EntryKind.GIVEN, document=document.strip()).exists():
        raise Refused(f"Quyết định «{document.strip()}» đã được ghi vào hạn mức này.")
    entry = ledger.post(kind=EntryKind.GIVEN, amount=amount, envelope=envelope, by=by, on=on, document=document.strip())
    ledger.enforce(envelope=envelope)
    if entry is None:
        raise Refused("Số tiền giao phải khác 0.")
    record(
        action="envelope.give",
        by=by,
        subject=envelope,
        thread=f"envelope:{envelope.pk}",
        after={"số tiền": amount, "văn bản": document, "ngày": on.isoformat()},
    )
    return entry


@transaction.atomic
def create_plan(*, by: Actor, year: int, source: str, title: str, round_: int = 1) -> AnnualPlan:
    """Open a draft plan of the actor's agency. Raises NotAllowed, Refused where that round exists already."""
    require(by, Permission.PLAN_EDIT)
    _check_source(by, source)
    Envelope.objects.get_or_create(agency=by.agency, year=year, source=source)
    try:
        with transaction.atomic():
            plan = AnnualPlan.objects.create(
                agency=by.agency, year=year, source=source, round=round_, title=title, created_by=by.user
            )
    except IntegrityError:
        raise Refused("Đã có kế hoạch của năm, nguồn và đợt này.") from None
    record(
        action="plan.create",
        by=by,
        subject=plan,
        thread=f"plan:{plan.pk}",
        after={"tên": title, "năm": year, "nguồn": source, "đợt": round_},
    )
    return plan


def _lock_plan(plan_id: int, *, by: Actor, permission: Permission, version: int) -> AnnualPlan:
    plan = AnnualPlan.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=plan_id)
    require(by, permission, plan)
    if plan.version != version:
        raise Stale(f"{PLAN_STALE} {last_change(f'plan:{plan.pk}')}".strip())
    if plan.state != PlanState.DRAFT:
        raise Refused("Kế hoạch đã được phê duyệt.")
    return plan


@transaction.atomic
def put_in_plan(*, plan_id: int, version: int, project_id: int, by: Actor) -> Project:
    """Put an appraised project into a draft plan. Raises NotAllowed, Stale, Refused."""
    plan = _lock_plan(plan_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    project = Project.objects.select_for_update().get(pk=project_id)
    if find_transition("approve", state=project.state, route=project.route) is None:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» chưa đưa vào kế hoạch được.")
    held_by = {plan.agency_id, *plan.agency.predecessors.values_list("pk", flat=True)}
    if project.funder_id not in held_by or (project.year, project.source) != (plan.year, plan.source):
        raise Refused("Đề án không cùng năm, nguồn hoặc cơ quan với kế hoạch.")
    if project.plan_id is not None:
        raise Refused("Đề án đã nằm trong một kế hoạch.")
    # What was asked of an agency that is gone is paid by the one that succeeded it: no money has been set aside yet.
    project.funder = plan.agency
    project.plan = plan
    project.version += 1
    project.save(update_fields=["plan", "funder", "version"])
    _plan_changed(plan)
    support = sum(line.support for line in project.lines.all())
    ledger.post(
        kind=EntryKind.PLANNED,
        amount=support,
        envelope=ledger.envelope_of(project),
        project=project,
        by=by,
        on=today(),
        document=plan.title[:200],
    )
    ledger.enforce(projects=[project])
    record(
        action="project.plan",
        by=by,
        subject=project,
        thread=project.thread,
        after={"kế hoạch": plan.title, "kinh phí": support},
    )
    return project


@transaction.atomic
def take_out_of_plan(*, plan_id: int, version: int, project_id: int, by: Actor) -> Project:
    """Take a project out of a draft plan again. Raises NotAllowed, Stale, Refused."""
    plan = _lock_plan(plan_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    project = Project.objects.select_for_update().get(pk=project_id)
    if project.plan_id != plan.pk:
        raise Refused("Đề án không nằm trong kế hoạch này.")
    project.plan = None
    project.version += 1
    project.save(update_fields=["plan", "version"])
    _plan_changed(plan)
    planned = ledger.balance_of(project).planned
    ledger.post(
        kind=EntryKind.PLANNED,
        amount=-planned,
        envelope=ledger.envelope_of(project),
        project=project,
        by=by,
        on=today(),
        document=plan.title[:200],
        note="Đưa ra khỏi kế hoạch",
    )
    record(action="project.unplan", by=by, subject=project, thread=project.thread, before={"kế hoạch": plan.title})
    return project


@transaction.atomic
def set_weights(*, plan_id: int, version: int, by: Actor, weights: Mapping[str, int]) -> AnnualPlan:
    """Give the criteria of priority other points in this draft plan; empty: those of the law room's table again.

    Criteria that are not named have the table's points. Raises NotAllowed, Stale, DomainError for points that cannot be.
    """
    plan = _lock_plan(plan_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    on = today()
    standard, wanted = default_weights(on), weights_on(weights, on)
    before = standard | plan.priority_weights
    plan.priority_weights = {code: points for code, points in wanted.items() if points != standard[code]}
    plan.version += 1
    plan.save(update_fields=["priority_weights", "version"])
    record(
        action="plan.weights",
        by=by,
        subject=plan,
        thread=f"plan:{plan.pk}",
        before=before,
        after=wanted,
    )
    return plan


def _plan_changed(plan: AnnualPlan) -> None:
    plan.version += 1
    plan.save(update_fields=["version"])


@transaction.atomic
def approve_plan(
    *, plan_id: int, version: int, by: Actor, decision_number: str, decision_on: date, decided_by: str
) -> AnnualPlan:
    """Record the decision that approves the plan: every project in it is approved, inside the envelope, or none is.

    The decision is the Minister's for national money and UBND tỉnh's for local money (NĐ 45/2012 Đ2.2). Raises
    NotAllowed, Stale, and Refused with the list of what stands in the way.
    """
    # The envelope first: every approval of that money queues here, so that two cannot both see it as free.
    place = AnnualPlan.objects.only("agency_id", "year", "source").get(pk=plan_id)
    envelope = ledger.lock_envelope(agency_id=place.agency_id, year=place.year, source=place.source)
    plan = _lock_plan(plan_id, by=by, permission=Permission.PLAN_APPROVE, version=version)
    if envelope is None:
        raise Refused("Chưa có hạn mức kinh phí cho kế hoạch này.")
    projects = list(
        Project.objects.select_for_update(of=("self",))
        .select_related("province__current", "province_before", "funder")
        .filter(plan=plan)
        .order_by("pk")
    )
    _check_decision(plan, projects, decision_number, decision_on, by=by)
    plan.state = PlanState.APPROVED
    plan.decision_number, plan.decision_on, plan.decided_by = decision_number.strip(), decision_on, decided_by.strip()
    plan.approved_as = by.signature
    plan.version += 1
    plan.save()
    document = f"Quyết định {plan.decision_number}"
    for project in projects:
        before = {"state": project.state}
        for share in shares_of(project, list(project.beneficiaries.all()), project.lines.all()):
            ledger.post(
                kind=EntryKind.APPROVED,
                amount=share.asked,
                envelope=envelope,
                project=project,
                beneficiary=share.beneficiary,
                by=by,
                on=decision_on,
                document=document,
            )
        move(project, "approve")
        record(
            action="project.approve",
            by=by,
            subject=project,
            thread=project.thread,
            before=before,
            after={"state": project.state, "quyết định": plan.decision_number, "ngày": decision_on.isoformat()},
        )
    ledger.enforce(projects=projects, envelope=envelope)
    record(
        action="plan.approve",
        by=by,
        subject=plan,
        thread=f"plan:{plan.pk}",
        before={"state": PlanState.DRAFT.value},
        after={"state": plan.state, "quyết định": plan.decision_number, "số đề án": len(projects)},
    )
    return plan


def _check_decision(plan: AnnualPlan, projects: list[Project], number: str, on: date, *, by: Actor) -> None:
    if not projects:
        raise Refused("Kế hoạch chưa có đề án nào.")
    if not number.strip():
        raise Refused("Hãy ghi số quyết định.")
    if on > today():
        raise Refused("Ngày quyết định không được ở tương lai.")
    last = Appraisal.objects.filter(project__plan=plan).order_by("-appraised_on").first()
    if last is not None and on < last.appraised_on:
        raise Refused(f"Ngày quyết định không được trước ngày thẩm định ({format_date(last.appraised_on)}).")
    book = current_book()
    failing = [
        f"{project.code}: {finding.sentence}"
        for project in projects
        if project.state != ProjectState.APPROVED
        for finding in blockers(current_findings(project, seen_by=by, book=book))
    ]
    if failing:
        raise Refused("Chưa phê duyệt được. " + " ".join(failing))
