from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.core.dates import add_working_days, format_date, format_moment, parse_vn_date, today


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/08/2026", date(2026, 8, 5)),
        ("5/8/2026", date(2026, 8, 5)),
        (" 29/02/2028 ", date(2028, 2, 29)),
        ("31/12/1999", date(1999, 12, 31)),
    ],
)
def test_parse_vn_date_reads_day_then_month(text, day):
    assert parse_vn_date(text) == day


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Hãy nhập ngày."),
        ("  ", "Hãy nhập ngày."),
        ("2026-08-05", "ngày/tháng/năm"),
        ("05/08/26", "bốn chữ số"),
        ("05-08-2026", "ngày/tháng/năm"),
        ("hôm nay", "ngày/tháng/năm"),
        ("０５/０８/２０２６", "ngày/tháng/năm"),
        ("1" * 10_000_000, "ngày/tháng/năm"),
        ("08/31/2026", "Không có tháng 31"),
        ("01/00/2026", "Không có tháng 0"),
        ("29/02/2026", "Ngày 29/02/2026 không có trong lịch."),
        ("00/02/2026", "không có trong lịch"),
        ("01/01/0000", "không có trong lịch"),
    ],
)
def test_parse_vn_date_refuses_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=r"\S") as caught:
        parse_vn_date(text)
    assert sentence in str(caught.value)


@given(st.dates())
def test_parse_vn_date_reads_back_format_date(day):
    assert parse_vn_date(format_date(day)) == day


def test_moments_are_shown_in_local_time():
    moment = datetime(2026, 8, 4, 18, 5, tzinfo=UTC)
    assert format_date(moment) == "05/08/2026"
    assert format_moment(moment) == "05/08/2026 01:05"


def test_today_is_a_day():
    assert isinstance(today(), date)
    assert not isinstance(today(), datetime)


FRIDAY = date(2026, 8, 7)


@pytest.mark.parametrize(
    ("start", "count", "holidays", "day"),
    [
        (FRIDAY, 0, (), FRIDAY),
        (FRIDAY, 1, (), date(2026, 8, 10)),
        (date(2026, 8, 8), 1, (), date(2026, 8, 10)),
        (FRIDAY, 5, (), date(2026, 8, 14)),
        (date(2026, 9, 1), 1, (date(2026, 9, 2),), date(2026, 9, 3)),
        (date(2026, 9, 1), 3, [date(2026, 9, 2), date(2026, 9, 3)], date(2026, 9, 8)),
    ],
)
def test_add_working_days_skips_weekends_and_holidays(start, count, holidays, day):
    assert add_working_days(start, count, holidays) == day


def test_add_working_days_counts_a_saturday_worked_for_another_day():
    saturday = FRIDAY + timedelta(days=1)
    assert add_working_days(FRIDAY, 1, (), worked=[saturday]) == saturday
    assert add_working_days(FRIDAY, 2, (), worked=[saturday]) == FRIDAY + timedelta(days=3)


def test_add_working_days_refuses_to_count_backwards():
    with pytest.raises(ValueError, match="không được âm"):
        add_working_days(FRIDAY, -1, ())
