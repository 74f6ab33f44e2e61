"""Annual plans: where approval becomes a commitment of money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from khuyencong.appraisal.actions import current_findings
from khuyencong.appraisal.models import Appraisal
from khuyencong.audit.actions import record
from khuyencong.audit.queries import last_change
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.files import check_upload
from khuyencong.core.findings import blockers
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day
from khuyencong.finance.holders import check_source
from khuyencong.finance.models import Continuation, EntryKind, LedgerEntry
from khuyencong.law.criteria import default_weights, weights_on
from khuyencong.normbook.book import current_book
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.programmes.models import AnnualPlan, Envelope, PlanState, Spending
from khuyencong.projects.door import touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, find_transition, move
from khuyencong.projects.support import shares_of
from khuyencong.projects.years import lines_by_year

# The states in which the later years of a đề án may be planned.
CONTINUING = frozenset({ProjectState.APPROVED, ProjectState.IN_PROGRESS})
PLAN_STALE = "Kế hoạch đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại."


@transaction.atomic
def create_plan(*, by: Actor, year: int, source: str, title: str, round_: int = 1) -> AnnualPlan:
    """Open a draft plan of the actor's agency. Raises NotAllowed, Refused where that round exists already."""
    require(by, Permission.PLAN_EDIT)
    check_source(by, source)
    ledger.open_envelope(agency_id=by.agency.pk, year=year, source=source, spending=Spending.RECURRENT)
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
        thread=plan.thread,
        after={"tên": title, "năm": year, "nguồn": source, "đợt": round_},
    )
    return plan


def _lock_plan(plan_id: int, *, by: Actor, permission: Permission, version: int) -> AnnualPlan:
    plan = AnnualPlan.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=plan_id)
    require(by, permission, plan)
    if plan.version != version:
        raise Stale(f"{PLAN_STALE} {last_change(plan.thread)}".strip())
    if plan.state != PlanState.DRAFT:
        raise Refused("Kế hoạch đã được phê duyệt.")
    return plan


@transaction.atomic
def put_in_plan(*, plan_id: int, version: int, project_id: int, by: Actor, payer: Agency | None = None) -> Project:
    """Put an appraised project into a draft plan, or that year's part of one that is under way and runs for several years.

    `payer`: who spends the money where it is not the plan's own agency. Raises NotAllowed, Stale, Refused.
    """
    plan = _lock_plan(plan_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    project = Project.objects.select_for_update(of=("self",)).select_related("payer").get(pk=project_id)
    held_by = {plan.agency_id, *plan.agency.predecessors.values_list("pk", flat=True)}
    if project.funder_id not in held_by or project.source != plan.source or project.year > plan.year:
        raise Refused("Đề án không cùng năm, nguồn hoặc cơ quan với kế hoạch.")
    support = sum(line.support for line in lines_by_year(project, project.lines.all()).get(plan.year, ()))
    if project.year == plan.year:
        _enter(project, plan, payer)
    else:
        _continue(project, plan, support)
    _plan_changed(plan)
    ledger.post(
        kind=EntryKind.PLANNED,
        amount=support,
        envelope=ledger.envelope_of(project, year=plan.year),
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
        after={"kế hoạch": plan.title, "năm": plan.year, "kinh phí": support},
    )
    return project


def _enter(project: Project, plan: AnnualPlan, payer: Agency | None) -> None:
    """Into the plan of its own year, from which it will be approved."""
    if find_transition("approve", state=project.state, route=project.route) is None:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» chưa đưa vào kế hoạch được.")
    if project.plan_id is not None:
        raise Refused("Đề án đã nằm trong một kế hoạch.")
    # What was asked of an agency that is gone is paid by the one that succeeded it: no money has been set aside yet.
    project.funder = plan.agency
    project.payer = payer or plan.agency
    if project.payer_id != plan.agency_id and not heirs_of(plan).filter(pk=project.payer_id).exists():
        raise Refused(f"{project.payer} chưa được {plan.agency} giao lại hạn mức của năm và nguồn này.")
    project.plan = plan
    project.version += 1
    project.save(update_fields=["plan", "funder", "payer", "version"])


def _continue(project: Project, plan: AnnualPlan, support: int) -> None:
    """Into the plan of a later year, while it is under way; who pays stays who paid before, or who answers for it by now."""
    if project.state not in CONTINUING or project.plan_id is None:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không chuyển tiếp sang năm {plan.year}.")
    if not support:
        raise Refused(
            f"Dự toán của đề án không có kinh phí khuyến công của năm {plan.year}.", article="TT 36/2013 Đ2.3"
        )
    if project.continuations.filter(year=plan.year).exists():
        raise Refused("Phần của năm này đã nằm trong một kế hoạch.")
    Continuation.objects.create(plan=plan, project=project, year=plan.year)
    project.payer = project.payer.answering
    project.save(update_fields=["payer"])
    touch(project)


@transaction.atomic
def take_out_of_plan(*, plan_id: int, version: int, project_id: int, by: Actor) -> Project:
    """Take a project, or its part of this year, out of a draft plan again. Raises NotAllowed, Stale, Refused."""
    plan = _lock_plan(plan_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    project = Project.objects.select_for_update(of=("self",)).select_related("payer", "funder").get(pk=project_id)
    envelope = ledger.envelope_of(project, year=plan.year)
    if project.plan_id == plan.pk:
        project.plan = None
        project.payer = project.funder
        project.version += 1
        project.save(update_fields=["plan", "payer", "version"])
    elif project.continuations.filter(plan=plan).delete()[0]:
        touch(project)
    else:
        raise Refused("Đề án không nằm trong kế hoạch này.")
    _plan_changed(plan)
    here = ledger.balances(LedgerEntry.objects.filter(project=project, envelope=envelope), "project_id")
    ledger.post(
        kind=EntryKind.PLANNED,
        amount=-here.get(project.pk, ledger.Balance()).planned,
        envelope=envelope,
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
        thread=plan.thread,
        before=before,
        after=wanted,
    )
    return plan


def heirs_of(plan: AnnualPlan) -> QuerySet[Agency]:
    """The agencies to which the plan's own has delegated money of its year and source: they may be named as payers."""
    delegated = Envelope.objects.filter(
        entries__kind=EntryKind.GIVEN,
        entries__other_envelope__agency=plan.agency_id,
        year=plan.year,
        source=plan.source,
    )
    return Agency.objects.filter(pk__in=delegated.exclude(agency=plan.agency_id).order_by().values("agency"))


def lock_money_of(plan: AnnualPlan) -> None:
    """Lock every envelope from which the plan may be paid; for actions that put in or take out several đề án at once."""
    own = Q(agency=plan.agency_id) | Q(agency__in=heirs_of(plan).values("pk"))
    keys = Envelope.objects.filter(own, year=plan.year, source=plan.source).values_list("pk", flat=True)
    ledger.lock_envelopes(list(keys))


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
    # The envelopes first: every approval of that money queues here, so that two cannot both see it as free. Who puts a
    # project into the plan meanwhile changes the plan's version.
    year = AnnualPlan.objects.values_list("year", flat=True).get(pk=plan_id)
    of_plan = Project.objects.filter(Q(plan=plan_id) | Q(continuations__plan=plan_id)).order_by("pk")
    envelope_for = ledger.envelopes_for(list(of_plan.select_related("payer")), year=year)
    envelopes = ledger.lock_envelopes(one.pk for one in envelope_for.values())
    plan = _lock_plan(plan_id, by=by, permission=Permission.PLAN_APPROVE, version=version)
    projects = list(
        Project.objects.select_for_update(of=("self",))
        .select_related("province__current", "province_before", "funder", "payer")
        .filter(pk__in=envelope_for)
        .order_by("pk")
    )
    _check_decision(plan, projects, decision_number, decision_on, by=by)
    plan.state = PlanState.APPROVED
    plan.decision_number, plan.decision_on, plan.decided_by = decision_number.strip(), decision_on, decided_by.strip()
    plan.approved_as = by.signature
    plan.version += 1
    plan.save()
    for project in projects:
        _approve(project, plan, envelopes[envelope_for[project.pk].pk], by=by)
    ledger.enforce(projects=projects, envelopes=envelopes.values())
    record(
        action="plan.approve",
        by=by,
        subject=plan,
        thread=plan.thread,
        before={"state": PlanState.DRAFT.value},
        after={"state": plan.state, "quyết định": plan.decision_number, "số đề án": len(projects)},
    )
    return plan


def _approve(project: Project, plan: AnnualPlan, envelope: Envelope, *, by: Actor) -> None:
    """Commit the plan year's part of the estimate, share by share; a đề án of an earlier year goes on as it is."""
    before = {"state": project.state}
    lines = lines_by_year(project, project.lines.all()).get(plan.year, [])
    for share in shares_of(project, list(project.beneficiaries.all()), lines):
        ledger.post(
            kind=EntryKind.APPROVED,
            amount=share.asked,
            envelope=envelope,
            project=project,
            beneficiary=share.beneficiary,
            by=by,
            on=plan.decision_on or today(),
            document=f"Quyết định {plan.decision_number}",
        )
    if project.plan_id == plan.pk:
        move(project, "approve")
    else:
        touch(project)
    after = {"state": project.state, "quyết định": plan.decision_number, "năm": plan.year}
    if plan.decision_on:
        after["ngày"] = plan.decision_on.isoformat()
    record(action="project.approve", by=by, subject=project, thread=project.thread, before=before, after=after)


def _check_decision(plan: AnnualPlan, projects: list[Project], number: str, on: date, *, by: Actor) -> None:
    if not projects:
        raise Refused("Kế hoạch chưa có đề án nào.")
    if not number.strip():
        raise Refused("Hãy ghi số quyết định.")
    last = Appraisal.objects.filter(project__plan=plan).order_by("-appraised_on").first()
    if last is not None and on < last.appraised_on:
        raise Refused(f"Ngày quyết định không được trước ngày thẩm định ({format_date(last.appraised_on)}).")
    # What goes on from an earlier year was first approved by another plan.
    first = AnnualPlan.objects.filter(projects__in=projects).aggregate(last=Max("decision_on"))["last"]
    check_day(on, what="Ngày quyết định", after={"quyết định đầu tiên của đề án": first})
    book = current_book()
    failing = [
        f"{project.code}: {finding.sentence}"
        for project in projects
        if project.plan_id == plan.pk  # what goes on from an earlier year was judged then
        for finding in blockers(current_findings(project, seen_by=by, book=book))
    ]
    if failing:
        raise Refused("Chưa phê duyệt được. " + " ".join(failing))


def attach_decision(*, plan_id: int, version: int, by: Actor, upload: UploadedFile[bytes]) -> AnnualPlan:
    """Keep the signed decision of an approved plan, under a made-up name outside the web root; it is never replaced.

    Raises NotAllowed, Stale, and Refused where the plan is not approved, has its decision already, or the file is none that is
    taken. When the database refuses, the file on disk is removed again.
    """
    found = check_upload(upload)
    stored = ""
    storage = AnnualPlan._meta.get_field("decision_file").storage  # noqa: SLF001  # Django's documented way to a field
    try:
        with transaction.atomic():
            plan = AnnualPlan.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=plan_id)
            require(by, Permission.PLAN_APPROVE, plan)
            _check_lacks_decision(plan, version)
            plan.decision_file.save(found.arrive(), upload, save=False)
            stored = plan.decision_file.name or ""
            plan.decision_file_name, plan.decision_file_type = found.name, found.content_type
            plan.decision_file_sha256 = found.sha256
            plan.version += 1
            plan.save()
            record(
                action="plan.attach_decision",
                by=by,
                subject=plan,
                thread=plan.thread,
                after={"tệp": found.name, "dung lượng": found.size, "sha256": found.sha256},
            )
    except Exception:
        if stored:
            storage.delete(stored)
        raise
    return plan


def _check_lacks_decision(plan: AnnualPlan, version: int) -> None:
    if plan.version != version:
        raise Stale(f"{PLAN_STALE} {last_change(plan.thread)}".strip())
    if plan.state != PlanState.APPROVED:
        raise Refused("Kế hoạch chưa được phê duyệt nên chưa có quyết định để đính kèm.")
    if plan.decision_file:
        raise Refused("Quyết định đã được đính kèm; tệp đã ghi được giữ nguyên.")
