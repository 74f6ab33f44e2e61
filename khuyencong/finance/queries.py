"""What the pages of plans and envelopes show; the number of queries does not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db.models import BigIntegerField, Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from khuyencong.finance.ledger import Balance, balance_of_envelope, balances
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import AnnualPlan, Envelope
from khuyencong.projects.models import Project, ProjectQuerySet
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


def total_of(parts: Iterable[Balance]) -> Balance:
    """The sum of balances."""
    rows = list(parts)
    return Balance(**{one.name: sum(getattr(row, one.name) for row in rows) for one in fields(Balance)})


def plan_rows(actor: Actor, *, year: int | None = None, source: str = "") -> QuerySet[AnnualPlan]:
    """The plans that the actor may see, with `project_count` and `amount` (đồng of support), in one query."""
    planned = (
        LedgerEntry.objects.filter(project__plan=OuterRef("pk"), kind=EntryKind.PLANNED)
        .order_by()
        .values("project__plan")
    )
    return (
        AnnualPlan.objects.visible_to(actor)
        .filter(_narrow(year, source))
        .select_related("agency")
        .annotate(
            project_count=Count("projects"),
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
    """One project with the sums of its estimate, in đồng."""

    project: Project
    total: int
    support: int


def projects_in(plan: AnnualPlan) -> list[ProjectRow]:
    """The projects of a plan, in one query."""
    return _with_sums(Project.objects.filter(plan=plan))


def _with_sums(projects: ProjectQuerySet) -> list[ProjectRow]:
    rows = projects.with_money().select_related("implementing_unit").order_by("pk")
    # The annotations are attributes that the model does not declare.
    return [ProjectRow(row, vars(row)["total"], vars(row)["support"]) for row in rows]


def projects_of_agency(plan: AnnualPlan) -> ProjectQuerySet:
    """The projects of the plan's year and source that its agency pays for, or one that it succeeded; whatever their state."""
    held_by = Q(funder=plan.agency_id) | Q(funder__successor=plan.agency_id)
    return Project.objects.filter(held_by, year=plan.year, source=plan.source)


def candidates_for(plan: AnnualPlan) -> list[ProjectRow]:
    """Appraised projects that could be put into the plan and are in none, in one query."""
    return _with_sums(could_be_added(plan))


def could_be_added(plan: AnnualPlan) -> ProjectQuerySet:
    """Appraised projects that could be put into the plan and are in none."""
    ready = Q(pk__in=[])
    for step in TRANSITIONS:
        if step.name == "approve":
            ready |= Q(state=step.source, route__in=step.routes)
    return projects_of_agency(plan).filter(ready, plan__isnull=True)


def free_money(plan: AnnualPlan) -> int:
    """What the envelope of the plan may still approve, in đồng; 0 where none was given. Two queries."""
    envelope = Envelope.objects.filter(agency=plan.agency_id, year=plan.year, source=plan.source).first()
    return balance_of_envelope(envelope).free if envelope else 0


def _narrow(year: int | None, source: str) -> Q:
    condition = Q()
    if year is not None:
        condition &= Q(year=year)
    if source:
        condition &= Q(source=source)
    return condition
