"""The papers that the law asks for along the life of one đề án, as a checklist beside the files attached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from khuyencong.law.papers import Condition, Paper, Stage, conditions_for, papers_for
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, Route

S = ProjectState
# The stages of a đề án in their order, and the states in which somebody gathers their papers.
STAGES: dict[Stage, frozenset[ProjectState]] = {
    Stage.REGISTRATION: frozenset({S.DRAFT, S.RETURNED, S.SUBMITTED}),
    Stage.AGENCY_REGISTRATION: frozenset({S.BASE_APPRAISED, S.CENTRAL_APPRAISED}),
    Stage.ADVANCE: frozenset({S.APPROVED, S.IN_PROGRESS}),
    Stage.NEXT_ADVANCE: frozenset(),
    Stage.REMAINDER: frozenset({S.ACCEPTED}),
    Stage.SETTLEMENT: frozenset({S.ACCEPTED, S.STOPPED}),
    Stage.ADJUSTMENT: frozenset(),
}


@dataclass(frozen=True)
class PaperSet:
    """Papers that belong together; `case` names the alternative that they are, "" where they are always asked for."""

    case: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class PaperStage:
    """One stage with its papers; `current` where the đề án is at it."""

    label: str
    sets: tuple[PaperSet, ...]
    current: bool

    @property
    def count(self) -> int:
        return sum(len(one.papers) for one in self.sets)


def paper_stages(project: Project, on: date) -> list[PaperStage]:
    """The stages for which a text names papers, as of the day `on`; no query."""
    found = []
    for stage, states in STAGES.items():
        if stage is Stage.AGENCY_REGISTRATION and project.route == Route.LOCAL:
            continue
        papers = papers_for(project.activity, stage, on)
        if papers:
            found.append(PaperStage(stage.label, _sets(papers), project.state in states))
    return found


def conditions_of(project: Project, on: date) -> list[Condition]:
    """What must be so before the activity of the đề án is supported with this money, as of the day `on`; no query."""
    return [one for one in conditions_for(project.activity, on) if one.source in {"", project.source}]


def is_reference_only(project: Project) -> bool:
    """The lists are written for national money; a province sets the papers of its own (TT 46/2012 Đ8.3.b)."""
    return project.source == FundingSource.LOCAL


def _sets(papers: Sequence[Paper]) -> tuple[PaperSet, ...]:
    by_case = sorted(papers, key=lambda paper: paper.alternative)  # stable: the order of the text is kept inside
    return tuple(PaperSet(case, tuple(rows)) for case, rows in groupby(by_case, key=lambda paper: paper.alternative))
