"""The calculation of support as an official paper: the stored one of a submission, or a trial of today.

The page and the PDF show the same `SheetPaper`, with the same checksum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from khuyencong.core import components
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Finding
from khuyencong.core.money import NOTHING, format_dong
from khuyencong.core.text import money_in_words
from khuyencong.documents import pdf
from khuyencong.law.catalogue import activity_name
from khuyencong.law.support import CalculationSheet, GroupSheet, group_sheet
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.sheets import of_the_whole, sheet_for_page
from khuyencong.projects.states import EDITABLE
from khuyencong.projects.support import beneficiaries_of, sheets_for

TITLE = "Bảng tính mức hỗ trợ kinh phí khuyến công"
TRIAL = "Bản tính thử, chưa gửi"
TRIAL_AFTERWARDS = "Bản tính thử theo quy định hôm nay, chỉ để tham khảo"  # nothing was frozen and nothing will be sent
TRIAL_STAMP = "Bản tính thử"
NO_SUM = "Không tính được mức hỗ trợ tối đa bằng số: xem kết quả đối chiếu quy định."
CHECKSUM_DIGITS = 12
DIGITS_TOGETHER = 4
# Numbers of days below ten, and of the months that could be mistaken for others, carry a nought (NĐ 30/2020, Phụ lục I).
FIRST_FULL_MONTH = 3


@dataclass(frozen=True)
class SheetPaper:
    """The calculation for all beneficiaries of one đề án; `submission` 0 is a trial by the law of today.

    `on` is the day of the calculation, `stored` the same sheets as plain data. Money is in đồng.
    """

    project: Project
    submission: int
    on: date
    sheets: tuple[CalculationSheet, ...]
    stored: tuple[Mapping[str, Any], ...]
    occasion: str = ""  # "" at a submission; else by what the calculation was made anew

    @property
    def is_trial(self) -> bool:
        return self.submission == 0

    @property
    def mark(self) -> str:
        """What to say of a paper that is none; "" for a stored calculation."""
        if not self.is_trial:
            return ""
        return TRIAL if self.project.state in EDITABLE else TRIAL_AFTERWARDS

    @property
    def edition(self) -> str:
        """Which calculation of the đề án this is."""
        if self.is_trial:
            return f"{self.mark}, ngày {format_date(self.on)}"
        return f"Bảng tính theo {self.occasion}" if self.occasion else f"Bảng tính lần gửi {self.submission}"

    @property
    def total_cost(self) -> int:
        return sum(sheet.query.total_cost for sheet in self.sheets)

    @property
    def eligible_cost(self) -> int:
        return sum(sheet.query.eligible_cost for sheet in self.sheets)

    @cached_property
    def group(self) -> GroupSheet:
        """The sum over all beneficiaries, as the law adds them up."""
        return group_sheet(self.sheets)

    @cached_property
    def checksum(self) -> str:
        """Twelve hexadecimal digits of SHA-256 over the calculation as it is stored: two copies that differ show it."""
        text = json.dumps(self.stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digits = hashlib.sha256(text.encode()).hexdigest()[:CHECKSUM_DIGITS]
        return " ".join(digits[at : at + DIGITS_TOGETHER] for at in range(0, CHECKSUM_DIGITS, DIGITS_TOGETHER))


def stored_paper(project: Project, submission: int) -> SheetPaper | None:
    """What was frozen at a submission; None when there was no such submission. Refused when it cannot be read."""
    rows = list(project.sheets.filter(submission=submission))
    if not rows:
        return None
    sheets = tuple(row.calculation for row in rows)
    return SheetPaper(
        project,
        submission,
        timezone.localdate(rows[0].made_at),
        sheets,
        tuple(row.sheet for row in rows),
        rows[0].occasion,
    )


def trial_paper(project: Project) -> SheetPaper:
    """The calculation of the đề án as it stands, by the law of today."""
    on = today()
    rows = sheets_for(project, beneficiaries_of(project), project.lines.all(), on=on)
    sheets = tuple(one.sheet for one in rows)
    return SheetPaper(project, 0, on, sheets, tuple(sheet.as_dict() for sheet in sheets))


def submissions_of(project: Project) -> list[int]:
    """The submissions with a stored calculation, the first first."""
    return list(project.sheets.order_by("submission").values_list("submission", flat=True).distinct())


def heading_of(paper: SheetPaper) -> components.Paper:
    """The heading for the page (`document_header.html`)."""
    unit = paper.project.implementing_unit
    return components.Paper(
        organ=unit.name_on(paper.on),
        organ_above=unit.parent.name_on(paper.on) if unit.parent else "",
        place=unit.province.short_name if unit.province else "……………",
        on=paper.on,
        title=TITLE,
        subtitle=paper.project.name,
    )


def facts_of(paper: SheetPaper) -> list[components.Fact]:
    """What the calculation is about; what was frozen with it comes from there, not from the đề án of today."""
    project = paper.project
    query = paper.sheets[0].query if paper.sheets else None
    rows = (
        ("Mã đề án", project.code),
        ("Loại", project.get_kind_display()),
        ("Nguồn kinh phí", FundingSource(query.source if query else project.source).label),
        ("Năm kế hoạch", str(project.year)),
        ("Nội dung hỗ trợ", activity_name(query.activity if query else project.activity)),
        ("Đơn vị thực hiện", project.implementing_unit.name_on(paper.on)),
        ("Đơn vị phối hợp", project.cooperating_unit),
        ("Số phần được tính", str(len(paper.sheets)) if len(paper.sheets) > 1 else ""),
        ("Quy định áp dụng", f"có hiệu lực ngày {format_date(query.on if query else paper.on)}"),
    )
    return [components.Fact(label, value) for label, value in rows if value]


def pdf_of(paper: SheetPaper) -> bytes:
    """The paper as a PDF file: equal calculations give equal bytes."""
    return pdf.render("calculation_sheet", data_of(paper))


def data_of(paper: SheetPaper) -> dict[str, Any]:
    """What `documents/typst/calculation_sheet.typ` and the Word paper ask for: texts written the Vietnamese way."""
    head = heading_of(paper)
    return {
        "paper": {
            "title": TITLE,
            "subject": paper.project.name,
            "organ_above": head.organ_above,
            "organ": head.organ,
            "number": head.number or "……………",
            "place_and_date": f"{head.place}, {date_in_words(paper.on)}",
            "date": [paper.on.year, paper.on.month, paper.on.day],
            "mark": paper.mark,
            "stamp": TRIAL_STAMP if paper.is_trial else "",
            "foot": f"{paper.project.code} – {paper.edition} – Mã kiểm tra {paper.checksum}",
            "signatures": [] if paper.is_trial else _signatures(paper),
        },
        "facts": [{"label": fact.label, "value": fact.value} for fact in facts_of(paper)],
        "sums": _sums(paper) if len(paper.sheets) > 1 else None,
        "sheets": [_sheet(number, sheet) for number, sheet in enumerate(paper.sheets, start=1)],
        "total": {
            **_amounts(paper.group.allowed, paper.group.asked),
            "findings": [sentence_of(finding) for finding in of_the_whole(paper.group)],
        },
    }


def _signatures(paper: SheetPaper) -> list[dict[str, str]]:
    """Who signs. Only of the last submission is it recorded who made it."""
    last = paper.submission == paper.project.submission and not paper.occasion
    drafter = paper.project.submitted_by if last else None
    return [
        {"role": "Người lập", "hint": "Ký, ghi rõ họ tên", "name": str(drafter or "")},
        {"role": "Thủ trưởng đơn vị", "hint": "Ký tên, đóng dấu", "name": ""},
    ]


def date_in_words(day: date) -> str:
    """A day as official papers carry it: "ngày 05 tháng 3 năm 2026"."""
    month = f"{day.month:02d}" if day.month < FIRST_FULL_MONTH else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _sums(paper: SheetPaper) -> dict[str, Any]:
    totals = (paper.total_cost, paper.eligible_cost, paper.group.allowed, paper.group.asked)
    return {
        "rows": [
            {
                "name": sheet.query.beneficiary_name,
                "amounts": [
                    _figures(amount)
                    for amount in (sheet.query.total_cost, sheet.query.eligible_cost, sheet.allowed, sheet.asked)
                ],
            }
            for sheet in paper.sheets
        ],
        "totals": [_figures(amount) for amount in totals],
    }


def _sheet(number: int, sheet: CalculationSheet) -> dict[str, Any]:
    shown = sheet_for_page(sheet)
    # What is supported is the same for all and stands among the facts.
    lines = [line for line in shown.lines if line.text != activity_name(sheet.query.activity)]
    return {
        "name": f"{number}. {shown.title}",
        "rows": [
            {
                "what": line.what,
                "how": f"{line.how} ({line.text})" if line.how and line.text else line.how or line.text,
                "article": line.article,
                "amount": "" if line.amount is None else format_dong(line.amount),
            }
            for line in lines
        ],
        **_amounts(sheet.allowed, sheet.asked),
        "findings": [sentence_of(finding) for finding in sheet.findings],
    }


def _amounts(allowed: int | None, asked: int) -> dict[str, Any]:
    return {"allowed": None if allowed is None else _money(allowed), "none_allowed": NO_SUM, "asked": _money(asked)}


def _money(amount: int) -> dict[str, str]:
    return {"figures": format_dong(amount), "words": money_in_words(amount)}


def _figures(amount: int | None) -> str:
    return NOTHING if amount is None else format_dong(amount)


def sentence_of(finding: Finding) -> str:
    """A finding as one line of the paper: what it means, its sentence, its article."""
    article = f" ({finding.article})" if finding.article else ""
    return f"{finding.label}: {finding.sentence}{article}"
