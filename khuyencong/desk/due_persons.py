"""What persons ask about their data: the answer that is owed within two working days, and what waits for a leader."""

from __future__ import annotations

from collections.abc import Iterable

from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.law.deadlines import Deadline
from khuyencong.law.workdays import add_working_days
from khuyencong.people.roles import Role
from khuyencong.persons.actions.requests import ANSWER_DAYS, LAW
from khuyencong.persons.models import PersonRequest, RequestKind, RequestState

KEEPER, LEADER = frozenset({Role.ADMINISTRATOR}), frozenset({Role.LEADER})
MOST = 200


def person_request_dues(asked: Asked) -> Iterable[Due]:
    """Open requests to my agency: the answer for the administrator, what was chosen for the leader; one query."""
    if not (KEEPER | LEADER) & asked.roles:
        return
    rows = PersonRequest.objects.visible_to(asked.actor).filter(state=RequestState.OPEN).order_by("received_on", "pk")
    for one in rows[:MOST]:
        by = add_working_days(one.received_on, ANSWER_DAYS)
        deadline = Deadline(by.on, by.sentence, LAW, verified=False, inclusive=True)
        if KEEPER & asked.roles:
            yield _due(asked, one, "answer", f"Trả lời yêu cầu về dữ liệu cá nhân: {one}", KEEPER, deadline)
        if LEADER & asked.roles and one.chosen and one.copy_agreed_by_id is None:
            hiding = one.kind == RequestKind.HIDE
            what = "Quyết định ẩn dữ liệu cá nhân" if hiding else "Đồng ý giao bản sao dữ liệu cá nhân"
            yield _due(asked, one, "decide", f"{what}: {one}", LEADER, deadline)


def _due(asked: Asked, one: PersonRequest, step: str, title: str, roles: frozenset[Role], deadline: Deadline) -> Due:
    """Without the person's name: letters and calendars leave the system."""
    key, url = f"person_request:{one.pk}:{step}", one.get_absolute_url()
    return Due(key, title, url, DueKind.LEGAL, roles, asked.actor.agency.short_name, deadline=deadline)
