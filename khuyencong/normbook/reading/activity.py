"""Everything the system knows of one activity on a day: norms now and before, papers, conditions, advances, priority."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from khuyencong.core.text import sort_key
from khuyencong.law.advances import AdvanceShare, advance_share_on
from khuyencong.law.catalogue import Activity, Part, activities_on, catalogue
from khuyencong.law.norms import Norm, NormBook
from khuyencong.law.papers import Condition, OtherSupport, Paper, Stage, conditions_for, other_supports_for, papers_for
from khuyencong.law.regulations import regulations
from khuyencong.law.standing import Standing, standing_of
from khuyencong.law.values import Document, Parameter, Target, multiplier_text
from khuyencong.normbook.reading.day import Answer, answer_for, document_ids
from khuyencong.normbook.reading.places import NATION, Place, PlaceBook

# Those that are asked for with each activity; the papers of a competition are asked of products.
STAGES = tuple(stage for stage in Stage if stage is not Stage.COMPETITION)
_COMPETITION = "competition_"
WITHOUT_CONTENT = "Chưa đọc được văn bản xếp vào nội dung nào"


@dataclass(frozen=True, slots=True)
class PastNorm:
    """One line of a history: a norm, whose it is, and how it stands on the day of the page."""

    norm: Norm
    place: str
    stands: str
    holds: bool


@dataclass(frozen=True, slots=True)
class PaperSet:
    """Papers of one alternative: `name` says in which case, "" where they are asked for always."""

    name: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class StagePapers:
    stage: Stage
    sets: tuple[PaperSet, ...]


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """One activity on one day. `local` has an answer for each site of the place asked for, none for the nation."""

    activity: Activity
    on: date
    content: str
    parts: tuple[Part, ...]
    national: Answer
    local: tuple[Answer, ...]
    history: tuple[PastNorm, ...]
    provinces: tuple[PastNorm, ...]
    stages: tuple[StagePapers, ...]
    conditions: tuple[Condition, ...]
    other_supports: tuple[OtherSupport, ...]
    targets: tuple[Target, ...]
    advance: AdvanceShare
    priority: Parameter | None
    standing: Standing

    @property
    def priority_times(self) -> str:
        """«1,5»; "" where no priority multiplier is known on the day."""
        return multiplier_text(self.priority.value) if self.priority else ""


def activity_page(
    book: NormBook, documents: Sequence[Document], places: PlaceBook, activity: Activity, place: Place, *, on: date
) -> ActivityPage:
    """Put the page together; `place` NATION shows national money only."""
    ids, code = document_ids(documents), activity.code
    return ActivityPage(
        activity=activity,
        on=on,
        content=catalogue().contents[activity.content].name if activity.content else "",
        parts=_parts(activity, on),
        national=answer_for(book, activity, NATION, on, ids),
        local=tuple(answer_for(book, activity, one, on, ids) for one in place.columns if one.keys),
        history=past_norms(book, [None], places, code, on),
        provinces=past_norms(book, _scopes(documents, places), places, code, on),
        stages=_stages(activity, on),
        conditions=conditions_for(code, on),
        other_supports=other_supports_for(code, on),
        targets=tuple(one for one in regulations().targets if one.code == code),
        advance=advance_share_on(code, on, source=place.source),
        priority=regulations().parameter("priority_multiplier", on),
        standing=standing_of(activity, on, source=place.source, province_keys=_first_keys(place), book=book),
    )


def _first_keys(place: Place) -> tuple[str, ...]:
    """Of a province with several sites the norms of the first one: the others stand in the table above."""
    return next((one.keys for one in place.columns if one.keys), ())


def contents_of_day(book: NormBook, on: date) -> list[tuple[str, list[Standing]]]:
    """Every activity of a day under its content of NĐ 45/2012 Đ4, with what is known of it and what is missing."""
    found: dict[str, list[Standing]] = {}
    for one in activities_on(on):
        title = f"{one.content}. {catalogue().contents[one.content].name}" if one.content else WITHOUT_CONTENT
        found.setdefault(title, []).append(standing_of(one, on, book=book))
    return sorted(found.items(), key=lambda pair: (pair[0] == WITHOUT_CONTENT, pair[0]))


def past_norms(
    book: NormBook, scopes: Iterable[str | None], places: PlaceBook, code: str, on: date
) -> tuple[PastNorm, ...]:
    """Every norm of an activity in these scopes, by place, the newest first, those without a first day last."""
    found = []
    for scope in scopes:
        norms = sorted(book.all_of(code, scope), key=lambda norm: norm.valid_from or date.min, reverse=True)
        found += [PastNorm(one, places.label(scope), _stands(one, on), one.in_force(on)) for one in norms]
    return tuple(found)


def _stands(norm: Norm, on: date) -> str:
    if norm.valid_from is None:
        return "chưa áp dụng"
    if norm.in_force(on):
        return "đang áp dụng"
    return "chưa tới ngày" if on < norm.valid_from else "đã hết"


def _scopes(documents: Iterable[Document], places: PlaceBook) -> list[str | None]:
    """The provinces that have documents, in Vietnamese order."""
    scopes = dict.fromkeys(document.scope for document in documents if document.scope)
    return sorted(scopes, key=lambda scope: sort_key(places.label(scope)))


def _parts(activity: Activity, on: date) -> tuple[Part, ...]:
    """The points of NĐ 45/2012 Đ4 that the activity carries out, then the details of other texts."""
    content = catalogue().contents.get(activity.content) if activity.content else None
    points = tuple(part for part in content.parts if activity.code in part.activities) if content else ()
    return tuple(part for part in points + activity.parts if part.in_force(on))


def _stages(activity: Activity, on: date) -> tuple[StagePapers, ...]:
    stages = tuple(Stage) if activity.code.startswith(_COMPETITION) else STAGES
    found = (StagePapers(stage, _sets(papers_for(activity.code, stage, on))) for stage in stages)
    return tuple(one for one in found if one.sets)


def _sets(papers: Iterable[Paper]) -> tuple[PaperSet, ...]:
    """The papers of a stage by alternative, those asked for always first."""
    ordered = sorted(papers, key=lambda paper: paper.alternative)
    grouped = groupby(ordered, key=lambda paper: paper.alternative)
    return tuple(PaperSet(name, tuple(of_set)) for name, of_set in grouped)
