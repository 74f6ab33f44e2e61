"""The order of days: nothing about money is dated before what it follows, or in the future."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Max, Min

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Project


def check_day(on: date, *, what: str, after: Mapping[str, date | None], article: str = "") -> None:
    """Raise Refused where `on` is in the future or before one of `after` (name of what it follows: its day, if any)."""
    if on > today():
        raise Refused(f"{what} không được ở tương lai.", article=article)
    for name, day in after.items():
        if day is not None and on < day:
            raise Refused(f"{what} không được trước {name} ({format_date(day)}).", article=article)


def last_accepted_on(project: Project) -> date | None:
    """The day of the last acceptance that stands, also of one that makes nothing payable; None before the first."""
    standing = Project.objects.filter(pk=project.pk, acceptances__annulment__isnull=True)
    found: date | None = standing.aggregate(last=Max("acceptances__accepted_on"))["last"]
    return found


def last_booked(project: Project, *kinds: EntryKind) -> date | None:
    """The day of the last document of these kinds of the project that was not taken back; None before the first. One query."""
    rows = LedgerEntry.objects.filter(project=project, kind__in=kinds, amount__gt=0, answered_by__isnull=True)
    found: date | None = rows.aggregate(last=Max("on"))["last"]
    return found


def stopped_on(project: Project) -> date | None:
    """The day of the decision that stopped the project, where it gave something back: its first release. One query."""
    rows = LedgerEntry.objects.filter(project=project, kind=EntryKind.RELEASED)
    found: date | None = rows.aggregate(first=Min("on"))["first"]
    return found


def first_given(envelope: Envelope, kind: EntryKind = EntryKind.GIVEN, *, to: Envelope | None = None) -> date | None:
    """The day of the first decision that gave money to the envelope (or moved it on `to` another); None before it. One query."""
    rows = LedgerEntry.objects.filter(envelope=envelope, kind=kind)
    if to is not None:
        rows = rows.filter(other_envelope=to)
    found: date | None = rows.aggregate(first=Min("on"))["first"]
    return found
