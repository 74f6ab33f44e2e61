"""What the pages of plans and envelopes show; the number of queries does not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db.models import BigIntegerField, Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from khuyencong.core.dates import today
from khuyencong.finance.actions.plans import CONTINUING, heirs_of
from khuyencong.finance.holders import HEIRS
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import OF_ENVELOPE, EntryKind, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.programmes.models import AnnualPlan, Envelope
from khuyencong.projects.models import EstimateLine, Project, ProjectQuerySet
from khuyencong.projects.states import TRANSITIONS


@dataclass(frozen=True)
class EnvelopeRow:
    """One envelope with its balance, in đồng."""

    envelope: Envelope
    balance: Balance


def envelope_years(actor: Actor) -> list[int]:
    """The years for which the actor can see an envelope, latest first."""
    years = Envelope.objects.visible_to(actor).order_by("-year").values_list("year", flat=True)
    return list(years.distinct())


def envelope_rows(actor: Actor, *, year: int | None = None, source: str = "") -> list[EnvelopeRow]:
    """The envelopes that the actor may see, each with its balance: two queries."""
    envelopes = Envelope.objects.visible_to(actor).filter(_narrow(year, source)).select_related("agency")
    entries = LedgerEntry.objects.filter(envelope__in=envelopes.order_by().values("pk"))
    sums = balances(entries, "envelope_id")
    rows = envelopes.order_by("-year", "agency__sort_key", "source")
    return [EnvelopeRow(envelope, sums.get(envelope.pk, Balance())) for envelope in rows]


def visible_envelopes(actor: Actor) -> QuerySet[Envelope]:
    """The envelopes that the actor may open."""
    return Envelope.objects.visible_to(actor).select_related("agency__province")


def balance_of_plan(plan: AnnualPlan) -> Balance:
    """The money that the plan may use: of its agency's envelopes of that year and source, whatever the kind; one query.

    What was delegated is spent by those who received it, and so counts with it.
    """
    own = Q(envelope__agency=plan.agency_id) | Q(envelope__agency__in=heirs_of(plan).values("pk"))
    rows = LedgerEntry.objects.filter(own, envelope__year=plan.year, envelope__source=plan.source)
    return total_of(balances(rows, "envelope_id").values())


def decisions_of(envelope: Envelope) -> QuerySet[LedgerEntry]:
    """What was given to the envelope and left it as a whole, in the order of the decisions; one query."""
    rows = LedgerEntry.objects.filter(envelope=envelope, kind__in=OF_ENVELOPE)
    return rows.select_related("other_envelope__agency", "by").order_by("on", "pk")


def drawing_on(envelope: Envelope) -> list[tuple[Project, Balance]]:
    """The đề án that draw on the envelope, each with its balance there; two queries."""
    sums = balances(LedgerEntry.objects.filter(envelope=envelope, project__isnull=False), "project_id")
    rows = Project.objects.filter(pk__in=sums).select_related("implementing_unit").order_by("pk")
    return [(project, sums[project.pk]) for project in rows]


def heirs_below(agency: Agency) -> QuerySet[Agency]:
    """The agencies of today to which this one may delegate money."""
    return Agency.objects.active_on(today()).filter(parent=agency, kind__in=HEIRS).order_by("sort_key", "pk")


def total_of(parts: Iterable[Balance]) -> Balance:
    """The sum of balances."""
    rows = list(parts)
    return Balance(**{one.name: sum(getattr(row, one.name) for row in rows) for one in fields(Balance)})


def plan_rows(actor: Actor, *, year: int | None = None, source: str = "") -> QuerySet[AnnualPlan]:
    """The plans that the actor may see, with `project_count` and `amount` (đồng of support), in one query."""
    planned = (
        LedgerEntry.objects.filter(
            Q(project__plan=OuterRef("pk")) | Q(project__continuations__plan=OuterRef("pk")),
            envelope__year=OuterRef("year"),
            kind=EntryKind.PLANNED,
        )
        .order_by()
        .values("envelope__year")
    )
    return (
        AnnualPlan.objects.visible_to(actor)
        .filter(_narrow(year, source))
        .select_related("agency")
        .annotate(
            project_count=Count("projects", distinct=True) + Count("continuations", distinct=True),
            amount=Coalesce(
                Subquery(planned.annotate(sum=Sum("amount")).values("sum")), 0, output_field=BigIntegerField()
            ),
        )
        .order_by("-year", "agency__sort_key", "source", "round")
    )


def visible_plans(actor: Actor) -> QuerySet[AnnualPlan]:
    """The plans that the actor may open, with what their pages show."""
    return AnnualPlan.objects.visible_to(actor).select_related("agency__province", "created_by")


@dataclass(frozen=True)
class ProjectRow:
    """One project with the sums of its estimate for the plan's year, in đồng."""

    project: Project
    total: int
    support: int


def projects_in(plan: AnnualPlan) -> list[ProjectRow]:
    """The projects of a plan with the money of its year, in one query; those of an earlier year that go on in it too."""
    return _with_sums(in_plan(plan), plan)


def in_plan(plan: AnnualPlan) -> ProjectQuerySet:
    """The projects of a plan, and those of an earlier year that go on in it."""
    going_on = plan.continuations.order_by().values("project")
    return Project.objects.filter(Q(plan=plan) | Q(pk__in=going_on))


def _with_sums(projects: ProjectQuerySet, plan: AnnualPlan) -> list[ProjectRow]:
    rows = projects.with_money(year=plan.year).select_related("implementing_unit").order_by("pk")
    # The annotations are attributes that the model does not declare.
    return [ProjectRow(row, vars(row)["total"], vars(row)["support"]) for row in rows]


def projects_of_agency(plan: AnnualPlan) -> ProjectQuerySet:
    """The projects of the plan's year and source that its agency pays for, or one that it succeeded; whatever their state."""
    held_by = Q(funder=plan.agency_id) | Q(funder__successor=plan.agency_id)
    # A đề án of several years is also one of those whose money its estimate names.
    in_year = Q(year=plan.year) | Q(
        pk__in=EstimateLine.objects.filter(year=plan.year, project__year__lt=plan.year).order_by().values("project")
    )
    return Project.objects.filter(held_by, in_year, source=plan.source)


def candidates_for(plan: AnnualPlan) -> list[ProjectRow]:
    """What could be put into the plan and is in none, with the money of its year; one query."""
    return _with_sums(could_be_added(plan), plan)


def could_be_added(plan: AnnualPlan) -> ProjectQuerySet:
    """Appraised projects that are in no plan, and this year's part of those under way for several years."""
    going_on = Q(year__lt=plan.year, state__in=CONTINUING) & ~Q(continuations__year=plan.year)
    ready = Q(pk__in=[])
    for step in TRANSITIONS:
        if step.name == "approve":
            ready |= Q(state=step.source, route__in=step.routes)
    return projects_of_agency(plan).filter((ready & Q(plan__isnull=True, year=plan.year)) | going_on)


def free_money(plan: AnnualPlan) -> int:
    """What the plan may still approve, in đồng; 0 where nothing was given. One query."""
    return balance_of_plan(plan).free


def _narrow(year: int | None, source: str) -> Q:
    condition = Q()
    if year is not None:
        condition &= Q(year=year)
    if source:
        condition &= Q(source=source)
    return condition
