"""An adjustment in the words of its page: what changes, who decides, what it does to the money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from khuyencong.adjustments.kinds import Ruled, ruled
from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.proposal import Changed, ProposedLine, changed_by
from khuyencong.adjustments.rules import Judged, judge
from khuyencong.core import components
from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import blockers
from khuyencong.core.money import format_dong
from khuyencong.finance.models import part_of
from khuyencong.law.catalogue import activity_name
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.sheets import sheet_for_page
from khuyencong.projects.versions import NOTHING, Difference


@dataclass(frozen=True)
class Person:
    """A beneficiary on the page: stays, leaves or comes."""

    one: Beneficiary
    mark: str
    asked_before: int
    asked_after: int

    @property
    def leaves(self) -> bool:
        return self.mark == LEAVES


# Findings that only an annex to the contract puts right.
AMENDED_ELSEWHERE = frozenset({"contracted_beyond", "contract_ends_earlier"})
STAYS, LEAVES, COMES = "giữ nguyên", "đưa ra", "đưa vào"


@dataclass(frozen=True)
class Shown:
    """An open adjustment against the đề án as it is approved."""

    changed: Changed
    kinds: tuple[Ruled, ...]
    judged: Judged
    differences: tuple[Difference, ...]

    @property
    def stopping(self) -> bool:
        return bool(blockers(self.judged.findings))

    @property
    def contract_url(self) -> str:
        """Where the contract is amended, when something found speaks of that; "" else. One query then."""
        if not AMENDED_ELSEWHERE & {one.code for one in self.judged.findings}:
            return ""
        part = part_of(self.changed.before.project)
        return part.contract.get_absolute_url() if part else ""

    @property
    def sheets(self) -> list[components.Sheet]:
        return [sheet_for_page(one.sheet) for one in self.judged.sheets]

    @property
    def people(self) -> list[Person]:
        """Everybody of both sides, in the order of the đề án."""
        before, after = self.changed.before, self.changed.after
        gone = [one for one in before.beneficiaries if one.establishment_id in self.changed.leaves]
        return [
            Person(one, _mark(one, self.changed), before.asked(one.establishment_id), after.asked(one.establishment_id))
            for one in [*after.beneficiaries, *gone]
        ]

    @property
    def unnamed(self) -> int:
        """How many establishments of a group are still to be named afterwards."""
        return self.changed.after.project.unnamed(len(self.changed.after.beneficiaries))

    @property
    def money(self) -> list[tuple[str, int, int]]:
        """Each source of the estimate, and each year's support where there are several, before and after, in đồng."""
        before, after = self.changed.before, self.changed.after
        years = sorted(before.years | after.years)
        by_year = [
            (f"Kinh phí khuyến công của năm {year}", before.support_of(year), after.support_of(year))
            for year in (years if len(years) > 1 else ())
        ]
        return [
            (label, sum(getattr(line, name) for line in before.lines), sum(getattr(line, name) for line in after.lines))
            for name, label in (
                ("total", "Tổng kinh phí"),
                ("support", "Kinh phí khuyến công"),
                ("counterpart", "Đơn vị thụ hưởng đóng góp"),
                ("other", "Nguồn khác"),
            )
        ] + by_year


def shown(adjustment: Adjustment, *, seen_by: Actor) -> Shown:
    """What an open adjustment would change, by the law of today; a fixed number of queries."""
    changed = changed_by(adjustment)
    judged = judge(changed, on=today(), seen_by=seen_by)
    return Shown(changed, ruled(changed, today()), judged, tuple(_differences(changed)))


def decided_differences(adjustment: Adjustment) -> list[Difference]:
    """What a decision changed, as it was kept that day."""
    return [Difference(**one) for one in adjustment.outcome]


def _mark(one: Beneficiary, changed: Changed) -> str:
    if one.establishment_id in changed.leaves:
        return LEAVES
    return COMES if one.establishment_id in changed.comes_in else STAYS


def _differences(changed: Changed) -> Iterator[Difference]:
    """Field by field, then person by person, then line by line, in words."""
    for name in changed.proposal.fields:
        before, after = _words(changed.before.project, name), _words(changed.after.project, name)
        field: Any = Project._meta.get_field(name)  # noqa: SLF001  # Django's documented way to a label
        yield Difference("Thuyết minh", "", str(field.verbose_name), before or NOTHING, after or NOTHING)
    names = {one.establishment_id: str(one.establishment) for one in _everybody(changed)}
    for key in sorted(changed.leaves):
        yield Difference("Cơ sở thụ hưởng", names[key], "", names[key], NOTHING)
    for key in sorted(changed.comes_in):
        yield Difference("Cơ sở thụ hưởng", names[key], "", NOTHING, names[key])
    old = {line.line: line for line in changed.before.lines}
    there = {line.line for line in changed.after.lines}
    for line in changed.after.lines:
        was = old.get(line.line) if line.line else None
        if was != line:
            yield _line(was, line, names)
    for line in changed.before.lines:
        if line.line not in there:
            yield _line(line, None, names)


def _everybody(changed: Changed) -> list[Beneficiary]:
    return [*changed.before.beneficiaries, *changed.after.beneficiaries]


def _line(was: ProposedLine | None, now: ProposedLine | None, names: dict[int, str]) -> Difference:
    one = now or was
    title = one.content if one else ""
    return Difference("Dự toán", title, "", _told(was, names), _told(now, names))


def _told(line: ProposedLine | None, names: dict[int, str]) -> str:
    if line is None:
        return NOTHING
    whose = names.get(line.establishment, "") if line.establishment else "chung của đề án"
    whose += f", năm {line.year}" if line.year else ""
    return (
        f"{line.content} ({whose}): tổng {format_dong(line.total)} đồng; khuyến công {format_dong(line.support)} đồng"
        f"{'' if line.in_cost_base else '; không tính vào chi phí được hỗ trợ'}"
    )


def _words(project: Project, name: str) -> str:
    value = getattr(project, name)
    if name == "activity":
        return activity_name(value)
    if name in {"starts_on", "ends_on"}:
        return format_date(value) if value else ""
    return str(value or "")


def facts_of(adjustment: Adjustment) -> list[Fact]:
    """The documents and people of the adjustment, as far as it has come."""
    project = adjustment.project
    rows = [
        ("Đề án", f"{project.code} – {project.name}", project.get_absolute_url()),
        ("Lý do", adjustment.reason, ""),
        ("Người lập", str(adjustment.created_by), ""),
        ("Văn bản đề nghị", _document(adjustment.request_number, adjustment.request_on), ""),
        ("Cấp quyết định", adjustment.get_level_display() if adjustment.level else "", ""),
        ("Văn bản của Sở", _document(adjustment.opinion_number, adjustment.opinion_on), ""),
        ("Ý kiến của Sở", adjustment.opinion, ""),
        ("Quyết định", _document(adjustment.decision_number, adjustment.decision_on), ""),
        ("Người ký", adjustment.decided_by, ""),
        ("Người ghi quyết định", adjustment.decided_as, ""),
        ("Trả lời", adjustment.answer, ""),
    ]
    return [Fact(label, value, url) for label, value, url in rows if value]


def _document(number: str, on: date | None) -> str:
    return f"{number}, ngày {format_date(on)}" if number and on else number
