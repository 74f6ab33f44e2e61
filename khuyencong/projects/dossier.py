"""The checklist of a đề án: every paper that is asked for, by stage, with what was handed in and its state.

The law names the papers (`law.papers`), an agency may ask for more (`AskedPaper`); the state is computed, never stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from django.db.models import Q, QuerySet

from khuyencong.law.papers import Applies, Paper, Stage, papers_for
from khuyencong.law.regulations import regulations
from khuyencong.law.values import UNREAD_ARTICLE
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import (
    AskedPaper,
    LetterOfProject,
    PaperComment,
    PaperVersion,
    Project,
    ProjectKind,
    Verdict,
)
from khuyencong.projects.states import EDITABLE, ProjectState, Route

SOON = timedelta(days=30)
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


class PaperState(StrEnum):
    """How it stands with one paper; label, tone of the badge and icon are what pages show."""

    MISSING = "missing"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    NOT_APPLICABLE = "not_applicable"
    OTHER_SET = "other_set"

    @property
    def label(self) -> str:
        return _SHOWN[self][0]

    @property
    def tone(self) -> str:
        return _SHOWN[self][1]

    @property
    def icon(self) -> str:
        return _SHOWN[self][2]


_SHOWN = {
    PaperState.MISSING: ("Chưa có", "", "circle-dashed"),
    PaperState.RECEIVED: ("Đã nhận, chờ kiểm tra", "info", "clock"),
    PaperState.ACCEPTED: ("Đã chấp nhận", "success", "circle-check"),
    PaperState.REFUSED: ("Phải nộp lại", "danger", "arrow-back-up"),
    PaperState.EXPIRED: ("Hết hạn", "danger", "alert-triangle"),
    PaperState.NOT_APPLICABLE: ("Không áp dụng", "", "ban"),
    PaperState.OTHER_SET: ("Không cần: đã dùng bộ khác", "", "ban"),
}
LACKING = frozenset({PaperState.MISSING, PaperState.REFUSED, PaperState.EXPIRED})


class Weight(StrEnum):
    """How strongly a paper is asked for: it must be there, it must be where its case arises, or only for reference."""

    REQUIRED = "required"
    IN_CASE = "in_case"
    REFERENCE = "reference"

    @property
    def label(self) -> str:
        return {"required": "bắt buộc", "in_case": "tùy trường hợp", "reference": "tham khảo"}[self.value]


@dataclass(frozen=True)
class Row:
    """One paper of the checklist; `versions` newest first, `comments` oldest first."""

    key: str
    stage: Stage | None
    text: str
    citation: str
    weight: Weight
    state: PaperState
    when: str = ""
    note: str = ""
    case: str = ""
    asked: AskedPaper | None = None
    versions: tuple[PaperVersion, ...] = ()
    comments: tuple[PaperComment, ...] = ()
    expires_soon: bool = False

    @property
    def latest(self) -> PaperVersion | None:
        return self.versions[0] if self.versions else None

    @property
    def earlier(self) -> tuple[PaperVersion, ...]:
        return self.versions[1:]

    @property
    def lacks(self) -> bool:
        return self.state in LACKING

    @property
    def may_be_waived(self) -> bool:
        """Whether the unit may say that it does not apply: never of what every đề án must have."""
        return self.weight is not Weight.REQUIRED


@dataclass(frozen=True)
class PaperSet:
    """Papers that belong together; `case` names the alternative that they are, "" where they are always asked for."""

    case: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class StageRows:
    """One stage with its papers; `current` where the đề án is at it, `number` its place in the dossier from 1."""

    key: str
    number: int
    label: str
    sets: tuple[PaperSet, ...]
    current: bool

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for one in self.sets for row in one.rows)

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def there(self) -> int:
        """How many papers are in the dossier."""
        return sum(row.state in {PaperState.RECEIVED, PaperState.ACCEPTED} for row in self.rows)

    @property
    def lacking(self) -> int:
        """How many obligatory papers lack."""
        return sum(row.lacks and row.weight is Weight.REQUIRED for row in self.rows)


@dataclass(frozen=True)
class Dossier:
    """All papers of one đề án on a day, by stage, and its letters, the latest first."""

    project: Project
    stages: tuple[StageRows, ...]
    letters: tuple[LetterOfProject, ...]
    on: date

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for stage in self.stages for row in stage.rows)

    def row(self, key: str) -> Row | None:
        """The paper with this key, or None where this đề án has none of it."""
        return next((row for row in self.rows if row.key == key), None)

    def of(self, stage: Stage) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.stage is stage)

    @property
    def bound_files(self) -> set[int]:
        """Keys of the files that are a version of a paper or a letter: nobody takes those out."""
        versions = {one.attachment_id for row in self.rows for one in row.versions}
        return {key for key in versions | {link.attachment_id for link in self.letters} if key is not None}

    @property
    def soon(self) -> tuple[Row, ...]:
        """Papers that will expire within a month while their stage lasts."""
        return tuple(row for row in self.rows if row.expires_soon)


def dossier_of(project: Project, *, on: date, has_beneficiaries: bool | None = None) -> Dossier:
    """The dossier as of `on`; four queries, and one more where `has_beneficiaries` is not told."""
    if has_beneficiaries is None:
        has_beneficiaries = project.beneficiaries.exists()
    versions: dict[str, list[PaperVersion]] = defaultdict(list)
    for version in project.paper_versions.select_related("attachment", "by", "judged_by"):
        versions[version.paper].append(version)
    comments: dict[str, list[PaperComment]] = defaultdict(list)
    for comment in project.paper_comments.select_related("by", "agency"):
        comments[comment.paper].append(comment)
    asked = list(asked_of(project).select_related("agency"))
    given = _Given(project, on, has_beneficiaries, versions, comments)
    stages: list[StageRows] = []
    shown: set[str] = set()
    for stage, states in STAGES.items():
        if stage is Stage.AGENCY_REGISTRATION and project.route == Route.LOCAL:
            continue
        rows = [*given.rows_of_law(stage, asked), *given.rows_asked(stage, asked)]
        shown |= {row.key for row in rows}
        if rows:
            sets = _sets(rows)
            stages.append(StageRows(stage.value, len(stages) + 1, stage.label, sets, project.state in states))
    rest = tuple(given.row_of_another_time(key) for key in versions if key not in shown)
    if rest:
        label = "Giấy tờ đã nộp, nay không còn được yêu cầu"
        stages.append(StageRows("other", len(stages) + 1, label, (PaperSet("", rest),), current=False))
    return Dossier(project, tuple(stages), tuple(letters_of(project)), on)


def letters_of(project: Project) -> QuerySet[LetterOfProject]:
    """The letters that concern the đề án, the latest first, each with its file."""
    rows = project.letter_links.select_related(
        "letter__issuer", "letter__recipient", "letter__reply_to", "letter__by", "attachment"
    )
    return rows.order_by("-letter__day", "-letter_id")


def asked_of(project: Project) -> QuerySet[AskedPaper]:
    """What agencies ask for besides the law with this đề án, as long as they ask for it."""
    looking = (
        [project.funder_id] if project.route == Route.NATIONAL_DIRECT else [project.funder_id, project.department_id]
    )
    general = Q(project__isnull=True, agency__in=[one for one in looking if one]) & Q(
        activity__in=["", project.activity]
    )
    return AskedPaper.objects.filter(Q(project=project) | general, ended_at__isnull=True)


def is_reference_only(project: Project) -> bool:
    """The lists are written for national money; a province sets the papers of its own (TT 46/2012 Đ8.3.b)."""
    return project.source == FundingSource.LOCAL


@dataclass(frozen=True)
class _Given:
    """What the rows of one đề án are made of."""

    project: Project
    on: date
    has_beneficiaries: bool
    versions: Mapping[str, Sequence[PaperVersion]]
    comments: Mapping[str, Sequence[PaperComment]]

    def rows_of_law(self, stage: Stage, asked: Iterable[AskedPaper]) -> Iterator[Row]:
        demanded = {one.law_key: one for one in asked if one.law_key}
        for paper in papers_for(self.project.activity, stage, self._law_day(stage)):
            applies = self._applies(paper)
            demand = demanded.get(paper.key)
            if applies is False and not self.versions.get(paper.key):
                continue
            weight = Weight.REQUIRED if demand else self._weight(paper, applies=applies)
            citation = f"{demand.agency.name}: {demand.basis}" if demand else paper.citation
            row = self._row(paper.key, stage, paper.text, _unread(citation, paper, demand), weight)
            yield replace(row, when=paper.when, note=paper.note, case=paper.alternative, asked=demand)

    def rows_asked(self, stage: Stage, asked: Iterable[AskedPaper]) -> Iterator[Row]:
        for one in asked:
            if one.text and one.stage == stage:
                citation = f"{one.agency.name}: {one.basis}"
                yield replace(self._row(one.key, stage, one.text, citation, Weight.REQUIRED), asked=one)

    def row_of_another_time(self, key: str) -> Row:
        """What was handed in for a paper that the law or the agency no longer asks for with this đề án."""
        return self._row(key, None, text_of(key), "", Weight.REFERENCE)

    def _row(self, key: str, stage: Stage | None, text: str, citation: str, weight: Weight) -> Row:
        versions = tuple(self.versions.get(key, ()))
        gathering = stage is not None and self.project.state in STAGES[stage]
        until = versions[0].expires_on if versions else None
        state = state_of(versions, on=self.on if gathering else None)
        return Row(
            key,
            stage,
            text,
            citation,
            weight,
            state,
            versions=versions,
            comments=tuple(self.comments.get(key, ())),
            expires_soon=gathering and until is not None and self.on <= until <= self.on + SOON,
        )

    def _law_day(self, stage: Stage) -> date:
        """Papers of registration are those of the day of submission, once it is past; other stages follow today's law."""
        submitted = self.project.submitted_on
        if stage is Stage.REGISTRATION and submitted and self.project.state not in EDITABLE:
            return submitted
        return self.on

    def _applies(self, paper: Paper) -> bool | None:
        """Whether this đề án falls in the case of the paper; None where only people can say."""
        match paper.applies:
            case Applies.FLAGSHIP:
                return self.project.kind == ProjectKind.FLAGSHIP
            case Applies.NOT_FLAGSHIP:
                return self.project.kind != ProjectKind.FLAGSHIP
            case Applies.GROUP:
                return self.project.kind == ProjectKind.GROUP
            case Applies.WITH_BENEFICIARY:
                return self.has_beneficiaries
            case Applies.IN_CASE:
                return None
            case _:
                return True

    def _weight(self, paper: Paper, *, applies: bool | None) -> Weight:
        if is_reference_only(self.project) or not paper.verified or applies is False:
            return Weight.REFERENCE
        return Weight.IN_CASE if applies is None else Weight.REQUIRED


def state_of(versions: Sequence[PaperVersion], *, on: date | None) -> PaperState:
    """The state of a paper from its versions, newest first; `on` None: its stage is past, nothing expires any more."""
    if not versions:
        return PaperState.MISSING
    latest = versions[0]
    if latest.verdict == Verdict.REFUSED:
        return PaperState.REFUSED
    if latest.attachment_id is None:
        return PaperState.NOT_APPLICABLE
    if on is not None and latest.expires_on is not None and latest.expires_on < on:
        return PaperState.EXPIRED
    return PaperState.ACCEPTED if latest.verdict == Verdict.ACCEPTED else PaperState.RECEIVED


def text_of(key: str) -> str:
    """The words of a paper by its key, also of one that is no longer asked for; the key where nothing knows it."""
    if key.startswith("asked."):
        number = key.removeprefix("asked.")
        found = AskedPaper.objects.filter(pk=int(number)).first() if number.isdecimal() else None
        return found.text if found else key
    return next((paper.text for paper in regulations().papers if paper.key == key), key)


def _unread(citation: str, paper: Paper, demand: AskedPaper | None) -> str:
    pending = demand is None and not paper.verified and UNREAD_ARTICLE not in citation
    return f"{citation}; {UNREAD_ARTICLE}" if pending else citation


def _sets(rows: Sequence[Row]) -> tuple[PaperSet, ...]:
    """The rows by alternative, those always asked for first; once one set is whole the others are no longer needed."""
    by_case: dict[str, list[Row]] = {"": []}
    for row in rows:
        by_case.setdefault(row.case, []).append(row)
    chosen = next((case for case, own in by_case.items() if case and _is_whole(own)), "")
    found = []
    for case, own in by_case.items():
        if chosen and case not in {"", chosen}:
            kept = tuple(replace(row, state=PaperState.OTHER_SET) if not row.versions else row for row in own)
        else:
            kept = tuple(own)
        if kept:
            found.append(PaperSet(case, kept))
    return tuple(found)


def _is_whole(rows: Sequence[Row]) -> bool:
    """Whether a set has all that it must have, and something at all; of papers asked for in a case, people judge."""
    return any(row.versions for row in rows) and not any(row.lacks and row.weight is not Weight.IN_CASE for row in rows)
