"""The tax code: known codes pass, any slip of one digit or two neighbours is told, with the digit expected."""

import pytest

from khuyencong.establishments.tax_code import (
    check_digit,
    check_tax_code,
    is_personal,
    made_up_tax_code,
    tax_code_shown,
)

# Published by their owners on invoices and web pages.
KNOWN = ("0100109106", "0100233488", "0301442379", "0300588569", "0101245486")


@pytest.mark.parametrize("code", KNOWN)
def test_known_codes_pass(code):
    assert check_tax_code(code, "sme") == code
    assert check_tax_code(f"{code}-001", "sme") == f"{code}-001"
    assert check_tax_code(f" {code[:4]} {code[4:]}.001 ", "sme") == f"{code}-001"


@pytest.mark.parametrize("code", KNOWN)
def test_any_wrong_digit_is_found(code):
    for place in range(10):
        for digit in "0123456789":
            if digit != code[place]:
                with pytest.raises(ValueError, match=r"Chữ số thứ 10|Không có mã số thuế"):
                    check_tax_code(code[:place] + digit + code[place + 1 :], "sme")


@pytest.mark.parametrize("code", KNOWN)
def test_two_neighbours_turned_round_are_found(code):
    for place in range(9):
        turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if turned != code:
            with pytest.raises(ValueError, match=r"gõ sai|Không có"):
                check_tax_code(turned, "sme")


def test_expected_digit_is_named():
    with pytest.raises(ValueError, match="0100109107 phải là 6, không phải 7"):
        check_tax_code("0100109107", "sme")


def test_nine_digits_that_no_code_begins_with():
    nine = next(f"{number:09d}" for number in range(1, 100) if check_digit(f"{number:09d}") is None)
    for last in "0123456789":
        with pytest.raises(ValueError, match=f"bắt đầu bằng {nine}"):
            check_tax_code(nine + last, "sme")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("123", "có 3 chữ số"),
        ("12345678901", "có 11 chữ số"),
        ("1" * 14, "có 14 chữ số"),
        ("abcdefghij", "chỉ được gồm chữ số"),
        ("٠١٠٠١٠٩١٠٦", "chỉ được gồm chữ số"),
        ("0100109106-01", "Dấu gạch|có 12 chữ số"),
        ("01001-09106", "Dấu gạch"),
        ("0100109106-000", "từ 001 đến 999"),
    ],
)
def test_wrong_forms_say_what_is_wrong(text, words):
    with pytest.raises(ValueError, match=words):
        check_tax_code(text, "household")


def test_nothing_is_no_code():
    assert check_tax_code("", "sme") == check_tax_code("  . ", "sme") == ""


@pytest.mark.parametrize("kind", ["household", "artisan", "unknown", ""])
def test_person_s_number_for_a_household(kind):
    assert check_tax_code("012 345 678 901", kind) == "012345678901"


@pytest.mark.parametrize("kind", ["sme", "cooperative", "cooperative_union", "industrial", "cluster_investor"])
def test_person_s_number_for_nobody_else(kind):
    with pytest.raises(ValueError, match="chỉ dùng cho hộ kinh doanh"):
        check_tax_code("012345678901", kind)


def test_person_s_number_is_shown_to_whoever_may_see_it():
    assert is_personal("012345678901")
    assert tax_code_shown("012345678901", whole=True) == "012345678901"
    assert tax_code_shown("012345678901", whole=False) == "•••••••••901"
    assert tax_code_shown("0100109106-001", whole=False) == "0100109106-001"


def test_made_up_codes_pass_are_different_and_nobody_s():
    codes = [made_up_tax_code(number) for number in range(1, 201)]
    assert len(set(codes)) == 200
    assert all(check_tax_code(code, "sme") == code and code.startswith("000000") for code in codes)
