"""The minutes of a visit as an official paper, made of what was recorded.

No article that could be read gives a form of such minutes: the paper says «mẫu tạm».
"""

from __future__ import annotations

from khuyencong.core.dates import format_date
from khuyencong.documents import pdf
from khuyencong.inspections.models import Inspection, InspectionFinding, TeamRole, Visit
from khuyencong.inspections.shown import visits_of
from khuyencong.people.actors import Actor
from khuyencong.projects.paper import date_in_words

MARK = "mẫu tạm: văn bản đọc được không quy định mẫu biên bản kiểm tra"
SIGN = {"role": "", "hint": "Ký, ghi rõ họ tên", "name": ""}


def minutes_pdf(inspection: Inspection, visit: Visit, findings: list[InspectionFinding], *, seen_by: Actor) -> bytes:
    """The minutes of one visit as a PDF file: equal records give equal bytes. `findings`: those that the reader may see."""
    shown = next(one for one in visits_of(inspection, seen_by) if one.visit.pk == visit.pk)
    lead = next((one for one in shown.members if one.role == TeamRole.LEAD), None)
    on = visit.visited_on
    place = f"{shown.seen.point} {shown.seen.distance}".strip() if shown.seen else ""
    project = inspection.project
    facts = [
        ("Căn cứ", f"Quyết định, lệnh kiểm tra {inspection.basis}"),
        ("Đề án", f"{project.code} – {project.name}" if project else ""),
        ("Đơn vị thực hiện", project.implementing_unit.name_on(on) if project else ""),
        ("Cơ sở", str(visit.establishment) if visit.establishment else ""),
        ("Thời gian, địa điểm", f"ngày {format_date(on)}, {visit.place}"),
        ("Tọa độ", place),
        ("Làm việc với đoàn", visit.met),
    ]
    return pdf.render(
        "inspection_minutes",
        {
            "paper": {
                "title": "Biên bản kiểm tra",
                "subject": f"{inspection}, lần {visit.number}",
                "organ_above": inspection.agency.parent.name_on(on) if inspection.agency.parent else "",
                "organ": inspection.agency.name_on(on),
                "number": "……………",
                "place_and_date": f"{_town(inspection)}, {date_in_words(on)}",
                "date": [on.year, on.month, on.day],
                "mark": MARK,
                "stamp": "",
                "foot": f"{inspection.subject_name} – {format_date(on)} – {MARK}",
                "signatures": [
                    {**SIGN, "role": "Đại diện cơ sở, đơn vị"},
                    {**SIGN, "role": "Trưởng đoàn", "name": str(lead) if lead else ""},
                ],
            },
            "facts": [{"label": label, "value": value} for label, value in facts if value],
            "team": [
                f"{one}{f', {one.position}' if one.position else ''} – {one.get_role_display().lower()}"
                for one in shown.members
            ],
            "items": [
                [one.item.name, one.item.serial, one.item.promised, one.item.get_state_display(), one.item.note]
                for one in shown.items
            ],
            "compared": visit.compared,
            "result": visit.result,
            "findings": [
                f"{one.number}. {one.get_kind_display()} ({one.get_severity_display().lower()}): {one.text} "
                f"Yêu cầu: {one.demand} Người khắc phục: {one.owed_by}. Hạn: {format_date(one.due_on)}."
                for one in findings
            ],
            "photos": [
                ", ".join(
                    part
                    for part in (
                        photo.file.name,
                        f"máy ảnh ghi {photo.taken}" if photo.taken else "",
                        photo.seen.distance if photo.seen else "",
                        *photo.doubts,
                    )
                    if part
                )
                for photo in shown.photos
            ],
        },
    )


def _town(inspection: Inspection) -> str:
    province = inspection.agency.province
    return province.short_name if province else "Hà Nội"
