"""The tax code (mã số thuế): how it is written, its check digit, and when it is a person's own number.

Ten digits, the tenth of which follows from the nine before; thirteen for a dependent unit, the last three being its
number. Since 01/07/2025 a household or an individual is known by the twelve digits of a person's identity number (Luật
Quản lý thuế 38/2019/QH14 Đ35.7, TT 86/2024/TT-BTC Đ5.5, Đ39), which has no public check digit and is personal data.
"""

from __future__ import annotations

import re

from khuyencong.core.personal import masked
from khuyencong.core.text import shown

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
BASE, BRANCH, PERSONAL = 10, 13, 12  # how many digits
PATTERN = r"([0-9]{10}(-[0-9]{3})?|[0-9]{12})\Z"  # as stored
HELP = (
    "10 chữ số; đơn vị phụ thuộc thêm dấu gạch và 3 chữ số; hộ kinh doanh, cá nhân có thể dùng số định danh 12 chữ số."
)
# Whose tax code may be a person's number; a kind that nobody has said yet is not held against it.
KINDS_OF_PERSONS = frozenset({"household", "artisan", "unknown", ""})
_MODULUS = 11
_TYPED = re.compile(r"[0-9]{10}(?:-?[0-9]{3})?|[0-9]{12}", re.ASCII)


def check_tax_code(text: str, kind: str) -> str:
    """The tax code as it is stored: "0100109106", "0100109106-001", "012345678901", or "" from nothing.

    Blanks and dots are ignored. `kind`: code of `EstablishmentKind`, "" = not known. ValueError with a Vietnamese
    sentence that says what is wrong, and which digit was expected.
    """
    typed = re.sub(r"[\s.]", "", text)
    if not typed:
        return ""
    if not _TYPED.fullmatch(typed):
        raise ValueError(_why_not(typed))
    digits = typed.replace("-", "")
    if len(digits) == PERSONAL:
        if kind not in KINDS_OF_PERSONS:
            raise ValueError(
                "Mã số thuế 12 chữ số (số định danh cá nhân) chỉ dùng cho hộ kinh doanh, cá nhân: "
                "loại hình này có mã số thuế 10 chữ số."
            )
        return digits
    _check_last(digits[:BASE])
    if len(digits) == BASE:
        return digits
    if digits[BASE:] == "000":
        raise ValueError("Ba chữ số cuối của mã số thuế đơn vị phụ thuộc phải từ 001 đến 999.")
    return f"{digits[:BASE]}-{digits[BASE:]}"


def check_digit(nine: str) -> str | None:
    """The tenth digit that follows from the first nine; None where no code can begin with them."""
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True)) % _MODULUS
    return None if rest == 0 else str(BASE - rest)


def made_up_tax_code(number: int) -> str:
    """A code that passes the check and that nobody has: "000000011" and its check digit. For demos and tests.

    `number` counts from 1; the numbers with which no code can begin are left out.
    """
    nines = (f"{one:09d}" for one in range(1, 2 * number + 2 * _MODULUS))
    valid = [f"{nine}{last}" for nine in nines if (last := check_digit(nine)) is not None]
    return valid[number - 1]


def is_personal(tax_code: str) -> bool:
    """Whether it is a person's identity number, to be shown and logged as such."""
    return len(tax_code) == PERSONAL


def tax_code_shown(tax_code: str, *, whole: bool) -> str:
    """As a page or a log shows it: a person's number only to those who may see it `whole`."""
    return tax_code if whole or not is_personal(tax_code) else masked(tax_code)


def _why_not(typed: str) -> str:
    digits = typed.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        return f"Mã số thuế «{shown(typed, 20)}» chỉ được gồm chữ số, và dấu gạch trước 3 chữ số cuối."
    if len(digits) in {BASE, BRANCH, PERSONAL}:
        return "Dấu gạch của mã số thuế đứng sau chữ số thứ 10, trước 3 chữ số của đơn vị phụ thuộc."
    return (
        f"Mã số thuế này có {len(digits)} chữ số; phải có 10 chữ số, 13 chữ số (đơn vị phụ thuộc), "
        "hoặc 12 chữ số (số định danh của hộ kinh doanh, cá nhân)."
    )


def _check_last(ten: str) -> None:
    expected = check_digit(ten[:-1])
    if expected is None:
        raise ValueError(f"Không có mã số thuế nào bắt đầu bằng {ten[:-1]}: hãy so lại với giấy tờ.")
    if ten[-1] != expected:
        raise ValueError(
            f"Chữ số thứ 10 của mã số thuế {ten} phải là {expected}, không phải {ten[-1]}: "
            "có chữ số gõ sai, hãy so lại với giấy tờ."
        )
