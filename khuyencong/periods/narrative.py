"""Sentences out of figures, in the way in which agencies publish them; a sentence without its figure is left out.

Nothing is said that is not in the data. An agency may put its own words in the place of a section, and add the sections that
no figure can write (difficulties, what comes next).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong, format_percent, format_trieu, percent
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.programmes.models import FundingSource
from khuyencong.reporting.figures import Key, Values, regrouped, value_of
from khuyencong.reporting.period import Period

TITLES = {
    "ke-hoach": "Kế hoạch và kinh phí",
    "noi-dung": "Kết quả theo nội dung hoạt động",
    "giai-ngan": "Thực hiện và giải ngân",
    "hieu-qua": "Cơ sở thụ hưởng và hiệu quả",
    "so-sanh": "So với cùng kỳ năm trước",
    "kho-khan": "Khó khăn, vướng mắc",
    "phuong-huong": "Nhiệm vụ thời gian tới, kiến nghị",
}


@dataclass(frozen=True)
class Section:
    """One section of the report: its text, and whether the agency wrote it itself."""

    code: str
    title: str
    text: str
    own: bool
    comment: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.comment

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "title": self.title, "text": self.text, "own": self.own, "comment": self.comment}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Section:
        return cls(data["code"], data["title"], data["text"], data["own"], data["comment"])


@dataclass(frozen=True)
class Told:
    """What sentences are made of."""

    period: Period
    closing_on: date
    place: str
    cells: Mapping[Key, Values]
    total: Values
    before: Values | None
    disposable: int
    paid_of_envelopes: int

    def of(self, code: str) -> int:
        return value_of(self.total, code)


def sections_of(
    *,
    period: Period,
    closing_on: date,
    place: str,
    cells: Mapping[Key, Values],
    total: Values,
    before: Values | None,
    disposable: int,
    paid_of_envelopes: int,
    texts: Mapping[str, str],
    comments: Mapping[str, str],
) -> tuple[Section, ...]:
    """The sections in their order, all of them: one without data and without words of the agency is empty."""
    told = Told(period, closing_on, place, cells, total, before, disposable, paid_of_envelopes)
    found = []
    for code, title in TITLES.items():
        own = texts.get(code, "").strip()
        text = own or " ".join(generated(told, code))
        found.append(Section(code, title, text, bool(own), comments.get(code, "").strip()))
    return tuple(found)


def generated(told: Told, code: str) -> list[str]:
    """The sentences of a section that figures can write; none where there is nothing to tell."""
    makers = {
        "ke-hoach": _plan,
        "noi-dung": _activities,
        "giai-ngan": _progress,
        "hieu-qua": _effects,
        "so-sanh": _compared,
    }
    maker = makers.get(code)
    return list(maker(told)) if maker is not None else []


def million(amount: int) -> str:
    """«5.374 triệu đồng», exactly."""
    return f"{format_trieu(amount)} triệu đồng"


def _plan(told: Told) -> Iterable[str]:
    approved, others = told.of("approved"), told.of("counterpart")
    projects = told.of("approved_projects")
    when = f"{told.period.title}, {told.place}"
    if projects and approved:
        sentence = f"{when} có {format_dong(projects)} đề án, nhiệm vụ khuyến công được phê duyệt"
        if others:
            sentence += (
                f" với tổng kinh phí {million(told.of('total'))}, trong đó kinh phí khuyến công là {million(approved)},"
                f" đối ứng của cơ sở và nguồn khác là {million(others)}."
            )
        else:
            sentence += f" với kinh phí khuyến công {million(approved)}."
        yield sentence
        yield from _by_source(told)
    elif told.of("planned_projects"):
        yield (
            f"{when} có {format_dong(told.of('planned_projects'))} đề án, nhiệm vụ trong kế hoạch với kinh phí khuyến công"
            f" {million(told.of('planned'))}; đến ngày {format_date(told.closing_on)} chưa có đề án nào được phê duyệt."
        )
    else:
        yield f"{when} chưa có đề án, nhiệm vụ khuyến công nào được đưa vào kế hoạch."
    if approved and told.of("planned") and told.of("planned") != approved:
        share = format_percent(percent(approved, told.of("planned")))
        yield f"Kinh phí được phê duyệt bằng {share} kinh phí kế hoạch ({million(told.of('planned'))})."


def _by_source(told: Told) -> Iterable[str]:
    sources = regrouped(told.cells.items(), lambda key: key.source)
    parts = []
    for source in (FundingSource.NATIONAL, FundingSource.LOCAL):
        values = sources.get(source)
        if values is not None and value_of(values, "approved"):
            name = str(FundingSource(source).label).lower()
            parts.append(
                f"{name} {format_dong(value_of(values, 'approved_projects'))} đề án, {million(value_of(values, 'approved'))}"
            )
    if len(parts) > 1:
        yield f"Kinh phí khuyến công gồm: {'; '.join(parts)}."


def _activities(told: Told) -> Iterable[str]:
    order = list(catalogue().activities)
    found = regrouped(told.cells.items(), lambda key: key.activity)
    for activity in sorted(found, key=lambda code: order.index(code) if code in order else len(order)):
        values = found[activity]
        projects, approved = value_of(values, "approved_projects"), value_of(values, "approved")
        if not projects or not approved:
            continue
        sentence = f"{activity_name(activity)}: {format_dong(projects)} đề án, kinh phí khuyến công {million(approved)}"
        if value_of(values, "beneficiaries"):
            sentence += f", {format_dong(value_of(values, 'beneficiaries'))} lượt cơ sở thụ hưởng"
        if value_of(values, "accepted_projects"):
            sentence += f"; đã nghiệm thu {format_dong(value_of(values, 'accepted_projects'))} đề án"
        yield f"{sentence}."


def _progress(told: Told) -> Iterable[str]:
    planned, paid = told.of("planned"), told.of("paid_to_date")
    until = f"Đến hết ngày {format_date(told.closing_on)}"
    if planned:
        share = format_percent(percent(paid, planned))
        yield f"{until} đã giải ngân {million(paid)}, đạt {share} kế hoạch ({million(planned)})."
    elif paid:
        yield f"{until} đã giải ngân {million(paid)}."
    if not told.period.from_start and told.of("paid"):
        yield f"Riêng {told.period} giải ngân {million(told.of('paid'))}."
    if told.disposable and told.paid_of_envelopes:
        # Of the envelopes of the place alone: national money is the national agency's.
        share = format_percent(percent(told.paid_of_envelopes, told.disposable))
        yield (
            f"Trong đó từ các hạn mức được giao, với {million(told.disposable)} được dùng, đã giải ngân"
            f" {million(told.paid_of_envelopes)}, đạt {share}."
        )
    states = [
        (told.of("under_way"), "đang thực hiện"),
        (told.of("accepted_projects"), "đã nghiệm thu"),
        (told.of("settled_projects"), "đã quyết toán"),
    ]
    said = [f"{format_dong(count)} đề án {words}" for count, words in states if count]
    if said:
        yield f"Trong kỳ có {', '.join(said)}."
    if told.of("settled"):
        yield f"Kinh phí quyết toán trong kỳ là {million(told.of('settled'))}."


def _effects(told: Told) -> Iterable[str]:
    if told.of("beneficiaries"):
        sentence = f"Các đề án được phê duyệt có {format_dong(told.of('beneficiaries'))} lượt cơ sở công nghiệp nông thôn thụ hưởng"
        if told.of("served"):
            sentence += f", trong đó {format_dong(told.of('served'))} lượt cơ sở đã được nghiệm thu trong kỳ"
        yield f"{sentence}."
    if told.of("jobs"):
        yield (
            f"Theo phiếu hiệu quả khi nghiệm thu đã được xác nhận, các cơ sở tạo thêm {format_dong(told.of('jobs'))} việc làm mới."
        )


def _compared(told: Told) -> Iterable[str]:
    if told.before is None:
        return
    before = told.period.before
    for code, name, amount in (
        ("approved_projects", "Số đề án được phê duyệt", _count),
        ("approved", "Kinh phí khuyến công được phê duyệt", million),
        ("paid_to_date", "Kinh phí giải ngân", million),
    ):
        now, then = told.of(code), value_of(told.before, code)
        if not then:
            continue
        share = format_percent(percent(now, then))
        if now == then:
            yield f"{name} bằng {before} ({amount(then)})."
        else:
            way = "tăng" if now > then else "giảm"
            yield f"{name} {way} {amount(abs(now - then))}, bằng {share} so với {before} ({amount(then)})."


def _count(number: int) -> str:
    return f"{format_dong(number)} đề án"
