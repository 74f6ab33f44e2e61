"""A reader of RFC 5545 for tests: what it does not know, or finds twice, is a failure."""

import re

ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "CATEGORIES", "TRANSP"}
TEXTS = {"UID", "SUMMARY", "DESCRIPTION", "CATEGORIES", "X-WR-CALNAME"}
HEAD = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//khuyencong//Lich//VI", "CALSCALE:GREGORIAN"]


def read(body):
    """(name of the calendar, [{property: value}]); AssertionError on anything that is not allowed."""
    assert body.endswith(b"\r\n")
    assert not re.search(rb"[^\r]\n|\r[^\n]", body), "a line break that is none"
    for line in body[:-2].split(b"\r\n"):
        assert 0 < len(line) <= 75
    text = body.decode("utf-8").replace("\r\n ", "")
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", text)
    lines = text[:-2].split("\r\n")
    assert lines[:4] == HEAD
    assert lines[-1] == "END:VCALENDAR"
    name, rest = _text(_value(lines[4], "X-WR-CALNAME")), lines[6:-1]
    assert lines[5] == "X-PUBLISHED-TTL:PT6H"
    events, current = [], None
    for line in rest:
        if line == "BEGIN:VEVENT":
            assert current is None
            current = {}
        elif line == "END:VEVENT":
            assert set(current) == ONCE
            events.append(current)
            current = None
        else:
            head, value = line.split(":", 1)
            key, *parameters = head.split(";")
            assert key in ONCE
            assert key not in current
            assert parameters == (["VALUE=DATE"] if key in {"DTSTART", "DTEND"} else [])
            if key in {"DTSTART", "DTEND"}:
                assert re.fullmatch(r"\d{8}", value)
            if key == "DTSTAMP":
                assert re.fullmatch(r"\d{8}T\d{6}Z", value)
            current[key] = _text(value) if key in TEXTS else value
    assert current is None
    assert len({one["UID"] for one in events}) == len(events)
    return name, events


def _value(line, key):
    assert line.startswith(f"{key}:")
    return line[len(key) + 1 :]


def _text(value):
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value), "not escaped"
    assert not re.search(r"(?<!\\)(?:\\\\)*\\[^\\;,nN]", value), "escaped without need"
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
