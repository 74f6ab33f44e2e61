"""The proposals of a plan in the order of priority that the law sets, each with the reasons for its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from khuyencong.core.dates import today
from khuyencong.core.findings import Finding
from khuyencong.establishments.models import CertificateLevel, Establishment
from khuyencong.finance.queries import ProjectRow, candidates_for, projects_in
from khuyencong.law import priority
from khuyencong.law.answers import CLEANER_PRODUCTION
from khuyencong.law.priority import PriorityFacts, Score, default_weights, order_findings
from khuyencong.programmes.models import AnnualPlan, PlanState
from khuyencong.projects.models import Beneficiary, Project, ProjectKind
from khuyencong.projects.states import ProjectState

LEVELS: list[str] = CertificateLevel.values  # from the lowest to the highest


@dataclass(frozen=True)
class UnitRecord:
    """How an implementing unit has done so far: đề án settled, and how many of them late."""

    settled: int = 0
    late: int = 0


@dataclass(frozen=True)
class Proposal:
    """One đề án with its score. Equal scores share a `place` and are `tied`: a person decides between them.

    `running` is the support of all down to it, in đồng; `planned`: it is in the plan already.
    """

    row: ProjectRow
    score: Score
    place: int
    tied: bool
    running: int
    planned: bool

    def fits(self, free: int) -> bool:
        """Whether the money reaches down to it."""
        return self.running <= free


@dataclass(frozen=True)
class Ranking:
    """All proposals of a plan. Cleaner production stands apart: the law sets no order for it (TT 46/2012 Đ6.3.b)."""

    on: date
    weights: dict[str, int]
    ranked: tuple[Proposal, ...]
    apart: tuple[Proposal, ...]
    findings: tuple[Finding, ...]

    @property
    def asked(self) -> int:
        """What all of them ask for together, in đồng."""
        return sum(one.row.support for one in (*self.ranked, *self.apart))

    @property
    def asked_apart(self) -> int:
        return sum(one.row.support for one in self.apart)


def day_of(plan: AnnualPlan) -> date:
    """The day whose rules rank: that of the decision, today for a plan that is still being made."""
    return plan.decision_on or today()


def weights_of(plan: AnnualPlan) -> dict[str, int]:
    """The points of this plan by criterion: those of the law room's table where the plan has none of its own."""
    own: dict[str, int] = plan.priority_weights
    return {code: own.get(code, points) for code, points in default_weights(day_of(plan)).items()}


def ranking(plan: AnnualPlan) -> Ranking:
    """The proposals in the plan, and for a draft those that could be added, ranked; a few queries, whatever their number."""
    inside = projects_in(plan)
    rows = [*inside, *(candidates_for(plan) if plan.state == PlanState.DRAFT else ())]
    on, weights = day_of(plan), weights_of(plan)
    records = unit_records({row.project.implementing_unit_id for row in rows}, on)
    establishments = _establishments([row.project for row in rows])
    planned = {row.project.pk for row in inside}

    def ranked(some: Sequence[ProjectRow]) -> tuple[Proposal, ...]:
        by_key = {row.project.pk: row for row in some}
        facts = [(row.project.pk, _facts(row.project, establishments, records, on)) for row in some]
        found, running = [], 0
        for one in priority.rank(facts, on=on, weights=weights):
            row = by_key[one.key]
            running += row.support
            found.append(Proposal(row, one.score, one.place, one.tied, running, one.key in planned))
        return tuple(found)

    return Ranking(
        on=on,
        weights=weights,
        ranked=ranked([row for row in rows if row.project.activity not in CLEANER_PRODUCTION]),
        apart=ranked([row for row in rows if row.project.activity in CLEANER_PRODUCTION]),
        findings=order_findings(weights, on),
    )


def scores_of(plan: AnnualPlan, projects: Sequence[Project]) -> dict[int, Score]:
    """The scores of some proposals as they come about now, by key; a few queries, whatever their number."""
    on, weights = day_of(plan), weights_of(plan)
    records = unit_records({one.implementing_unit_id for one in projects}, on)
    establishments = _establishments(projects)
    facts = {one.pk: _facts(one, establishments, records, on) for one in projects}
    return {key: priority.priority_score(one, on=on, weights=weights) for key, one in facts.items()}


def unit_records(unit_ids: Iterable[int], on: date) -> dict[int, UnitRecord]:
    """What each unit had settled by the day `on`, itself or as the agency that it took over from, and how much late; one query.

    Records of past years carry no day of settlement: they count from the year after their own.
    Late: the settlement came after its time limit (TT 36/2013 Đ18), or something was accepted after the contract's
    or the đề án's own end.
    """
    wanted = set(unit_ids)
    late = Q(settlement__late=True) | Q(
        acceptances__annulment__isnull=True,
        acceptances__accepted_on__gt=Coalesce("contract_part__contract__ends_on", "ends_on"),
    )
    rows = (
        Project.objects.filter(
            Q(implementing_unit__in=wanted) | Q(implementing_unit__successor__in=wanted),
            Q(settlement__settled_on__lte=on) | Q(settlement=None, year__lt=on.year),
            state=ProjectState.SETTLED,
        )
        .order_by()
        .values_list("implementing_unit", "implementing_unit__successor")
        .annotate(settled=Count("pk", distinct=True), late=Count("pk", distinct=True, filter=late))
    )
    found: dict[int, UnitRecord] = defaultdict(UnitRecord)
    for unit, successor, settled, behind in rows:
        for key in wanted & {unit, successor}:
            found[key] = UnitRecord(found[key].settled + settled, found[key].late + behind)
    return dict(found)


# The entries of one establishment, as they are reached from one of them.
ENTRIES = ("establishment", "establishment__merged", "establishment__merged_into", "establishment__merged_into__merged")


def _establishments(projects: Sequence[Project]) -> dict[int, list[list[Establishment]]]:
    """Who benefits from each of the projects, each with all its entries, the one that stands for it first; a few queries."""
    found: dict[int, list[list[Establishment]]] = defaultdict(list)
    for one in (
        Beneficiary.objects.filter(project__in=[project.pk for project in projects])
        .select_related("establishment__merged_into")
        .prefetch_related(*(f"{entry}__certificates" for entry in ENTRIES))
    ):
        stands = one.establishment.merged_into or one.establishment
        found[one.project_id].append([stands, *stands.merged.all()])
    return found


def _facts(
    project: Project, establishments: dict[int, list[list[Establishment]]], records: dict[int, UnitRecord], on: date
) -> PriorityFacts:
    """A group has what all its establishments have, so that one of them does not lift the others.

    A certificate counts under whichever entry of its establishment it stands.
    """
    places = establishments.get(project.pk, [])
    record = records.get(project.implementing_unit_id, UnitRecord())
    levels = [max((entry.certificate_on(on) for entry in one), key=_height) for one in places]
    owners = [one[0] for one in places]
    return PriorityFacts(
        place=project.priority_place,
        trade=project.priority_trade,
        flagship=project.kind == ProjectKind.FLAGSHIP,
        unit_settled=record.settled,
        unit_late=record.late,
        certificate=min(levels, key=LEVELS.index) if levels and all(levels) else "",
        ocop_stars=min((max(entry.ocop_stars_on(on) for entry in one) for one in places), default=0),
        women_owned=bool(owners) and all(one.women_owned for one in owners),
        ethnic_minority_owned=bool(owners) and all(one.ethnic_minority_owned for one in owners),
        activity=project.activity,
    )


def _height(level: str) -> int:
    return LEVELS.index(level) if level else -1
