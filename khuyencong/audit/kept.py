"""Answers kept in memory for as long as nothing in the database has changed.

Every action leaves an event, and every event moves the head of the trail: what was made of the database under one head is
what would be made again under the same head. Each process keeps its own; none can be older than the head that is asked.
Only for what depends on nothing but the database, the day and its key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from django.conf import settings

from khuyencong.audit.models import AuditHead
from khuyencong.core.dates import today

MOST = 200
T = TypeVar("T")
_answers: OrderedDict[tuple[Hashable, ...], Any] = OrderedDict()
_lock = Lock()


def kept(key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """What `make` gives, or gave before under the same head; one query. `key` holds everything that the answer depends on."""
    if not settings.KEEP_ANSWERS:
        return make()
    # Read before the answer is made: what changes meanwhile moves the head, and the next one asks anew.
    head = AuditHead.objects.filter(pk=1).values_list("hash", flat=True).first()
    whole = (head, today(), *key)
    with _lock:
        if whole in _answers:
            _answers.move_to_end(whole)
            return cast("T", _answers[whole])
    answer = make()
    with _lock:
        # A head that was left never comes back: what was made under it would only take memory.
        for old in [key for key in _answers if key[0] != head]:
            del _answers[old]
        _answers[whole] = answer
        while len(_answers) > MOST:
            _answers.popitem(last=False)
    return answer
