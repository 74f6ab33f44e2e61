"""The trail of the made-up nation: events gathered as they happen, chained day by day as `audit.actions` would."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db import models

from khuyencong.audit.chain import GENESIS, HASHED, hash_of
from khuyencong.audit.models import AuditEvent, AuditHead
from khuyencong.demo.national.staff import Person
from khuyencong.demo.national.tables import Checksum, Table
from khuyencong.people.models import Agency

ORIGIN = "dữ liệu cả nước, làm ra để thử"
# Work begins at 7.30 here, which is half past midnight in UTC, and events of a day are spread over eight hours.
BEGINS, HOURS = 1_800, 8 * 3_600


class Event(NamedTuple):
    """One event that has not found its place in the chain yet."""

    on: date
    action: str
    by: Person
    agency: Agency
    subject_type: str
    subject_id: int
    subject_label: str
    thread: str
    after: dict[str, Any] | None


class Trail:
    """Events in any order go in, a chain in the order of their days comes out."""

    def __init__(self, checksum: Checksum) -> None:
        self._events: list[Event] = []
        self.table = Table(AuditEvent, checksum, *(_column(name) for name in HASHED if name != "seq"), "hash")
        head = AuditHead.objects.filter(pk=1).first()
        self._previous = head.hash if head else GENESIS

    def note(self, on: date, action: str, by: Person, agency: Agency, subject: tuple[type[models.Model], int, str],
             thread: str, after: dict[str, Any] | None = None) -> None:  # fmt: skip
        """`by` did `action` on that day; `subject`: model, key and how it is called. `after` holds texts and whole numbers."""
        model, key, label = subject
        name = model._meta.label_lower  # noqa: SLF001  # Django documents it
        self._events.append(Event(on, action, by, agency, name, key, label[:300], thread, after))

    def send(self, before: date | None = None) -> None:
        """Write what happened before that day, or everything; whatever is noted later must not be earlier."""
        self._events.sort(key=lambda one: one.on)
        cut = len(self._events)
        if before is not None:
            cut = next((place for place, one in enumerate(self._events) if one.on >= before), cut)
        due, self._events = self._events[:cut], self._events[cut:]
        per_day: dict[date, int] = {}
        for one in due:
            per_day[one.on] = per_day.get(one.on, 0) + 1
        day, place = None, 0
        for one in due:
            day, place = one.on, place + 1 if one.on == day else 0
            self._write(one, BEGINS + place * HOURS // per_day[day])
        self.table.send()
        AuditHead.objects.update_or_create(pk=1, defaults={"seq": self.table.next - 1, "hash": self._previous})

    def _write(self, one: Event, second: int) -> None:
        clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000000"
        fields = {
            "seq": self.table.next,
            "at": f"{one.on.isoformat()}T{clock}+00:00",
            "actor_id": one.by.key,
            "actor_label": one.by.name,
            "agency_id": one.agency.pk,
            "agency_label": one.agency.name,
            "role": one.by.role.value,
            "on_behalf": "",
            "origin": ORIGIN,
            "action": one.action,
            "subject_type": one.subject_type,
            "subject_id": str(one.subject_id),
            "subject_label": one.subject_label,
            "thread": one.thread,
            "before": None,
            "after": one.after,
            "note": "",
            "previous_hash": self._previous,
        }
        self._previous = hash_of(fields)
        fields["at"] = f"{one.on.isoformat()} {clock}"
        self.table.add(*list(fields.values())[1:], self._previous)


def _column(name: str) -> str:
    """The field of a hashed column: «actor_id» is the field «actor»."""
    return name.removesuffix("_id") if name in {"actor_id", "agency_id"} else name
