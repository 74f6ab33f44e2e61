"""Which copies stay: the newest of each of the last days, weeks and months. Pure; `copying.py` removes the others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

DAYS, WEEKS, MONTHS = 7, 5, 12
KEPT = "-kept"  # in the name of a copy that stays until somebody removes it: the way back from an upgrade
NAME = re.compile(rf"khuyencong-(\d{{8}}-\d{{6}})({KEPT})?\.tar(\.age)?")
STAMP = "%Y%m%d-%H%M%S"
OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")


def office_now() -> datetime:
    """Now, as names of copies tell it: Vietnam's time without a zone, whatever the clock of the machine is set to."""
    return datetime.now(OFFICE).replace(tzinfo=None)


def made_at(name: str) -> datetime | None:
    """When the copy of that name was made (Vietnam's time, as its name says); None for a file that is no copy."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match[1], STAMP)  # noqa: DTZ007  # a name, in the time of the office
    except ValueError:
        return None


def is_kept(name: str) -> bool:
    """Whether a copy stays until somebody removes it."""
    match = NAME.fullmatch(name)
    return match is not None and match[2] is not None


def to_remove(names: Iterable[str]) -> list[str]:
    """Those of the copies that neither day, week nor month needs, oldest first; the newest of all always stays.

    One that is kept stays, and stands for no other.
    """
    ordinary = [name for name in names if not is_kept(name)]
    dated = sorted(((at, name) for name in ordinary if (at := made_at(name)) is not None), reverse=True)
    kept: set[str] = set()
    for most, period in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        newest: dict[str, str] = {}
        for at, name in dated:
            newest.setdefault(at.strftime(period), name)
        kept |= set(list(newest.values())[:most])
    return [name for _, name in reversed(dated) if name not in kept]
