"""The minutes of an acceptance and of a handing over as official papers, made of what was recorded.

TT 36/2013 names Mẫu số 5a, 5b and 5c of Phụ lục 1; how they are laid out could not be read, so every paper says «mẫu tạm».
What they hold follows Đ14, Đ18.4 and Đ21.1. No form of a handing over is named anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from khuyencong.core import components
from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date
from khuyencong.core.distance import place_of, point_text
from khuyencong.core.findings import from_dicts
from khuyencong.core.money import format_dong
from khuyencong.core.text import money_in_words
from khuyencong.delivery.models import Acceptance, AcceptanceItem, Handover, MinutesForm, ParticipantRole
from khuyencong.documents import pdf
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project
from khuyencong.projects.paper import date_in_words, sentence_of

DRAFT_FORM = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
OF_FORM = {
    MinutesForm.SITE: "cho từng địa điểm",
    MinutesForm.WHOLE: "cho cả đề án",
    MinutesForm.NATIONAL: "đối với đề án Cục nghiệm thu",
}
SIGN = {"role": "", "hint": "Ký, ghi rõ họ tên", "name": ""}
SIGNING = (ParticipantRole.CHAIR, ParticipantRole.UNIT, ParticipantRole.BENEFICIARY)
BLANK = "……………"


@dataclass(frozen=True)
class Part:
    """One acceptance in the minutes: what was found, and what it makes payable."""

    acceptance: Acceptance
    title: str
    items: Sequence[AcceptanceItem]

    @property
    def table(self) -> list[list[str]]:
        """Name and make, quantity, unit price, accepted cost; one row for each item."""
        return [
            [
                "; ".join(
                    text
                    for text in (str(one), one.made, one.serial and f"số máy {one.serial}", self._state(one))
                    if text
                ),
                str(one.quantity) if one.cost else "0",
                format_dong(one.unit_price) if one.unit_price is not None else "–",
                format_dong(one.cost),
            ]
            for one in self.items
        ]

    @staticmethod
    def _state(one: AcceptanceItem) -> str:
        return one.get_condition_display().lower() if one.cost else "không thực hiện"

    @property
    def invoices(self) -> list[str]:
        return list(dict.fromkeys(one.invoice_text for one in self.items if one.invoice_text))

    @property
    def trials(self) -> list[str]:
        return [f"{one}: {one.trial_text}" for one in self.items if one.trial_text]

    @property
    def differences(self) -> list[str]:
        return [f"{one.approved_name}: {told['sentence']}" for one in self.items for told in one.differences]

    @property
    def findings(self) -> list[str]:
        return [sentence_of(one) for one in from_dicts(self.acceptance.findings)]

    @property
    def steps(self) -> list[str]:
        """The calculation, step by step with its articles."""
        return [
            f"{step['label']}: {step['formula']}" + (f" ({step['article']})" if step["article"] else "")
            for step in self.acceptance.calculation["steps"]
        ]

    @property
    def conclusion(self) -> str:
        one = self.acceptance
        state = "Lần cuối của phần này." if one.is_last else "Còn nghiệm thu tiếp."
        amount = f"Được thanh toán {format_dong(one.payable)} đồng ({money_in_words(one.payable)})."
        return f"Lần {one.round}. {amount} {state}"


@dataclass(frozen=True)
class AcceptancePaper:
    """The minutes: of one part (5a), or of all parts under the same number (5b, 5c)."""

    project: Project
    first: Acceptance
    facts: list[Fact]
    people: list[str]
    parts: list[Part]
    signatures: list[dict[str, str]]

    title = "Biên bản nghiệm thu cơ sở"

    @property
    def form(self) -> str:
        form = MinutesForm(self.first.form)
        national = "" if self.project.source == "national" else " (vận dụng cho nguồn địa phương)"
        return f"{form.label} {OF_FORM[form]}, Phụ lục 1 TT 36/2013{national}"

    @property
    def mark(self) -> str:
        annulment = self.first.taken_back
        void = f"đã hủy theo {annulment.number} ngày {format_date(annulment.on)}; " if annulment else ""
        return f"{void}{self.form}; {DRAFT_FORM}"

    @property
    def heading(self) -> components.Paper:
        """The heading for the page (`document_header.html`)."""
        return _heading(self.first.agency, self.first.accepted_on, self.first.number, self.title, self.project.name)


def _heading(agency: Agency, on: Any, number: str, title: str, subject: str) -> components.Paper:
    return components.Paper(
        organ=agency.name_on(on),
        organ_above=agency.parent.name_on(on) if agency.parent else "",
        place=agency.province.short_name if agency.province else "Hà Nội",
        on=on,
        number=number,
        title=title,
        subtitle=subject,
    )


def acceptance_paper(project: Project, acceptance: Acceptance, *, exact: bool = True) -> AcceptancePaper:
    """The minutes that hold this acceptance, `exact`: with the point on the map; expects `agency__parent`, `agency__province` loaded. A few queries.

    A number stands for one paper: 5b and 5c may hold several parts that were accepted under it.
    """
    same = Acceptance.all_ever.filter(project=project, number=acceptance.number, form=acceptance.form)
    if acceptance.taken_back is None:
        same = same.filter(annulment__isnull=True)
    if acceptance.form == MinutesForm.SITE:
        same = same.filter(pk=acceptance.pk)
    rows = list(
        same.select_related("beneficiary__establishment", "annulment").prefetch_related("items", "participants")
    )
    people = {(one.role, one.name): one for row in rows for one in row.participants.all()}
    signing = [next((one for one in people.values() if one.role == role and one.present), None) for role in SIGNING]
    facts = [
        ("Mã đề án", project.code),
        ("Nguồn kinh phí, năm", f"{project.get_source_display()}, {project.year}"),
        ("Đơn vị thực hiện", project.implementing_unit.name_on(acceptance.accepted_on)),
        ("Đơn vị thụ hưởng", "; ".join(str(one.beneficiary) for one in rows if one.beneficiary)),
        ("Thời gian", f"ngày {format_date(acceptance.accepted_on)}"),
        ("Địa điểm", _place(acceptance, exact=exact)),
        ("Mẫu biên bản", f"{acceptance.form_reason} {acceptance.form_article}".strip()),
    ]
    return AcceptancePaper(
        project=project,
        first=acceptance,
        facts=[Fact(label, value) for label, value in facts if value],
        people=[
            ", ".join(part for part in (one.name, one.title, one.organisation) if part)
            + f" – {one.get_role_display()}: {'có mặt' if one.present else 'vắng mặt'}"
            + (f". Ý kiến: {one.opinion}" if one.opinion else "")
            for one in people.values()
        ],
        parts=[Part(row, str(row.beneficiary or "Phần chung của đề án"), list(row.items.all())) for row in rows],
        signatures=[
            {**SIGN, "role": role.label, "name": found.name if found else ""}
            for role, found in zip(SIGNING, signing, strict=True)
            if found or role != ParticipantRole.BENEFICIARY or acceptance.beneficiary
        ],
    )


def _place(acceptance: Acceptance, *, exact: bool) -> str:
    point = point_text(place_of(acceptance.latitude, acceptance.longitude), exact=True) if exact else ""
    return " ".join(part for part in (acceptance.place, f"({point})" if point else "") if part)


def acceptance_pdf(paper: AcceptancePaper) -> bytes:
    """The minutes as a PDF file: equal records give equal bytes."""
    return pdf.render("acceptance_minutes", acceptance_data(paper))


def acceptance_data(paper: AcceptancePaper) -> dict[str, Any]:
    """What `documents/typst/acceptance_minutes.typ` and the Word paper ask for: texts written the Vietnamese way."""
    foot = f"{paper.project.code} – {paper.first.number} – {paper.mark}"
    return {
        "paper": _frame(paper.heading, paper.mark, paper.signatures, foot),
        "facts": [{"label": fact.label, "value": fact.value} for fact in paper.facts],
        "people": paper.people,
        "parts": [
            {
                "title": part.title,
                "table": part.table,
                "invoices": part.invoices,
                "trials": part.trials,
                "differences": part.differences,
                "findings": part.findings,
                "explanation": part.acceptance.explanation,
                "undelivered": part.acceptance.undelivered,
                "steps": part.steps,
                "conclusion": part.conclusion,
                "comment": part.acceptance.comment,
            }
            for part in paper.parts
        ],
    }


def handover_pdf(project: Project, handover: Handover) -> bytes:
    """The minutes of a handing over as a PDF file; expects `agency__parent`, `agency__province` loaded."""
    return pdf.render("handover_minutes", handover_data(project, handover))


def handover_data(project: Project, handover: Handover) -> dict[str, Any]:
    """What `documents/typst/handover_minutes.typ` and the Word paper ask for; one query beside the names of agencies."""
    heading = _heading(
        handover.agency, handover.handed_on, handover.number, "Biên bản bàn giao", f"Đề án {project.name}"
    )
    receiver = str(handover.beneficiary or "Bên nhận")
    facts = [
        ("Mã đề án", project.code),
        ("Thời gian", f"ngày {format_date(handover.handed_on)}"),
        ("Địa điểm", handover.place),
        (
            "Bên giao",
            _side(project.implementing_unit.name_on(handover.handed_on), handover.given_by, handover.given_title),
        ),
        ("Bên nhận", _side(receiver, handover.received_by, handover.received_title)),
    ]
    rows = handover.items.select_related("item__acceptance")
    return {
        "paper": _frame(
            heading,
            DRAFT_FORM,
            [
                {**SIGN, "role": "Bên nhận", "name": handover.received_by},
                {**SIGN, "role": "Bên giao", "name": handover.given_by},
            ],
            f"{project.code} – {handover.number} – {DRAFT_FORM}",
        ),
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "items": [
            [
                "; ".join(text for text in (str(one.item), one.item.made) if text),
                one.item.serial or "–",
                str(one.item.quantity),
                one.item.acceptance.number,
            ]
            for one in rows
        ],
        "papers": [line.strip() for line in handover.papers.splitlines() if line.strip()],
        "remark": handover.remark,
    }


def _side(name: str, person: str, title: str) -> str:
    return f"{name}; đại diện: {person}{f', {title}' if title else ''}"


def _frame(heading: components.Paper, mark: str, signatures: list[dict[str, str]], foot: str) -> dict[str, Any]:
    """What `documents/typst/paper.typ` asks for. The paper is a real one, only its layout is provisional: no stamp."""
    return {
        "title": heading.title,
        "subject": heading.subtitle,
        "organ_above": heading.organ_above,
        "organ": heading.organ,
        "number": heading.number or BLANK,
        "place_and_date": f"{heading.place}, {date_in_words(heading.on)}",
        "date": [heading.on.year, heading.on.month, heading.on.day],
        "mark": mark,
        "stamp": "",
        "foot": foot,
        "signatures": signatures,
    }
