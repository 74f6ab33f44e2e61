"""Counting a trial: đề án by đề án, what the law allows with today's norms and with the ones to be tried.

The calculation is that of the đề án themselves (`projects.support`), only with another book of norms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from khuyencong.core.snapshot import one_moment
from khuyencong.establishments.models import Establishment
from khuyencong.law.norms import NormBook
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, ProjectQuerySet
from khuyencong.projects.states import EDITABLE, ProjectState
from khuyencong.projects.support import BeneficiarySheet, sheets_for
from khuyencong.whatif.changes import Key, changed_keys
from khuyencong.whatif.models import Effect, Trial, TrialRow

BATCH = 250  # đề án read at once
UNCHANGED = "unchanged"
# No money will be paid for these, whatever the norm.
LEFT_OUT = (ProjectState.WITHDRAWN, ProjectState.REJECTED, ProjectState.STOPPED)
# What the calculation reads of a đề án and of an establishment; a column more would cost a query each.
OF_PROJECT = (
    "name",
    "kind",
    "planned_beneficiaries",
    "activity",
    "source",
    "year",
    "submitted_on",
    "state",
    "recorded_from",
    "province",
    "province_before",
    "declared_norm_document",
    "declared_norm_article",
    "declared_norm_percent",
    "declared_norm_cap",
    "priority_place",
    "priority_trade",
    "priority_multiplier",
    "priority_decision",
)
OF_ESTABLISHMENT = ("name", "province", "province_before", "charter_capital")
Cell = tuple[str, str]  # province key as it decides the norm, and activity


@dataclass(slots=True)
class Sums:
    """What some đề án come to, in đồng.

    `before` and `after` add up the most that the law allows with today's norms and with those tried (0 where there is
    no number); `within_before` and `within_after` the part of what was asked for that may be paid.
    """

    projects: int = 0
    affected: int = 0
    asked: int = 0
    before: int = 0
    after: int = 0
    within_before: int = 0
    within_after: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Sums)))

    @property
    def difference(self) -> int:
        """How much more (negative: less) the law would allow at most."""
        return self.after - self.before

    @property
    def within_difference(self) -> int:
        """How much more (negative: less) of what was asked for could be paid."""
        return self.within_after - self.within_before


@dataclass(slots=True)
class Tally:
    """The sums of a trial by place and activity and by effect, and two counts that explain them."""

    cells: dict[Cell, Sums] = field(default_factory=dict)
    effects: dict[str, Sums] = field(default_factory=dict)
    unmeasured: int = 0  # đề án for which neither book gives a number
    over_already: int = 0  # đề án that today's norms do not admit as they are asked for

    def add(self, cell: Cell, outcome: Outcome) -> None:
        """Count one đề án."""
        self.cells[cell] = self.cells.get(cell, Sums()) + outcome.sums
        effect = outcome.effect or UNCHANGED
        self.effects[effect] = self.effects.get(effect, Sums()) + outcome.sums
        self.unmeasured += outcome.before is None and outcome.after is None
        self.over_already += not outcome.admissible_before

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            _merged(self.cells, other.cells),
            _merged(self.effects, other.effects),
            self.unmeasured + other.unmeasured,
            self.over_already + other.over_already,
        )

    @property
    def total(self) -> Sums:
        return sum(self.cells.values(), Sums())

    def as_dict(self) -> dict[str, Any]:
        """Plain data for `Trial.result`."""
        return {
            "cells": [[*cell, *_numbers(sums)] for cell, sums in self.cells.items()],
            "effects": {effect: _numbers(sums) for effect, sums in self.effects.items()},
            "unmeasured": self.unmeasured,
            "over_already": self.over_already,
        }


def tally_from(data: Mapping[str, Any]) -> Tally:
    """The tally that `Tally.as_dict` wrote; an empty one of a trial that has not begun."""
    return Tally(
        {(key, activity): Sums(*numbers) for key, activity, *numbers in data.get("cells", ())},
        {effect: Sums(*numbers) for effect, numbers in data.get("effects", {}).items()},
        data.get("unmeasured", 0),
        data.get("over_already", 0),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """One đề án with both books; amounts in đồng, None where no part of it has a number."""

    effect: Effect | None
    before: int | None
    after: int | None
    admissible_before: bool
    sums: Sums


@dataclass(slots=True)
class Slice:
    """What one turn has counted; `last_project_id` is where the next one goes on, `finished` says there is none."""

    tally: Tally
    rows: list[TrialRow]
    counted: int
    last_project_id: int
    finished: bool


def population(trial: Trial, actor: Actor) -> ProjectQuerySet:
    """The đề án that a trial counts: visible to its agency (`actor` acts for it), still alive, with an estimate."""
    return _alive(trial, actor).filter(Exists(EstimateLine.objects.filter(project=OuterRef("pk"))))


def _alive(trial: Trial, actor: Actor) -> ProjectQuerySet:
    """The same with or without an estimate. A department's trial covers its province."""
    found = Project.objects.visible_to(actor).exclude(state__in=LEFT_OUT)
    if actor.province_id is not None:
        found = found.filter(province__current=actor.province_id)
    if trial.plan_id is not None:
        return found.filter(plan=trial.plan_id)
    found = found.filter(year__gte=trial.first_year, year__lte=trial.last_year)
    return found.filter(source=trial.source) if trial.source else found


def law_day(project: Project, counted_on: date) -> date:
    """The day whose law counts, as on the page of the đề án: what is still being written is judged by that of the count.

    What was sent by the day of submission, records of the past by the first day of their plan year.
    """
    if project.state in EDITABLE and not project.recorded_from:
        return counted_on
    return project.submitted_on or date(project.year, 1, 1)


def outcome_of(before: Sequence[BeneficiarySheet], after: Sequence[BeneficiarySheet]) -> Outcome:
    """What other norms do to one đề án, from its sheets with today's book and with the other, in the same order."""
    allowed_before, allowed_after = _allowed(before), _allowed(after)
    pairs = [(one.sheet.is_admissible, other.sheet.is_admissible) for one, other in zip(before, after, strict=True)]
    effect: Effect | None = None
    if (True, False) in pairs:
        effect = Effect.INADMISSIBLE
    elif (False, True) in pairs and all(now for _, now in pairs):
        effect = Effect.ADMITTED
    elif allowed_before != allowed_after:
        effect = Effect.DEARER if _ceiling(before) < _ceiling(after) else Effect.CHEAPER
    sums = Sums(
        projects=1,
        affected=int(effect is not None),
        asked=sum(one.share.asked for one in before),
        before=allowed_before or 0,
        after=allowed_after or 0,
        within_before=sum(map(_within, before)),
        within_after=sum(map(_within, after)),
    )
    return Outcome(effect, allowed_before, allowed_after, all(then for then, _ in pairs), sums)


def count_slice(
    trial: Trial, actor: Actor, book: NormBook, scratch: NormBook, *, seconds: float, clock: Callable[[], float]
) -> Slice:
    """Count the next đề án in the order of their keys, until `seconds` have passed; at least one batch. Writes nothing."""
    done = Slice(Tally(), [], 0, trial.last_project_id, finished=False)
    changed = frozenset(changed_keys(book, scratch))
    counted_on = date.fromisoformat(trial.result["on"])
    end = clock() + seconds
    with one_moment():
        provinces = {one.pk: one for one in Province.objects.select_related("current")}
        while True:
            waiting = _alive(trial, actor).filter(pk__gt=done.last_project_id).order_by("pk")
            batch = list(waiting.only(*OF_PROJECT)[:BATCH])
            for project, beneficiaries, lines in _with_estimates(batch, provinces):
                on = law_day(project, counted_on)
                before = sheets_for(project, beneficiaries, lines, on=on, book=book)
                tried = _is_concerned(project, beneficiaries, changed)
                after = sheets_for(project, beneficiaries, lines, on=on, book=scratch) if tried else before
                outcome = outcome_of(before, after)
                done.tally.add((project.norm_province_keys[-1], project.activity), outcome)
                done.counted += 1
                if outcome.effect is not None:
                    done.rows.append(_row(trial, project, outcome))
            done.finished = len(batch) < BATCH
            done.last_project_id = batch[-1].pk if batch else done.last_project_id
            if done.finished or clock() >= end:
                return done


def _with_estimates(
    projects: Sequence[Project], provinces: Mapping[int, Province]
) -> Iterator[tuple[Project, list[Beneficiary], list[EstimateLine]]]:
    """Each đề án that has an estimate, with its beneficiaries and lines, in three queries; provinces are handed in."""
    keys = [project.pk for project in projects]
    parts = list(Beneficiary.objects.filter(project__in=keys))
    sites = Establishment.objects.only(*OF_ESTABLISHMENT).in_bulk({one.establishment_id for one in parts})
    for site in sites.values():
        site.province = provinces[site.province_id]
        site.province_before = provinces.get(site.province_before_id or 0)
    people: dict[int, list[Beneficiary]] = defaultdict(list)
    for one in parts:
        one.establishment = sites[one.establishment_id]
        people[one.project_id].append(one)
    lines: dict[int, list[EstimateLine]] = defaultdict(list)
    for line in EstimateLine.objects.filter(project__in=keys):
        lines[line.project_id].append(line)
    for project in projects:
        if project.pk not in lines:
            continue
        project.province = provinces[project.province_id]
        project.province_before = provinces.get(project.province_before_id or 0)
        yield project, people[project.pk], lines[project.pk]


def _is_concerned(project: Project, beneficiaries: Sequence[Beneficiary], changed: frozenset[Key]) -> bool:
    """Whether a changed norm can be the one that counts; where none can, both books give the same sheets.

    For local money the national norm only counts where it has no numbers, and such a one is never changed.
    """
    if project.source == FundingSource.NATIONAL:
        return (None, project.activity) in changed
    keys = {
        *project.norm_province_keys,
        *(key for one in beneficiaries for key in one.establishment.norm_province_keys),
    }
    return any((key, project.activity) in changed for key in keys)


def _row(trial: Trial, project: Project, outcome: Outcome) -> TrialRow:
    return TrialRow(
        trial=trial,
        project=project,
        effect=outcome.effect or "",
        asked=outcome.sums.asked,
        allowed_before=outcome.before,
        allowed_after=outcome.after,
    )


def _allowed(sheets: Sequence[BeneficiarySheet]) -> int | None:
    numbers = [one.sheet.allowed for one in sheets if one.sheet.allowed is not None]
    return sum(numbers) if numbers else None


def _within(one: BeneficiarySheet) -> int:
    """The part of what is asked for that may be paid; all of it where a contract and not a number limits it."""
    asked = one.share.asked
    if one.sheet.allowed is not None:
        return min(asked, one.sheet.allowed)
    return asked if one.sheet.is_admissible else 0


def _ceiling(sheets: Sequence[BeneficiarySheet]) -> tuple[int, int]:
    """What may be paid, to compare two books: admissible parts without a number are above every number."""
    open_ended = sum(one.sheet.allowed is None and one.sheet.is_admissible for one in sheets)
    return open_ended, _allowed(sheets) or 0


def _merged(one: Mapping[Any, Sums], other: Mapping[Any, Sums]) -> dict[Any, Sums]:
    found = dict(one)
    for key, sums in other.items():
        found[key] = found.get(key, Sums()) + sums
    return found


def _numbers(sums: Sums) -> list[int]:
    return [getattr(sums, one.name) for one in fields(Sums)]
