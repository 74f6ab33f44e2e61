"""Which đề án must keep their papers, and with them the persons named there: the longest term of all who answer for it.

A unit alone cannot let the names behind its payments go: the Sở of the place and who holds the money must have let them go too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from khuyencong.adjustments.models import OPEN_STATES, Adjustment
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker
from khuyencong.inspections.models import Inspection, InspectionState
from khuyencong.people.models import Agency
from khuyencong.people.scope import NOTHING
from khuyencong.persons.holding import ACCOUNTING, RULES
from khuyencong.persons.models import RetentionTerm
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

PAPERS = "papers"
ANSWERS = {
    "implementing_unit": "đơn vị thực hiện",
    "department": "Sở quản lý địa bàn",
    "funder": "cơ quan giữ kinh phí",
}
# What came to nothing is never settled: its term counts from the last thing that was done with it.
CAME_TO_NOTHING = (ProjectState.REJECTED, ProjectState.WITHDRAWN, ProjectState.STOPPED)
UNDER_INSPECTION = (InspectionState.PLANNED, InspectionState.DONE, InspectionState.CONCLUDED)
_LAST_DONE = (
    AuditEvent.objects.filter(thread=Concat(Value("project:"), Cast(OuterRef("pk"), CharField())))
    .order_by("-seq")
    .values("at")[:1]
)


def years_before(on: date, years: int) -> date:
    """The same day so many years earlier; 28/02 for 29/02."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


@dataclass(frozen=True)
class PaperTerms:
    """The terms that all agencies have set for papers, on one day; one query each for the terms and who succeeded whom."""

    on: date

    @cached_property
    def by_agency(self) -> Mapping[int, RetentionTerm]:
        """What counts at each agency: the latest it has set, or whoever has succeeded it."""
        found = {one.agency_id: one for one in RetentionTerm.objects.filter(rule=PAPERS).order_by("pk")}
        succeeded = Agency.objects.filter(successor__in=list(found), active_to__lt=self.on).order_by("pk")
        return found | {old: found[new] for old, new in succeeded.values_list("pk", "successor") if new is not None}

    def needed(self) -> QuerySet[Any, Any]:
        """Keys of the đề án whose papers must still be kept: going on, under inspection, or not past every term."""
        over = Project.objects.order_by().filter(self._past("settlement__settled_on__lt"))
        came_to_nothing = (
            Project.objects.order_by()
            .filter(state__in=CAME_TO_NOTHING, settlement__isnull=True)
            .annotate(last_done=Coalesce(Subquery(_LAST_DONE), F("created_at")))
            .filter(self._past("last_done__date__lt"))
        )
        free = Q(pk__in=over.values("pk")) | Q(pk__in=came_to_nothing.values("pk"))
        return Project.objects.order_by().exclude(free & ~Q(pk__in=_asked_about())).values("pk")

    def _past(self, day: str) -> Q:
        """That the day lies before the term of each who answers for the đề án; nothing where one has set none."""
        agencies: dict[int, list[int]] = {}
        for agency, term in self.by_agency.items():
            agencies.setdefault(term.years, []).append(agency)
        whole = Q()
        for answers in ANSWERS:
            past = NOTHING
            for years, keys in agencies.items():
                past |= Q(**{f"{answers}__in": keys, day: years_before(self.on, years)})
            whole &= past | Q(**{f"{answers}__isnull": True})
        return whole

    def why(self, project: Project) -> Blocker:
        """Why the papers of a đề án among those that are `needed` stay; expects its agencies and settlement loaded."""
        return Blocker("papers_kept", self._why(project), article=ACCOUNTING)

    def _why(self, project: Project) -> str:
        name = project.code or project.name
        if _asked_about().filter(pk=project.pk).exists():
            return f"Đề án {name} đang được kiểm tra hoặc đang xin điều chỉnh: hồ sơ phải giữ nguyên tới khi xong."
        settlement = getattr(project, "settlement", None)
        if settlement is None and project.state not in CAME_TO_NOTHING:
            return f"Đề án {name} chưa quyết toán: hồ sơ phải giữ nguyên cho quyết toán, kiểm toán."
        terms = []
        for answers, words in ANSWERS.items():
            agency: Agency | None = getattr(project, answers)
            if agency is None:
                continue
            if agency.pk not in self.by_agency:
                rule = RULES[PAPERS].label
                return f"Hồ sơ đề án {name} phải lưu: {words} ({agency.short_name}) chưa đặt thời hạn lưu «{rule}»."
            terms.append((self.by_agency[agency.pk], agency))
        term, agency = max(terms, key=lambda one: one[0].years)
        source = f"thời hạn {term.years} năm của {agency.short_name} ({term.document})"
        if settlement is None:
            return f"Đề án {name} không thực hiện: hồ sơ phải lưu theo {source}, kể từ việc cuối cùng ghi ở đề án."
        until = years_before(settlement.settled_on, -term.years)
        return f"Hồ sơ đề án {name} phải lưu đến hết {format_date(until)}, theo {source}."


def _asked_about() -> QuerySet[Any, Any]:
    """Keys of the đề án that somebody looks into at this time: an inspection or an adjustment is open."""
    inspected = Inspection.objects.filter(state__in=UNDER_INSPECTION, project__isnull=False)
    adjusted = Adjustment.objects.filter(state__in=OPEN_STATES)
    open_now = Q(pk__in=inspected.order_by().values("project")) | Q(pk__in=adjusted.order_by().values("project"))
    return Project.objects.order_by().filter(open_now).values("pk")
