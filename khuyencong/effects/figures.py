"""Which figures are asked about a đề án: the list of `asked.yaml`, checked when it is read.

A figure is one of `projects.indicators`; its unit stands there. No article fixes the list (TT 36/2013 Đ5.8 asks for
effects in words): it is the software's own, and an agency may change the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from khuyencong.core.money import format_dong
from khuyencong.law.catalogue import catalogue
from khuyencong.law.yamlfile import Item, read
from khuyencong.projects.indicators import INDICATORS, plain_number

FILE = Path(__file__).with_name("asked.yaml")
# The columns of a sheet, in the order of its table.
CODES = (
    "workers",
    "jobs_new",
    "jobs_kept",
    "jobs_women",
    "jobs_minority",
    "income",
    "revenue",
    "output",
    "productivity",
    "energy",
    "water",
    "material",
    "waste",
    "emission",
)
# Heads, which are whole and may be added up over establishments.
PEOPLE = ("workers", "jobs_new", "jobs_kept", "jobs_women", "jobs_minority")
MONEY = ("income", "revenue")
# What an establishment can say only after the đề án.
ONLY_AFTER = frozenset({"jobs_new", "jobs_kept"})
ANY = "*"


@dataclass(frozen=True, slots=True)
class Question:
    """One figure as an establishment is asked for it."""

    code: str
    text: str
    help: str

    @property
    def unit(self) -> str:
        return INDICATORS[self.code].unit

    @property
    def name(self) -> str:
        return INDICATORS[self.code].name

    def asked_at(self, *, baseline: bool) -> bool:
        """Whether it has an answer at that moment."""
        return not (baseline and self.code in ONLY_AFTER)


@dataclass(frozen=True)
class Asked:
    """The whole file."""

    questions: Mapping[str, Question]
    by_activity: Mapping[str, tuple[str, ...]]
    usual: tuple[str, ...]

    def codes_of(self, activity: str) -> tuple[str, ...]:
        """What a đề án of that activity is asked; the usual list where the file does not name it."""
        return self.by_activity.get(activity, self.usual)


@cache
def asked() -> Asked:
    """The shipped list, read once. Raises LawFileError with the line of the first mistake."""
    return load(FILE)


def load(path: Path) -> Asked:
    """Read and check a list of questions. Raises LawFileError."""
    top = read(path)
    questions = {}
    for item in top.items("questions"):
        code = item.one_of("code", CODES)
        questions[code] = Question(code, item.text("text"), item.text("help", default=""))
        item.finish()
    usual, by_activity = _codes(top, "usual", questions), {}
    for item in top.items("activities"):
        codes = _codes(item, "asks", questions)
        for activity in item.texts("codes"):
            if activity not in catalogue().activities or activity in by_activity:
                raise item.error(f"hoạt động «{activity}» không có trong danh mục, hoặc viết hai lần.", key="codes")
            by_activity[activity] = codes
        item.finish()
    top.finish()
    return Asked(questions, by_activity, usual)


def questions_for(activity: str, *, baseline: bool) -> list[Question]:
    """What is asked of a đề án of that activity, in the order of the file."""
    known = asked()
    found = [known.questions[code] for code in known.codes_of(activity)]
    return [one for one in found if one.asked_at(baseline=baseline)]


def shown(value: Decimal | None) -> str:
    """A figure as people write it, without its unit; "" where it is unknown."""
    if value is None:
        return ""
    return format_dong(int(value)) if value == value.to_integral_value() else plain_number(value)


def with_unit(code: str, value: Decimal | None) -> str:
    """«36 người»; "" where it is unknown."""
    return f"{shown(value)} {INDICATORS[code].unit}" if value is not None else ""


def _codes(item: Item, key: str, questions: Mapping[str, Any]) -> tuple[str, ...]:
    codes = item.texts(key)
    for code in codes:
        if code not in questions:
            raise item.error(f"chỉ tiêu «{code}» không có câu hỏi.", key=key)
    return codes
