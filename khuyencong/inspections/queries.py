"""What is shown of inspections and findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q

from khuyencong.core.finding import holds, question
from khuyencong.establishments.models import Establishment
from khuyencong.inspections.models import AfterCare, FindingState, Inspection, InspectionFinding, InspectionReason
from khuyencong.inspections.models.findings import FindingQuerySet
from khuyencong.inspections.models.inspection import AFTER_CONCLUSION, VISITED, InspectionQuerySet, InspectionState
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.projects.models import Project

LONGEST = 200


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; it lives in the URL. What cannot be read finds nothing where a year is asked, else counts as not asked."""

    year: int | None
    state: str = ""
    reason: str = ""
    text: str = ""
    agency: int | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.state or self.reason or self.text or self.agency)


def read_filters(asked: dict[str, Any], on: date) -> Filters:
    """The filters of a query string; the year is this one unless another, or «mọi năm» (`year=`), is asked for."""
    year = str(asked.get("year", on.year))
    state, reason = str(asked.get("state", "")), str(asked.get("reason", ""))
    return Filters(
        year=_number(year) if year else None,
        state=state if state in InspectionState.values else "",
        reason=reason if reason in InspectionReason.values else "",
        text=str(asked.get("q", ""))[:LONGEST],
        agency=_number(str(asked.get("agency", ""))) or None,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004  # fits an int column


def inspections_for(actor: Actor, filters: Filters) -> InspectionQuerySet:
    """Those that the actor may see, the earliest day first."""
    found = Inspection.objects.visible_to(actor)
    if filters.year is not None:
        found = found.filter(planned_on__year=filters.year) if 1 <= filters.year <= 9999 else found.none()  # noqa: PLR2004  # years of a calendar
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.reason:
        found = found.filter(reason=filters.reason)
    if filters.agency is not None:
        found = found.filter(agency=filters.agency)
    about: InspectionQuerySet = _about(found, filters.text)
    return about.with_all().order_by("planned_on", "pk")


def _about(found: Any, text: str, path: str = "") -> Any:
    """Only those of a đề án or an establishment that these words find; each is asked itself, not the 20.000 of the nation."""
    asked = question(text)
    if not asked:
        return found.none() if text.strip() else found
    named = (f"{path}{record}__haystack" for record in ("project", "establishment"))
    return found.filter(reduce(or_, (holds(asked, field=field) for field in named)))


@dataclass(frozen=True)
class YearNumbers:
    """How a year stands: how many were to be inspected, how many were, and what is still to be mended."""

    planned: int = 0
    visited: int = 0
    late: int = 0
    cancelled: int = 0
    open_findings: int = 0
    overdue_findings: int = 0

    @property
    def to_do(self) -> int:
        """How many were to take place, without those given up."""
        return self.planned - self.cancelled


def numbers_of(actor: Actor, filters: Filters, on: date) -> YearNumbers:
    """The figures above the list; two queries. Findings count whatever year they are of."""
    counted = (
        inspections_for(actor, filters)
        .order_by()
        .aggregate(
            planned=Count("pk"),
            visited=Count("pk", filter=Q(state__in=VISITED)),
            late=Count("pk", filter=Q(state=InspectionState.PLANNED, planned_on__lt=on)),
            cancelled=Count("pk", filter=Q(state=InspectionState.CANCELLED)),
        )
    )
    left = InspectionFinding.objects.visible_to(actor).exclude(state=FindingState.CLOSED)
    findings = left.order_by().aggregate(
        open_findings=Count("pk"),
        overdue_findings=Count("pk", filter=Q(due_on__lt=on, inspection__state__in=AFTER_CONCLUSION)),
    )
    return YearNumbers(**counted, **findings)


@dataclass(frozen=True)
class PlanProgress:
    """One plan, and how much of it was done. `pk` 0: those of no plan; `opens`: whether the reader may open its page."""

    pk: int
    opens: bool
    title: str
    planned: int
    visited: int


def plans_of_year(actor: Actor, filters: Filters) -> list[PlanProgress]:
    """Each plan of the year that the actor may see with what was done of it; unplanned ones as a line of their own. One query."""
    rows = (
        inspections_for(actor, filters)
        .exclude(state=InspectionState.CANCELLED)
        .order_by()
        .values("plan", "plan__title", "agency", "agency__short_name")
        .annotate(planned=Count("pk"), visited=Count("pk", filter=Q(state__in=VISITED)))
    )
    several = actor.is_national
    found = []
    for row in rows:
        title = row["plan__title"] or "Đột xuất, ngoài kế hoạch"
        name = f"{row['agency__short_name']}: {title}" if several else title
        opens = bool(row["plan"]) and (several or row["agency"] in actor.agency_ids)
        found.append(PlanProgress(row["plan"] or 0, opens, name, row["planned"], row["visited"]))
    return sorted(found, key=lambda one: (one.pk == 0, one.title))


def findings_for(actor: Actor, *, state: str = "", text: str = "") -> FindingQuerySet:
    """Findings by deadline: those that are not mended, or of one state. «overdue» needs `overdue`."""
    found = InspectionFinding.objects.visible_to(actor)
    found = found.filter(state=state) if state else found.exclude(state=FindingState.CLOSED)
    narrowed: FindingQuerySet = _about(found, text, "inspection__")
    return narrowed.with_all().order_by("due_on", "pk")


def inspecting_agencies(actor: Actor) -> list[Agency]:
    """Who has inspected anything that the actor may see; one query, none for those who see one agency's only."""
    if not actor.is_national:
        return []
    return list(Agency.objects.filter(pk__in=Inspection.objects.order_by().values("agency")).order_by("sort_key"))


def inspections_of(actor: Actor, *, project: Project | None = None, establishment: Establishment | None = None) -> Any:
    """Those of one đề án or of one establishment, with how many findings are left; one query."""
    found = Inspection.objects.visible_to(actor)
    if project is not None:
        found = found.filter(project=project)
    if establishment is not None:
        found = found.filter(
            Q(establishment=establishment)
            | Q(establishment__merged_into=establishment)
            | Q(visits__establishment=establishment)
        )
    left = Count(
        "findings",
        filter=~Q(findings__state=FindingState.CLOSED),
        distinct=True,
    )
    return found.with_all().annotate(left=left).order_by("-planned_on", "-pk")


def after_care_of(agency: Agency) -> AfterCare:
    """What the agency has set; one that nobody has set yet is not stored."""
    return AfterCare.objects.filter(agency=agency).first() or AfterCare(agency=agency)


def may_inspect_here(actor: Actor) -> bool:
    """Whether the actor's agency is of a kind that inspects: TT 36/2013 Đ20.3, Đ21."""
    return actor.agency.kind in {AgencyKind.DEPARTMENT, AgencyKind.NATIONAL}
