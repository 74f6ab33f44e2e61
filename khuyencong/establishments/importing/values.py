"""What a cell may hold, whatever way Excel has kept it: numbers as text, days as numbers, zeros that were lost.

Every reader takes the value of a cell that is not empty and gives what it means, with a note where it had to understand
something; ValueError carries the sentence for the cell (Vietnamese). Nothing is guessed that cannot be proved.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from khuyencong.core.money import MAX_DONG, format_dong, parse_dong
from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import Read, as_text, day, text
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.models import MAX_WORKERS, Gender
from khuyencong.establishments.tax_code import BASE, BRANCH, PERSONAL, check_digit

LOST_ZERO: Final = "hãy đặt định dạng ô là Văn bản (Text) rồi gõ lại cho đủ chữ số"
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?e[+-]?[0-9]+", re.IGNORECASE)
_WHOLE = re.compile(r"(?:([0-9]{1,3}(?:[. ][0-9]{3})+)|([0-9]+)(?:[.,]0{1,2})?)(?:\s*(?:người|lđ|lao động))?")
_DEGREES = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,17})?°?")
_PHONE = re.compile(r"[0-9+ .()-]{6,20}")
_LONGEST_NUMBER: Final = 9
_SMALL: Final = 1_000
_FIRST_BIRTH, _LAST_BIRTH = 1900, 2100
_MOBILE_REST, _LANDLINE_REST = 9, 10  # digits behind the zero that every number begins with
YES = frozenset({"co", "x", "yes", "true", "dung", "1", "v"})
NO = frozenset({"khong", "no", "false", "sai", "0", "k"})
UNITS = {1: "đồng", 1_000: "nghìn đồng", 10**6: "triệu đồng", 10**9: "tỷ đồng"}


def name(value: CellValue) -> Read:
    """The name of an establishment; a number or a day stands in the wrong column."""
    read = text(value, longest=300)
    if not isinstance(value, str):
        raise ValueError(f"«{shown(read.value)}» không phải là tên cơ sở: ô này chứa số, ngày hoặc công thức.")  # noqa: TRY004  # a sentence for a cell, like the others
    return read


def tax_code(value: CellValue) -> Read:
    """The digits of a tax code with the dash of a branch; whether they are right is asked when the kind is known.

    A zero that Excel took away at the front is put back where the check digit proves it, else refused.
    """
    typed = as_text(value)
    if _SCIENTIFIC.fullmatch(typed):
        raise ValueError(f"Mã số thuế «{typed}» đã bị Excel rút gọn nên mất chữ số: {LOST_ZERO}.")
    digits = re.sub(r"[\s.'-]", "", typed)
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"Mã số thuế «{shown(typed, 30)}» chỉ được gồm chữ số, và dấu gạch trước 3 chữ số cuối.")
    note = ""
    was_number = not isinstance(value, str)
    if len(digits) == BASE - 1 or (len(digits) == BRANCH - 1 and was_number):
        if check_digit(f"0{digits}"[: BASE - 1]) != f"0{digits}"[BASE - 1]:
            raise ValueError(f"Mã số thuế chỉ có {len(digits)} chữ số, có thể đã mất số 0 ở đầu: {LOST_ZERO}.")
        digits = f"0{digits}"
        note = f"Mã số thuế mất số 0 ở đầu: đã đọc là {digits} vì chữ số kiểm tra đúng."
    elif was_number and len(digits) == PERSONAL - 1:
        raise ValueError(f"Mã số thuế chỉ có {len(digits)} chữ số, có thể đã mất số 0 ở đầu: {LOST_ZERO}.")
    if len(digits) not in {BASE, BRANCH, PERSONAL}:
        raise ValueError(
            f"Mã số thuế này có {len(digits)} chữ số; phải có 10 chữ số, 13 chữ số (đơn vị phụ thuộc), "
            "hoặc 12 chữ số (số định danh của hộ kinh doanh, cá nhân)."
        )
    return Read(f"{digits[:BASE]}-{digits[BASE:]}" if len(digits) == BRANCH else digits, note)


def whole_number(value: CellValue, *, most: int = MAX_WORKERS) -> Read:
    """A whole number from 0, also kept as text («1.250», «12.0», «12 người»)."""
    if isinstance(value, bool | date):
        raise ValueError(f"«{as_text(value)}» không phải là một số nguyên.")  # noqa: TRY004  # a sentence for a cell, like the others
    if isinstance(value, int):
        number = value
    else:
        match = _WHOLE.fullmatch(as_text(value))
        if match is None:
            raise ValueError(f"«{shown(as_text(value), 30)}» không phải là một số nguyên: hãy ghi ví dụ 25.")
        digits = re.sub(r"[. ]", "", match[1]) if match[1] else match[2].lstrip("0") or "0"
        if len(digits) > _LONGEST_NUMBER:
            raise ValueError(f"Nhiều nhất là {format_dong(most)}.")
        number = int(digits)
    if not 0 <= number <= most:
        raise ValueError(f"Phải từ 0 đến {format_dong(most)}.")
    return Read(number)


def dong(value: CellValue, *, unit: int, least: int = 0) -> Read:
    """Whole đồng from a number in the unit of the column's heading, or from text that may name its own unit."""
    if isinstance(value, bool | date):
        raise ValueError(f"«{as_text(value)}» không phải là số tiền.")  # noqa: TRY004  # a sentence for a cell, like the others
    if isinstance(value, int | float):
        if unit == 1 and 0 < value < _SMALL:
            raise ValueError(f"Số tiền {as_text(value)} đồng quá nhỏ: hãy ghi cả đơn vị, ví dụ 500 triệu.")
        amount = Fraction(str(value)) * unit
        if amount.denominator != 1:
            raise ValueError("Số tiền phải là số đồng nguyên, không có phần lẻ nhỏ hơn một đồng.")
        read = int(amount)
    else:
        words = as_text(value)
        read = parse_dong(f"{words} {UNITS[unit]}" if unit != 1 and not any(map(str.isalpha, words)) else words)
    if not least <= read <= MAX_DONG:
        raise ValueError(f"Số tiền phải từ {format_dong(least)} đến {format_dong(MAX_DONG)} đồng.")
    return Read(read)


def birth_year(value: CellValue) -> Read:
    """A year of birth: a year, a day of any form, or the number by which Excel keeps a day."""
    note = ""
    words = as_text(value)
    if words.isascii() and words.isdigit() and len(words) == 4:  # noqa: PLR2004  # a year
        year = int(words)
    else:
        try:
            born, note = day(value)
        except ValueError:
            raise ValueError(f"«{shown(words, 30)}» không phải là năm sinh: hãy ghi ví dụ 1975.") from None
        year = born.year
    if not _FIRST_BIRTH <= year <= _LAST_BIRTH:
        raise ValueError(f"Năm sinh phải từ {_FIRST_BIRTH} đến {_LAST_BIRTH}.")
    return Read(year, note)


def identity_number(value: CellValue) -> Read:
    """The twelve digits of a person's number; as a number it has lost the zero that it begins with."""
    typed = as_text(value).replace(" ", "").replace(".", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) == PERSONAL):
        lost = f": có thể đã mất số 0 ở đầu, {LOST_ZERO}" if not isinstance(value, str) else ""
        raise ValueError(f"Số định danh cá nhân có {PERSONAL} chữ số{lost}.")
    return Read(typed)


def phone(value: CellValue) -> Read:
    """A telephone number; kept as a number, it gets back the zero that every one in Việt Nam begins with."""
    if isinstance(value, int) and not isinstance(value, bool):
        digits = str(value)
        if len(digits) == _MOBILE_REST or (len(digits) == _LANDLINE_REST and digits.startswith("2")):
            return Read(f"0{digits}")
    words = as_text(value)
    if not _PHONE.fullmatch(words):
        raise ValueError(
            f"Số điện thoại «{shown(words, 30)}» không đúng: chỉ ghi một số, gồm chữ số, dấu +, dấu cách, dấu chấm, dấu gạch."
        )
    return Read(words)


def email(value: CellValue) -> Read:
    """An address; one."""
    words = as_text(value)
    try:
        validate_email(words)
    except ValidationError:
        raise ValueError(f"Địa chỉ thư điện tử «{shown(words, 60)}» không đúng dạng, ví dụ ten@vi-du.vn.") from None
    return Read(words)


def degrees(value: CellValue) -> Read:
    """Degrees of latitude or longitude, with a point or a comma."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Read(float(value))
    words = as_text(value)
    if not _DEGREES.fullmatch(words):
        raise ValueError(f"«{shown(words, 30)}» không phải là số độ thập phân, ví dụ 10,4567.")
    return Read(float(words.rstrip("°").replace(",", ".")))


def yes_or_no(value: CellValue) -> Read:
    """«Có» or «Không», also an x."""
    word = fold(as_text(value))
    if word not in YES | NO:
        raise ValueError(f"Chỉ ghi Có hoặc Không, không ghi «{shown(as_text(value), 30)}».")
    return Read(word in YES)


def gender(value: CellValue) -> Read:
    """«Nam» or «Nữ»."""
    word = fold(as_text(value))
    found = {"nu": Gender.FEMALE, "ba": Gender.FEMALE, "female": Gender.FEMALE, "f": Gender.FEMALE} | {
        "nam": Gender.MALE, "ong": Gender.MALE, "male": Gender.MALE, "m": Gender.MALE,
    }  # fmt: skip
    if word not in found:
        raise ValueError(f"Chỉ ghi Nam hoặc Nữ, không ghi «{shown(as_text(value), 30)}».")
    return Read(found[word].value)
