"""What a report of a period holds, as plain data: reckoned while it is written, kept as it was once it is handed in.

The kept form is canonical JSON (`canonical`): equal data give equal bytes, and the SHA-256 of them is shown on every copy.
Places and agencies stand in it by key and code, so that it reads without the program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from khuyencong.core.findings import Finding, as_dicts, from_dicts
from khuyencong.people.models import Agency
from khuyencong.periods.indicators import IndicatorLine, indicator_lines
from khuyencong.periods.models import HANDED_IN, PeriodReport, ReportVersion
from khuyencong.periods.narrative import Section, sections_of
from khuyencong.periods.node import SEAT, organ_above, place_of, question_of
from khuyencong.periods.others import OtherLine, other_lines
from khuyencong.periods.taken_in import HandTable, hand_cells, tables_taken_in
from khuyencong.places.models import Province
from khuyencong.reporting.comparing import before_of
from khuyencong.reporting.envelopes import envelope_table
from khuyencong.reporting.figures import CODES, Key, Question, Values, add_up
from khuyencong.reporting.tables import cells_of

FORMAT = 1


@dataclass(frozen=True)
class Money:
    """The envelopes of the report's place by the closing day, in đồng."""

    given: int = 0
    disposable: int = 0
    committed: int = 0
    paid_out: int = 0


@dataclass(frozen=True)
class Content:
    """Everything that a report says. `hand`: the cells that have no records behind them; `before` None: no year before."""

    agency_name: str
    organ_above: str
    seat: str
    place: str
    question: Question
    by_hand: bool
    cells: Mapping[Key, Values]
    hand: frozenset[Key]
    taken_in: tuple[str, ...]
    before: Values | None
    envelopes: Money
    indicators: tuple[IndicatorLine, ...]
    others: tuple[OtherLine, ...]
    sections: tuple[Section, ...]
    explanation: str = ""
    document: str = ""
    document_on: date | None = None
    findings: tuple[Finding, ...] = ()
    sha256: str = ""
    number: int = 0

    @property
    def total(self) -> Values:
        return add_up(self.cells.values())


def content_now(report: PeriodReport) -> Content:
    """What the records say of the report's period by its closing day, with the words that its agency has written."""
    question = question_of(report)
    cells: dict[Key, Values]
    taken_in: Sequence[HandTable] = ()
    if report.by_hand:
        cells = hand_cells(report)
        hand = frozenset(cells)
        before = None
    else:
        cells = cells_of(question)
        taken_in = tables_taken_in(report)
        hand = frozenset()
        for table in taken_in:
            cells = {key: values for key, values in cells.items() if not table.replaces(key)} | dict(table.cells)
            hand |= frozenset(table.cells)
        hand &= frozenset(cells)
        before = before_of(question)
    found = envelope_table(question).total if not report.by_hand else None
    envelopes = Money(found.given, found.disposable, found.committed, found.paid_out) if found else Money()
    total = add_up(cells.values())
    place = place_of(report.agency)
    indicators = indicator_lines(report, cells)
    sections = sections_of(
        period=report.period,
        closing_on=report.closing_on,
        place=place,
        cells=cells,
        total=total,
        before=before,
        disposable=envelopes.disposable,
        paid_of_envelopes=envelopes.paid_out,
        texts=report.texts,
        comments=report.comments,
    )
    return Content(
        agency_name=report.agency.name_on(report.closing_on),
        organ_above=organ_above(report.agency, report.closing_on),
        seat=report.agency.province.short_name if report.agency.province else SEAT,
        place=place,
        question=question,
        by_hand=report.by_hand,
        cells=cells,
        hand=hand,
        taken_in=tuple(table.agency_name for table in taken_in),
        before=before,
        envelopes=envelopes,
        indicators=indicators,
        others=other_lines(report, question),
        sections=sections,
        explanation=report.explanation,
        document=report.document,
        document_on=report.document_on,
    )


def content_of(report: PeriodReport) -> Content:
    """What the report says: of one that is handed in what was kept, else what is reckoned now."""
    if report.state in HANDED_IN:
        latest = report.versions.order_by("-number").first()
        if latest is not None:
            return read(report, latest)
    return content_now(report)


def plain(report: PeriodReport, content: Content, findings: Sequence[Finding]) -> dict[str, Any]:
    """The content as data for `canonical`; two queries."""
    pks = {key.then for key in content.cells} | {key.today for key in content.cells}
    provinces = dict(Province.objects.filter(pk__in=pks).values_list("pk", "key"))
    agencies = dict(Agency.objects.filter(pk__in={key.unit for key in content.cells}).values_list("pk", "code"))
    cells = [
        [
            provinces[key.then],
            provinces[key.today],
            key.source,
            key.activity,
            agencies[key.unit],
            key in content.hand,
            list(values),
        ]
        for key, values in content.cells.items()
    ]
    return {
        "format": FORMAT,
        "agency": {
            "code": report.agency.code,
            "name": content.agency_name,
            "above": content.organ_above,
            "seat": content.seat,
            "place": content.place,
        },
        "period": {"kind": report.kind, "year": report.year, "number": report.number, "text": str(report.period)},
        "closing_on": report.closing_on.isoformat(),
        "by_hand": report.by_hand,
        "figures": list(CODES),
        "cells": sorted(cells),
        "taken_in": list(content.taken_in),
        "before": list(content.before) if content.before is not None else None,
        "envelopes": vars(content.envelopes),
        "indicators": [one.as_dict() for one in content.indicators],
        "others": [one.as_dict() for one in content.others],
        "sections": [one.as_dict() for one in content.sections],
        "explanation": report.explanation,
        "document": report.document,
        "document_on": report.document_on.isoformat() if report.document_on else None,
        "findings": as_dicts(findings),
    }


def canonical(data: Mapping[str, Any]) -> str:
    """The one way in which that data is written down."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read(report: PeriodReport, version: ReportVersion) -> Content:
    """What was handed in that time; two queries. ValueError where the text is not what was stored."""
    if digest(version.content) != version.sha256:
        raise ValueError(f"Số liệu đã nộp của báo cáo {report.pk} không khớp mã kiểm tra.")
    data = json.loads(version.content)
    rows = data["cells"]
    keys = {row[0] for row in rows} | {row[1] for row in rows}
    provinces = dict(Province.objects.filter(key__in=keys).values_list("key", "pk"))
    agencies = dict(Agency.objects.filter(code__in={row[4] for row in rows}).values_list("code", "pk"))
    cells, hand = {}, set()
    for then, today, source, activity, unit, is_hand, values in rows:
        key = Key(provinces[then], provinces[today], source, activity, agencies[unit])
        cells[key] = _in_order(data["figures"], values)
        if is_hand:
            hand.add(key)
    before = data["before"]
    return Content(
        agency_name=data["agency"]["name"],
        organ_above=data["agency"]["above"],
        seat=data["agency"]["seat"],
        place=data["agency"]["place"],
        question=question_of(report),
        by_hand=data["by_hand"],
        cells=cells,
        hand=frozenset(hand),
        taken_in=tuple(data["taken_in"]),
        before=_in_order(data["figures"], before) if before is not None else None,
        envelopes=Money(**data["envelopes"]),
        indicators=tuple(IndicatorLine.from_dict(one) for one in data["indicators"]),
        others=tuple(OtherLine.from_dict(one) for one in data["others"]),
        sections=tuple(Section.from_dict(one) for one in data["sections"]),
        explanation=data["explanation"],
        document=data["document"],
        document_on=date.fromisoformat(data["document_on"]) if data["document_on"] else None,
        findings=tuple(from_dicts(data["findings"])),
        sha256=version.sha256,
        number=version.number,
    )


def _in_order(codes: Sequence[str], values: Sequence[int]) -> Values:
    """The figures in the order of today; one that was not reckoned then is 0."""
    known = dict(zip(codes, values, strict=True))
    return tuple(known.get(code, 0) for code in CODES)
