"""Making a draft plan be exactly what a scenario says, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.audit.queries import last_change
from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.finance.actions import put_in_plan, take_out_of_plan
from khuyencong.finance.actions.plans import lock_money_of
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.actions import cut_support
from khuyencong.projects.models import Project
from khuyencong.scenarios.door import GONE, choices_of, lock_scenario
from khuyencong.scenarios.models import Scenario, ScenarioChoice

BY_LAW = "Bằng mức tối đa theo quy định hiện nay"
PLAN_MOVED = "Kế hoạch đã thay đổi từ khi phương án được tính."


@dataclass(frozen=True)
class Change:
    """What adopting does to one đề án; amounts in đồng, `before` and `after` None: not in the plan."""

    project: Project
    before: int | None
    after: int | None
    granted: int  # what its estimate says now
    reason: str = ""

    def cuts(self) -> bool:
        """Whether its estimate gets another amount."""
        return self.after is not None and self.after != self.granted

    def takes_out(self) -> bool:
        """Also for the moment in which the amount changes."""
        return self.before is not None and (self.after is None or self.cuts())

    def puts_in(self) -> bool:
        """For the first time, or again with another amount."""
        return self.after is not None and (self.before is None or self.cuts())


def changes_of(plan: AnnualPlan, choices: Iterable[ScenarioChoice], projects: Iterable[Project]) -> list[Change]:
    """What must be done so that the plan is what the choices say; `projects` carry `support` of its year. One query."""
    chosen = {one.project_id: one for one in choices if one.chosen}
    going_on = set(plan.continuations.values_list("project_id", flat=True))
    found = []
    for project in projects:
        choice, granted = chosen.get(project.pk), int(vars(project)["support"])
        before = granted if project.plan_id == plan.pk or project.pk in going_on else None
        after = choice.amount if choice else None
        if before != after:
            reason = (choice.reason or BY_LAW) if choice else ""
            found.append(Change(project, before, after, granted, reason))
    return found


def concerned(plan: AnnualPlan, choices: Iterable[ScenarioChoice]) -> Q:
    """The đề án that are in the plan, or would be."""
    going_on = plan.continuations.order_by().values("project")
    return Q(plan=plan.pk) | Q(pk__in=going_on) | Q(pk__in=[one.project_id for one in choices if one.chosen])


def in_the_way(
    scenario: Scenario, choices: Mapping[int, ScenarioChoice], changes: Iterable[Change], projects: Iterable[Project]
) -> list[str]:
    """What has moved since the scenario was reckoned, by name; empty where it may be adopted as it stands."""
    found = []
    moved = list(changes)
    if moved and scenario.plan.version != scenario.plan_version:
        found.append(PLAN_MOVED)
    for project in projects:
        known = choices.get(project.pk)
        if known is None:
            found.append(f"{project.code} đã được đưa vào kế hoạch sau khi phương án được tính.")
        elif moved and known.project_version != project.version:
            found.append(f"{project.code} đã thay đổi: {last_change(project.thread) or 'hãy xem lại hồ sơ'}")
    return found


@transaction.atomic
def adopt_scenario(*, scenario_id: int, by: Actor, version: int) -> list[Change]:
    """Put in, take out and cut until the draft plan is what the scenario says; returns what was done, nothing twice.

    Refused with everything that stands in the way, and then nothing is done: what has changed since the scenario was
    reckoned, and what each step refuses. Raises NotAllowed, Stale, Refused.
    """
    place = AnnualPlan.objects.filter(scenarios=scenario_id).first()
    if place is None:
        raise Stale(GONE)
    # In the order of all locks, and everything before the first event, which takes the head of the chain.
    lock_money_of(place)
    AnnualPlan.objects.select_for_update(of=("self",)).get(pk=place.pk)
    list(Scenario.objects.select_for_update(of=("self",)).filter(plan=place.pk).values_list("pk"))
    scenario = lock_scenario(scenario_id, by=by, version=version)
    plan, choices = scenario.plan, {one.project_id: one for one in choices_of(scenario)}
    wanted = concerned(plan, choices.values())
    list(Project.objects.select_for_update().filter(wanted).order_by("pk").values_list("pk"))
    projects = list(Project.objects.filter(wanted).select_related("payer").with_money(year=plan.year).order_by("pk"))
    changes = changes_of(plan, choices.values(), projects)
    problems = in_the_way(scenario, choices, changes, projects)
    if problems:
        raise Refused("Chưa áp dụng được; hãy bấm «Cập nhật» rồi xem lại. " + " ".join(problems))
    if not changes and scenario.adopted_at is not None:
        return []
    problems = _do_all(plan, changes, by)
    if problems:
        raise Refused("Chưa áp dụng được, kế hoạch còn nguyên như cũ. " + " ".join(problems))
    _mark(scenario, choices.values(), by)
    record(
        action="scenario.adopt",
        by=by,
        subject=scenario,
        thread=scenario.thread,
        before={one.project.code: _in_words(one.before) for one in changes},
        after={one.project.code: _in_words(one.after) for one in changes},
        note=plan.title,
    )
    return changes


def _do_all(plan: AnnualPlan, changes: Iterable[Change], by: Actor) -> list[str]:
    """Every step through its own action; what each refuses, by name. A đề án changes its amount outside of any plan."""
    refused: dict[int, str] = {}
    stages = ((Change.takes_out, _take_out), (Change.cuts, _cut), (Change.puts_in, _put_in))
    rows = list(changes)
    for applies, step in stages:
        for one in rows:
            if one.project.pk in refused or not applies(one):
                continue
            try:
                step(plan, one, by)
            except NotAllowed:
                raise
            except DomainError as error:
                refused[one.project.pk] = f"{one.project.code}: {error}"
    return list(refused.values())


def _take_out(plan: AnnualPlan, one: Change, by: Actor) -> None:
    take_out_of_plan(plan_id=plan.pk, version=_version_of(plan), project_id=one.project.pk, by=by)


def _cut(_plan: AnnualPlan, one: Change, by: Actor) -> None:
    cut_support(
        project_id=one.project.pk, version=_version_of(one.project), by=by, amount=one.after or 0, reason=one.reason
    )


def _put_in(plan: AnnualPlan, one: Change, by: Actor) -> None:
    # Who was to spend the money still is, where the đề án only leaves the plan for a moment.
    payer = one.project.payer if one.before is not None and one.project.payer_id != plan.agency_id else None
    put_in_plan(plan_id=plan.pk, version=_version_of(plan), project_id=one.project.pk, by=by, payer=payer)


def _version_of(record: AnnualPlan | Project) -> int:
    """The version now: each step counts a change of the plan and of the đề án."""
    record.refresh_from_db(fields=["version"])
    return record.version


def _mark(scenario: Scenario, choices: Iterable[ScenarioChoice], by: Actor) -> None:
    """It is the adopted one of its plan, and knows the versions that adopting itself has made."""
    rows = list(choices)
    versions = dict(Project.objects.filter(pk__in=[one.project_id for one in rows]).values_list("pk", "version"))
    for one in rows:
        one.project_version = versions[one.project_id]
    ScenarioChoice.objects.bulk_update(rows, ["project_version"], batch_size=500)
    Scenario.objects.filter(plan=scenario.plan_id).exclude(pk=scenario.pk).update(adopted_at=None, adopted_by=None)
    scenario.plan_version = AnnualPlan.objects.values_list("version", flat=True).get(pk=scenario.plan_id)
    scenario.adopted_at, scenario.adopted_by = timezone.now(), by.user
    scenario.version += 1
    scenario.save(update_fields=["plan_version", "adopted_at", "adopted_by", "version"])


def _in_words(amount: int | None) -> int | str:
    return "không trong kế hoạch" if amount is None else amount
