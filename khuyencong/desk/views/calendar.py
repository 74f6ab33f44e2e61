"""The calendar: a month as a page, and everything that is due as a file for calendar programs."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from khuyencong.core.components import Tab
from khuyencong.core.dates import today
from khuyencong.core.text import shown
from khuyencong.deadlines.due import OWING_ROLES, Due
from khuyencong.deadlines.feeds import ASKED, MISSED, feed_of, note_miss, note_use, reader_of, too_many_misses
from khuyencong.deadlines.ics import Event, calendar_file
from khuyencong.deadlines.models import FeedScope
from khuyencong.desk.due import dues, question
from khuyencong.desk.month import month_of, read_month, span
from khuyencong.notices.letters import public_address
from khuyencong.people.actors import Actor, origin_of
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to, public

MINE, AGENCY = "toi", "co-quan"
FEED_BACK, FEED_AHEAD = timedelta(days=31), timedelta(days=400)
TOO_MANY_REQUESTS = 429


@opens_to(Permission.DEADLINE_VIEW)
@require_safe
def calendar(request: ActorRequest) -> HttpResponse:
    """One month: what is due for me or for my agency, weekends and days off. The month and the choice are in the address."""
    on, asked_month = today(), request.GET.get("thang", "")
    first = read_month(asked_month) or on.replace(day=1)
    whose = MINE if request.GET.get("cua") == MINE and request.actor.role in OWING_ROLES else AGENCY
    start, end = span(first)
    asked = question(request.actor, on=on, everybody=whose == AGENCY, first=start, last=end)
    month = month_of(first, dues(asked), today=on)
    context = {
        "month": month,
        "whose": whose,
        "tabs": _tabs(request.actor, whose, month.key),
        "today": on,
        "is_now": (first.year, first.month) == (on.year, on.month),
        "unread": shown(asked_month) if asked_month and read_month(asked_month) is None else "",
        "may_mark": allowed(request.actor, Permission.DEADLINE_DONE),
        "here": f"{reverse('calendar')}?thang={month.key}&cua={whose}",
    }
    return render(request, "desk/calendar.html", context)


def _tabs(actor: Actor, whose: str, month: str) -> list[Tab]:
    """Whoever owes nothing (auditors) has no list of their own."""
    choices = [(AGENCY, "Cả cơ quan"), *([(MINE, "Việc của tôi")] if actor.role in OWING_ROLES else [])]
    return [Tab(label, f"?thang={month}&cua={key}", active=key == whose) for key, label in choices]


@public
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What is due for the hat behind a secret, as a calendar file. Whoever holds the secret needs no session.

    Unknown, taken back, or of a hat that is no more: the same 404.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if too_many_misses(address):
        return _wait(MISSED.sentence)
    feed = feed_of(token)
    actor = reader_of(feed, origin=origin_of(request)) if feed else None
    if feed is None or actor is None:
        note_miss(address, token)
        raise Http404("Không có địa chỉ lịch này.")
    if not note_use(feed):
        return _wait(ASKED.sentence)
    on = today()
    asked = question(
        actor,
        on=on,
        everybody=feed.scope == FeedScope.AGENCY,
        first=on - FEED_BACK,
        last=on + FEED_AHEAD,
    )
    body = calendar_file(
        name=f"Khuyến công – {actor.agency.short_name}",
        events=[_event(due, due.last_day, on) for due in dues(asked) if due.last_day is not None],
        stamp=timezone.now(),
    )
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="khuyen-cong.ics"'
    answer["Cache-Control"] = "private, max-age=900"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _wait(sentence: str) -> HttpResponse:
    answer = HttpResponse(sentence, status=TOO_MANY_REQUESTS, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["Retry-After"] = "3600"
    return answer


def _event(due: Due, day: date, on: date) -> Event:
    """One line of the file; what was missed says so, since a program shows past days like any others."""
    found = due.deadline
    late = "Quá hạn: " if due.is_overdue(on) else "Đã xong: " if due.done else ""
    said = []
    if found is not None:
        said.append(f"{found.sentence} ({found.article})" if found.article else found.sentence)
        said += ["Chờ xác minh."] if not found.verified else []
    said += [due.advice] if due.advice else []
    said.append(f"Ai làm: {due.owed_by}.")
    return Event(due.key, day, f"{late}{due.title}", "\n".join(said), public_address(due.url), due.kind.label)
