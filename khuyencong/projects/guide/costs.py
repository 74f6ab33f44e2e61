"""Under which costs of the norm a line of the estimate may count."""

from __future__ import annotations

from khuyencong.core.dates import today
from khuyencong.law.norms import Norm
from khuyencong.normbook.book import current_book
from khuyencong.projects.models import Project


def cost_items(project: Project) -> list[str]:
    """The cost bases of the norms in force for its activities and place, as suggestions; at most two queries."""
    book, on = current_book(), today()
    wanted = [project.activity, *project.linked_activities.values_list("activity", flat=True)]
    norms = [
        book.norm_on(activity, source=project.source, province_keys=project.norm_province_keys, on=on)
        for activity in wanted
    ]
    return list(dict.fromkeys(norm.cost_base for norm in norms if isinstance(norm, Norm) and norm.cost_base))
