"""Published cases as they are shown: each figure as printed, each check with what it found."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.reporting.checks import CheckResult, evaluate, format_figure
from khuyencong.reporting.models import PublishedCase, PublishedCheck


@dataclass(frozen=True)
class ShownCheck:
    """One check: what the figures must satisfy, and whether they do."""

    explanation: str
    result: CheckResult


@dataclass(frozen=True)
class ShownCase:
    """One case with its figures written out and its checks judged."""

    case: PublishedCase
    place: str
    figures: tuple[tuple[str, str], ...]
    checks: tuple[ShownCheck, ...]

    @property
    def contradicts_itself(self) -> bool:
        return any(not check.result.consistent for check in self.checks)


def cases_for(
    actor: Actor, *, province: Province | None = None, year: int | None = None, of_regions: bool = False
) -> list[ShownCase]:
    """The published cases that the actor may see, in three queries.

    `province` is one of today and also finds the cases of the provinces that became part of it; `of_regions` leaves
    only the cases of whole regions.
    """
    found = PublishedCase.objects.visible_to(actor)
    if province is not None:
        found = found.filter(province__current=province)
    if of_regions:
        found = found.filter(province__isnull=True)
    if year is not None:
        found = found.filter(year=year)
    checks = PublishedCheck.objects.select_related("stated")
    rows = found.select_related("province__current").prefetch_related("figures", Prefetch("checks", checks))
    return [_shown(case) for case in rows]


def published_years(actor: Actor, *, province: Province | None) -> list[int]:
    """The years of the cases that a page of results shows: of the province, or of regions where there is none."""
    found = PublishedCase.objects.visible_to(actor).filter(year__isnull=False)
    found = found.filter(province__isnull=True) if province is None else found.filter(province__current=province)
    return [year for year in found.order_by("year").values_list("year", flat=True).distinct() if year is not None]


def _shown(case: PublishedCase) -> ShownCase:
    figures = {figure.key: figure for figure in case.figures.all()}
    return ShownCase(
        case=case,
        place=_place(case),
        figures=tuple((figure.label, format_figure(figure)) for figure in figures.values()),
        checks=tuple(
            ShownCheck(check.explanation or str(check), evaluate(check, figures)) for check in case.checks.all()
        ),
    )


def _place(case: PublishedCase) -> str:
    """The place as it was called then, and where it lies today if that has another name."""
    province = case.province
    if province is None:
        return f"Khu vực {case.get_region_display()}" if case.region else ""
    today = province.current
    if today is None or today == province:
        return province.name
    if today.short_name == province.short_name:
        return f"{province.name} ({province.ended})"
    return f"{province.name} (nay thuộc {today.name})"
