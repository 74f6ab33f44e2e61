"""Adding to the audit trail: the last step of every action, inside its transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from khuyencong.audit.chain import GENESIS, hash_of, plain, storable
from khuyencong.audit.models import AuditEvent, AuditHead
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User

SYSTEM_LABEL = "Hệ thống"


def record(
    *,
    action: str,
    by: Actor,
    subject: models.Model,
    thread: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> AuditEvent:
    """Add the event that `by` did `action` to `subject`; `thread` groups a record's events, e.g. "project:7".

    Call it last: it locks the head of the chain until the surrounding transaction ends, and if that is rolled back the
    event is gone with it.
    """
    return _append(
        action=action,
        actor=by.user,
        agency=by.agency,
        role=str(by.role),
        on_behalf=by.on_behalf,
        origin=by.origin,
        subject=subject,
        thread=thread,
        before=before,
        after=after,
        note=note,
    )


def record_system(
    *,
    action: str,
    origin: str,
    thread: str = "",
    subject: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    user: User | None = None,
    agency: Agency | None = None,
) -> AuditEvent:
    """Add an event that nobody did in a role: a load, a failed login. `user` and `agency` name whom it concerns, if known."""
    return _append(
        action=action,
        actor=user,
        agency=agency,
        role="",
        on_behalf="",
        origin=origin,
        subject=subject,
        thread=thread,
        before=before,
        after=after,
        note=note,
    )


@dataclass(frozen=True)
class Entry:
    """One of many events of the same hand, see `record_many`."""

    action: str
    subject: models.Model
    thread: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    note: str = ""


@transaction.atomic(savepoint=False)
def record_many(*, entries: Sequence[Entry], by: Actor | None, origin: str = "") -> None:
    """Add many events at once, each following the one before as if recorded one by one; three queries and the inserts.

    `by` None: nobody in a role did it but the system itself, from `origin`. Call it last, like `record`.
    """
    if not entries:
        return
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1, defaults={"seq": 0, "hash": GENESIS})
    events = []
    for entry in entries:
        event = _event(
            head,
            action=entry.action,
            actor=by.user if by else None,
            agency=by.agency if by else None,
            role=str(by.role) if by else "",
            on_behalf=by.on_behalf if by else "",
            origin=by.origin if by else origin,
            subject=entry.subject,
            thread=entry.thread,
            before=entry.before,
            after=entry.after,
            note=entry.note,
        )
        head.seq, head.hash = event.seq, event.hash
        events.append(event)
    AuditEvent.objects.insert_chained(events)
    AuditHead.objects.filter(pk=head.pk).update(seq=head.seq, hash=head.hash)


# Without a savepoint: an action whose event fails is taken back whole.
@transaction.atomic(savepoint=False)
def _append(
    *,
    action: str,
    actor: User | None,
    agency: Agency | None,
    role: str,
    on_behalf: str,
    origin: str,
    subject: models.Model | None,
    thread: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    note: str,
) -> AuditEvent:
    # PostgreSQL locks the row; SQLite's IMMEDIATE transactions already let only one writer in.
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1, defaults={"seq": 0, "hash": GENESIS})
    event = _event(
        head,
        action=action,
        actor=actor,
        agency=agency,
        role=role,
        on_behalf=on_behalf,
        origin=origin,
        subject=subject,
        thread=thread,
        before=before,
        after=after,
        note=note,
    )
    event.save()
    AuditHead.objects.filter(pk=head.pk).update(seq=event.seq, hash=event.hash)
    return event


def _event(
    head: AuditHead,
    *,
    action: str,
    actor: User | None,
    agency: Agency | None,
    role: str,
    on_behalf: str,
    origin: str,
    subject: models.Model | None,
    thread: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    note: str,
) -> AuditEvent:
    """The event that follows `head`, not saved yet."""
    event = AuditEvent(
        seq=head.seq + 1,
        at=timezone.now(),
        actor_id=actor.pk if actor else None,
        actor_label=storable(str(actor), 200) if actor else SYSTEM_LABEL,
        agency_id=agency.pk if agency else None,
        agency_label=storable(agency.name, 200) if agency else "",
        role=role,
        on_behalf=storable(on_behalf, 300),
        origin=storable(origin, 100),
        action=action,
        subject_type=subject._meta.label_lower if subject else "",  # noqa: SLF001 - Django documents _meta
        subject_id=str(subject.pk) if subject else "",
        subject_label=storable(_named(subject), 300) if subject else "",
        thread=thread,
        before=None if before is None else plain(before),
        after=None if after is None else plain(after),
        note=storable(note),
        previous_hash=head.hash,
    )
    event.hash = hash_of(event.hashed_fields())
    return event


def _named(subject: models.Model) -> str:
    """How the trail names a record: `trail_label` where a person's name must stay out of it (ADR 0038), else as it reads."""
    return str(getattr(subject, "trail_label", subject))
