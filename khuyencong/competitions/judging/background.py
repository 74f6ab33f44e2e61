"""Sheets of a round whose page was closed before their PDF was whole; see `khuyencong/jobs.py`."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from khuyencong.competitions.judging.actions import print_next
from khuyencong.competitions.judging.seats import may_read
from khuyencong.competitions.models import SheetPrint
from khuyencong.core.errors import DomainError
from khuyencong.people.actors import hats_of

STILL: Final = timedelta(seconds=20)  # an open page asks again at once; sixty sheets take a second or two


def waiting() -> int:
    """Files of sheets that are not whole yet."""
    return _unfinished().count()


def _unfinished() -> QuerySet[SheetPrint]:
    return SheetPrint.objects.filter(file="")


def go_on() -> bool:
    """Set the next sheets of every file that stands still, as the person who asked for it; whether any was set.

    Whoever may not read the sheets any more leaves the file as it is.
    """
    still = _unfinished().filter(moved_at__lt=timezone.now() - STILL)
    moved = False
    for found in still.select_related("made_by", "round__agency").order_by("pk"):
        by = next((hat for hat in hats_of(found.made_by) if may_read(found.round, hat)), None)
        while by is not None and found.runs:
            try:
                found = print_next(print_id=found.pk, by=by, version=found.version)  # noqa: PLW2901  # the same, one step on
            except DomainError:
                break  # a page drives it again, or the scoring was opened once more
            moved = True
    return moved
