"""The values the law room hands out: plain frozen data, each with the article it rests on.

Money is in whole đồng, shares are `Fraction`s between 0 and 1, days are `date`s and both ends of a period are included.
`None` always means "not known" or "no limit of this kind in the text", never zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

NATIONAL = "national"
LOCAL = "local"
SOURCES = (NATIONAL, LOCAL)
# Today's code; a province gone in 2025; one made later of a code that was taken before (places.update).
PROVINCE_KEY = re.compile(r"[0-9]{2}(?:@2025|-[0-9]{4}(?:-[0-9]{1,2})?)?")
CHARTER_CAPITAL = "charter_capital"
UNREAD_ARTICLE = "chờ xác minh"
TWO_NORMS = "two_norms"
_PERCENT = 100


def cite(article: str, document: str) -> str:
    """One line that names the article, as findings and printed sheets show it."""
    if article == UNREAD_ARTICLE:
        return f"{document} (điều, khoản chờ xác minh)"
    return f"{article} {document}"


def in_force(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Whether a period covers the day; a period whose beginning was not read covers no day."""
    return valid_from is not None and valid_from <= on and (valid_to is None or on <= valid_to)


def overlap(one_from: date | None, one_to: date | None, other_from: date | None, other_to: date | None) -> bool:
    """Whether some day lies in both periods; one whose beginning was not read covers no day."""
    if one_from is None or other_from is None:
        return False
    return one_from <= (other_to or date.max) and other_from <= (one_to or date.max)


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
    """One step of a norm that depends on something else (level, charter capital). Both values None: not read yet.

    `above` and `up_to` bound the quantity that `Norm.tier_by` names: the step holds for above < quantity <= up_to, and
    None leaves that side open. Steps of a norm without `tier_by` are chosen by name.
    """

    name: str
    rate: Fraction | None
    cap: int | None
    above: int | None = None
    up_to: int | None = None

    @property
    def is_known(self) -> bool:
        return self.rate is not None or self.cap is not None


@dataclass(frozen=True, slots=True)
class Norm:
    """How much of an activity may be paid: at most `rate` of the cost base and at most `cap` đồng per `unit`.

    `verified` is False for values nobody has read in the text; `pending` says what of a norm is still to be checked.
    `by_price` marks norms paid at a tendered or approved price; `common` references (without numbers) that hold for
    local money too. `scope` is a province key, None for the national norm.
    `tier_by` names the quantity that chooses the tier ('charter_capital', in đồng), "" when a tier is chosen by name.
    `document_id` is the id of its document: the file name of a shipped one, 'e12' for one entered by a user.
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
    tier_by: str = ""
    basis_ended_on: date | None = None
    document_id: str = ""

    @property
    def citation(self) -> str:
        return cite(self.article, self.document)

    @property
    def doubtful(self) -> bool:
        """Whether anything of it still has to be compared with the text: the number, a part of it, or where it stands."""
        return bool(self.pending) or not self.verified or UNREAD_ARTICLE in self.article

    @property
    def has_numbers(self) -> bool:
        """False where the text only refers to a contract, a unit price or another document."""
        return self.rate is not None or self.cap is not None

    def in_force(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class NoNorm:
    """There is no norm to apply; `reason` is the sentence for the user, `document` the one to read, if any is known.

    `code` is TWO_NORMS where several are in force at once, which no program may choose between.
    """

    reason: str
    document: str = ""
    code: str = "no_norm"


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
    """The first advance of some activities; `min_progress` is the part of the work that must be exceeded before.

    `progress_of` says of what it is a part: "volume" of the work, or "investment" of the whole.
    """

    activities: tuple[str, ...]
    share: Fraction
    condition: str
    document: str
    article: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    min_progress: Fraction | None = None
    progress_of: str = ""
    after_acceptance: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One legal time limit. Which fields are set depends on its kind.

    `yearly`: month and day; `monthly`: day; `days_after`: days, and a last month and day of the following year;
    `working_days`: so many working days after an event; `every_months`: a report each so many months, the day is not
    named.
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
    months: int | None = None
    note: str = ""


class Stage(StrEnum):
    """When papers are asked for, along the life of a project."""

    REGISTRATION = "registration"
    AGENCY_REGISTRATION = "agency_registration"
    ADJUSTMENT = "adjustment"
    ADVANCE = "advance"
    NEXT_ADVANCE = "next_advance"
    REMAINDER = "remainder"
    SETTLEMENT = "settlement"
    COMPETITION = "competition"

    @property
    def label(self) -> str:
        return _STAGE_LABELS[self]


_STAGE_LABELS = {
    Stage.REGISTRATION: "Đăng ký, thẩm định cấp cơ sở",
    Stage.AGENCY_REGISTRATION: "Sở đăng ký với Cục, thẩm định cấp Bộ",
    Stage.ADJUSTMENT: "Điều chỉnh, bổ sung, ngừng thực hiện",
    Stage.ADVANCE: "Tạm ứng lần một",
    Stage.NEXT_ADVANCE: "Tạm ứng các lần tiếp theo (đề án nhiều năm)",
    Stage.REMAINDER: "Tạm ứng kinh phí còn lại sau nghiệm thu",
    Stage.SETTLEMENT: "Quyết toán",
    Stage.COMPETITION: "Đăng ký bình chọn sản phẩm",
}


class Applies(StrEnum):
    """In which đề án a paper is asked for: what a program can see, or `IN_CASE` where people judge what `when` says."""

    ALWAYS = "always"
    FLAGSHIP = "flagship"
    NOT_FLAGSHIP = "not_flagship"
    GROUP = "group"
    WITH_BENEFICIARY = "with_beneficiary"
    IN_CASE = "in_case"


@dataclass(frozen=True, slots=True)
class Paper:
    """One document that the law asks for at a stage; `activities` is empty where it is asked for with every activity.

    `code` names it within its stage and stays the same when another text asks for the same paper. `when` says in which
    case it is asked for ("" always), `applies` the same for a program. Papers with different `alternative` are sets of
    which one is enough, or one fits the case: the sentence names the case.
    """

    code: str
    text: str
    stage: Stage
    activities: tuple[str, ...]
    article: str
    document: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    when: str = ""
    applies: Applies = Applies.ALWAYS
    alternative: str = ""
    note: str = ""

    @property
    def from_beneficiary(self) -> bool:
        """Whether whoever asks for support writes it, and not the unit that carries the đề án out."""
        return self.applies is Applies.WITH_BENEFICIARY

    @property
    def key(self) -> str:
        """By which records remember the paper: 'registration.request_letter'."""
        return f"{self.stage}.{self.code}"

    @property
    def citation(self) -> str:
        return cite(self.article, self.document)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must be so before an activity is supported; `activities` is empty where it holds for all.

    `sectors` are codes of trades where it is asked of those only, empty for every trade. `source` is 'national' or
    'local' where the text asks it of one kind of money only, "" for both.
    """

    code: str
    text: str
    activities: tuple[str, ...]
    article: str
    document: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    sectors: tuple[str, ...] = ()
    source: str = ""
    note: str = ""

    @property
    def citation(self) -> str:
        return cite(self.article, self.document)


@dataclass(frozen=True, slots=True)
class Target:
    """What a programme wants to reach within its period: from `low` to `high` of `unit`, equal where it is one number.

    `code` is that of an activity where there is one for it.
    """

    code: str
    label: str
    unit: str
    low: int
    high: int
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
class OtherSupport:
    """What another programme of the State pays for: never a khuyến công norm, listed so that nothing is paid twice.

    `activities` are those of khuyến công whose items of cost it may also pay for.
    """

    name: str
    activities: tuple[str, ...]
    rate: Fraction | None
    cap: int | None
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
class Document:
    """A decree, circular, decision or resolution as shipped, with what was read of it.

    `verified` is False where not even its existence was read, only mentioned. `corrects` names the document whose
    values an entered one puts right; a shipped one is corrected in its file, so there it is "".
    """

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
    corrects: str = ""
    note: str = ""
    norms: tuple[Norm, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    advances: tuple[AdvanceRule, ...] = ()
    deadlines: tuple[DeadlineRule, ...] = ()
    papers: tuple[Paper, ...] = ()
    conditions: tuple[Condition, ...] = ()
    targets: tuple[Target, ...] = ()
    other_supports: tuple[OtherSupport, ...] = ()
    verified: bool = True
