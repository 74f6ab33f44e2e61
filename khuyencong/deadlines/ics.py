"""Days as a calendar file (RFC 5545): whole-day events, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from khuyencong.core.text import clean

PRODUCT = "-//khuyencong//Lich//VI"
LONGEST_LINE = 75  # octets, without the line break
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Event:
    """One whole day; `key` is the same whenever the same thing is written again, also on another day."""

    key: str
    on: date
    summary: str
    description: str
    url: str
    category: str


def calendar_file(*, name: str, events: Iterable[Event], stamp: datetime) -> bytes:
    """The file: UTF-8, lines of at most 75 octets ended by CRLF. `stamp` (aware) is when it was made."""
    made = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(event.key)}@khuyencong",
            f"DTSTAMP:{made}",
            f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(event.summary)}",
            f"DESCRIPTION:{escaped(event.description)}",
            f"URL:{clean(event.url)}",
            f"CATEGORIES:{escaped(event.category)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A TEXT value (3.3.11): without control characters, so that no name can begin a line of its own."""
    return clean(text, multiline=True).translate(_ESCAPES)


def folded(line: str) -> bytes:
    """The content line as it is written (3.1): broken before the 76th octet, never inside a letter."""
    parts: list[bytes] = []
    part, room = b"", LONGEST_LINE
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > room:
            parts.append(part)
            part, room = b"", LONGEST_LINE - 1  # the blank that continues a line counts
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
