"""What is shown of the audit trail."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date
from khuyencong.core.text import fold
from khuyencong.people.actors import Actor
from khuyencong.people.models import User


@dataclass(frozen=True)
class Difference:
    """One value that an event changed; None = there was none."""

    name: str
    before: Any
    after: Any


def timeline(thread: str) -> QuerySet[AuditEvent]:
    """The events of one record, oldest first; labels are in the rows, so that a list costs one query."""
    return AuditEvent.objects.filter(thread=thread).order_by("seq")


def events_for(actor: Actor) -> QuerySet[AuditEvent]:
    """The events an auditor or administrator may see, newest first.

    The national agency sees all; others what people of their own province did, a regional centre what its own did.
    """
    events = AuditEvent.objects.order_by("-seq")
    if actor.is_national:
        return events
    if actor.province_id is None:
        return events.filter(agency__in=actor.agency_ids)
    return events.filter(agency__province__current=actor.province_id)


def narrowed(
    events: QuerySet[AuditEvent],
    *,
    action: str = "",
    person: str = "",
    thread: str = "",
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
) -> QuerySet[AuditEvent]:
    """Events of one kind, of persons whose name has these words, of one record, between two days (both included)."""
    condition = Q()
    if action:
        condition &= Q(action=action)
    if thread:
        condition &= Q(thread=thread)
    if first_day:
        condition &= Q(at__gte=_midnight(first_day))
    if last_day:
        condition &= Q(at__lt=_midnight(last_day + dt.timedelta(days=1)))
    if person:
        condition &= Q(actor__in=_persons(person))
    return events.filter(condition)


def differences(event: AuditEvent) -> list[Difference]:
    """What the event changed, by name of the value."""
    before, after = event.before or {}, event.after or {}
    names = [*before, *(name for name in after if name not in before)]
    return [
        Difference(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def last_change(thread: str) -> str:
    """Who did what last to a record, as a sentence for whoever comes too late; "" where nothing is recorded. One query."""
    event = AuditEvent.objects.filter(thread=thread).order_by("-seq").first()
    if event is None:
        return ""
    at = timezone.localtime(event.at)
    return f"Lần sửa gần nhất: {event.actor_label}, {describe(event.action).lower()}, {at:%H:%M} ngày {format_date(at.date())}."


def action_label(event: AuditEvent) -> str:
    return describe(event.action)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _persons(words: str) -> list[int]:
    # Accounts are few; folding them here spares every event a folded column.
    wanted = fold(words).split()
    rows = User.objects.values_list("pk", "full_name", "username")
    return [pk for pk, name, username in rows.iterator() if all(word in fold(f"{name} {username}") for word in wanted)]
