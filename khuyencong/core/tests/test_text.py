import itertools
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.core.text import SORT_KEY_LENGTH, clean, fold, money_in_words, nfc, number_in_words, shown, sort_key

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ 0123456789"
vietnamese_text = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper(), max_size=40)


def test_nfc_composes():
    assert nfc(unicodedata.normalize("NFD", "Đắk Nông")) == "Đắk Nông"


def test_nfc_leaves_long_vietnamese_text_whole():
    text = "Hợp tác xã thổ cẩm Mỹ Nghiệp. " * 500
    assert nfc(unicodedata.normalize("NFD", text)) == text


def test_nfc_of_a_heap_of_marks_takes_no_time():
    started = time.perf_counter()
    nfc("a" + "\u0301\u0323" * 200_000)
    assert time.perf_counter() - started < 2


def test_clean_drops_what_cannot_be_seen():
    assert clean(" \ufeffCông\u200b ty\x00 \u202eA\u00ad\ud800 ") == "Công ty A"


def test_clean_keeps_line_breaks_only_when_asked():
    assert clean("một\r\nhai\u2028ba\tbốn", multiline=True) == "một\nhai\nba bốn"
    assert clean("một\r\nhai\u2028ba\tbốn") == "một hai ba bốn"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("  Hòa Bình ", "Hòa Bình"),
        ("a\nb\x1b[31mc\u202e", "a b[31mc"),
        ("a" * 60, "a" * 60),
        ("a" * 61, "a" * 59 + "…"),
        ("a" * 10**6, "a" * 59 + "…"),
        (" " * 1000 + "a", "…"),
    ],
)
def test_shown_is_one_short_line(text, quoted):
    assert shown(text) == quoted


def test_fold_is_what_people_type_in_a_hurry():
    assert fold("Công ty TNHH cơ khí đúc Thành Phương") == "cong ty tnhh co khi duc thanh phuong"
    assert fold("  ĐẮK\u00a0 LẮK\n") == "dak lak"
    assert fold(unicodedata.normalize("NFD", "Thừa Thiên Huế")) == "thua thien hue"


@given(st.text())
def test_fold_folds_once(text):
    assert fold(fold(text)) == fold(text)


@given(vietnamese_text)
def test_fold_does_not_care_how_letters_are_composed(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(text).isascii()


ALPHABETICAL = [
    list("aăâbcdđeêghiklmnoôơpqrstuưvxy"),
    ["ma", "mà", "mả", "mã", "má", "mạ", "mă", "mắ", "mâ", "mấ", "mậ", "me"],
    ["an", "An Giang", "anh", "ăn", "ân", "ba"],
    ["Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bến Tre", "Bình Dương", "Bình Định"],
    ["Cà Mau", "Cao Bằng", "Cần Thơ", "Dân", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai", "Gia Lai"],
    ["Hà Nam", "Hà Nội", "Hải Dương", "Hậu Giang", "Hòa Bình", "Hồ Chí Minh", "Hưng Yên"],
    ["Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị"],
    ["Thái Bình", "Thanh Hóa", "Thành Phương", "Thừa Thiên Huế"],
    ["Số 1", "Số 1 A", "Số 10", "Số 2", "Số A", "số z"],
    ["", "1", "a", "Ωμέγα", "中"],
]


@pytest.mark.parametrize("names", ALPHABETICAL, ids=lambda names: f"{names[0]}-{names[-1]}")
def test_sort_key_is_the_order_of_a_vietnamese_index(names):
    keys = [sort_key(name) for name in names]
    assert all(first < second for first, second in itertools.pairwise(keys))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hòa Bình", "Hoà Bình"), ("HÀ NỘI", "hà nội"), ("Bà Rịa - Vũng Tàu", "Bà Rịa – Vũng Tàu"), ("“An”", "An")],
)
def test_sort_key_does_not_tell_spellings_of_one_name_apart(one, other):
    assert sort_key(one) == sort_key(other)


@given(st.text())
def test_sort_key_holds_nothing_that_a_collation_could_skip(text):
    key = sort_key(text)
    assert set(key) <= set("0123456789")
    assert len(key) <= SORT_KEY_LENGTH


@given(vietnamese_text)
def test_sort_key_does_not_care_how_letters_are_composed(text):
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)


@given(st.text(alphabet="abcđe", min_size=1, max_size=20), st.text(alphabet=VIETNAMESE, max_size=20))
def test_sort_key_puts_a_name_before_longer_names(name, rest):
    assert sort_key(name) <= sort_key(f"{name} {rest}")


@given(vietnamese_text, vietnamese_text)
def test_sort_key_orders_different_letters_as_code_points_of_an_alphabet(one, other):
    """An independent reading: words as tuples of places in the alphabet, then tones word by word."""
    assert (sort_key(one) < sort_key(other)) == (_plain_key(one) < _plain_key(other))


def _plain_key(text):
    alphabet = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    words, tones = [], []
    for word in text.lower().split():
        decomposed = unicodedata.normalize("NFD", word)
        tone_marks = [char for char in decomposed if char in "\u0300\u0309\u0303\u0301\u0323"]
        toneless = unicodedata.normalize("NFC", "".join(char for char in decomposed if char not in tone_marks))
        words.append(tuple(alphabet.index(char) for char in toneless))
        tones.append("\u0300\u0309\u0303\u0301\u0323".index(tone_marks[-1]) if tone_marks else -1)
    return (words, tones)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (1, "một"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (99, "chín mươi chín"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_050, "một nghìn không trăm năm mươi"),
        (10_000, "mười nghìn"),
        (1_000_000, "một triệu"),
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (1_000_005, "một triệu không trăm linh năm"),
        (3_108_129_000, "ba tỷ một trăm linh tám triệu một trăm hai mươi chín nghìn"),
        (5_000_021_000, "năm tỷ không trăm hai mươi mốt nghìn"),
        (10**12, "một nghìn tỷ"),
        (1_005 * 10**9 + 7, "một nghìn không trăm linh năm tỷ không trăm linh bảy"),
        (10**15, "một triệu tỷ"),
        (10**18, "một tỷ tỷ"),
        (-15, "âm mười lăm"),
    ],
)
def test_number_in_words_reads_as_in_school(number, words):
    assert number_in_words(number) == words


def test_money_in_words_begins_with_a_capital_and_ends_with_the_unit():
    assert money_in_words(800_000_000) == "Tám trăm triệu đồng"
    assert money_in_words(0) == "Không đồng"
    assert money_in_words(-5_000) == "Âm năm nghìn đồng"


@given(st.lists(st.integers(min_value=0, max_value=10**15), min_size=2, max_size=2, unique=True))
def test_number_in_words_tells_numbers_apart(numbers):
    one, other = numbers
    assert number_in_words(one) != number_in_words(other)
