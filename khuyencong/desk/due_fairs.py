"""What falls due around fairs: inviting, answering registrations, confirming the list, closing; partners to ask again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q

from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.fairs.models import Fair, FairState, LinkOutcome, ParticipantState, PartnerLink
from khuyencong.law.deadlines import Deadline
from khuyencong.people.roles import Role

OFFICER, LEADER = frozenset({Role.OFFICER}), frozenset({Role.LEADER})
OPEN = (FairState.DRAFT, FairState.CALLED, FairState.CONFIRMED)
MOST = 100  # a list with more of them is read on its own page


def fair_dues(asked: Asked) -> Iterable[Due]:
    """What the fairs of the agency's đề án wait for, and partners to ask again; one query, one more where there are fairs."""
    if not (OFFICER | LEADER) & asked.roles:
        return
    mine = Q(project__implementing_unit__in=asked.actor.agency_ids) | Q(project__department__in=asked.actor.agency_ids)
    waiting = Count("participants", filter=Q(participants__state=ParticipantState.REGISTERED), distinct=True)
    links = Count("participants__links", filter=Q(participants__links__outcome=LinkOutcome.WAITING), distinct=True)
    rows = Fair.objects.filter(mine).select_related("project").annotate(waiting=waiting, open_links=links)
    # A fair that has ended is looked at for its partners alone.
    rows = rows.filter(Q(state__in=OPEN) | Q(state=FairState.CLOSED, open_links__gt=0))
    found: list[Any] = list(rows.order_by("starts_on", "pk")[:MOST])
    for one in found:
        yield from (due for due in _of_fair(asked, one, one.waiting) if due.roles & asked.roles)
    if OFFICER & asked.roles and any(one.open_links for one in found):
        yield from _link_dues(asked, [one.pk for one in found if one.open_links])


def _of_fair(asked: Asked, one: Fair, waiting: int) -> Iterable[Due]:
    url = one.get_absolute_url()
    if one.state == FairState.DRAFT:
        yield _due(asked, one, "call", "Mời cơ sở tham gia", url, OFFICER, one.register_until)
    elif one.state == FairState.CLOSED:
        return
    elif one.state == FairState.CONFIRMED:
        what = "Ghi kết quả, kết thúc sau ngày bế mạc"
        yield _due(asked, one, "close", what, f"{url}ket-qua/", OFFICER, one.ends_on)
    else:
        if waiting:
            what = f"Trả lời {waiting} cơ sở đăng ký"
            yield _due(asked, one, "answer", what, f"{url}co-so/?state=registered", OFFICER, one.starts_on)
        if one.project.department_id in asked.actor.agency_ids:
            yield _due(asked, one, "confirm", "Xác nhận danh sách", url, LEADER, one.starts_on)


def _link_dues(asked: Asked, fairs: list[int]) -> Iterable[Due]:
    rows = PartnerLink.objects.filter(participant__fair__in=fairs, outcome=LinkOutcome.WAITING)
    rows = rows.select_related("participant__establishment", "participant__fair")
    for one in rows.order_by("due_on", "pk")[:MOST]:
        title = f"Hỏi lại đối tác {one.partner}: {one.participant.establishment.name}"
        deadline = _own(f"Hỏi lại ngày {format_date(one.due_on)}", one.due_on)
        url = one.participant.get_absolute_url()
        yield Due(
            f"fair_link:{one.pk}", title, url, DueKind.OWN, OFFICER, asked.actor.agency.short_name, deadline=deadline
        )


def _due(asked: Asked, one: Fair, step: str, what: str, url: str, roles: frozenset[Role], on: date | None) -> Due:
    deadline = _own(f"{what}: {format_date(on)}", on) if on else None
    agency = asked.actor.agency.short_name
    return Due(f"fair:{one.pk}:{step}", f"{what}: {one.name}", url, DueKind.OWN, roles, agency, deadline=deadline)


def _own(sentence: str, on: date) -> Deadline:
    """A day that the office has set itself."""
    return Deadline(on, f"{sentence}.", "", verified=True, inclusive=True)
