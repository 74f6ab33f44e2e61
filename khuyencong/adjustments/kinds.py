"""Which changes an adjustment makes, found from the difference and never declared, and who decides on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from khuyencong.adjustments.proposal import Changed
from khuyencong.law.authority import Authority, Case, Change, Level, authority_for, highest
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Project, ProjectKind
from khuyencong.projects.support import counts_by_beneficiary

OTHER_TEXTS = ("aims", "scale", "content", "organisation", "effects")


@dataclass(frozen=True)
class Ruled:
    """One change with the line of the law that says who decides on it."""

    kind: Change
    authority: Authority


def case_of(project: Project) -> Case:
    """What of the đề án the authority depends on."""
    return Case(
        source=project.source,
        group=project.kind == ProjectKind.GROUP,
        appraised_by_department=project.related_agency_id(Relation.DEPARTMENT) is not None,
    )


def ruled(changed: Changed, on: date) -> tuple[Ruled, ...]:
    """Each change with who decides on it, by the law of the day. Refused where it names nobody."""
    case = case_of(changed.before.project)
    return tuple(Ruled(kind, authority_for(kind, case, on)) for kind in kinds_of(changed))


def table_for(project: Project, on: date) -> list[Ruled]:
    """Who decides on which change of this đề án: every kind that could come up, by the law of the day."""
    case = case_of(project)
    kinds = [kind for kind in Change if kind is not Change.NAMING or case.group]
    return [Ruled(kind, authority_for(kind, case, on)) for kind in kinds]


def level_of(rows: Sequence[Ruled]) -> Level:
    """Who decides on all of them: the highest level among them. ValueError for none."""
    return highest([one.authority for one in rows])


def kinds_of(changed: Changed) -> tuple[Change, ...]:
    """The changes in the order of the law room's list."""
    found = {*_money(changed), *_description(changed), *_people(changed)}
    if not found & {Change.MORE_SUPPORT, Change.LESS_SUPPORT} and _estimate_moved(changed):
        found.add(Change.ESTIMATE)
    return tuple(kind for kind in Change if kind in found)


def _money(changed: Changed) -> set[Change]:
    before, after = changed.before.support, changed.after.support
    if before == after:
        return set()
    return {Change.MORE_SUPPORT if after > before else Change.LESS_SUPPORT}


def _description(changed: Changed) -> set[Change]:
    old, new = changed.before.project, changed.after.project
    found = set()
    if old.activity != new.activity or changed.proposal.substance:
        found.add(Change.ACTIVITY)
    if (old.commune_id, old.place_text) != (new.commune_id, new.place_text):
        found.add(Change.PLACE)
    if old.cooperating_unit != new.cooperating_unit:
        found.add(Change.COOPERATION)
    if (old.starts_on, old.ends_on) != (new.starts_on, new.ends_on):
        last = old.ends_on.year if old.ends_on else old.year
        into_next = new.ends_on is not None and new.ends_on.year > max(last, old.year)
        found.add(Change.NEXT_YEAR if into_next else Change.TIME)
    if any(getattr(old, name) != getattr(new, name) for name in OTHER_TEXTS):
        found.add(Change.OTHER)
    return found


def _people(changed: Changed) -> set[Change]:
    if not changed.comes_in and not changed.leaves:
        return set()
    return {Change.NAMING if is_naming(changed) else Change.BENEFICIARY}


def is_naming(changed: Changed) -> bool:
    """Whether establishments of a group are named that were to come: nobody leaves, and they take what was set aside."""
    project, before = changed.before.project, changed.before
    to_come = project.unnamed(len(before.beneficiaries))
    if not changed.comes_in or changed.leaves or len(changed.comes_in) > to_come:
        return False
    if not counts_by_beneficiary(project):
        return True
    named = sum(changed.after.asked(key) for key in changed.comes_in)
    return named + changed.after.asked(None) <= before.asked(None)


def _estimate_moved(changed: Changed) -> bool:
    """Whether lines change of somebody who stays: what a newcomer gets, or gives up who leaves, goes with them."""
    stays: set[int | None] = set(changed.before.establishments & changed.after.establishments)
    if not changed.comes_in and not changed.leaves:
        stays.add(None)
    return any(
        sorted(line.amounts for line in changed.before.part(key))
        != sorted(line.amounts for line in changed.after.part(key))
        for key in stays
    )
