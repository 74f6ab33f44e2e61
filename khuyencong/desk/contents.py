"""What stands in one đề án, and what the law says of it, read once for all parts of its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from khuyencong.core.dates import today
from khuyencong.core.findings import Finding
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.projects.content_rules import WrittenRows, written_rows
from khuyencong.projects.dossier import Dossier, dossier_of
from khuyencong.projects.eligibility import BeneficiaryAnswers, eligibility_of
from khuyencong.projects.filters import OPEN_STATES
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.recalculation import recalculated, stored_sheets
from khuyencong.projects.rules import asked_elsewhere, missing_for_submission
from khuyencong.projects.states import EDITABLE
from khuyencong.projects.support import BeneficiarySheet, Reckoning, beneficiaries_of, reckon, sheets_for
from khuyencong.projects.years import lines_by_year, sums_of


@dataclass(frozen=True)
class ProjectRows:
    """The rows under the description, and the further provinces."""

    written: WrittenRows
    provinces: tuple[Province, ...]


class Contents:
    """The beneficiaries, lines and files of one project, and the law's answers for whoever looks at it."""

    def __init__(self, project: Project, *, seen_by: Actor) -> None:
        self.project = project
        self.seen_by = seen_by
        self.beneficiaries = beneficiaries_of(project)
        self.lines = list(project.lines.select_related("beneficiary__establishment", "quotation"))
        self.attachments = list(project.attachments.select_related("uploaded_by"))

    @cached_property
    def rows(self) -> ProjectRows:
        """Work, indicators, linked activities, further provinces; four queries, once for the page."""
        further = self.project.further_provinces.select_related("province")
        return ProjectRows(written_rows(self.project), tuple(one.province for one in further))

    @property
    def years(self) -> list[tuple[int, list[EstimateLine], dict[str, int]]]:
        """The lines and their sums by the year that pays them; one year for most đề án."""
        by_year = lines_by_year(self.project, self.lines)
        return [(year, lines, sums_of(lines)) for year, lines in by_year.items() if lines]

    @property
    def support(self) -> int:
        return sum(line.support for line in self.lines)

    @property
    def totals(self) -> dict[str, int]:
        """The row «Cộng» of Mẫu 1, in đồng."""
        return sums_of(self.lines)

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on the đề án yet, so that the law of today judges it."""
        return self.project.state in OPEN_STATES | EDITABLE

    @property
    def law_day(self) -> date:
        """The day whose law judges: that of the decision, else of the submission, for what is decided; else today."""
        plan = self.project.plan
        decided = (plan.decision_on if plan else None) or self.project.submitted_on
        return today() if self.is_open or decided is None else decided

    @cached_property
    def dossier(self) -> Dossier:
        """The papers with their state, and the letters."""
        return dossier_of(self.project, on=today(), has_beneficiaries=bool(self.beneficiaries))

    @cached_property
    def reckoning(self) -> Reckoning:
        """What the law of today says, computed once for the page."""
        return reckon(self.project, self.beneficiaries, self.lines, on=today(), seen_by=self.seen_by)

    def sheets(self) -> tuple[BeneficiarySheet, ...]:
        """How much the law of today allows."""
        if self.is_open:
            return self.reckoning.sheets
        return tuple(sheets_for(self.project, self.beneficiaries, self.lines, on=today()))

    @property
    def law_changed(self) -> bool:
        """Whether a đề án that waits for a decision would be calculated otherwise today than when it was submitted."""
        if self.project.state not in OPEN_STATES:
            return False
        return bool(recalculated(stored_sheets(self.project), self.sheets()).changed)

    def eligibility(self) -> tuple[BeneficiaryAnswers, ...]:
        """Who may be supported; a record of the past is shown as it was published, nobody judges it again."""
        if self.project.recorded_from:
            return ()
        if self.is_open:
            return self.reckoning.eligibility
        return tuple(eligibility_of(self.project, self.beneficiaries, on=self.law_day, seen_by=self.seen_by))

    def findings(self) -> list[Finding]:
        """What still stands between this draft and its submission."""
        missing = missing_for_submission(self.project, self.beneficiaries, self.lines, self.dossier, self.rows.written)
        return [*missing, *asked_elsewhere(self.project), *self.reckoning.findings]
