"""The years whose money a đề án asks for."""

from __future__ import annotations

from collections.abc import Iterable

from khuyencong.projects.models import EstimateLine, Project


def years_of(project: Project) -> tuple[int, ...]:
    """From the plan year to the year in which the đề án ends; several for one of several years (TT 36/2013 Đ2.3)."""
    last = project.ends_on.year if project.ends_on else project.year
    return tuple(range(project.year, max(last, project.year) + 1))


def lines_by_year(project: Project, lines: Iterable[EstimateLine]) -> dict[int, list[EstimateLine]]:
    """The lines under the year whose money pays them, in order of the years; a line without one is of the plan year."""
    found: dict[int, list[EstimateLine]] = {year: [] for year in years_of(project)}
    for line in lines:
        found.setdefault(line.year or project.year, []).append(line)
    return dict(sorted(found.items()))


def sums_of(lines: Iterable[EstimateLine]) -> dict[str, int]:
    """The columns of Mẫu 1 added up, in đồng."""
    rows = list(lines)
    return {name: sum(getattr(line, name) for line in rows) for name in ("total", "support", "counterpart", "other")}
