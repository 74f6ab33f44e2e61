"""What became of the packages that were sent: asked of the receiver once an hour. Driven by `khuyencong/jobs.py`."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from khuyencong.core.errors import DomainError
from khuyencong.federation.actions import note_answer
from khuyencong.federation.models import OutgoingPackage, OutgoingState
from khuyencong.federation.queries import OUTGOING
from khuyencong.federation.sending import can_send, state_of
from khuyencong.people.actors import hats_of
from khuyencong.people.permissions import Permission, allowed

EVERY: Final = timedelta(hours=1)
logger = logging.getLogger(__name__)


def waiting() -> int:
    """Packages that were sent and not decided yet."""
    return _unanswered().count()


def _unanswered() -> QuerySet[OutgoingPackage]:
    return OutgoingPackage.objects.filter(state=OutgoingState.SENT)


def go_on() -> bool:
    """Ask about one package that waits at the receiver, as the person who packed it; whether one was asked about.

    Only a decision is kept and told: that it still waits changes nothing.
    """
    if not can_send():
        return False
    now = timezone.now()
    due = _unanswered().filter(Q(asked_at__isnull=True) | Q(asked_at__lt=now - EVERY))
    found = due.select_related(*OUTGOING).order_by("asked_at", "pk").first()
    # Whoever marks it first asks; it is marked before, so that a receiver who does not answer is not asked at once again.
    if found is None or not due.filter(pk=found.pk).update(asked_at=now):
        return False
    by = next((hat for hat in hats_of(found.made_by) if allowed(hat, Permission.FEDERATION_SEND, found)), None)
    if by is not None:
        try:
            state, answer = state_of(found)
            if state != found.state:
                note_answer(package_id=found.pk, by=by, version=found.version, state=state, answer=answer)
        except DomainError as error:
            logger.warning("Package %s: %s", found.pk, error)
    return True
