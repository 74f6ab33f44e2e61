"""What other programmes paid stays a part of «nguồn khác», year by year: asked where a row is written and where the estimate changes.

An adjustment asks the same in its own rules, of the estimate as it would become (`adjustments/rules.py`).
"""

from __future__ import annotations

from django.db.models import Sum

from khuyencong.core.findings import Blocker, Finding
from khuyencong.core.money import format_dong
from khuyencong.projects.models import Project
from khuyencong.projects.years import lines_by_year, sums_of

FORM_1 = "Mẫu số 1, cột «nguồn khác»"


def other_by_year(project: Project) -> dict[int, int]:
    """The column «nguồn khác» by the year that pays, in đồng, for every year of the đề án; one query."""
    return {year: sums_of(lines)["other"] for year, lines in lines_by_year(project, project.lines.all()).items()}


def combined_by_year(project: Project) -> dict[int, int]:
    """What the rows that stand add up to by year, in đồng; one query."""
    rows = project.combinations.filter(withdrawn_because="").order_by()
    return dict(rows.values_list("year").annotate(sum=Sum("amount")))


def combining_findings(project: Project) -> list[Finding]:
    """Years in which more is recorded by programme than the estimate has from elsewhere."""
    combined = {year: amount for year, amount in combined_by_year(project).items() if amount}
    if not combined:
        return []
    other = other_by_year(project)
    return [
        Blocker(
            "combined_beyond_other",
            f"Năm {year}: lồng ghép ghi {format_dong(amount)} đồng theo chương trình, dự toán chỉ có"
            f" {format_dong(other.get(year, 0))} đồng nguồn khác. Hãy sửa dự toán hoặc dòng lồng ghép.",
            FORM_1,
        )
        for year, amount in sorted(combined.items())
        if amount > other.get(year, 0)
    ]
