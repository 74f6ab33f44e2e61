"""Which copies stay."""

import time
from datetime import UTC, datetime, timedelta

from khuyencong.upkeep.rotation import DAYS, MONTHS, STAMP, WEEKS, made_at, office_now, to_remove

NOON = datetime(2026, 11, 30, 12)  # noqa: DTZ001  # names of copies are in the time of the office


def name(at, end=".tar"):
    return f"khuyencong-{at.strftime(STAMP)}{end}"


def test_names_are_in_the_time_of_vietnam_on_any_machine(monkeypatch):
    """A machine set to UTC makes the copy before Django is there, and asks for its age after it."""
    for zone in ("UTC", "Asia/Ho_Chi_Minh", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert abs(office_now() - datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=7)) < timedelta(minutes=1)
    monkeypatch.undo()
    time.tzset()


def test_copy_that_is_kept_stays_and_stands_for_no_other():
    before, after = name(NOON, "-kept.tar.age"), name(NOON + timedelta(hours=6), ".tar.age")
    nightly = [name(NOON - timedelta(days=number)) for number in range(800)]
    gone = to_remove([before, after, *nightly])
    assert before not in gone
    assert made_at(before) == NOON  # it counts as a copy
    assert name(NOON) in gone  # the later one of the day stands for it


def test_newest_of_each_day_week_and_month_stays():
    every_six_hours = [NOON - timedelta(hours=6 * number) for number in range(4 * 800)]
    gone = set(to_remove(map(name, every_six_hours)))
    kept = [at for at in every_six_hours if name(at) not in gone]
    assert kept[0] == NOON
    days = sorted({at.date() for at in kept}, reverse=True)
    assert days[:DAYS] == [(NOON - timedelta(days=number)).date() for number in range(DAYS)]
    assert len({at.strftime("%G-%V") for at in kept}) >= WEEKS
    assert len({at.strftime("%Y-%m") for at in kept}) == MONTHS
    assert len(kept) <= DAYS + WEEKS + MONTHS
    # What stays of a month is its last copy, and nothing changes when it is done again.
    assert name(datetime(2026, 10, 31, 18)) not in gone  # noqa: DTZ001  # as above
    assert to_remove(map(name, kept)) == []


def test_few_and_old_copies_are_left_alone():
    old = [NOON - timedelta(days=400 * number) for number in range(3)]
    assert to_remove(map(name, old)) == []
    assert to_remove([]) == []


def test_only_names_of_ours_are_copies():
    assert made_at("khuyencong-20261130-120000.tar.age") == NOON
    for other in (
        "khuyencong-20261130-120000.tar.age.part",
        "khuyencong-20261399-120000.tar",
        "thu.tar",
        "x" + name(NOON),
    ):
        assert made_at(other) is None
    assert to_remove([name(NOON), "khuyencong-cu.tar", "ghi-chu.txt"]) == []
