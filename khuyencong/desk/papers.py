"""What must be so before the activity of a đề án is supported, beside the papers of its dossier."""

from __future__ import annotations

from datetime import date

from khuyencong.law.papers import Condition, conditions_for
from khuyencong.projects.models import Project


def conditions_of(project: Project, on: date) -> list[Condition]:
    """The conditions of its activity with this money, as of the day `on`; no query."""
    return [one for one in conditions_for(project.activity, on) if one.source in {"", project.source}]
