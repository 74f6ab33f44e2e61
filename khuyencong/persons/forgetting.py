"""What nobody needs for long is deleted by itself, once an hour: notices, letters to other systems, failed sign-ins.

None of them is a record of khuyến công; each repeats something of a person that stands elsewhere, or was typed by mistake.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from khuyencong.api.models import Delivery
from khuyencong.notices.models import Notice
from khuyencong.persons import hidden_list

EVERY: Final = timedelta(hours=1)
DONE: Final = "forgetting.done"  # in KHUYENCONG_VAR, touched when an hour's work is through
NOTICES: Final = timedelta(days=365)
LETTERS: Final = timedelta(days=14)
# Longer than a name stays locked, and no longer: people type their password into the box of the name.
ATTEMPTS: Final = timedelta(hours=1)
AT_ONCE: Final = 5_000


def each_hour() -> None:
    """Delete what is old, and bring the list of hidden rows up to the table. What fails is tried again at the next look."""
    mark = Path(settings.VAR_DIR) / DONE
    if not _is_due(mark):
        return
    hidden_list.catch_up()
    forget()
    mark.touch()


def forget() -> int:
    """Delete what is old; how many rows."""
    now = timezone.now()
    return sum(
        _delete(rows)
        for rows in (
            Notice.objects.filter(created_at__lt=now - NOTICES),
            Delivery.objects.filter(made_at__lt=now - LETTERS),
            AccessAttempt.objects.filter(attempt_time__lt=now - max(ATTEMPTS, settings.AXES_COOLOFF_TIME)),
        )
    )


def _delete(rows: QuerySet[Any]) -> int:
    """Some at a time: nobody waits for one long transaction."""
    total = 0
    while True:
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not keys:
            return total
        total += rows.model._default_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001  # Django documents it


def _is_due(mark: Path) -> bool:
    try:
        return datetime.fromtimestamp(mark.stat().st_mtime, UTC) < datetime.now(UTC) - EVERY
    except FileNotFoundError:
        return True
