"""The values the law room hands out: plain frozen data, each with the article it rests on.

Money is in whole đồng, shares are `Fraction`s between 0 and 1, days are `date`s and both ends of a period are included.
`None` always means "not known" or "no limit of this kind in the text", never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

NATIONAL = "national"
LOCAL = "local"
SOURCES = (NATIONAL, LOCAL)
UNREAD_ARTICLE = "chờ xác minh"
_PERCENT = 100


def cite(article: str, document: str) -> str:
    """One line that names the article, as findings and printed sheets show it."""
    if article == UNREAD_ARTICLE:
        return f"{document} (điều, khoản chờ xác minh)"
    return f"{article} {document}"


def in_force(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Whether a period covers the day; a period whose beginning was not read covers no day."""
    return valid_from is not None and valid_from <= on and (valid_to is None or on <= valid_to)


def percent_text(share: Fraction) -> str:
    """A share as people write it: 30 %, 12,5 %; two decimals at most, rounded half up."""
    hundredths = (share * _PERCENT * _PERCENT + Fraction(1, 2)).__floor__()
    whole, rest = divmod(hundredths, _PERCENT)
    decimals = f",{rest:02d}".rstrip("0").rstrip(",")
    return f"{whole}{decimals} %"


def multiplier_text(multiplier: Fraction) -> str:
    """A multiplier as people write it: 1,5."""
    return percent_text(multiplier / _PERCENT).removesuffix(" %")


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a norm that depends on something else (level, charter capital). Both values None: not read yet."""

    name: str
    rate: Fraction | None
    cap: int | None


@dataclass(frozen=True, slots=True)
class Norm:
    """How much of an activity may be paid: at most `rate` of the cost base and at most `cap` đồng per `unit`.

    `verified` is False for values nobody has read in the text; `pending` says what of a norm is still to be checked.
    `by_price` marks norms paid at a tendered or approved price; `common` references (without numbers) that hold for
    local money too. `scope` is a province key, None for the national norm.
    """

    activity: str
    rate: Fraction | None
    cap: int | None
    unit: str
    document: str
    article: str
    verified: bool
    cost_base: str
    source: str
    scope: str | None
    valid_from: date | None
    valid_to: date | None
    recoverable: bool = False
    note: str = ""
    pending: str = ""
    by_price: bool = False
    common: bool = False
    tiers: tuple[Tier, ...] = ()
    basis_ended_on: date | None = None

    @property
    def citation(self) -> str:
        return cite(self.article, self.document)

    @property
    def has_numbers(self) -> bool:
        """False where the text only refers to a contract, a unit price or another document."""
        return self.rate is not None or self.cap is not None

    def in_force(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)

    def with_tier(self, name: str) -> Norm | None:
        """The norm with the values of the named tier in place; None when there is no such tier."""
        for tier in self.tiers:
            if tier.name == name:
                return replace(self, rate=tier.rate, cap=tier.cap, tiers=())
        return None


@dataclass(frozen=True, slots=True)
class NoNorm:
    """There is no norm to apply; `reason` is the sentence for the user, `document` the one to read, if any is known."""

    reason: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A single number of the law: the priority multiplier, the ceiling of advances, a management share."""

    code: str
    value: Fraction
    unit: str
    document: str
    article: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    note: str = ""

    @property
    def citation(self) -> str:
        return cite(self.article, self.document)


@dataclass(frozen=True, slots=True)
class AdvanceRule:
    """The first advance of some activities; `min_progress` is the part of the work that must be done before."""

    activities: tuple[str, ...]
    share: Fraction
    condition: str
    document: str
    article: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    min_progress: Fraction | None = None
    after_acceptance: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One legal time limit. Which fields are set depends on its kind.

    `yearly`: month and day; `monthly`: day; `days_after`: days, and a last month and day of the following year.
    """

    code: str
    kind: str
    title: str
    document: str
    article: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    month: int | None = None
    day: int | None = None
    days: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A decree, circular, decision or resolution as shipped, with what was read of it."""

    id: str
    number: str
    kind: str
    title: str
    issuer: str
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    dates_verified: bool
    scope: str | None
    source: str
    name: str
    based_on: str = ""
    amends: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    note: str = ""
    norms: tuple[Norm, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    advances: tuple[AdvanceRule, ...] = ()
    deadlines: tuple[DeadlineRule, ...] = ()
