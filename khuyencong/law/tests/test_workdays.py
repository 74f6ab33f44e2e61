"""Days off and working days: the announcements of each year, the rule of days in lieu, and what nobody has read."""

from datetime import date, timedelta

import pytest

from khuyencong.core import dates
from khuyencong.law.workdays import HOLIDAYS_FILE, add_working_days, calendar, holidays_in, load_calendar
from khuyencong.law.yamlfile import LawFileError

# The first day of the lunar year in Viet Nam and the 10th of its third month; 2030 is a day before the Chinese one.
LUNAR = {
    2014: ("01-31", "04-09"), 2015: ("02-19", "04-28"), 2016: ("02-08", "04-16"), 2017: ("01-28", "04-06"),
    2018: ("02-16", "04-25"), 2019: ("02-05", "04-14"), 2020: ("01-25", "04-02"), 2021: ("02-12", "04-21"),
    2022: ("02-01", "04-10"), 2023: ("01-22", "04-29"), 2024: ("02-10", "04-18"), 2025: ("01-29", "04-07"),
    2026: ("02-17", "04-26"), 2027: ("02-06", "04-16"), 2028: ("01-26", "04-04"), 2029: ("02-13", "04-23"),
    2030: ("02-02", "04-12"),
}  # fmt: skip
# Whole breaks as announced, weekends included.
BREAKS = [
    ("2014-01-28", "2014-02-05"), ("2014-04-30", "2014-05-04"), ("2015-01-01", "2015-01-04"), ("2015-02-15", "2015-02-23"),
    ("2015-04-28", "2015-05-03"), ("2016-02-06", "2016-02-14"), ("2016-04-16", "2016-04-18"), ("2016-04-30", "2016-05-03"),
    ("2017-01-26", "2017-02-01"), ("2017-04-29", "2017-05-02"), ("2017-09-02", "2017-09-04"), ("2018-02-14", "2018-02-20"),
    ("2018-04-28", "2018-05-01"), ("2018-09-01", "2018-09-03"), ("2018-12-29", "2019-01-01"), ("2019-02-02", "2019-02-10"),
    ("2019-04-27", "2019-05-01"), ("2020-01-23", "2020-01-29"), ("2021-02-10", "2021-02-16"), ("2021-04-30", "2021-05-03"),
    ("2021-09-02", "2021-09-05"), ("2022-01-29", "2022-02-06"), ("2022-04-30", "2022-05-03"), ("2022-09-01", "2022-09-04"),
    ("2023-01-20", "2023-01-26"), ("2023-04-29", "2023-05-03"), ("2023-09-01", "2023-09-04"), ("2024-02-08", "2024-02-14"),
    ("2024-04-27", "2024-05-01"), ("2024-08-31", "2024-09-03"), ("2025-01-25", "2025-02-02"), ("2025-04-30", "2025-05-04"),
    ("2025-08-30", "2025-09-02"), ("2026-01-01", "2026-01-04"), ("2026-02-14", "2026-02-22"), ("2026-04-25", "2026-04-27"),
    ("2026-08-29", "2026-09-02"),
]  # fmt: skip

AGAIN = "{year: 2015, verified: true, source: x, tet: [2015-02-01, 2015-02-02, 2015-02-03, 2015-02-04, 2015-02-05]}"


def day(text):
    return date.fromisoformat(text)


def is_working_day(one):
    """Whether offices work, by the lists alone."""
    if one.weekday() >= 5:
        return any(swap.worked == one for swap in calendar().worked())
    return all(holiday.on != one for holiday in holidays_in(one.year))


@pytest.mark.parametrize(("year", "tet", "hung_kings"), [(year, *days) for year, days in LUNAR.items()])
def test_lunar_days_of_the_year(year, tet, hung_kings):
    names = {holiday.on: holiday.name for holiday in holidays_in(year)}
    assert names[day(f"{year}-{tet}")] == "Tết Âm lịch"
    assert names[day(f"{year}-{hung_kings}")] == "Giỗ Tổ Hùng Vương"


@pytest.mark.parametrize(("first", "last"), BREAKS)
def test_break_is_as_announced(first, last):
    inside = [day(first) + timedelta(days=number) for number in range((day(last) - day(first)).days + 1)]
    assert not any(is_working_day(one) for one in inside)
    assert is_working_day(day(last) + timedelta(days=1))
    before = day(first) - timedelta(days=1)
    assert is_working_day(before) or before.weekday() >= 5


@pytest.mark.parametrize(
    "worked",
    ["2014-01-25", "2014-12-27", "2015-04-25", "2019-01-05", "2019-05-04", "2024-05-04", "2026-01-10", "2026-08-22"],
)
def test_saturday_worked_for_a_swapped_day_is_a_working_day(worked):
    assert day(worked).weekday() == 5
    assert is_working_day(day(worked))
    assert not is_working_day(day(worked) + timedelta(days=1))


def test_national_day_is_two_days_since_2021():
    names = [[one.name for one in holidays_in(year) if "Quốc khánh" in one.name] for year in (2020, 2021)]
    assert [len(found) for found in names] == [1, 2]
    assert {one.article for one in holidays_in(2020)} == {
        *(f"điểm {point} khoản 1 Điều 115 Bộ luật Lao động 2012" for point in "abcdđe"),
        "khoản 3 Điều 115 Bộ luật Lao động 2012",
    }


def test_every_day_off_is_listed_once_in_order():
    for year in range(2010, 2035):
        days = [one.on for one in holidays_in(year)]
        assert days == sorted(set(days))
        assert all(one.on.year == year and one.name and one.article for one in holidays_in(year))


def test_read_years_are_verified_and_coming_ones_are_not():
    for year in range(2014, 2027):
        unread = {one.name for one in holidays_in(year) if not one.verified}
        assert unread == ({"Nghỉ hoán đổi"} if year == 2014 else {"Ngày Văn hóa Việt Nam"} if year == 2026 else set())
    for year in range(2027, 2031):
        assert {"Tết Âm lịch", "Giỗ Tổ Hùng Vương"} <= {one.name for one in holidays_in(year) if not one.verified}


@pytest.mark.parametrize(
    ("start", "days", "on"),
    [
        ("2024-06-03", 5, "2024-06-10"),
        ("2024-02-07", 1, "2024-02-15"),
        ("2024-01-25", 15, "2024-02-22"),
        ("2024-04-24", 5, "2024-05-04"),
        ("2023-04-28", 1, "2023-05-04"),
        ("2024-06-03", 0, "2024-06-03"),
    ],
)
def test_add_working_days(start, days, on):
    answer = add_working_days(day(start), days)
    assert (answer.on, answer.verified) == (day(on), True)
    assert f"{days} ngày làm việc" in answer.sentence


def test_add_working_days_names_what_it_left_out():
    sentence = add_working_days(day("2024-02-07"), 1).sentence
    assert "Tết Âm lịch 08/02/2024 – 12/02/2024" in sentence
    assert "Nghỉ bù (Tết Âm lịch) 13/02/2024 – 14/02/2024" in sentence


@pytest.mark.parametrize(
    ("start", "part"),
    [
        ("2027-02-01", "Tết Âm lịch"),
        ("2026-11-20", "Ngày Văn hóa Việt Nam"),
        ("2035-01-03", "Chưa có danh sách ngày nghỉ năm 2035"),
    ],
)
def test_add_working_days_across_what_nobody_has_read_is_not_verified(start, part):
    answer = add_working_days(day(start), 5)
    assert not answer.verified
    assert part in answer.sentence


def test_saturday_whose_swap_was_not_read_is_not_verified():
    assert not add_working_days(day("2014-09-04"), 2).verified


def test_add_working_days_refuses_a_negative_count():
    with pytest.raises(ValueError, match="không được âm"):
        add_working_days(day("2024-01-01"), -1)


@pytest.mark.parametrize("days", [1, 10, 30, 400])
def test_add_working_days_agrees_with_the_plain_count(days):
    start = day("2019-03-15")
    known = {one.on for year in range(2019, 2023) for one in holidays_in(year)}
    worked = {swap.worked for swap in calendar().worked()}
    assert add_working_days(start, days).on == dates.add_working_days(start, days, known, worked=worked)
    counted = sum(
        is_working_day(start + timedelta(days=number + 1))
        for number in range((add_working_days(start, days).on - start).days)
    )
    assert counted == days


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("from: 2013-05-01", "from: null", "phải là một ngày"),
        ("month: 1, day: 1,", "month: 1,", "cùng có hoặc cùng không"),
        ("month: 1, day: 1,", "month: 13, day: 1,", "từ 1 đến 12"),
        ("code: victory", "code: new_year", "hai lần"),
        (
            "  - year: 2015",
            f"  - {AGAIN}\n  - year: 2015",
            "hai lần",
        ),
        ("2014-01-30, 2014-01-31", "2014-01-29, 2014-01-31", "năm ngày liền nhau"),
        ("hung_kings: 2014-04-09", "hung_kings: 2015-04-09", "không thuộc năm 2014"),
        ("hung_kings: 2014-04-09", "hung_kings: 2014-13-09", "YYYY-MM-DD"),
        ("worked: 2014-01-25", "worked: 2014-01-24", "thứ Bảy hoặc Chủ nhật"),
        ("worked: 2014-01-25", "workd: 2014-01-25", "thiếu «worked»"),
        ("verified: true\n    source", "source", "thiếu «verified»"),
    ],
)
def test_wrong_days_off_name_file_and_line(tmp_path, old, new, problem):
    text = HOLIDAYS_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "holidays.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LawFileError, match=r"holidays.yaml, dòng \d+") as caught:
        load_calendar(path)
    assert problem in caught.value.sentence
