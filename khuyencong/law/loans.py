"""The interest of a loan for moving a polluting establishment, of which khuyến công pays a part (TTLT 26/2014 Đ6.2.n).

Counts the interest of the first two years from the first disbursement, day by day, exactly, rounded down once. What this
module answers is the eligible cost: rate and cap of the norm are applied to it by `support.support_for`, as for any other
activity. Half of a number rounded down is half of the number itself rounded down, so the second rounding there loses nothing.

What the law asks of the loan is cited from the document of the day and the source of money (`terms_on`): the joint circular
until 10/05/2018, then TT 28/2018, whose article nobody has read yet; for local money no document is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.core.money import format_dong
from khuyencong.law.papers import conditions_for
from khuyencong.law.values import Condition, percent_text

ACTIVITY = "relocation_interest"
# Codes of conditions (`papers.conditions_for`): what is asked of the loan, and that one cost is supported once.
TERMS, ONCE = "relocation_loan", "not_supported_before"
PAPERS_ARTICLE = "khoản 1 Điều 15 Thông tư 36/2013/TT-BCT"
YEARS = 2
DAYS_OF_YEAR = (365, 360)  # the credit contract says which
LEAP_DAY = (2, 29)


class LoanTerm(StrEnum):
    """As the credit contract calls the loan; only the last two are supported."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that the bank gave or got back on a day, in đồng; what comes on a day counts from that day on."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Rate:
    """The yearly rate from a day on, a fraction of one; `lowest` is the lowest of BIDV for such loans, None: not known."""

    starts_on: date
    rate: Fraction
    lowest: Fraction | None = None

    @property
    def counted(self) -> Fraction:
        """What the support is reckoned with: the lower of the two (Đ6.2.n, last sentence)."""
        return self.rate if self.lowest is None else min(self.rate, self.lowest)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A time in which a payment to the bank was overdue; `ends_on` is the first day on which it no longer was, None: it still is."""

    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as its papers tell it. `interest_paid`: by the bank's vouchers in the first two years, đồng; None: not known yet.

    `completed_on`: the day on which the investment was complete.
    """

    term: LoanTerm
    in_dong: bool
    disbursed: tuple[Flow, ...]
    repaid: tuple[Flow, ...]
    rates: tuple[Rate, ...]
    overdue: tuple[Overdue, ...] = ()
    completed_on: date | None = None
    interest_paid: int | None = None
    days_of_year: int = 365


@dataclass(frozen=True, slots=True)
class Span:
    """Days with one balance and one rate: [starts_on, ends_on). `interest` is exact; 0 where the span does not count."""

    starts_on: date
    ends_on: date
    balance: int
    rate: Rate
    overdue: bool
    interest: Fraction

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days


@dataclass(frozen=True, slots=True)
class Interest:
    """The answer: the exact interest of the spans that count, and `eligible`, whole đồng, None where a finding stops it."""

    spans: tuple[Span, ...]
    exact: Fraction
    eligible: int | None
    findings: tuple[Finding, ...]

    @property
    def reckoned(self) -> int:
        """The interest of the schedule alone, before it is held against what was paid; whole đồng, rounded down."""
        return self.exact.numerator // self.exact.denominator


def window_end(first: date) -> date:
    """The first day after the two years that begin with the first disbursement."""
    if (first.month, first.day) == LEAP_DAY:
        return date(first.year + YEARS, 3, 1)
    return first.replace(year=first.year + YEARS)


def terms_on(on: date, *, source: str = "", code: str = TERMS) -> Condition | None:
    """What the law asks of the loan on a day for money of the source; None where no document in force is known."""
    found = conditions_for(ACTIVITY, on, source=source)
    return next((one for one in found if one.code == code), None)


def citation_on(on: date, *, source: str = "", code: str = TERMS) -> str:
    """The article of `terms_on`, "" where none is known."""
    terms = terms_on(on, source=source, code=code)
    return terms.citation if terms else ""


def interest_of(loan: Loan, *, on: date, source: str = "national") -> Interest:
    """The interest that may be supported, by the terms of the day `on` for money of `source` and by what had come about then.

    Wrong input never raises, it becomes a finding with a sentence.
    """
    terms = terms_on(on, source=source)
    article = terms.citation if terms else ""
    wrong = _wrong(loan, article)
    if wrong:
        return Interest((), Fraction(0), None, tuple(wrong))
    spans = _spans(loan)
    exact = sum((span.interest for span in spans), Fraction(0))
    reckoned = exact.numerator // exact.denominator
    findings = _of_the_terms(terms) + _refusals(loan, on, terms) + _doubts(loan, spans, reckoned, article)
    stopped = any(isinstance(one, Blocker) for one in findings)
    eligible = reckoned if loan.interest_paid is None else min(reckoned, loan.interest_paid)
    return Interest(spans, exact, None if stopped else eligible, tuple(findings))


def _wrong(loan: Loan, article: str) -> list[Finding]:
    """What makes the schedule unreadable: there is nothing to reckon with then."""
    found: list[Finding] = []
    if not loan.disbursed:
        return [Blocker("loan_without_disbursement", "Chưa ghi lần giải ngân nào.", article)]
    if any(flow.amount <= 0 for flow in (*loan.disbursed, *loan.repaid)):
        found.append(Blocker("loan_flow_not_positive", "Số tiền giải ngân, trả nợ phải lớn hơn 0 đồng."))
    if loan.days_of_year not in DAYS_OF_YEAR:
        found.append(Blocker("loan_days_of_year", "Số ngày của năm để tính lãi là 365 hoặc 360."))
    first = min(flow.on for flow in loan.disbursed)
    begins = min((one.starts_on for one in loan.rates), default=None)
    if begins is None or begins > first:
        found.append(Blocker("loan_without_rate", f"Chưa ghi lãi suất từ ngày giải ngân đầu {format_date(first)}."))
    if len({one.starts_on for one in loan.rates}) < len(loan.rates):
        found.append(Blocker("loan_two_rates", "Hai lãi suất cùng bắt đầu một ngày."))
    if any(one.ends_on is not None and one.ends_on <= one.starts_on for one in loan.overdue):
        found.append(Blocker("loan_overdue_order", "Ngày hết quá hạn phải sau ngày bắt đầu quá hạn."))
    for on in sorted({flow.on for flow in (*loan.disbursed, *loan.repaid)}):
        if _balance(loan, on) < 0:
            found.append(
                Blocker("loan_repaid_too_much", f"Tới ngày {format_date(on)} số đã trả lớn hơn số đã giải ngân.")
            )
            break
    return found


def _balance(loan: Loan, on: date) -> int:
    """What is owed from that day on."""
    came = sum(flow.amount for flow in loan.disbursed if flow.on <= on)
    return came - sum(flow.amount for flow in loan.repaid if flow.on <= on)


def _spans(loan: Loan) -> tuple[Span, ...]:
    """The two years cut at every day on which balance, rate or overdue changes."""
    first = min(flow.on for flow in loan.disbursed)
    end = window_end(first)
    cuts = {first, end}
    cuts |= {flow.on for flow in (*loan.disbursed, *loan.repaid)} | {one.starts_on for one in loan.rates}
    for one in loan.overdue:
        cuts |= {one.starts_on, one.ends_on or end}
    days = sorted(day for day in cuts if first <= day <= end)
    rates = sorted(loan.rates, key=lambda one: one.starts_on)
    found = []
    for starts, ends in pairwise(days):
        balance = _balance(loan, starts)
        if not balance:
            continue
        rate = [one for one in rates if one.starts_on <= starts][-1]
        late = any(one.starts_on <= starts and (one.ends_on is None or starts < one.ends_on) for one in loan.overdue)
        interest = Fraction(0) if late else balance * rate.counted * (ends - starts).days / loan.days_of_year
        found.append(Span(starts, ends, balance, rate, late, interest))
    return tuple(found)


def _of_the_terms(terms: Condition | None) -> list[Finding]:
    """What about the terms themselves a person must confirm."""
    if terms is None:
        sentence = (
            "Chưa có văn bản nào trong hệ thống nêu điều kiện của khoản vay với nguồn kinh phí này: hãy đối chiếu văn bản"
            " của cấp quyết định."
        )
        return [NeedsApproval("loan_terms_unknown", sentence)]
    if not terms.verified:
        sentence = f"Điều kiện của khoản vay chờ xác minh: {terms.citation}."
        return [NeedsApproval("loan_terms_unverified", sentence, terms.citation)]
    return []


def _refusals(loan: Loan, on: date, terms: Condition | None) -> list[Finding]:
    """What the terms do not allow; where no document says so it needs a decision instead."""
    kind, article = (Blocker, terms.citation) if terms else (NeedsApproval, "")
    found: list[Finding] = []
    if loan.term == LoanTerm.SHORT:
        found.append(kind("loan_short_term", "Chỉ hỗ trợ lãi của khoản vay trung hạn, dài hạn.", article))
    if not loan.in_dong:
        found.append(kind("loan_not_in_dong", "Chỉ hỗ trợ lãi của khoản vay bằng đồng Việt Nam.", article))
    if any(one.ends_on is None or one.ends_on > on for one in loan.overdue):
        found.append(kind("loan_overdue", "Khoản vay đang quá hạn trả nợ: không được hỗ trợ lãi.", article))
    if loan.completed_on is None:
        sentence = "Hỗ trợ sau khi hoàn thành đầu tư: chưa ghi ngày hoàn thành. Số dưới đây là dự kiến."
        found.append(NeedsApproval("loan_investment_open", sentence, article))
    elif loan.completed_on > on:
        sentence = (
            f"Hỗ trợ sau khi hoàn thành đầu tư: ngày hoàn thành {format_date(loan.completed_on)} chưa tới. Số dưới đây là"
            " dự kiến."
        )
        found.append(NeedsApproval("loan_investment_open", sentence, article))
    return found


def _doubts(loan: Loan, spans: Sequence[Span], reckoned: int, article: str) -> list[Finding]:
    found: list[Finding] = []
    if any(one.ends_on is not None for one in loan.overdue):
        late = sum(span.days for span in spans if span.overdue)
        days = f" ({late} ngày của hai năm đầu, không tính lãi)" if late else ""
        # «không áp dụng đối với các khoản vay đã quá thời hạn trả nợ»: whether a loan that was paid afterwards is one
        # of them, the text does not say.
        sentence = f"Khoản vay đã có lúc quá hạn trả nợ{days}: cần quyết định có hỗ trợ khoản vay này hay không."
        found.append(NeedsApproval("loan_overdue_days", sentence, article))
    unknown = [span for span in spans if span.rate.lowest is None and not span.overdue]
    if unknown:
        sentence = (
            f"Từ ngày {format_date(unknown[0].starts_on)} chưa có lãi suất thấp nhất của Ngân hàng Đầu tư cho khoản vay "
            "cùng kỳ hạn: đang tính theo lãi suất của hợp đồng."
        )
        found.append(NeedsApproval("loan_lowest_rate_unknown", sentence, article))
    if loan.interest_paid is None:
        sentence = "Chưa ghi số lãi đã trả ngân hàng theo chứng từ: số dưới đây là dự kiến."
        found.append(NeedsApproval("loan_interest_unpaid", sentence, PAPERS_ARTICLE))
    elif loan.interest_paid < reckoned:
        sentence = (
            f"Lãi đã trả theo chứng từ {format_dong(loan.interest_paid)} đồng ít hơn lãi tính được "
            f"{format_dong(reckoned)} đồng: lấy số đã trả."
        )
        found.append(Warning_("loan_paid_less", sentence, PAPERS_ARTICLE))
    return found


def span_text(span: Span, days_of_year: int) -> str:
    """How the interest of a span comes about, as a printed sheet shows it."""
    if span.overdue:
        return "quá hạn, không tính"
    return (
        f"{format_dong(span.balance)} × {percent_text(span.rate.counted)} × {span.days}/{days_of_year} = "
        f"{format_dong(span.interest.numerator // span.interest.denominator)} đồng"
    )
