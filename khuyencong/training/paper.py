"""Papers of a class, made of what is recorded: the list to be signed, lists of allowances and of those employed, certificates.

TT 36/2013 Đ14.1 and Đ14.2 ask for these lists and say who signs them; no article gives their layout, so they say «mẫu tạm».
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import segno

from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.personal import HIDDEN, masked
from khuyencong.core.text import money_in_words
from khuyencong.documents import pdf
from khuyencong.projects.paper import date_in_words
from khuyencong.training.models import CertificateWord, Course, CoursePayList, Learner, LearnerCertificate
from khuyencong.training.public import certificate_address

MARK = "mẫu tạm: văn bản đọc được không quy định mẫu danh sách này"
CERTIFICATE_MARK = "mẫu tạm của phần mềm"
SIGN = {"hint": "Ký, ghi rõ họ tên", "name": ""}
NUMBER = "……………"
NUMBERS = {"TT", "Số ngày", "Số tiền (đồng)"}


def signed_list_pdf(course: Course, *, whole: bool) -> bytes:
    """Everybody of the list with a place for the signature (TT 36/2013 Đ14.1, Đ14.2); equal records give equal bytes."""
    rows = [
        [
            str(place),
            one.name,
            str(one.birth_year or "") if whole else "",
            one.identity_number if whole else masked(one.identity_number),
            _place(one, whole=whole),
            one.workplace,
            "",
        ]
        for place, one in enumerate(course.learners.listed().select_related("commune").order_by("number"), start=1)
    ]
    columns = (
        ("TT", 4), ("Họ và tên", 17), ("Năm sinh", 7), ("Số căn cước", 13), ("Địa chỉ", 18), ("Nơi làm việc", 16),
        ("Ký tên", 12),
    )  # fmt: skip
    people = course.person_word
    return _render(
        course,
        title=f"Danh sách {people}",
        columns=columns,
        rows=rows,
        notes=[f"Danh sách có {len(rows)} {people}."],
        signs=("Người lập", "Đại diện đơn vị thực hiện"),
    )


@dataclass(frozen=True)
class AllowanceLine:
    """What one learner gets by a list: for which days, in đồng."""

    learner: Learner
    days: list[date]
    amount: int
    identity: str


def allowance_lines(found: CoursePayList, *, whole: bool) -> list[AllowanceLine]:
    """By the number in the list; one query."""
    days: dict[int, list[date]] = defaultdict(list)
    sums: dict[int, int] = defaultdict(int)
    learners: dict[int, Learner] = {}
    for row in found.rows.select_related("learner").order_by("learner__number", "on"):
        learners[row.learner_id] = row.learner
        days[row.learner_id].append(row.on)
        sums[row.learner_id] += row.amount
    return [
        AllowanceLine(one, days[key], sums[key], one.identity_number if whole else masked(one.identity_number))
        for key, one in learners.items()
    ]


def allowance_pdf(found: CoursePayList, *, whole: bool) -> bytes:
    """The list to be signed by everybody who is paid (TT 36/2013 Đ14.1, Đ14.2)."""
    lines = allowance_lines(found, whole=whole)
    total = sum(one.amount for one in lines)
    rows = [
        [str(place), one.learner.name, one.identity, str(len(one.days)), format_dong(one.amount), ""]
        for place, one in enumerate(lines, start=1)
    ]
    columns = (
        ("TT", 5), ("Họ và tên", 24), ("Số căn cước", 17), ("Số ngày", 9), ("Số tiền (đồng)", 16), ("Ký nhận", 16),
    )  # fmt: skip
    before = [
        f"Mức {format_dong(found.amount)} đồng/{found.unit_text}, theo {found.basis}.",
        *(["BẢNG KÊ NÀY ĐÃ BỊ HỦY."] if found.annulled_on else []),
    ]
    return _render(
        found.course,
        title=f"Danh sách ký nhận {found.get_kind_display().lower()}",
        subject=f"Bảng kê số {found.number}",
        before=before,
        columns=columns,
        rows=rows,
        totals=["", "Cộng", "", str(sum(len(one.days) for one in lines)), format_dong(total), ""],
        notes=[f"Bằng chữ: {money_in_words(total)}."],
        signs=("Người lập", "Kế toán", "Thủ trưởng đơn vị"),
    )


def employment_pdf(course: Course, *, whole: bool) -> bytes:
    """Those employed after the class, to be confirmed by the employers and the unit (TT 36/2013 Đ14.1)."""
    people = course.learners.attended().filter(employment__employed=True).select_related("employment", "commune")
    rows = [
        [
            str(place),
            one.name,
            _place(one, whole=whole),
            one.employment.employer,
            one.employment.job,
            format_date(one.employment.since_on) if one.employment.since_on else "",
        ]
        for place, one in enumerate(people, start=1)
    ]
    columns = (
        ("TT", 4), ("Họ và tên", 18), ("Địa chỉ", 18), ("Cơ sở sử dụng lao động", 22), ("Công việc", 14), ("Làm từ ngày", 10),
    )  # fmt: skip
    return _render(
        course,
        title="Danh sách lao động được sử dụng sau đào tạo",
        columns=columns,
        rows=rows,
        notes=[f"Danh sách có {len(rows)} lao động."],
        signs=("Cơ sở sử dụng lao động", "Đơn vị thực hiện đề án"),
    )


def certificates_pdf(course: Course, certificates: Sequence[LearnerCertificate], *, whole: bool) -> bytes:
    """One page for each, in their order; equal records give equal bytes. ValueError where there is none.

    Expects `learner` and `decision` loaded. `whole`: with the year of birth, for whoever may read personal data.
    """
    if not certificates:
        raise ValueError("there is no certificate to print")
    on = certificates[0].decision.decided_on
    return pdf.render(
        "training_certificate",
        {
            "paper": {
                "title": "Giấy chứng nhận",
                "subject": course.name,
                "organ": course.project.implementing_unit.name_on(on),
                "foot": f"{course.name} – {CERTIFICATE_MARK}",
                "date": [on.year, on.month, on.day],
            },
            "mark": CERTIFICATE_MARK,
            "certificates": [_page(course, one, whole=whole) for one in certificates],
        },
    )


def _page(course: Course, one: LearnerCertificate, *, whole: bool) -> dict[str, object]:
    decision, address, unit = one.decision, certificate_address(one), course.project.implementing_unit
    learnt = "đã hoàn thành" if course.person_word == "học viên" else "đã tham dự"
    return {
        "organ_above": unit.parent.name_on(decision.decided_on) if unit.parent else "",
        "organ": unit.name_on(decision.decided_on),
        "word": CertificateWord(decision.word).label,
        "name": one.learner.name,
        "born": f"Năm sinh: {one.learner.birth_year if whole else HIDDEN * 4}" if one.learner.birth_year else "",
        "done": learnt,
        "course": course.name,
        "span": f"từ ngày {format_date(course.starts_on)} đến ngày {format_date(course.ends_on)}, tại {course.place_text}",
        "decision": f"Theo Quyết định số {decision.number} ngày {format_date(decision.decided_on)}",
        "number": one.number,
        "place_and_date": f"{_town(course)}, {date_in_words(decision.decided_on)}",
        "signer_role": "Thủ trưởng đơn vị",
        "signer": decision.signed_by,
        # The address by hand, in parts that fit a line.
        "address_lines": [address[start : start + 60] for start in range(0, len(address), 60)],
        "qr": ["".join("1" if dot else "0" for dot in row) for row in segno.make(address, error="m").matrix],
    }


def _place(one: Learner, *, whole: bool) -> str:
    parts = (one.place_text if whole else "", one.commune.name if one.commune else "")
    return ", ".join(part for part in parts if part)


def _town(course: Course) -> str:
    province = course.project.implementing_unit.province
    return province.short_name if province else "Hà Nội"


def _render(
    course: Course,
    *,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    signs: Sequence[str],
    subject: str = "",
    before: Sequence[str] = (),
    totals: Sequence[str] = (),
) -> bytes:
    unit, on = course.project.implementing_unit, min(course.ends_on, today())
    facts = [
        ("Lớp, hội nghị", course.name),
        ("Đề án", f"{course.project.code} – {course.project.name}"),
        ("Thời gian", f"{format_date(course.starts_on)} – {format_date(course.ends_on)}"),
        ("Địa điểm", course.place_text),
    ]
    return pdf.render(
        "money_table",
        {
            "paper": {
                "title": title,
                "subject": subject,
                "organ_above": unit.parent.name_on(on) if unit.parent else "",
                "organ": unit.name_on(on),
                "number": NUMBER,
                "place_and_date": f"{_town(course)}, {date_in_words(on)}",
                "date": [on.year, on.month, on.day],
                "mark": MARK,
                "stamp": "",
                "foot": f"{title} – {course.name} – {MARK}",
                "signatures": [{"role": role, **SIGN} for role in signs],
            },
            "facts": [{"label": label, "value": value} for label, value in facts],
            "before": list(before),
            "columns": [{"title": name, "share": share, "number": name in NUMBERS} for name, share in columns],
            "rows": [list(row) for row in rows],
            "totals": list(totals),
            "notes": list(notes),
        },
    )
