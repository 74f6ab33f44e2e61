"""Reads the case that `khuyencong law support` calculates: JSON or YAML in, questions to the law room out.

Every mistake becomes a sentence of its own, so that a file is corrected in one go.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from khuyencong.core.money import MAX_DONG, format_dong
from khuyencong.core.text import clean, shown
from khuyencong.law.catalogue import catalogue
from khuyencong.law.norms import DeclaredNorm
from khuyencong.law.sheet import SupportQuery
from khuyencong.law.values import LOCAL, SOURCES
from khuyencong.places.lookup import KnownProvince, norm_keys
from khuyencong.plain_file import CaseError, read_plain

__all__ = ["Case", "CaseError", "load_case", "read_case", "read_day", "require_activity"]

MOST_BENEFICIARIES = 1_000
LONGEST_TEXT = 500
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERCENT = 100

DECLARED_KEYS = ("document", "article", "percent", "rate", "cap")
CASE_KEYS = (
    "activity", "source", "on", "province", "site", "beneficiary", "eligible_cost", "total_cost", "asked",
    "priority_multiplier", "priority_approved", "priority_basis", "tier", "charter_capital", "declared",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be calculated: one question, or one for each beneficiary of a group; each with the province named."""

    queries: tuple[SupportQuery, ...]
    provinces: tuple[KnownProvince | None, ...]
    is_group: bool


def load_case(name: str) -> Case:
    """The case described in a file, or on standard input for "-". Raises CaseError."""
    return read_case(read_plain(name))


def read_case(data: object) -> Case:
    """The case that plain data describes; `beneficiaries` share the keys beside them. Raises CaseError."""
    if not isinstance(data, dict):
        raise CaseError("Tệp phải mô tả một trường hợp bằng các cặp «khóa: giá trị».")
    mistakes: list[str] = []
    parts = data.get("beneficiaries")
    shared = {key: value for key, value in data.items() if key != "beneficiaries"}
    if "beneficiaries" not in data:
        found = [_Reader(shared, "", mistakes).query()]
    elif not isinstance(parts, list) or not 1 <= len(parts) <= MOST_BENEFICIARIES:
        raise CaseError(
            f"«beneficiaries» phải là danh sách từ 1 đến {format_dong(MOST_BENEFICIARIES)} đơn vị thụ hưởng."
        )
    else:
        found = []
        for number, part in enumerate(parts, start=1):
            where = f"Đơn vị thụ hưởng {number}: "
            if isinstance(part, dict):
                found.append(_Reader({**shared, **part}, where, mistakes).query())
            else:
                mistakes.append(f"{where}phải là các cặp «khóa: giá trị».")
    questions = [one for one in found if one is not None]
    if mistakes:
        raise CaseError(*dict.fromkeys(mistakes))
    return Case(tuple(one for one, _ in questions), tuple(where for _, where in questions), "beneficiaries" in data)


def read_day(text: str) -> date:
    """A day written yyyy-mm-dd; ValueError with a Vietnamese sentence otherwise."""
    if not _ISO_DAY.fullmatch(text):
        raise ValueError(f"Ngày «{shown(text)}» phải viết theo dạng năm-tháng-ngày, ví dụ 2026-08-05.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Ngày {text} không có trong lịch.") from None


def require_activity(code: str) -> str:
    """The code of an activity of the catalogue; ValueError with a Vietnamese sentence when there is none of that code."""
    known = catalogue().activities
    if code in known:
        return code
    near = difflib.get_close_matches(shown(code).lower(), known, n=1)
    hint = f" Có phải ý là {near[0]}?" if near else ""
    raise ValueError(f"Không có hoạt động mã «{shown(code)}».{hint} Các mã: khuyencong law --help")


class _Reader:
    """Takes the values of one beneficiary apart and collects what is wrong with them."""

    def __init__(self, values: Mapping[Any, Any], where: str, mistakes: list[str]) -> None:
        self.values = values
        self.where = where
        self.mistakes = mistakes
        self.count = len(mistakes)

    def wrong(self, sentence: str) -> None:
        self.mistakes.append(f"{self.where}{sentence}")

    def query(self) -> tuple[SupportQuery, KnownProvince | None] | None:
        """The question to the law with the province that was named; None when something is wrong."""
        self.only(CASE_KEYS)
        activity = self.checked("activity", require_activity)
        source = self.one_of("source", SOURCES)
        on = self.day("on")
        province, keys = self.place(source, on)
        total = self.money("total_cost", required=True)
        eligible = self.money("eligible_cost", default=total)
        if total and eligible and eligible > total:
            self.wrong(
                f"«eligible_cost» {format_dong(eligible)} đồng lớn hơn «total_cost» {format_dong(total)} đồng: "
                "chi phí làm căn cứ không thể lớn hơn tổng kinh phí."
            )
        asked = self.money("asked", required=True)
        multiplier = self.number("priority_multiplier")
        capital = self.money("charter_capital")
        declared = self.declared(source)
        rest = {name: self.text(name) for name in ("beneficiary", "priority_basis", "tier")}
        approved = self.flag("priority_approved")
        if len(self.mistakes) > self.count or on is None or total is None or eligible is None or asked is None:
            return None
        found = SupportQuery(
            activity=activity,
            source=source,
            on=on,
            province_keys=keys,
            beneficiary_name=rest["beneficiary"],
            eligible_cost=eligible,
            total_cost=total,
            asked=asked,
            priority_multiplier=Fraction(1) if multiplier is None else multiplier,
            priority_approved=approved,
            priority_basis=rest["priority_basis"],
            declared=declared,
            tier=rest["tier"],
            charter_capital=capital,
        )
        return found, province

    def only(self, known: tuple[str, ...]) -> None:
        """Refuse keys that nobody would read: a slip of the pen must not change the result in silence."""
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(shown(str(key)), known, n=1)
                hint = f" Có phải ý là «{near[0]}»?" if near else f" Các khóa: {', '.join(known)}."
                self.wrong(f"Không có khóa «{shown(str(key))}».{hint}")

    def given(self, key: str, *, required: bool = False) -> object:
        """The value, None where it is left out; a mistake where it is required."""
        value = self.values.get(key)
        if required and (value is None or value == ""):
            self.wrong(f"Thiếu «{key}».")
        return value

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.given(key, required=required)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            self.wrong(f"«{key}» phải là một đoạn chữ, không quá {LONGEST_TEXT} ký tự.")
            return ""
        return clean(value)

    def checked(self, key: str, check: Callable[[str], str]) -> str:
        """A required text that `check` accepts; its ValueError is a mistake."""
        text = self.text(key, required=True)
        if not text:
            return ""
        try:
            return check(text)
        except ValueError as error:
            self.wrong(str(error))
            return ""

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        text = self.text(key, required=True)
        if text and text not in allowed:
            self.wrong(f"«{key}» là «{shown(text)}»: chỉ nhận {' hoặc '.join(allowed)}.")
        return text

    def day(self, key: str) -> date | None:
        value = self.given(key, required=True)
        if value is None or value == "":
            return None
        try:
            return read_day(str(value))
        except ValueError as error:
            self.wrong(f"«{key}»: {error}")
            return None

    def place(self, source: str, on: date | None) -> tuple[KnownProvince | None, tuple[str, ...]]:
        """Whose norms may apply; local money must have a place."""
        before = len(self.mistakes)
        province, site = self.code("province"), self.code("site")
        if on is None or len(self.mistakes) > before:
            return None, ()
        if source == LOCAL and not province and not site:
            self.wrong("Thiếu «province»: kinh phí địa phương tính theo định mức của tỉnh.")
        try:
            return norm_keys(on, province=province, site=site)
        except ValueError as error:
            self.wrong(str(error))
            return None, ()

    def code(self, key: str) -> str:
        """A code, key or name of a province; YAML reads 82 as a number, and 8 is a code without its nought."""
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _PERCENT:
            return f"{value:02d}"
        if value is not None and not isinstance(value, str):
            self.wrong(f"«{key}» phải là mã, khóa hoặc tên tỉnh, ví dụ 87.")
            return ""
        return self.text(key)

    def money(self, key: str, *, required: bool = False, default: int | None = None) -> int | None:
        """Whole đồng above zero, or the default where it is left out."""
        value = self.given(key, required=required)
        if value is None or value == "":
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(f"«{key}» phải là số đồng nguyên, không có dấu ngăn cách, ví dụ 800000000.")
        elif value <= 0:
            self.wrong(f"«{key}» phải lớn hơn 0 đồng.")
        elif value > MAX_DONG:
            self.wrong(f"«{key}» vượt quá {format_dong(MAX_DONG)} đồng.")
        else:
            return value
        return None

    def number(self, key: str) -> Fraction | None:
        """A number exactly as it is written: 0.3 is three tenths."""
        value = self.values.get(key)
        if value is None:
            return None
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or (isinstance(value, float) and not math.isfinite(value)):
            self.wrong(f"«{key}» phải là một số, ví dụ 1.5.")
        elif abs(value) > MAX_DONG:
            self.wrong(f"«{key}» quá lớn.")
        else:
            return Fraction(str(value))
        return None

    def flag(self, key: str) -> bool:
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(f"«{key}» chỉ nhận true hoặc false.")
        return value is True

    def declared(self, source: str) -> DeclaredNorm | None:
        """The norm that the case itself names, for local money without a known one."""
        values = self.values.get("declared")
        if values is None:
            return None
        if not isinstance(values, dict):
            self.wrong(f"«declared» phải gồm các khóa: {', '.join(DECLARED_KEYS)}.")
            return None
        inner = _Reader(values, f"{self.where}«declared»: ", self.mistakes)
        inner.only(DECLARED_KEYS)
        percent, rate = inner.number("percent"), inner.number("rate")
        if percent is not None and rate is not None:
            inner.wrong("chỉ ghi một trong hai khóa «percent» và «rate».")
        found = DeclaredNorm(
            document=inner.text("document"),
            article=inner.text("article"),
            rate=percent / _PERCENT if percent is not None else rate,
            cap=inner.money("cap"),
        )
        if len(self.mistakes) == inner.count:
            for sentence in found.problems():
                inner.wrong(sentence)
        if source in SOURCES and source != LOCAL:
            inner.wrong("chỉ dùng cho kinh phí địa phương (source: local).")
        return found
