"""Dividing an amount by the largest remainder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.core.money import split


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [2, 1, 1], [50, 25, 25]),
        (10, [0, 3, 3], [0, 5, 5]),
        (5, [3, 3], [3, 2]),
        (0, [3, 3], [0, 0]),
        (0, [], []),
        (0, [0], [0]),
        (7, [7], [7]),
    ],
)
def test_split_gives_whole_dong(amount, weights, parts):
    assert split(amount, weights) == parts


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, [-1, 3]), (1, []), (1, [0, 0])])
def test_split_of_what_cannot_be_divided_is_an_error(amount, weights):
    with pytest.raises(ValueError, match="không được âm"):
        split(amount, weights)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30), st.data())
def test_split_adds_up_and_exceeds_no_weight(weights, data):
    amount = data.draw(st.integers(0, sum(weights)))
    parts = split(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
