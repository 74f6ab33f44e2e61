"""What falls due around competitions: preparing and calling, checking dossiers, opening and ending the scoring, entering products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from khuyencong.competitions.judging.queries import my_rounds
from khuyencong.competitions.models import EntryState, Round, RoundState
from khuyencong.competitions.queries import receiving_rounds
from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.establishments.models import CertificateLevel
from khuyencong.law.deadlines import Deadline, regional_scoring
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role

OFFICER, LEADER = frozenset({Role.OFFICER}), frozenset({Role.LEADER})
ORGANISERS = frozenset({Role.OFFICER, Role.APPRAISER})
ARTICLE = "khoản 1 Điều 15 Thông tư 26/2014/TT-BCT"
MOST = 100  # a list with more of them is read on its own page


def round_dues(asked: Asked) -> Iterable[Due]:
    """What the rounds of my agency wait for, by the days that the agency has set itself; one query."""
    if not (ORGANISERS | LEADER) & asked.roles:
        return
    rows = Round.objects.filter(agency__in=asked.actor.agency_ids).filter(
        state__in=[RoundState.DRAFT, RoundState.CALLED, RoundState.SCORING, RoundState.SCORED]
    )
    waiting = Count("entries", filter=Q(entries__state=EntryState.SUBMITTED))
    complete = Min("entries__submitted_at", filter=Q(entries__state=EntryState.ACCEPTED))
    found: list[Any] = list(rows.annotate(waiting=waiting, complete=complete).order_by("entries_until", "pk")[:MOST])
    for one in found:
        yield from _of_round(asked, one, one.waiting)
        # Products of a region have a day by the law, from when their dossiers were complete.
        if one.level == CertificateLevel.REGION and one.state == RoundState.SCORING and one.complete is not None:
            by_law = regional_scoring(timezone.localtime(one.complete).date())
            url = one.get_absolute_url()
            key, title = f"competition:{one.pk}:regional", f"Chấm xong sản phẩm cấp khu vực: {one.name}"
            yield Due(key, title, url, DueKind.LEGAL, ORGANISERS, asked.actor.agency.short_name, deadline=by_law)


def _of_round(asked: Asked, one: Round, waiting: int) -> Iterable[Due]:
    url, entries = one.get_absolute_url(), reverse("competition_entries", args=[one.pk])
    match one.state:
        case RoundState.DRAFT:
            yield _due(asked, one, "call", "Thông báo bình chọn", url, LEADER, one.entries_from)
        case RoundState.CALLED:
            if waiting:
                what = f"Kiểm tra {waiting} hồ sơ sản phẩm"
                yield _due(asked, one, "check", what, f"{entries}?state=submitted", ORGANISERS, one.entries_until)
            yield _due(asked, one, "open", "Mở chấm điểm, sau ngày cuối nhận hồ sơ", url, ORGANISERS, one.entries_until)
        case RoundState.SCORING:
            yield _due(asked, one, "score", "Ban Giám khảo chấm xong", url, ORGANISERS, one.scoring_until)
        case _:
            yield _due(asked, one, "decide", "Ghi quyết định công nhận", url, LEADER, None)


def entering_dues(asked: Asked) -> Iterable[Due]:
    """Until when products of the establishments around may be entered; nobody need enter any. One query."""
    if not OFFICER & asked.roles or not allowed(asked.actor.in_role(Role.OFFICER), Permission.COMPETITION_ENTER):
        return
    for one in receiving_rounds(asked.actor).select_related(None)[:MOST]:
        if one.agency_id in asked.actor.agency_ids:
            continue
        title = "Đăng ký sản phẩm bình chọn"
        yield _due(asked, one, "enter", title, one.get_absolute_url(), OFFICER, one.entries_until, reminder=True)


def judging_dues(asked: Asked) -> Iterable[Due]:
    """What I still have to score and sign in the juries in which I sit, whatever my hat; five queries."""
    role = asked.actor.role
    if role not in asked.roles:
        return
    for row in my_rounds(asked.actor):
        if row.round.state == RoundState.SCORING and row.left:
            what, url = f"Chấm và ký {row.left} sản phẩm", reverse("scoring_round", args=[row.round.pk])
            yield _due(asked, row.round, "judge", what, url, frozenset({role}), row.round.scoring_until)


def _due(
    asked: Asked,
    one: Round,
    step: str,
    what: str,
    url: str,
    roles: frozenset[Role],
    on: date | None,
    *,
    reminder: bool = False,
) -> Due:
    deadline = Deadline(on, f"{what}: {format_date(on)}.", ARTICLE, verified=True, inclusive=True) if on else None
    agency = asked.actor.agency.short_name
    key = f"competition:{one.pk}:{step}"
    return Due(key, f"{what}: {one.name}", url, DueKind.OWN, roles, agency, deadline=deadline, reminder=reminder)
