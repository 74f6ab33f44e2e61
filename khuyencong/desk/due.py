"""Everything that is due for somebody, from every room that knows of something: the calendar, the letters, «Việc của tôi»."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from django.urls import resolve, reverse

from khuyencong.deadlines.actions.leaders import escalation_days
from khuyencong.deadlines.due import EVERYBODY, Asked, Due, DueKind, in_order
from khuyencong.deadlines.sources import own_deadlines, regional_reports, registration_days
from khuyencong.desk.due_appraisal import completion_dues, condition_dues
from khuyencong.desk.due_certificates import certificate_dues
from khuyencong.desk.due_collaborators import allowance_dues, collaborator_dues
from khuyencong.desk.due_competitions import entering_dues, judging_dues, round_dues
from khuyencong.desk.due_consulting import consulting_dues, outreach_dues
from khuyencong.desk.due_contracts import guarantee_dues, milestone_dues
from khuyencong.desk.due_effects import effect_dues
from khuyencong.desk.due_fairs import fair_dues
from khuyencong.desk.due_inspections import after_end_dues, finding_dues, inspection_dues
from khuyencong.desk.due_periods import period_dues
from khuyencong.desk.due_persons import person_request_dues
from khuyencong.desk.due_portal import feedback_dues
from khuyencong.desk.due_settlement import claim_dues, liquidation_dues, reconciliation_dues
from khuyencong.desk.due_training import course_dues
from khuyencong.desk.steps import Money, Offer, awaited_offers, deadline
from khuyencong.desk.work import OpenWork, counter_tasks, norm_tasks, open_work
from khuyencong.law.deadlines import Deadline
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.people.web import declared
from khuyencong.projects.models import Project
from khuyencong.projects.states import Route

# How far «Việc của tôi» and the letters look for days that come again and again.
LOOKS_BACK, LOOKS_AHEAD = timedelta(days=92), timedelta(days=30)
PERMISSIONS = frozenset(map(str, Permission))
# What stands against one person and not against the colleague in the same role.
OWN_HANDS = {"own_project", "own_payment", "own_report"}


@dataclass(frozen=True)
class Question(Asked):
    """What the sources are asked here; the đề án are read once, whoever asks for them."""

    @cached_property
    def work(self) -> OpenWork:
        """The agency's open đề án with their money."""
        return open_work(self.actor, on=self.on)

    @cached_property
    def whole_agency(self) -> list[Due]:
        """What is due for anybody at the agency, of every source that knows of days; read once for a page that asks twice."""
        whole = Question(self.actor, self.on, self.first, self.last, EVERYBODY)
        whole.__dict__["work"] = self.work  # read already
        found = (due for source in SOURCES if source not in WITHOUT_DAYS for due in source(whole))
        return in_order(_led(due, self.actor) for due in found)


def question(
    actor: Actor, *, on: date, everybody: bool = False, first: date | None = None, last: date | None = None
) -> Question:
    """Ask for the actor's own duties, or for those of everybody at the agency."""
    roles = EVERYBODY if everybody else frozenset({actor.role}) & EVERYBODY
    return Question(actor, on, first or on - LOOKS_BACK, last or on + LOOKS_AHEAD, roles)


def step_dues(asked: Question) -> Iterable[Due]:
    """The steps that đề án wait for, with their legal or contractual day where there is one; the constant queries of `work`."""
    hats = [(role, asked.actor if role == asked.actor.role else asked.actor.in_role(role)) for role in asked.roles]
    for project in asked.work.projects:
        money = asked.work.money[project.pk]
        owed: dict[str, tuple[Offer, set[Role]]] = {}
        for permission, offer in awaited_offers(asked.actor, project, money):
            roles = {
                role
                for role, hat in hats
                if _is_open(offer, mine=hat is asked.actor) and allowed(hat, permission, project)
            }
            if roles:
                owed.setdefault(offer.key, (offer, set()))[1].update(roles)
        for offer, roles in owed.values():
            yield from _of_step(asked, project, money, offer, frozenset(roles))


def _is_open(offer: Offer, *, mine: bool) -> bool:
    return offer.blocked is None or (not mine and offer.blocked.code in OWN_HANDS)


def _of_step(asked: Asked, project: Project, money: Money, offer: Offer, roles: frozenset[Role]) -> Iterable[Due]:
    def due(key: str, found: Deadline | None) -> Due:
        return Due(
            key=key,
            title=f"{offer.label}: {project.name}",
            about=project.code,
            url=project.get_absolute_url(),
            kind=_kind(project, offer),
            roles=roles,
            agency=asked.actor.agency.short_name,
            deadline=found,
            listed=True,
        )

    owed = [one for one in (money.reports.missed, money.reports.next) if one is not None]
    if offer.key != "report" or not owed:
        yield due(f"step:{project.pk}:{offer.key}", deadline(project, money, offer.key, on=asked.on))
        return
    for one in owed:
        title = f"Lập báo cáo tiến độ tháng {one.month:%m/%Y}: {project.name}"
        yield replace(due(f"report:{project.pk}:{one.month:%Y-%m}", one.deadline), title=title)


def _kind(project: Project, offer: Offer) -> DueKind:
    if offer.key == "accept":
        return DueKind.CONTRACT
    # For local money the law asks for no monthly report: who pays may.
    return DueKind.OWN if offer.key == "report" and project.route == Route.LOCAL else DueKind.LEGAL


def counter_dues(asked: Question) -> Iterable[Due]:
    """Owners at the counter: nothing names a day for them. Two queries."""
    if asked.actor.role not in asked.roles:
        return
    waiting, agency = counter_tasks(asked.actor), asked.actor.agency.short_name
    role = frozenset({asked.actor.role})
    for one in waiting.registrations:
        url = reverse("registration", args=[one.pk])
        title = f"Duyệt đăng ký: {one.name}"
        yield Due(f"registration:{one.pk}", title, url, DueKind.OWN, role, agency, listed=True)
    for request in waiting.requests:
        url = reverse("request", args=[request.pk])
        title = f"Xử lý đề nghị hỗ trợ: {request.title}"
        yield Due(f"request:{request.pk}", title, url, DueKind.OWN, role, agency, listed=True)


def norm_dues(asked: Question) -> Iterable[Due]:
    """Entered norms to be confirmed or put right: nothing names a day for them. Two queries."""
    if asked.actor.role not in asked.roles:
        return
    role, agency = frozenset({asked.actor.role}), asked.actor.agency.short_name
    for one in norm_tasks(asked.actor):
        title = f"{one.label}: {one.document}"
        yield Due(f"norm:{one.document.pk}", title, one.url, DueKind.OWN, role, agency, listed=True)


# Every source of due things. A room in which something falls due adds its function here: given a Question it yields
# `Due`, with a number of queries that does not grow with the rows. Nothing else has to change.
SOURCES: tuple[Callable[[Question], Iterable[Due]], ...] = (
    step_dues,
    completion_dues,
    condition_dues,
    milestone_dues,
    guarantee_dues,
    claim_dues,
    liquidation_dues,
    reconciliation_dues,
    effect_dues,
    registration_days,
    regional_reports,
    own_deadlines,
    counter_dues,
    norm_dues,
    certificate_dues,
    inspection_dues,
    finding_dues,
    after_end_dues,
    round_dues,
    judging_dues,
    entering_dues,
    collaborator_dues,
    allowance_dues,
    period_dues,
    consulting_dues,
    outreach_dues,
    fair_dues,
    course_dues,
    feedback_dues,
    person_request_dues,
)
# «Việc của tôi» has lists of its own for these.
LISTED = (step_dues, counter_dues, norm_dues)
WITHOUT_DAYS = (counter_dues, norm_dues)


def dues(asked: Question) -> list[Due]:
    """Everything that is due, by day; things without a day last."""
    return in_order(_led(due, asked.actor) for source in SOURCES for due in source(asked))


def _led(due: Due, actor: Actor) -> Due:
    """What colleagues owe is told to the whole agency, but to a page that is closed to somebody's role nothing leads him."""
    opens = declared(resolve(urlsplit(due.url).path).func) if due.url else None
    closed = opens in PERMISSIONS and not allowed(actor, Permission(opens))
    return replace(due, url="") if closed else due


def beside_the_lists(asked: Question) -> list[Due]:
    """For «Việc của tôi»: what none of its lists shows, without reminders of days that have passed."""
    if asked.actor.role == Role.LEADER:  # who is told of the whole agency's work besides: it is read once for both
        found = [due for due in asked.whole_agency if not due.listed and due.roles & asked.roles]
    else:
        found = in_order(due for source in SOURCES if source not in LISTED for due in source(asked))
    return [due for due in found if not (due.reminder and _has_passed(due, asked.on))]


def _has_passed(due: Due, on: date) -> bool:
    return due.last_day is not None and due.last_day < on


def too_late(asked: Question) -> list[Due]:
    """For a leader: the whole agency's work that has been overdue for longer than the agency allows; [] for other roles.

    One query more than the sources.
    """
    if asked.actor.role != Role.LEADER:
        return []
    allowed_days = escalation_days(asked.actor.agency)
    return [due for due in asked.whole_agency if due.is_overdue_by(allowed_days, asked.on)]
