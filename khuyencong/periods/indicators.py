"""The indicators by which an agency reports: its own list, counted from the same cells or typed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from khuyencong.core.money import NOTHING
from khuyencong.law.catalogue import activity_name
from khuyencong.people.models import AgencyKind
from khuyencong.periods.models import RECOGNISED, PeriodReport, ReportIndicator
from khuyencong.periods.recognised import HOW, recognised_in
from khuyencong.projects.indicators import plain_number
from khuyencong.reporting.figures import Key, Values, figure, value_of

TYPED = "Ghi tay"


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator of a report; `value` None: not known, which is never the same as 0."""

    key: int
    label: str
    unit: str
    value: Decimal | None
    how: str
    typed: bool

    @property
    def text(self) -> str:
        return NOTHING if self.value is None else plain_number(self.value)

    def as_dict(self) -> dict[str, Any]:
        value = None if self.value is None else format(self.value.normalize(), "f")
        return {
            "key": self.key,
            "label": self.label,
            "unit": self.unit,
            "value": value,
            "how": self.how,
            "typed": self.typed,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> IndicatorLine:
        value = Decimal(data["value"]) if data["value"] is not None else None
        return cls(data["key"], data["label"], data["unit"], value, data["how"], data["typed"])


def list_agency_id(report: PeriodReport) -> int:
    """Whose list counts: a province's is its department's, everybody else's that of who receives the report."""
    own = {AgencyKind.NATIONAL, AgencyKind.DEPARTMENT}
    return report.agency_id if report.agency.kind in own else report.receiver_id


def how_counted(one: ReportIndicator) -> str:
    """In words, how an indicator is counted."""
    if one.figure == RECOGNISED:
        return HOW
    counted = figure(one.figure)
    if counted is None:
        return TYPED
    of = "; ".join(activity_name(code) for code in one.activities) or "mọi nội dung"
    return f"{counted.explained}; nội dung: {of}"


def indicator_lines(report: PeriodReport, cells: Mapping[Key, Values]) -> tuple[IndicatorLine, ...]:
    """The indicators with their figures, in order; two queries, and one more for recognised products."""
    rows = list(ReportIndicator.objects.in_force().filter(agency=list_agency_id(report)))
    if not rows:
        return ()
    typed = dict(report.indicator_values.values_list("indicator", "value"))
    for one in rows:
        if one.figure == RECOGNISED:
            typed[one.pk] = Decimal(recognised_in(report.agency, report.period.first_on, report.closing_on))
    return tuple(
        IndicatorLine(one.pk, one.label, one.unit, _value(one, cells, typed), how_counted(one), not one.figure)
        for one in rows
    )


def _value(one: ReportIndicator, cells: Mapping[Key, Values], typed: Mapping[int, Decimal]) -> Decimal | None:
    if one.figure in {"", RECOGNISED}:
        return typed.get(one.pk)
    wanted = set(one.activities)
    return Decimal(
        sum(value_of(values, one.figure) for key, values in cells.items() if not wanted or key.activity in wanted)
    )
