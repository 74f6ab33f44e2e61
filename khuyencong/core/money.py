"""Money: whole đồng everywhere, read and written the Vietnamese way, and the one place where it is rounded."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from khuyencong.core.text import fold

MILLION = 10**6
BILLION = 10**9
MAX_DONG = 10**15
NOTHING = "–"

_LONGEST = 80
_THOUSAND = 1000
_SHOWN = 24
_NUMBER_AND_UNIT = re.compile(r"([0-9][0-9., ]*)(\D*)")
_WHOLE = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:,([0-9]+))?")
_POINT_AS_DECIMAL = re.compile(r"([0-9]+)\.([0-9]+)")
_COMMAS_AS_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_SPACES = re.compile(r"\s+")
# Left behind by copying from Word or a web page; they change nothing in what the eye reads.
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_MINUS_SIGNS = ("-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\ufe63", "\uff0d")
_GROUPING = "Dấu chấm (hoặc dấu cách) dùng để tách từng nhóm ba chữ số, dấu phẩy là dấu thập phân"

# Keys are folded and without blanks: "Triệu đồng" is "trieudong".
_UNITS = {
    **dict.fromkeys(("d", "dong", "vnd", "₫"), 1),
    **dict.fromkeys(("nghin", "nghindong", "ngan", "ngandong"), _THOUSAND),
    **dict.fromkeys(("tr", "trd", "trieu", "trieud", "trieudong", "trieuvnd"), MILLION),
    **dict.fromkeys(("ty", "tyd", "tydong", "tyvnd", "ti", "tid", "tidong", "tivnd"), BILLION),
}


def parse_dong(text: str, *, allow_small: bool = False) -> int:
    """The amount in whole đồng that a person wrote; ValueError with a Vietnamese sentence when it cannot be meant.

    "1.750.000.000", "1 750 000 000" and "1750000000" are đồng; "800 triệu" and "1,5 tỷ" name their unit. A decimal
    comma without a unit ("3.108,129") is triệu, as tables of the programme are written, since đồng have no fraction.
    A bare number below 1.000 other than 0 is most likely triệu with the unit forgotten: refused unless `allow_small`.
    """
    text = _tidy(text)
    match = _NUMBER_AND_UNIT.fullmatch(text)
    unit_text = match[2].strip() if match else ""
    unit = _UNITS.get(fold(unit_text).replace(" ", "")) if unit_text else 0
    if match is None or unit is None:
        raise ValueError(
            f"Không đọc được số tiền “{_shown(text)}”: chỉ nhận chữ số và đơn vị đồng, triệu hoặc tỷ, "
            "ví dụ 1.750.000.000 hoặc 800 triệu."
        )
    digits, decimals = _read_number(match[1].strip())
    if not unit:
        unit = _unit_left_out(digits, decimals, allow_small=allow_small)
    scale: int = 10 ** len(decimals)
    amount, rest = divmod(int(digits + decimals) * unit, scale)
    if amount > MAX_DONG or (amount == MAX_DONG and rest):
        raise ValueError(f"Số tiền quá lớn: nhiều nhất là {format_dong(MAX_DONG)} đồng.")
    if rest:
        raise ValueError("Số tiền phải là số đồng nguyên, không có phần lẻ nhỏ hơn một đồng.")
    return amount


def format_dong(amount: int) -> str:
    """Đồng with grouped digits, without the unit: "1.750.000.000"; differences may be negative."""
    return f"{amount:,}".replace(",", ".")


def format_trieu(amount: int) -> str:
    """Đồng shown in triệu, exactly and without the unit: 3108129000 is "3.108,129"."""
    return _format_scaled(amount, MILLION)


def format_ty(amount: int) -> str:
    """Đồng shown in tỷ, exactly and without the unit: 43735000000 is "43,735"."""
    return _format_scaled(amount, BILLION)


def percent(part: int, whole: int) -> Decimal | None:
    """`part` as per cent of `whole`, one decimal, halves away from zero; None when there is no whole."""
    if whole == 0:
        return None
    sign = -1 if (part < 0) != (whole < 0) else 1
    tenths = (2 * 1000 * abs(part) + abs(whole)) // (2 * abs(whole))
    return Decimal(sign * tenths).scaleb(-1)


def format_percent(value: Decimal | None) -> str:
    """Per cent for people: "93,5 %", or a dash when there is none."""
    if value is None:
        return NOTHING
    rounded = value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{rounded:,.1f} %".translate(str.maketrans(",.", ".,"))


def shown_decimals(value: Decimal) -> int:
    """How many decimals a stored figure shows: trailing zeros of the column are not part of it."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def format_number(value: Decimal, decimals: int | None = None) -> str:
    """A number as Vietnamese papers write it: "3.108,129"; with `decimals`, rounded half up to that many."""
    places = shown_decimals(value) if decimals is None else decimals
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:,.{places}f}".translate(str.maketrans(",.", ".,"))


def share_down(rate: Fraction, amount: int) -> int:
    """`rate` of `amount` đồng, rounded DOWN to whole đồng: support never exceeds the share that the law allows.

    The only rounding of money there is, beside `split`, whose parts add up. ValueError when the rate or the amount is negative.
    """
    if rate < 0 or amount < 0:
        raise ValueError("Tỷ lệ và số tiền không được âm.")
    return amount * rate.numerator // rate.denominator


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` đồng divided in proportion to `weights` by the largest remainder: whole đồng that add up to it exactly.

    Of equal remainders the earlier one is served first, so that the same question always has the same answer. No part
    exceeds its weight where the amount does not exceed their sum. ValueError where anything is negative, or an amount
    has nothing to be divided by.
    """
    whole = sum(weights)
    if amount < 0 or any(one < 0 for one in weights) or (amount and not whole):
        raise ValueError("Số tiền và tỷ trọng không được âm, và phải có tỷ trọng để chia.")
    parts = [divmod(amount * one, whole or 1) for one in weights]
    left = amount - sum(part for part, _ in parts)
    served = set(sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))[:left])
    return [part + (place in served) for place, (part, _) in enumerate(parts)]


def _tidy(text: str) -> str:
    """One line of composed text with single blanks; refuses what cannot be an amount whatever its digits are."""
    text = text.strip()
    if len(text) > _LONGEST:
        raise ValueError("Số tiền quá dài: hãy chỉ nhập con số và đơn vị, ví dụ 1.750.000.000 hoặc 800 triệu.")
    text = _SPACES.sub(" ", _ZERO_WIDTH.sub("", unicodedata.normalize("NFC", text))).strip()
    if not text:
        raise ValueError("Hãy nhập số tiền.")
    if text.startswith(_MINUS_SIGNS):
        raise ValueError("Số tiền không được âm.")
    if any(char.isnumeric() and not char.isascii() for char in text):
        raise ValueError("Hãy gõ số tiền bằng các chữ số thường từ 0 đến 9.")
    return text


def _read_number(number: str) -> tuple[str, str]:
    """The digits before and after the decimal comma of a well grouped number."""
    match = _WHOLE.fullmatch(number)
    if match is None:
        raise ValueError(_grouping_sentence(number))
    decimals = match[1] or ""
    digits = re.sub(r"[. ]", "", number.partition(",")[0])
    if digits.startswith("0") and len(digits) > 1:
        if set(digits + decimals) == {"0"} and not decimals:
            raise ValueError("Nếu không có tiền, hãy nhập một chữ số 0.")
        raise ValueError(f"Số tiền không bắt đầu bằng chữ số 0. {_GROUPING}, ví dụ 1.750.000 hoặc 0,5 triệu.")
    return digits, decimals


def _grouping_sentence(number: str) -> str:
    shown = _shown(number)
    if point := _POINT_AS_DECIMAL.fullmatch(number):
        meant = f"{point[1]},{point[2]}"
        return f"Không đọc được “{shown}”: {_GROUPING}. Nếu ý là số lẻ, hãy viết {_shown(meant)} triệu."
    if _COMMAS_AS_GROUPS.fullmatch(number):
        meant = number.translate(str.maketrans(",.", ".,"))
        return f"Không đọc được “{shown}”: {_GROUPING}. Có phải ý là {meant}?"
    return f"Không đọc được “{shown}”: {_GROUPING}, ví dụ 1.750.000 hoặc 3.108,129 triệu."


def _unit_left_out(digits: str, decimals: str, *, allow_small: bool) -> int:
    """The unit that a bare number can only be in; refuses where two readings are likely."""
    if not decimals:
        if not allow_small and 0 < int(digits) < _THOUSAND:
            raise ValueError(f"{digits} đồng là quá ít: nếu ý là triệu đồng, hãy viết {digits} triệu.")
        return 1
    if int(digits) >= MILLION:
        # "1.750.000,00" is how accounting programmes write đồng; as triệu it would be 1.750 tỷ.
        raise ValueError("Số có phần thập phân mà không rõ đơn vị: hãy viết thêm đồng, triệu hoặc tỷ sau con số.")
    return MILLION


def _format_scaled(amount: int, unit: int) -> str:
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), unit)
    decimals = str(unit + rest)[1:].rstrip("0")
    return f"{sign}{format_dong(whole)},{decimals}" if decimals else f"{sign}{format_dong(whole)}"


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
