"""What a scenario keeps of each proposal of its plan: its place in the ranking, what it asks for and may get today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from khuyencong.core.dates import today
from khuyencong.finance.ranking import Proposal, ranking
from khuyencong.normbook.book import current_book
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.cutting import Limit, limits_of
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.scenarios.models import ScenarioChoice


@dataclass(frozen=True)
class Reckoned:
    """One proposal as it stands now; amounts in đồng. `planned`: it is in the plan, for `granted`."""

    project: Project
    place: int | None
    tied: bool
    score: int
    people: int
    asked: int
    allowed: int | None
    most: int
    planned: bool
    granted: int

    def choice(self, position: int) -> ScenarioChoice:
        """A choice that does not take it, in that place of the list."""
        return ScenarioChoice(
            project=self.project,
            position=position,
            place=self.place,
            tied=self.tied,
            score=self.score,
            people=self.people,
            asked=self.asked,
            allowed=self.allowed,
            most=self.most,
            amount=self.most,
            project_version=self.project.version,
        )


def reckon_proposals(plan: AnnualPlan) -> list[Reckoned]:
    """All proposals of a draft plan in the order of the ranking, last those that the law does not rank; a few queries."""
    found = ranking(plan)
    full = _with_estimates(one.row.project.pk for one in (*found.ranked, *found.apart))
    on, book = today(), current_book()

    def reckoned(one: Proposal, place: int | None) -> Reckoned:
        project = full[one.row.project.pk]
        beneficiaries = list(project.beneficiaries.all())
        limits = limits_of(project, beneficiaries, project.lines.all(), year=plan.year, on=on, book=book)
        asked = sum(limit.asked for limit in limits)
        goes_on = project.year < plan.year  # was judged when it was first approved, and is no longer cut but adjusted
        return Reckoned(
            project=project,
            place=place,
            tied=one.tied and place is not None,
            score=one.score.total,
            people=len(beneficiaries),
            asked=asked,
            allowed=None if goes_on else _allowed(limits),
            most=asked if goes_on else sum(limit.most for limit in limits),
            planned=one.planned,
            granted=one.row.support,
        )

    return [
        *(reckoned(one, one.place) for one in found.ranked),
        *(reckoned(one, None) for one in found.apart),
    ]


def _allowed(limits: Iterable[Limit]) -> int | None:
    amounts = [limit.allowed for limit in limits]
    return None if None in amounts else sum(amount or 0 for amount in amounts)


def _with_estimates(keys: Iterable[int]) -> dict[int, Project]:
    """The projects with all that the law asks about them, in three queries."""
    beneficiaries = Beneficiary.objects.select_related(
        "establishment__province__current", "establishment__province_before"
    )
    rows = (
        Project.objects.filter(pk__in=list(keys))
        .select_related("province__current", "province_before")
        .prefetch_related(Prefetch("beneficiaries", beneficiaries), "lines")
    )
    return {row.pk: row for row in rows}
