"""Words typed and words stored, in one form."""

import pytest

from khuyencong.core.finding import LONGEST_HAYSTACK, MOST_WORDS, haystack, number_in, question, words


def test_haystack_holds_each_word_once_with_a_blank_before():
    assert haystack("Công ty TNHH Cơ khí - Đúc", "CÔNG TY Đức", "0100109106-001") == (
        " cong ty tnhh co khi duc 0100109106 001"
    )
    assert haystack() == haystack("", "–") == ""  # "" is what is stored


def test_haystack_is_bounded():
    assert len(haystack(" ".join(str(number) for number in range(5_000)))) == LONGEST_HAYSTACK
    assert haystack("ab cd ef", longest=6) == " ab cd"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Cơ   khí, ĐÚC! ", ("co", "khi", "duc")),
        ("co\u031b khi\u0301", ("co", "khi")),
        ("A&B 3/2", ("a", "b", "3", "2")),
        ("đúc duc ĐỨC", ("duc",)),
        ("%_--\u0301", ()),
        ("", ()),
        ("x" * 500, ("x" * 40,)),
    ],
)
def test_question_is_words_without_marks(text, expected):
    assert question(text) == expected


def test_question_is_bounded():
    assert len(question(" ".join(f"tu{number}" for number in range(100)))) == MOST_WORDS


def test_what_is_stored_is_found_by_what_is_typed():
    stored = haystack("Cơ sở Đúc đồng Ý Yên (Nam Định)")
    for typed in ("Y YÊN", "dong duc", "nam đ", "co so"):
        assert all(f" {word}" in stored for word in question(typed)), typed
    assert f" {words('úc')[0]}" not in stored


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0912345678", "0912345678"),
        (" 0912 345.678 ", "0912345678"),
        ("+84 (912) 345-678", "84912345678"),
        ("0312345678-001", "0312345678001"),
        ("０９１２３４５６", "09123456"),
        ("1234567", ""),
        ("số 0912345678", ""),
        ("", ""),
        ("9" * 300, "9" * 40),
    ],
)
def test_number_is_nothing_but_digits(text, digits):
    assert number_in(text) == digits
