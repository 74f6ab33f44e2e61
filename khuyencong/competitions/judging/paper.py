"""The score sheet (TT 26/2014 Phụ lục 4) as an official paper, made of what was signed and of nothing else.

What the sheet holds is known (council, product, group, code, judge; five columns; remark, signature); how the official form is
laid out could not be read, so it says «mẫu tạm».
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from khuyencong.competitions.judging.arithmetic import points_shown
from khuyencong.competitions.judging.shown import covered_name
from khuyencong.competitions.models import Part, Round, SheetSignature
from khuyencong.competitions.models.entries import BEFORE_RESULTS
from khuyencong.documents import pdf
from khuyencong.projects.paper import date_in_words

TITLE = "Phiếu chấm điểm"
LOADED = ("sheet__entry__establishment__province", "sheet__entry__establishment__commune", "sheet__member")
MARK = "Phụ lục 4 TT 26/2014; mẫu tạm: bố cục của mẫu chính thức chờ xác minh"


def council_name(round_: Round) -> str:
    """«Hội đồng bình chọn sản phẩm công nghiệp nông thôn tiêu biểu cấp tỉnh»; expects nothing loaded."""
    return f"Hội đồng bình chọn sản phẩm công nghiệp nông thôn tiêu biểu {round_.get_level_display().lower()}"


def sheets_pdf(round_: Round, signatures: Sequence[SheetSignature]) -> bytes:
    """These signed sheets, each on its pages; equal records give equal bytes.

    Of a blind round that is not decided yet the products bear the name that the judges saw. Expects `agency__province` of the
    round and what `LOADED` names of the signatures. ValueError without any.
    """
    if not signatures:
        raise ValueError("there is no sheet")
    on = timezone.localdate(signatures[-1].at)
    return pdf.render(
        "score_sheets",
        {
            "title": f"{TITLE}: {round_.name}",
            "organ": council_name(round_),
            "date": [on.year, on.month, on.day],
            "sheets": [sheet_data(round_, one) for one in signatures],
        },
    )


def sheet_data(round_: Round, signature: SheetSignature) -> dict[str, Any]:
    """One signed sheet as `documents/typst/score_sheets.typ` asks for it."""
    sheet, content = signature.sheet, signature.content
    entry, judge, on = sheet.entry, sheet.member, timezone.localdate(signature.at)
    rows: list[dict[str, Any]] = []
    sums = dict.fromkeys(Part.values, Decimal(0))
    most = dict.fromkeys(Part.values, Decimal(0))
    for row in content["rows"]:
        sums[row["part"]] += _number(row["points"])
        most[row["part"]] += _number(row["most"])
    number = 0
    for at, part in enumerate(Part, start=1):
        whole = {"most": points_shown(most[part]), "points": points_shown(sums[part]), "note": ""}
        rows.append({"number": ["I", "II", "III", "IV"][at - 1], "text": part.label, **whole, "strong": True})
        for row in content["rows"]:
            if row["part"] == part:
                number += 1
                shown = {key: row[key] for key in ("text", "most", "points", "note")}
                rows.append({"number": str(number), **shown, "strong": False})
    place = round_.agency.province.short_name if round_.agency.province else "Hà Nội"
    is_covered = round_.is_blind and round_.state in BEFORE_RESULTS
    again = f"; ký lần {signature.number} sau khi mở lại" if signature.number > 1 else ""
    return {
        "paper": {
            "title": TITLE,
            "subject": "",
            "organ_above": "",
            "organ": council_name(round_),
            "number": entry.code,
            "place_and_date": f"{place}, {date_in_words(on)}",
            "mark": f"{MARK}{again}",
            "foot": f"{round_.name} – {entry.code} – {judge.full_name} – {signature.sha256[:12]}",
            "signatures": [{"role": "Giám khảo", "hint": "Ký, ghi rõ họ tên", "name": judge.full_name}],
        },
        "facts": [
            {"label": label, "value": value or "……………"}
            for label, value in (
                ("Tên sản phẩm", covered_name(entry) if is_covered else entry.product),
                ("Nhóm", entry.get_group_display()),
                ("Mã số bình chọn", entry.code),
                ("Họ tên giám khảo", judge.full_name),
                ("Chức vụ, học hàm", judge.position),
            )
        ],
        "rows": rows,
        "total": {"most": points_shown(sum(most.values(), Decimal(0))), "points": points_shown(signature.total)},
        "comment": content["remark"] or "……………………………………………………………………",
    }


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
