"""Whether the State is asked to pay twice for the same content of cost (TTLT 26/2014 Đ7.4).

The establishment is followed across provinces and entries (`establishments.matching`), the content by its words and by
serial numbers. Where one of them is not sure, or the words differ within one activity, a person looks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khuyencong.establishments.keys import is_telling_serial, item_key, serial_key
from khuyencong.establishments.matching import Link, linked
from khuyencong.establishments.models import Reason
from khuyencong.law.answers import EarlierSupport, Match
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.received import WITHOUT_SUPPORT, Received, supports_of, supports_with_serial
from khuyencong.projects.states import COMMITTED, ProjectState

# Another fair, class, journey or year of interest is another content of cost, whatever its words.
EACH_TIME = frozenset(
    {
        "vocational_training",
        "management_training",
        "study_trip_domestic",
        "study_trip_abroad",
        "online_promotion",
        "competition_prize",
        "fair_domestic_organise",
        "fair_domestic_join",
        "fair_abroad",
        "trade_promotion",
        "consulting",
        "information",
        "conference",
        "training_materials",
        "contest",
        "relocation_consulting",
        "relocation_interest",
    }
)
# From the weakest; one step down for each doubt.
LADDER = (Match.OTHER, Match.UNSURE, Match.SAME)
DECIDED = COMMITTED | {ProjectState.STOPPED}
# After all that is decided, before all that waits.
RANK_OF_NEW = (1, 0, date.min, 0)
_BLANK = re.compile(r"[\s,;()«»\"]+")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one beneficiary asks the State to pay for, as it is compared with each other support."""

    keys: frozenset[str]
    serials: frozenset[str]

    @classmethod
    def of(cls, contents: Collection[str]) -> _Wanted:
        return cls(frozenset(item_key(content) for content in contents), frozenset(_serials([contents])))


def earlier_support(
    project: Project,
    beneficiaries: Sequence[Beneficiary],
    *,
    lines: Iterable[EstimateLine] | None = None,
    seen_by: Actor | None = None,
    as_new: bool = False,
) -> Mapping[int, tuple[EarlierSupport, ...]]:
    """Other support of the State that the records hold, by establishment; a fixed number of queries.

    `lines`: the estimate, where it was read already. `as_new`: these come into an approved đề án now, so that whatever
    was decided for them elsewhere came first, whenever the đề án itself was decided. `seen_by`: who will read it; what lies out of sight is named by
    agency, year, item and amount. Expects `establishment` loaded.
    """
    return earlier_support_of_all([(project, beneficiaries)], lines=lines, seen_by=seen_by, as_new=as_new)[project.pk]


def earlier_support_of_all(
    asked: Sequence[tuple[Project, Sequence[Beneficiary]]],
    *,
    lines: Iterable[EstimateLine] | None = None,
    seen_by: Actor | None = None,
    as_new: bool = False,
) -> dict[int, Mapping[int, tuple[EarlierSupport, ...]]]:
    """The same for several đề án, by their keys, with as many queries as for one."""
    if lines is None:
        lines = EstimateLine.objects.filter(project__in=[project.pk for project, _ in asked])
    contents = _contents(lines)
    links = linked(one.establishment for _, beneficiaries in asked for one in beneficiaries)
    by_entry = defaultdict(list)
    for support in supports_of({link.entry_id for some in links.values() for link in some}, seen_by=seen_by):
        by_entry[support.entry_id].append(support)
    same_serial = supports_with_serial(_serials(contents.values()), seen_by=seen_by)

    def of_one(project: Project, one: Beneficiary) -> tuple[EarlierSupport, ...]:
        mine = _Wanted.of(contents.get(one.pk, ()))
        near = [(link, other) for link in links[one.establishment_id] for other in by_entry[link.entry_id]]
        phrases = [_compared(project, mine, link, other, as_new=as_new) for link, other in near]
        known = {link.entry_id for link in links[one.establishment_id] if link.certain}
        phrases += [
            EarlierSupport(f"{other.phrase()} (cùng số máy)", Match.SAME)
            for other in same_serial
            if other.entry_id not in known and mine.serials & _serial_of(other)
        ]
        return tuple(phrase for phrase in phrases if phrase is not None)

    return {
        project.pk: {one.establishment_id: of_one(project, one) for one in beneficiaries}
        for project, beneficiaries in asked
    }


def _contents(lines: Iterable[EstimateLine]) -> dict[int, tuple[str, ...]]:
    """What each beneficiary asks the State to pay for, by key of the beneficiary."""
    found: dict[int, list[str]] = defaultdict(list)
    for line in lines:
        if line.beneficiary_id is not None and line.support > 0:
            found[line.beneficiary_id].append(line.content)
    return {key: tuple(contents) for key, contents in found.items()}


def _serials(contents: Iterable[Collection[str]]) -> set[str]:
    """Words of the estimate that may be serial numbers."""
    words = (serial_key(word) for some in contents for content in some for word in _BLANK.split(content))
    return {word for word in words if is_telling_serial(word)}


def _serial_of(other: Received) -> set[str]:
    return {other.past.folded_serial} if other.past else set()


def _compared(project: Project, mine: _Wanted, link: Link, other: Received, *, as_new: bool) -> EarlierSupport | None:
    """One other support beside what is asked for; None where it has nothing to do with it."""
    if other.project is not None and (other.project.pk == project.pk or other.project.state in WITHOUT_SUPPORT):
        return None
    items = [item for item in other.items if item_key(item) in mine.keys]
    steps = _likeness(project, mine, other, items=bool(items))
    doubts = []
    if not link.certain:
        steps -= 1
        why = ", ".join(Reason(one).label.lower() for one in sorted(link.reasons))
        doubts.append(f"có thể là cùng cơ sở: {why}")
    if not _came_first(other, project, as_new=as_new):
        if _is_decided(project) and not as_new:
            return None
        steps -= 1
        doubts.append("gửi sau đề án này")
    if steps < 0:
        return None
    remark = f" ({'; '.join(doubts)})" if doubts else ""
    return EarlierSupport(f"{other.phrase(items)}{remark}", LADDER[steps])


def _likeness(project: Project, mine: _Wanted, other: Received, *, items: bool) -> int:
    """How like the contents are, as a place on the ladder: words, serial, activity."""
    activity = other.project.activity if other.project else (other.past.activity if other.past else "")
    same_activity = activity in {"", project.activity}
    if mine.serials & _serial_of(other):
        return 2
    if not items:
        return 1 if same_activity else 0
    stopped = other.project is not None and other.project.state == ProjectState.STOPPED
    return 2 if same_activity and not stopped and project.activity not in EACH_TIME else 1


def _is_decided(project: Project) -> bool:
    return project.state in DECIDED


def _came_first(other: Received, project: Project, *, as_new: bool) -> bool:
    """Whether the other goes before: what is decided before what waits, what was sent before what was sent later.

    So of two that were sent at the same moment one can go on, and the same one whoever asks.
    """
    if other.project is None:
        return as_new or not _is_decided(project) or other.year <= project.year
    return _rank(other.project) < RANK_OF_NEW if as_new else goes_before(other.project, project)


def goes_before(other: Project, project: Project) -> bool:
    """Whether the other đề án was decided or sent before this one; of two, always one goes before the other."""
    return _rank(other) < _rank(project)


def _rank(project: Project) -> tuple[int, int, date, int]:
    if _is_decided(project):
        return 0, project.year, project.submitted_on or date(project.year, 1, 1), project.pk
    if project.state == ProjectState.DRAFT or project.submitted_on is None:
        return 2, 0, date.max, project.pk
    return 1, 0, project.submitted_on, project.pk
