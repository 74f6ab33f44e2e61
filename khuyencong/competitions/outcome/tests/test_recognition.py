"""What may be recognised, and until when: pure functions."""

from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pytest

from khuyencong.competitions.judging.results import EntryResult
from khuyencong.competitions.outcome.recognition import choice_findings, exact, group_counts
from khuyencong.competitions.outcome.validity import Standing, standing_on
from khuyencong.law import competition

MARK = Fraction(70)
FIRST, LAST = date(2023, 12, 31), date(2025, 12, 31)


def result(key, mean, group="food", sheets=1):
    entry = SimpleNamespace(pk=key, product=f"Sản phẩm {key}", group=group)
    value = Fraction(mean)
    return EntryResult(entry, value, sheets, sheets > 0 and value >= MARK, key)


def found(rows, chosen):
    return [(one.code, one.kind) for one in choice_findings(rows, chosen, mark=MARK)]


def test_thai_nguyen_2023_had_43_products_at_or_over_the_mark_and_recognised_30():
    groups = ["craft"] * 5 + ["food"] * 30 + ["machine"] * 4 + ["others"] * 4
    rows = [result(key, 95 - key % 25, group) for key, group in enumerate(groups)]
    assert all(one.passed for one in rows)
    best = sorted((one for one in rows if one.entry.group == "food"), key=lambda one: -one.mean)[:17]
    chosen = {one.entry.pk for one in rows if one.entry.group != "food"} | {one.entry.pk for one in best}
    assert len(chosen) == 30
    assert {kind for _, kind in found(rows, chosen)} <= {"warning"}
    whole = group_counts(rows, chosen)[-1]
    assert (whole.scored, whole.passed, whole.chosen) == (43, 43, 30)


@pytest.mark.parametrize(
    ("mean", "expected"),
    [
        ("70", []),
        ("6999/100", [("below_mark", "blocker")]),
        # 209/3 is shown as 69,67 and 70 minus a thousandth as 69,99: neither is rounded up to the mark.
        (Fraction(69999, 1000), [("below_mark", "blocker")]),
        ("0", [("below_mark", "blocker")]),
        ("100", []),
    ],
)
def test_mark_is_exact(mean, expected):
    assert found([result(1, mean)], {1}) == expected


def test_product_without_a_sheet_and_one_of_another_round_are_blocked():
    assert found([result(1, 0, sheets=0)], {1, 99}) == [("not_of_this_round", "blocker"), ("below_mark", "blocker")]


def test_better_product_of_the_group_may_be_passed_over_with_a_reason_and_another_group_does_not_matter():
    rows = [result(1, 90), result(2, 80), result(3, 95, "craft"), result(4, 80)]
    assert found(rows, {2}) == [("passed_over", "needs_approval"), ("level_at_the_cut", "warning")]
    assert found(rows, {1}) == []


def test_exact_mean_is_kept_as_a_fraction():
    assert exact(Fraction(209, 3)) == "209/3"


@pytest.mark.parametrize(
    ("issued_on", "until"),
    [(date(2023, 12, 31), date(2025, 12, 31)), (date(2024, 1, 1), date(2026, 12, 31)), (date(2023, 6, 1), LAST)],
)
def test_certificate_of_either_side_of_new_year(issued_on, until):
    assert competition.valid_until(issued_on) == until


@pytest.mark.parametrize(
    ("on", "withdrawn_on", "expected"),
    [
        (date(2023, 12, 30), None, Standing.NOT_YET),
        (FIRST, None, Standing.VALID),
        (LAST, None, Standing.VALID),
        (date(2026, 1, 1), None, Standing.EXPIRED),
        (date(2024, 5, 4), date(2024, 5, 5), Standing.VALID),
        (date(2024, 5, 5), date(2024, 5, 5), Standing.WITHDRAWN),
        (date(2026, 1, 1), date(2024, 5, 5), Standing.WITHDRAWN),
    ],
)
def test_standing_at_the_edges_of_validity(on, withdrawn_on, expected):
    assert standing_on(on, issued_on=FIRST, valid_until=LAST, withdrawn_on=withdrawn_on) is expected
