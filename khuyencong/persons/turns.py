"""Some rows of a run in one request, and runs that no page drives any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone

from khuyencong.core.errors import DomainError
from khuyencong.people.actors import Actor, hats_of
from khuyencong.people.permissions import Permission, allowed
from khuyencong.persons.actions import hide_next
from khuyencong.persons.forgetting import each_hour
from khuyencong.persons.models import HidingRun

ROWS_AT_ONCE: Final = 25
STILL: Final = timedelta(seconds=20)  # an open page asks again at once


def hide_some(*, run_id: int, by: Actor, version: int) -> HidingRun:
    """Hide the next rows, each in its own transaction; what is hidden stays. Raises NotAllowed, Stale, Refused."""
    for _ in range(ROWS_AT_ONCE):
        run = hide_next(run_id=run_id, by=by, version=version)
        version = run.version
        if not run.runs:
            break
    return run


def waiting() -> int:
    """Runs that are not through all their rows."""
    return _unfinished().count()


def _unfinished() -> QuerySet[HidingRun]:
    return HidingRun.objects.filter(done__lt=F("wanted"))


def go_on() -> bool:
    """Go on with every run that stands still, as the leader who began it; whether any row was looked at. Once an hour: forget."""
    each_hour()
    moved = False
    still = _unfinished().filter(moved_at__lt=timezone.now() - STILL)
    for run in still.select_related("made_by", "agency").order_by("pk"):
        by = next((hat for hat in hats_of(run.made_by) if allowed(hat, Permission.PERSON_DATA_HIDE, run)), None)
        while by is not None and run.runs:
            try:
                run = hide_some(run_id=run.pk, by=by, version=run.version)  # noqa: PLW2901  # the same, one step on
            except DomainError:
                break  # a page drives it again
            moved = True
    return moved
