"""Batches that no page drives any more: somebody closed it, or the server was stopped. They go on by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone

from khuyencong.core.errors import DomainError
from khuyencong.papers.models import PaperBatch
from khuyencong.papers.turns import make_some
from khuyencong.people.actors import hats_of
from khuyencong.people.permissions import Permission, allowed

# An open page asks again at once; ten papers take about a second.
STILL: Final = timedelta(seconds=20)


def waiting() -> int:
    """Batches that are not whole yet."""
    return _unfinished().count()


def _unfinished() -> QuerySet[PaperBatch]:
    return PaperBatch.objects.filter(made__lt=F("wanted"))


def go_on() -> bool:
    """Make the next papers of every batch that stands still, as the person who asked for it; whether any was made.

    Whoever may not make papers any more leaves the batch as it is.
    """
    still = _unfinished().filter(moved_at__lt=timezone.now() - STILL)
    moved = False
    for batch in still.select_related("made_by").order_by("pk"):
        by = next((hat for hat in hats_of(batch.made_by) if allowed(hat, Permission.PAPER_MAKE, batch)), None)
        while by is not None and batch.runs:
            try:
                batch = make_some(batch_id=batch.pk, by=by, version=batch.version)  # noqa: PLW2901  # the same, one step on
            except DomainError:
                break  # a page drives it again, or its form is no more
            moved = True
    return moved
