"""The sheet of an appraisal and the minutes of a meeting as official papers, made of what was recorded.

The page and the PDF show the same data. TT 36/2013 Đ10.2.a calls the base sheet Mẫu số 4a, or 4b for named beneficiaries;
how these forms are laid out could not be read, so every paper says «mẫu tạm». The circular names no form for the
central level or for minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from khuyencong.appraisal.meeting import ItemView, Meeting, Seat
from khuyencong.appraisal.models import (
    Appraisal,
    AppraisalPoint,
    Council,
    CouncilMember,
    CouncilSession,
    Level,
    MemberRole,
    Outcome,
)
from khuyencong.appraisal.voting import MAJORITY_RULE
from khuyencong.core import components
from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date
from khuyencong.core.findings import from_dicts
from khuyencong.core.money import format_dong
from khuyencong.documents import pdf
from khuyencong.law.catalogue import activity_name
from khuyencong.projects.models import Project
from khuyencong.projects.paper import date_in_words, sentence_of

DRAFT_FORM = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
ON = {True: "đạt", False: "chưa đạt"}
SIGN = {"role": "", "hint": "Ký, ghi rõ họ tên", "name": ""}


class Sheet(StrEnum):
    """Which form the sheet of an appraisal stands in for, as the catalogue of papers names it."""

    GROUP = "mau-4a"
    NAMED = "mau-4b"
    CENTRAL = "phieu-tham-dinh-cap-bo"


def sheet_of(appraisal: Appraisal, project: Project) -> Sheet:
    """4b where the beneficiaries are named, 4a elsewhere; the circular has no form for the central level. One query."""
    if appraisal.level == Level.CENTRAL:
        return Sheet.CENTRAL
    return Sheet.NAMED if project.beneficiaries.exists() else Sheet.GROUP


def _form(sheet: Sheet, project: Project) -> str:
    if sheet == Sheet.CENTRAL:
        return "Phiếu thẩm định cấp Bộ"
    number = "4b" if sheet == Sheet.NAMED else "4a"
    national = project.source == "national"
    return f"Mẫu số {number}, Phụ lục 1 TT 36/2013{'' if national else ' (vận dụng cho nguồn địa phương)'}"


@dataclass(frozen=True)
class Line:
    """One line of a list: its words, and what stands under it."""

    text: str
    article: str = ""
    note: str = ""


@dataclass(frozen=True)
class AppraisalPaper:
    """The sheet of one appraisal of one đề án."""

    project: Project
    appraisal: Appraisal
    sheet: Sheet
    facts: list[Fact]
    points: list[AppraisalPoint]
    findings: list[str]
    conditions: list[str]
    completion: list[str]
    votes: str
    signatures: list[dict[str, str]]

    @property
    def title(self) -> str:
        return f"Phiếu thẩm định đề án khuyến công {self.appraisal.get_level_display().lower()}"

    @property
    def mark(self) -> str:
        return f"{_form(self.sheet, self.project)}; {DRAFT_FORM}"

    @property
    def heading(self) -> components.Paper:
        """The heading for the page (`document_header.html`)."""
        agency, on = self.appraisal.agency, self.appraisal.appraised_on
        return components.Paper(
            organ=agency.name_on(on),
            organ_above=agency.parent.name_on(on) if agency.parent else "",
            place=agency.province.short_name if agency.province else "Hà Nội",
            on=on,
            number=self.appraisal.minutes_number,
            title=self.title,
            subtitle=self.project.name,
        )

    @property
    def conclusion(self) -> str:
        return self.appraisal.get_outcome_display()


def appraisal_paper(project: Project, appraisal: Appraisal) -> AppraisalPaper:
    """The sheet; expects `agency__parent`, `agency__province`, `by` and `council_item` loaded. A few queries."""
    sheets = list(project.sheets.filter(submission=appraisal.submission))
    item = getattr(appraisal, "council_item", None)
    council = item.session.council if item is not None else None
    request = getattr(appraisal, "completion", None)
    allowed = [one.allowed for one in sheets]
    top = format_dong(sum(one for one in allowed if one is not None)) if sheets and None not in allowed else ""
    rows = [
        ("Mã đề án", project.code),
        ("Nguồn kinh phí, năm", f"{project.get_source_display()}, {project.year}"),
        ("Nội dung", activity_name(project.activity)),
        ("Đơn vị thực hiện", project.implementing_unit.name_on(appraisal.appraised_on)),
        ("Đơn vị phối hợp", project.cooperating_unit),
        ("Đơn vị thụ hưởng", "; ".join(str(one) for one in project.beneficiaries.select_related("establishment"))),
        ("Địa điểm", ", ".join(str(part) for part in (project.place_text, project.commune, project.province) if part)),
        ("Đề nghị hỗ trợ", f"{format_dong(sum(one.asked for one in sheets))} đồng" if sheets else ""),
        ("Mức tối đa theo quy định khi gửi", f"{top} đồng" if top else ""),
        ("Lần gửi", f"{appraisal.submission}"),
        (
            "Hình thức thẩm định",
            f"{council.title}, Quyết định {council.decision_number}" if council else _staff(appraisal),
        ),
    ]
    return AppraisalPaper(
        project=project,
        appraisal=appraisal,
        sheet=sheet_of(appraisal, project),
        facts=[Fact(label, value) for label, value in rows if value],
        points=list(appraisal.points.all()),
        findings=[sentence_of(one) for one in from_dicts(appraisal.findings)],
        conditions=[
            f"{one}{f' (hạn {format_date(one.due_on)})' if one.due_on else ''}: {one.get_state_display().lower()}"
            for one in appraisal.requirements.all()
        ],
        completion=[
            *(str(one) for one in (request.items.all() if request else ())),
            *([f"Hạn hoàn thiện: {format_date(request.due_on)}"] if request and request.due_on else []),
        ],
        votes=item.ruling if item is not None else "",
        signatures=_council_signatures(council) if council else _staff_signatures(appraisal),
    )


def _staff(appraisal: Appraisal) -> str:
    return "Hội đồng thẩm định" if appraisal.by_council else "Bộ máy giúp việc thẩm định"


def _staff_signatures(appraisal: Appraisal) -> list[dict[str, str]]:
    head = "Cục trưởng" if appraisal.level == Level.CENTRAL else "Giám đốc Sở"
    return [
        {**SIGN, "role": "Người thẩm định", "name": str(appraisal.by)},
        {"role": head, "hint": "Ký tên, đóng dấu", "name": ""},
    ]


def _council_signatures(council: Council) -> list[dict[str, str]]:
    return _signed_by({one.role: one for one in council.members.select_related("user")})


def _signed_by(by_role: dict[str, CouncilMember]) -> list[dict[str, str]]:
    roles = (MemberRole.SECRETARY, MemberRole.CHAIR)
    return [{**SIGN, "role": f"{role.label} Hội đồng", "name": str(by_role.get(role, ""))} for role in roles]


def appraisal_pdf(paper: AppraisalPaper) -> bytes:
    """The sheet as a PDF file: equal records give equal bytes."""
    return pdf.render("appraisal_form", appraisal_data(paper))


def appraisal_data(paper: AppraisalPaper) -> dict[str, Any]:
    """What `documents/typst/appraisal_form.typ` and the Word papers ask for: texts written the Vietnamese way."""
    appraisal = paper.appraisal
    return {
        "paper": _frame(paper.heading, paper.mark, paper.signatures, f"{paper.project.code} – {paper.mark}"),
        "facts": [{"label": fact.label, "value": fact.value} for fact in paper.facts],
        "points": [
            {
                "title": f"{one.number}. {one.title}",
                "article": one.article,
                "met": ON[one.met],
                "comment": one.comment,
            }
            for one in paper.points
        ],
        "findings": paper.findings,
        "votes": paper.votes,
        "conclusion": paper.conclusion,
        "comment": appraisal.comment,
        "conditions": paper.conditions,
        "completion": paper.completion,
    }


def _frame(heading: components.Paper, mark: str, signatures: list[dict[str, str]], foot: str) -> dict[str, Any]:
    """What `documents/typst/paper.typ` asks for. The paper is a real one, only its layout is provisional: no stamp."""
    return {
        "title": heading.title,
        "subject": heading.subtitle,
        "organ_above": heading.organ_above,
        "organ": heading.organ,
        "number": heading.number or "……………",
        "place_and_date": f"{heading.place}, {date_in_words(heading.on)}",
        "date": [heading.on.year, heading.on.month, heading.on.day],
        "mark": mark,
        "stamp": "",
        "foot": foot,
        "signatures": signatures,
    }


@dataclass(frozen=True)
class MinutesItem:
    """One đề án in the minutes."""

    title: str
    declared: list[str]
    votes: list[tuple[str, str, str, str]]  # member, proposal, amount, comment
    points: list[Line]
    findings: list[str]
    result: str
    conditions: list[str]
    comment: str


@dataclass(frozen=True)
class MinutesPaper:
    """The minutes of one meeting."""

    session: CouncilSession
    facts: list[Fact]
    attendance: list[str]
    items: list[MinutesItem]
    signatures: list[dict[str, str]]

    title = "Biên bản họp Hội đồng thẩm định"

    @property
    def mark(self) -> str:
        return DRAFT_FORM

    @property
    def heading(self) -> components.Paper:
        """The heading for the page (`document_header.html`)."""
        agency, on = self.session.council.agency, self.session.held_on
        return components.Paper(
            organ=self.session.council.title,
            organ_above=agency.name_on(on),
            place=agency.province.short_name if agency.province else "Hà Nội",
            on=on,
            number=self.session.minutes_number,
            title=self.title,
            subtitle=f"Phiên họp ngày {format_date(on)}",
        )


def minutes_paper(meeting: Meeting) -> MinutesPaper:
    """The minutes of what has been recorded so far; two queries for each concluded đề án."""
    session = meeting.session
    council = session.council
    facts = [
        Fact("Căn cứ", f"Quyết định {council.decision_number} ngày {format_date(council.decision_on)}"),
        Fact("Thời gian, địa điểm", f"ngày {format_date(session.held_on)}, {session.place}"),
        Fact("Điều kiện họp", council.quorum_sentence),
        Fact("Cách biểu quyết", MAJORITY_RULE),
        Fact("Diễn biến", session.note),
    ]
    return MinutesPaper(
        session=session,
        facts=[fact for fact in facts if fact.value],
        attendance=[_attended(one, meeting) for one in meeting.members],
        items=[_minuted(view) for view in meeting.items],
        signatures=_signed_by({one.role: one for one in meeting.members}),
    )


def _attended(member: CouncilMember, meeting: Meeting) -> str:
    there = "có mặt" if member.pk in meeting.present else "vắng" if meeting.session.attended else "chưa điểm danh"
    position = f", {member.position}" if member.position else ""
    guest = " (ngoài hệ thống)" if member.user_id is None else ""
    return f"{member}{position}{guest} – {member.get_role_display()}: {there}"


def _minuted(view: ItemView) -> MinutesItem:
    item, appraisal = view.item, view.item.appraisal
    seats = view.seats if view.opened else []
    result = (
        f"{item.status}. {item.ruling}" if appraisal else f"Hoãn: {item.postponed}" if item.postponed else item.status
    )
    return MinutesItem(
        title=f"{item.number}. {item.project.code} – {item.project.name} ({item.project.implementing_unit})",
        declared=[f"{one.member}: {one.sheet.conflict_reason}" for one in seats if one.sheet and one.sheet.conflict],
        votes=list(_votes(seats)),
        points=[
            Line(f"{point.number}. {point.title}: {ON[point.met]}", point.article, point.comment)
            for point in (appraisal.points.all() if appraisal else ())
        ],
        findings=[sentence_of(one) for one in from_dicts(appraisal.findings)] if appraisal else [],
        result=result,
        conditions=[str(one) for one in appraisal.requirements.all()] if appraisal else [],
        comment=appraisal.comment if appraisal else "",
    )


def _votes(seats: Iterable[Seat]) -> Iterable[tuple[str, str, str, str]]:
    for seat in seats:
        sheet = seat.sheet
        if sheet is None or sheet.conflict:
            continue
        away = "" if seat.present else " (vắng, không tính phiếu)"
        unmet = [str(point.number) for point in sheet.points.all() if not point.met]
        said = f"Chưa đạt nội dung {', '.join(unmet)}. " if unmet else ""
        amount = f"{format_dong(sheet.amount)}" if sheet.amount is not None else ""
        yield f"{seat.member}{away}", Outcome(sheet.outcome).label, amount, f"{said}{sheet.comment}"


def minutes_pdf(paper: MinutesPaper) -> bytes:
    """The minutes as a PDF file: equal records give equal bytes."""
    return pdf.render("council_minutes", minutes_data(paper))


def minutes_data(paper: MinutesPaper) -> dict[str, Any]:
    """What `documents/typst/council_minutes.typ` and the Word paper ask for: texts written the Vietnamese way."""
    foot = f"{paper.session.council.title} – {format_date(paper.session.held_on)} – {DRAFT_FORM}"
    return {
        "paper": _frame(paper.heading, paper.mark, paper.signatures, foot),
        "facts": [{"label": fact.label, "value": fact.value} for fact in paper.facts],
        "attendance": paper.attendance,
        "items": [
            {
                "title": one.title,
                "declared": one.declared,
                "votes": [list(row) for row in one.votes],
                "points": [
                    " ".join(part for part in (line.text, f"({line.article})", line.note) if part)
                    for line in one.points
                ],
                "findings": one.findings,
                "result": one.result,
                "conditions": one.conditions,
                "comment": one.comment,
            }
            for one in paper.items
        ],
    }
