"""The judgement of pace: a pure function over numbers and days."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.progress.pace import TOLERANCE, Pace, elapsed_share, pace_of

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("reached", "low", "high", "elapsed", "pace"),
    [
        (50, 100, 100, HALF, Pace.ON_PACE),
        (40, 100, 100, HALF, Pace.ON_PACE),  # ten points behind
        (39, 100, 100, HALF, Pace.BEHIND),
        (60, 100, 100, HALF, Pace.ON_PACE),
        (61, 100, 100, HALF, Pace.AHEAD),
        (100, 100, 100, HALF, Pace.REACHED),
        (101, 100, 100, HALF, Pace.EXCEEDED),
        (100, 100, 120, HALF, Pace.REACHED),
        (120, 100, 120, Fraction(1), Pace.REACHED),
        (121, 100, 120, HALF, Pace.EXCEEDED),
        (99, 100, 120, Fraction(1), Pace.MISSED),
        (0, 100, 120, Fraction(0), Pace.NOT_BEGUN),
        (0, 100, 100, Fraction(1, 20), Pace.ON_PACE),
    ],
)
def test_pace_of_a_target(reached, low, high, elapsed, pace):
    assert pace_of(reached, low, high, elapsed=elapsed) is pace


@given(
    low=st.integers(1, 10**6),
    more=st.integers(0, 100),
    days=st.integers(0, 1826),
    reached=st.integers(0, 2 * 10**6),
)
def test_pace_never_falls_when_more_is_reached(low, more, days, reached):
    order = [Pace.NOT_BEGUN, Pace.MISSED, Pace.BEHIND, Pace.ON_PACE, Pace.AHEAD, Pace.REACHED, Pace.EXCEEDED]
    elapsed = Fraction(days, 1826)
    found = [pace_of(number, low, low + more, elapsed=elapsed) for number in (reached, reached + 1)]
    assert order.index(found[0]) <= order.index(found[1])
    if found[0] is Pace.ON_PACE:
        assert abs(Fraction(reached, low) - elapsed) <= TOLERANCE


@pytest.mark.parametrize(("low", "high", "elapsed"), [(0, 1, HALF), (2, 1, HALF), (1, 1, Fraction(3, 2))])
def test_pace_of_what_is_no_target_is_a_mistake(low, high, elapsed):
    with pytest.raises(ValueError, match="range"):
        pace_of(1, low, high, elapsed=elapsed)


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (date(2025, 12, 31), Fraction(0)),
        (date(2026, 1, 1), Fraction(1, 730)),
        (date(2026, 12, 31), HALF),
        (date(2027, 12, 31), Fraction(1)),
        (date(2030, 1, 1), Fraction(1)),
    ],
)
def test_time_passes_by_days_and_never_beyond_the_period(on, share):
    assert elapsed_share(2026, 2027, on) == share


def test_every_pace_has_a_word():
    assert len({pace.label for pace in Pace}) == len(Pace)
    assert {pace.tone for pace in Pace} == {"", "warning", "info", "success", "danger"}
