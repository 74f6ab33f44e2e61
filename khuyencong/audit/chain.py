"""How one event is written as bytes, and how its hash follows from the one before.

Everything here must give the same bytes on the way in and after a round trip through SQLite or PostgreSQL.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from khuyencong.core.text import nfc

# What the first event follows.
GENESIS = "0" * 64

# The columns that are hashed, in the order of the model; `hash` itself is not among them.
HASHED = (
    "seq", "at", "actor_id", "actor_label", "agency_id", "agency_label", "role", "on_behalf", "origin", "action",
    "subject_type", "subject_id", "subject_label", "thread", "before", "after", "note", "previous_hash",
)  # fmt: skip


def plain(value: Any) -> Any:
    """A value as JSON keeps it unchanged in both databases: text in NFC without NUL, whole numbers, true, false, null.

    Decimals, floats, days and moments become text: PostgreSQL would write 1e20 back as a whole number.
    """
    if isinstance(value, Mapping):
        return {storable(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return [plain(item) for item in sorted(value, key=str)]
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> str | int | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dt.datetime):
        return moment(value)
    return storable(value.isoformat() if isinstance(value, dt.date) else str(value))


def storable(text: str, limit: int | None = None) -> str:
    """Text that both databases keep as it is: NFC, no NUL, no lone surrogate, at most `limit` characters."""
    if text.isascii() and "\0" not in text:
        return text if limit is None else text[:limit]
    cleaned = nfc(text.replace("\0", "").encode("utf-8", "replace").decode("utf-8"))
    return cleaned if limit is None else nfc(cleaned[:limit])


def moment(at: dt.datetime) -> str:
    """A moment in UTC with microseconds, which is what both databases keep."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def canonical(fields: Mapping[str, Any]) -> bytes:
    """The one way an event is written down: sorted keys, no blanks, UTF-8."""
    written = {name: moment(value) if isinstance(value, dt.datetime) else value for name, value in fields.items()}
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def hash_of(fields: Mapping[str, Any]) -> str:
    """SHA-256 of the event as 64 hex digits; `fields` holds every name of HASHED."""
    return hashlib.sha256(canonical({name: fields[name] for name in HASHED})).hexdigest()
