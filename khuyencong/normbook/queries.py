"""Which entered documents wait for a person: sent ones to confirm, returned ones to put right."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.normbook.door import WRITING
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document with the one thing that this person does next."""

    document: EnteredDocument
    label: str
    url: str
    icon: str


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for this actor at the own agency, the oldest first; two queries at most.

    A sent document waits for everybody who may confirm it and had no hand in it; one that was returned, for whoever
    entered it.
    """
    condition = Q()
    if allowed(actor, Permission.NORM_CONFIRM):
        condition |= Q(state=EntryState.SENT) & ~Q(entered_by=actor.user) & ~Q(sent_by=actor.user)
    if allowed(actor, Permission.NORM_EDIT):
        condition |= Q(state=EntryState.DRAFT, entered_by=actor.user) & ~Q(reason="")
    if not condition:
        return []
    rows = list(
        EnteredDocument.objects.filter(condition, agency__in=actor.agency_ids)
        .select_related("province", "entered_by", "sent_by")
        .order_by("changed_at", "pk")
    )
    sent = {row.thread for row in rows if row.state == EntryState.SENT}
    events = AuditEvent.objects.filter(thread__in=sent, actor=actor.user, action__in=WRITING)
    written = set(events.values_list("thread", flat=True)) if sent else set()
    return [_waiting(row) for row in rows if row.thread not in written]


def _waiting(document: EnteredDocument) -> Waiting:
    if document.state == EntryState.SENT:
        url = reverse("norm_entry_confirm", args=[document.pk])
        return Waiting(document, "Đối chiếu và xác nhận", url, "clipboard-check")
    return Waiting(document, "Sửa và gửi lại", reverse("norm_entry_edit", args=[document.pk]), "pencil")
