"""The calendar file, read back by a reader that forgives nothing."""

import re
from datetime import UTC, date, datetime

import pytest

from khuyencong.deadlines.ics import Event, calendar_file, folded
from khuyencong.deadlines.tests.calendar_reader import read

STAMP = datetime(2026, 11, 30, 8, 15, tzinfo=UTC)
HOSTILE = [
    "a, b; c\\d: e",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:khác",
    "một\nhai\rba\u2028bốn\x0bnăm",
    "\x00\x1b\u202eđảo\u202c\u200b",
    "Máy sấy lạnh xoài " * 30,
    "ế" * 200,
    "🏭" * 60,
    '"ngoặc" =;ALTREP="http://x"',
    "",
]


def event(**changed):
    values = {
        "key": "step:7:accept", "on": date(2026, 12, 31), "summary": "Nghiệm thu", "description": "Hạn.",
        "url": "https://khuyencong.example/de-an/82-2026-DP-0001/", "category": "Pháp luật",
    }  # fmt: skip
    return Event(**{**values, **changed})


def test_file_is_what_a_strict_reader_reads():
    name, events = read(calendar_file(name="Khuyến công", events=[event()], stamp=STAMP))
    assert name == "Khuyến công"
    assert events == [
        {
            "UID": "step:7:accept@khuyencong", "DTSTAMP": "20261130T081500Z", "DTSTART": "20261231",
            "DTEND": "20270101", "SUMMARY": "Nghiệm thu", "DESCRIPTION": "Hạn.",
            "URL": "https://khuyencong.example/de-an/82-2026-DP-0001/", "CATEGORIES": "Pháp luật",
            "TRANSP": "TRANSPARENT",
        }
    ]  # fmt: skip


def test_empty_calendar_is_a_calendar():
    assert read(calendar_file(name="Rỗng", events=[], stamp=STAMP)) == ("Rỗng", [])


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stay_inside_their_line(text):
    body = calendar_file(name=text, events=[event(summary=text, description=text), event(key="b")], stamp=STAMP)
    _, events = read(body)
    assert len(events) == 2
    assert events[1]["SUMMARY"] == "Nghiệm thu"
    read_back = events[0]["SUMMARY"]
    plain = re.sub("[\x00\x1b\u202e\u202c\u200b]", "", re.sub("\r\n|[\r\u2028\x0b]", "\n", text)).strip()
    assert read_back == plain


@pytest.mark.parametrize("length", range(60, 240))
def test_lines_are_folded_at_75_octets_and_never_inside_a_letter(length):
    for letter in "aế🏭":
        line = "SUMMARY:" + letter * length
        written = folded(line)
        assert written.endswith(b"\r\n")
        parts = written[:-2].split(b"\r\n ")
        for number, part in enumerate(parts):
            assert len(part) + (number > 0) <= 75
            part.decode()
        assert b"".join(parts).decode() == line


def test_same_thing_keeps_its_name_on_another_day():
    first, second = (
        read(calendar_file(name="x", events=[event(on=day)], stamp=STAMP))[1][0]["UID"]
        for day in (date(2026, 1, 1), date(2026, 2, 2))
    )
    assert first == second
