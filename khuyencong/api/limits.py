"""How often a token may ask: counted in the database, so that all processes count together."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from khuyencong.api.models import ApiToken
from khuyencong.api.problems import ProblemError

# A process takes a twentieth of the minute at once: then a busy token writes twenty times a minute and not thousands, and no
# more than the limit is ever given. What a process took and did not use may be missing to others at the end of that minute.
SHARES = 20
_taken: dict[int, tuple[datetime, int]] = {}  # token → minute, how many are left of what this process took
_lock = threading.Lock()


def count(token: ApiToken) -> None:
    """Count one question of this token. Raises ProblemError (429) with the seconds to wait."""
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    with _lock:
        of, left = _taken.get(token.pk, (minute, 0))
        if of == minute and left > 0:
            _taken[token.pk] = (minute, left - 1)
            return
    share = max(1, token.per_minute // SHARES)
    if not _take(token, minute, share):
        wait = max(1, int((minute + timedelta(minutes=1) - now).total_seconds()) + 1)
        sentence = f"Mã truy cập này được gọi {token.per_minute} lần trong một phút: hãy gọi lại sau {wait} giây."
        raise ProblemError(429, "too_many", sentence, headers={"Retry-After": str(wait)})
    with _lock:
        of, left = _taken.get(token.pk, (minute, 0))
        _taken[token.pk] = (minute, (left if of == minute else 0) + share - 1)


def _take(token: ApiToken, minute: datetime, share: int) -> bool:
    row = ApiToken.objects.filter(pk=token.pk)
    return bool(
        row.filter(minute=minute, taken__lte=token.per_minute - share).update(taken=F("taken") + share)
        or row.exclude(minute=minute).update(minute=minute, taken=share)
        # Another process began this minute between the two.
        or row.filter(minute=minute, taken__lte=token.per_minute - share).update(taken=F("taken") + share)
    )
