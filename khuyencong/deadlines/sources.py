"""What this room knows to be due: the yearly days of the law, and the agency's own time limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse

from khuyencong.appraisal.models import Appraisal
from khuyencong.deadlines.due import Asked, Due, DueKind, Tick
from khuyencong.deadlines.models import AgencyDeadline, DoneDay, RuleKind
from khuyencong.deadlines.rule_days import FURTHEST_SHIFT, RuleDay, after, days_of, months
from khuyencong.finance.models import ContractPart, EntryKind, LedgerEntry
from khuyencong.law import deadlines
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import MATRIX
from khuyencong.people.relations import Relation
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, transitions_from

# TT 36/2013 Đ10: units register with the department, departments and regional centres with the national agency.
_REGISTRATIONS = (
    (AgencyKind.CENTRE, "base_registration", deadlines.base_registration, "Đăng ký kế hoạch khuyến công quốc gia với Sở"),
    (AgencyKind.SERVICE, "base_registration", deadlines.base_registration, "Đăng ký kế hoạch khuyến công quốc gia với Sở"),
    (AgencyKind.DEPARTMENT, "to_agency", deadlines.registration_to_agency, "Đăng ký kế hoạch khuyến công quốc gia với Cục"),
    (AgencyKind.REGIONAL_CENTRE, "to_agency", deadlines.registration_to_agency, "Đăng ký kế hoạch khuyến công quốc gia với Cục"),
)  # fmt: skip
_IN_PROJECT_STEPS = (
    Relation.IMPLEMENTING,
    Relation.DEPARTMENT,
    Relation.FUNDER,
    Relation.PAYER,
    Relation.NATIONAL,
)


def registration_days(asked: Asked) -> Iterable[Due]:
    """The yearly days on which plans are registered (20/05, 20/06); reminders, since no record says that it was done. No query."""
    if Role.OFFICER not in asked.roles:
        return
    agency = asked.actor.agency
    for kind, code, ask, title in _REGISTRATIONS:
        if kind != agency.kind:
            continue
        for year in range(asked.first.year, asked.last.year + 2):
            found = ask(year)
            if found is None:
                continue
            due = Due(
                key=f"law:{code}:{year}",
                title=f"{title}, năm kế hoạch {year}",
                url=f"{reverse('projects')}?source=national&year={year}",
                kind=DueKind.LEGAL,
                roles=frozenset({Role.OFFICER}),
                agency=agency.short_name,
                deadline=found,
                reminder=True,
            )
            if due.last_day is not None and asked.first <= due.last_day <= asked.last:
                yield due


def regional_reports(asked: Asked) -> Iterable[Due]:
    """What a regional centre reports of each month (TT 36/2013 Đ22.2); reminders like the yearly days. No query."""
    agency = asked.actor.agency
    if Role.OFFICER not in asked.roles or agency.kind != AgencyKind.REGIONAL_CENTRE:
        return
    for year, month in months(asked.first, asked.last):
        found = deadlines.regional_centre_report(year, month)
        if found is not None and asked.first < found.on <= asked.last:
            yield Due(
                key=f"law:regional_centre_report:{year}-{month:02d}",
                title=f"Báo cáo tiến độ tháng {month}/{year} của trung tâm vùng",
                url=f"{reverse('projects')}?source=national",
                kind=DueKind.LEGAL,
                roles=frozenset({Role.OFFICER}),
                agency=agency.short_name,
                deadline=found,
                reminder=True,
            )


def own_deadlines(asked: Asked) -> Iterable[Due]:
    """The days of the agency's own time limits, done ones too, and what counts from a step of a đề án.

    Two queries; up to four more where the agency counts from steps.
    """
    rules = list(
        AgencyDeadline.objects.visible_to(asked.actor)
        .between(asked.first, asked.last)
        .filter(role__in=asked.roles)
        .select_related("agency")
    )
    if not rules:
        return
    done = set(
        DoneDay.objects.filter(
            deadline__in=[rule.pk for rule in rules], on__gte=asked.first - FURTHEST_SHIFT
        ).values_list("deadline_id", "on")
    )
    for rule in rules:
        for day in days_of(rule, asked.first, asked.last):
            yield _of_day(rule, day, done=(rule.pk, day.nominal) in done)
    yield from _after_steps(asked, [rule for rule in rules if rule.rule == RuleKind.AFTER_STEP])


def _of_day(rule: AgencyDeadline, day: RuleDay, *, done: bool) -> Due:
    return Due(
        key=f"own:{rule.pk}:{day.nominal:%Y-%m-%d}",
        title=rule.title,
        url=reverse("agency_deadlines"),
        kind=DueKind.OWN,
        roles=frozenset({Role(rule.role)}),
        agency=rule.agency.short_name,
        deadline=day.deadline,
        done=done,
        tick=Tick(rule.pk, rule.version, day.nominal),
    )


def _after_steps(asked: Asked, rules: Sequence[AgencyDeadline]) -> Iterable[Due]:
    """The đề án that have come to such a step and wait there for this agency."""
    if not rules:
        return
    states = {rule.step for rule in rules}
    rows = Project.objects.visible_to(asked.actor).filter(state__in=states).select_related("plan").order_by("pk")
    waiting = [one for one in rows if agency_in_turn(one) in asked.actor.agency_ids]
    since = entered_on(waiting)
    for rule in rules:
        for project in waiting:
            event = since.get(project.pk)
            in_time = event is not None and rule.from_on <= event and (rule.to_on is None or event <= rule.to_on)
            if event is None or not in_time or project.state != rule.step:
                continue
            yield Due(
                key=f"own:{rule.pk}:{project.pk}:{project.submission}",
                title=f"{rule.title}: {project.name}",
                about=project.code,
                url=project.get_absolute_url(),
                kind=DueKind.OWN,
                roles=frozenset({Role(rule.role)}),
                agency=rule.agency.short_name,
                deadline=after(rule, event),
            )


def agency_in_turn(project: Project) -> int | None:
    """The agency that the đề án waits for, from the transition table and the matrix; None where it waits for nobody."""
    awaited = next((row for row in transitions_from(project.state, project.route) if row.forward), None)
    for grant in MATRIX[awaited.permission] if awaited else ():
        if grant.relation not in _IN_PROJECT_STEPS:
            continue
        if grant.only_without is None or project.related_agency_id(grant.only_without) is None:
            agency = project.related_agency_id(grant.relation)
            if agency is not None:
                return agency
    return None


def entered_on(projects: Sequence[Project]) -> dict[int, date]:
    """Since which day each đề án is in its state, by the day of the paper that brought it there; three queries."""
    keys = [one.pk for one in projects]
    appraised = dict(_last(Appraisal.objects.filter(project__in=keys), "appraised_on"))
    signed = dict(ContractPart.objects.filter(project__in=keys).values_list("project_id", "contract__signed_on"))
    accepted = dict(
        _last(LedgerEntry.objects.filter(project__in=keys, kind=EntryKind.ACCEPTED, answered_by__isnull=True), "on")
    )
    found: dict[int, date] = {}
    for one in projects:
        match one.state:
            case ProjectState.SUBMITTED:
                day = one.submitted_on
            case ProjectState.RETURNED | ProjectState.BASE_APPRAISED | ProjectState.CENTRAL_APPRAISED:
                day = appraised.get(one.pk)
            case ProjectState.APPROVED:
                day = one.plan.decision_on if one.plan else None
            case ProjectState.IN_PROGRESS:
                day = signed.get(one.pk)
            case ProjectState.ACCEPTED:
                day = accepted.get(one.pk)
            case _:
                day = None
        if day is not None:
            found[one.pk] = day
    return found


def _last(rows: QuerySet[Any], field: str) -> Iterable[tuple[int, date]]:
    found: Iterable[tuple[int, date]] = rows.order_by().values_list("project_id").annotate(last=Max(field))
    return found
