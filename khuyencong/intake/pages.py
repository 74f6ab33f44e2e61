"""What the pages of the counter share: tabs, the stepper of a request, its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.core.components import Event, Step, StepState, Tab
from khuyencong.intake.models import RequestState, SupportRequest
from khuyencong.intake.tell import PROJECT_IN_PLAIN_WORDS
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project
from khuyencong.projects.states import STEPS, ProjectState, Route

Q, S = RequestState, ProjectState
TABS = (
    ("requests", "Đề nghị hỗ trợ", Permission.REQUEST_VIEW),
    ("registrations", "Đăng ký của cơ sở", Permission.REGISTRATION_DECIDE),
)
TONES = {
    Q.SENT: "info",
    Q.RECEIVED: "info",
    Q.RETURNED: "warning",
    Q.DECLINED: "danger",
    Q.TAKEN_UP: "success",
}
ROAD = ((Q.DRAFT, "Soạn đề nghị"), (Q.SENT, "Gửi đề nghị"), (Q.RECEIVED, "Cán bộ tiếp nhận"), (Q.TAKEN_UP, "Lập đề án"))
PROJECT_ROAD = {
    S.SUBMITTED: "Gửi thẩm định",
    S.BASE_APPRAISED: "Sở thẩm định",
    S.CENTRAL_APPRAISED: "Cục thẩm định",
    S.APPROVED: "Phê duyệt",
    S.IN_PROGRESS: "Thực hiện",
    S.ACCEPTED: "Nghiệm thu",
    S.SETTLED: "Quyết toán",
}
# What officers do with the record that its owner need not read about.
BEHIND_THE_COUNTER = frozenset({"request.download"})


def counter_tabs(actor: Actor, active: str) -> list[Tab]:
    """The lists that an officer may open; none where there is only one."""
    found = [Tab(label, reverse(name), active=name == active) for name, label, needs in TABS if allowed(actor, needs)]
    return found if len(found) > 1 else []


def events_of(request: SupportRequest) -> list[AuditEvent]:
    """What happened to the request, and to the đề án made of it: oldest first, one query."""
    threads = [request.thread]
    if request.project is not None:
        threads.append(request.project.thread)
    return list(AuditEvent.objects.filter(thread__in=threads).order_by("seq"))


def timeline(request: SupportRequest, events: Iterable[AuditEvent], actor: Actor) -> list[Event]:
    """Who wrote and did what with the request itself, newest first."""
    hidden = BEHIND_THE_COUNTER if actor.role == Role.OWNER else frozenset()
    mine = [one for one in events if one.thread == request.thread and one.action not in hidden]
    return [
        Event(
            at=one.at,
            title=describe(one.action),
            who=", ".join(part for part in (one.actor_label, one.agency_label) if part),
            note=one.note,
        )
        for one in reversed(mine)
    ]


def stepper(request: SupportRequest, events: Sequence[AuditEvent]) -> list[Step]:
    """The way of a request up to the end of its đề án: what was done when, what comes next and who owes it."""
    reached = _reached(event for event in events if event.thread == request.thread)
    states = [state for state, _ in ROAD]
    if request.state == Q.TAKEN_UP and request.project is not None:
        steps = [Step(label, "done", at=_at(reached.get(state))) for state, label in ROAD]
        of_project = _reached(event for event in events if event.thread != request.thread)
        return steps + _project_steps(request.project, of_project)
    place = states.index(Q(request.state)) if request.state in states else _last_on_road(reached, states)
    steps = []
    for number, (state, label) in enumerate(ROAD):
        kind: StepState = "done" if number <= place else "todo"
        passed = reached.get(state) if kind == "done" else None
        steps.append(Step(label, kind, at=_at(passed)))
    if request.state in {Q.DECLINED, Q.WITHDRAWN}:
        steps[place] = Step(ROAD[place][1], "stopped", note=request.get_state_display())
    elif request.state == Q.RETURNED:
        after_sending = states.index(Q.SENT) + 1
        steps = [*steps[:after_sending], Step("Bổ sung và gửi lại", "current", owes="chủ cơ sở")]
        steps += [Step(label, "todo") for _, label in ROAD[after_sending:]]
    elif place == 0:  # an empty draft is not done yet
        steps[0] = Step(ROAD[0][1], "current", owes="chủ cơ sở")
    else:
        steps[place + 1] = Step(ROAD[place + 1][1], "current", owes="cán bộ khuyến công")
    return steps


def _project_steps(project: Project, reached: dict[str, AuditEvent]) -> list[Step]:
    road = [state for state in STEPS[Route(project.route)] if state in PROJECT_ROAD]
    state = ProjectState(project.state)
    place = road.index(state) if state in road else _last_on_road(reached, road, none=-1)
    steps = []
    for number, one in enumerate(road):
        kind: StepState = "done" if number <= place else "todo"
        steps.append(Step(PROJECT_ROAD[one], kind, at=_at(reached.get(one)) if kind == "done" else None))
    following = place + 1
    if state in {S.REJECTED, S.WITHDRAWN, S.STOPPED}:
        stopped = max(place, 0)
        steps[stopped] = Step(PROJECT_ROAD[road[stopped]], "stopped", note=PROJECT_IN_PLAIN_WORDS[state])
    elif following < len(road):
        note = PROJECT_IN_PLAIN_WORDS[state] if state in {S.DRAFT, S.RETURNED} else ""
        steps[following] = Step(PROJECT_ROAD[road[following]], "current", owes="cơ quan khuyến công", note=note)
    return steps


def _reached(events: Iterable[AuditEvent]) -> dict[str, AuditEvent]:
    """The event that last brought the record into each state."""
    found = {}
    for event in events:
        after, before = event.after or {}, event.before or {}
        state = after.get("state")
        if state and state != before.get("state"):
            found[str(state)] = event
    return found


def _last_on_road(reached: dict[str, AuditEvent], road: Sequence[str], *, none: int = 0) -> int:
    return max((road.index(one) for one in road if one in reached), default=none)


def _at(event: AuditEvent | None) -> datetime | None:
    return event.at if event is not None else None
