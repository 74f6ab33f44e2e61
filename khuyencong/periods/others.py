"""What a report says beside the figures of đề án: the sums of each kind of activity, as they were when it was handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from khuyencong.periods.models import PeriodReport
from khuyencong.projects.subjects import Count
from khuyencong.reporting.activities import SUBJECTS, done, named
from khuyencong.reporting.figures import Question

LEFT_OUT, LEFT_OUT_HOW = "Không tính: chương trình khác báo cáo", "Theo dòng lồng ghép của đề án"


@dataclass(frozen=True)
class OtherLine:
    """One number: the title of its table, what it is called, its unit (money in đồng), and how it is counted."""

    title: str
    label: str
    unit: str
    how: str
    value: int

    @property
    def text(self) -> str:
        return Count("", self.label, self.unit, self.how).shown(self.value)

    @property
    def unit_shown(self) -> str:
        return "triệu đồng" if self.unit == "đồng" else self.unit

    def as_dict(self) -> dict[str, Any]:
        return vars(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> OtherLine:
        return cls(data["title"], data["label"], data["unit"], data["how"], data["value"])


def other_lines(report: PeriodReport, question: Question) -> tuple[OtherLine, ...]:
    """Every subject of which there is a record in the period; nothing of an agency that reports by hand."""
    if report.by_hand:
        return ()
    found = []
    for subject in SUBJECTS:
        counted = done(subject, question)
        numbers = named(counted)
        if numbers[0][1]:
            found += [OtherLine(subject.title, one.label, one.unit, one.explained, value) for one, value in numbers]
        if counted.left_out:
            found.append(OtherLine(subject.title, LEFT_OUT, subject.one, LEFT_OUT_HOW, counted.left_out))
    return tuple(found)
