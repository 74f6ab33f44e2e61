"""What a report says beside what the records hold, for one province and year, in the scope of who asks.

A difference is no mistake: the report may be about another period, another part of the province, or đề án that are not
recorded yet. So both are shown, and nothing is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from khuyencong.core.money import NOTHING, format_dong, format_percent, format_trieu
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.reportcheck.checking import Claim
from khuyencong.reportcheck.figures import Kind
from khuyencong.reportcheck.words import Role, Source, is_support, is_total, role_of, says_of_plan, source_of, year_of
from khuyencong.reporting.queries import Result, Row, province_year
from khuyencong.reporting.sums import Sums

_OF = {Source.NATIONAL: FundingSource.NATIONAL, Source.LOCAL: FundingSource.LOCAL}


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that the records give as well: what it is called, its value (None: nothing to divide by), how it is shown."""

    label: str
    value: Callable[[Sums], Decimal | int | None]
    shown: Callable[[Sums], str]


PROJECTS = Measure("Số đề án", lambda sums: sums.projects, lambda sums: f"{format_dong(sums.projects)} đề án")
SUPPORT = Measure(
    "Kinh phí khuyến công hỗ trợ", lambda sums: sums.support, lambda sums: f"{format_trieu(sums.support)} triệu đồng"
)
TOTAL = Measure("Tổng kinh phí", lambda sums: sums.total, lambda sums: f"{format_trieu(sums.total)} triệu đồng")
SETTLED = Measure(
    "Quyết toán so với kế hoạch",
    lambda sums: sums.percent_settled,
    lambda sums: format_percent(sums.percent_settled) if sums.percent_settled is not None else NOTHING,
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One line: the words of the report, what the system has, and the list of đề án that it counts."""

    label: str
    said: str
    sentence: str
    held: str
    agrees: bool
    url: str


def compare(actor: Actor, claims: Sequence[Claim], *, province: Province, year: int) -> tuple[Result, list[Compared]]:
    """The first figure of each kind that the report gives for `year`, beside the records of `province` (of today)."""
    result = province_year(actor, province=province, year=year)
    rows = {"": result.total, **{row.label: row for row in result.sources}}
    found: dict[tuple[str, str], Compared] = {}
    for claim, measure, source in _headlines(claims, year):
        row = rows.get(source)
        if row is not None and (measure.label, source) not in found:
            found[measure.label, source] = _compared(claim, measure, source, row)
    return result, list(found.values())


def _headlines(claims: Sequence[Claim], year: int) -> Iterator[tuple[Claim, Measure, str]]:
    for claim in claims:
        item, figure = claim.item, claim.figure
        said_year = year_of(item)
        if not figure.is_amount or figure.unit.per or (said_year and said_year != str(year)):
            continue
        if figure.unit.kind is Kind.PERCENT:
            if says_of_plan(claim.after):
                yield claim, SETTLED, ""
            continue
        if role_of(item, claim.passage) is Role.PLAN:
            continue
        source = source_of(item)
        if source is Source.COUNTERPART:
            continue
        of = _OF[source].label if source in _OF else ""
        if figure.unit.name == "đề án":
            yield claim, PROJECTS, of
        elif figure.unit.kind is Kind.MONEY and (is_support(item) or of):
            yield claim, SUPPORT, of
        elif figure.unit.kind is Kind.MONEY and is_total(item):
            yield claim, TOTAL, ""


def _compared(claim: Claim, measure: Measure, source: str, row: Row) -> Compared:
    value = measure.value(row.sums)
    held = None if value is None else Fraction(value)
    ways = (one.interval for one in claim.figure.readings)
    return Compared(
        label=f"{measure.label}, {source.lower()}" if source else measure.label,
        said=claim.figure.text,
        sentence=claim.sentence,
        held=measure.shown(row.sums),
        agrees=held is not None and any(way.low <= held <= way.high for way in ways),
        url=row.url,
    )
