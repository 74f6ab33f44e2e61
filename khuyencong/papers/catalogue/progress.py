"""The monthly report: Mẫu số 3a of a unit, Mẫu số 3b of one đề án (TT 36/2013 Đ13.3, Đ14, Đ23.3)."""

from __future__ import annotations

from typing import Any

from khuyencong.core.dates import today
from khuyencong.monitoring.models import ProgressReport
from khuyencong.monitoring.months import all_days, asked_in, rows_of, shown_with
from khuyencong.monitoring.paper import NOTE_3A, NOTE_3B, PROVISIONAL, form_3a_data, form_3b_data
from khuyencong.papers.catalogue import samples
from khuyencong.papers.catalogue.shape import named, project_fields, total
from khuyencong.papers.catalogue.subjects import REPORT
from khuyencong.papers.form import Data, Form
from khuyencong.people.actors import Actor

COLUMNS_3A = ("number", "project", "approved", "volume", "advanced", "paid", "difficulties")
MONEY_3B = ("number", "beneficiary", "total", "done", "percent", "note")
WORKS_3B = ("number", "content", "ends_on", "state", "note")
MARK_3A = f"Mẫu số 3a, Phụ lục 1 TT 36/2013; {PROVISIONAL}"
MARK_3B = f"Mẫu số 3b, Phụ lục 1 TT 36/2013; {PROVISIONAL}"
MOST_ROWS = 1_000


def unit_month(report: ProgressReport, actor: Actor) -> Data:
    """Mẫu số 3a of the unit and the month of this report, over all đề án that the actor may know of. About eight queries."""
    unit, month, days, on = report.project.implementing_unit, report.month, all_days(), today()
    found = asked_in(actor, month, days).filter(implementing_unit=unit).order_by("code")
    keys = list(found.values_list("pk", flat=True)[:MOST_ROWS])
    projects = shown_with().in_bulk(keys)
    rows = rows_of([projects[one] for one in keys], month, days, on)
    data = form_3a_data(unit, month, rows, on)
    *lines, sums = data["tables"][0]["rows"]
    return {
        "paper": data["paper"],
        "month": f"{month:%m/%Y}",
        "unit": unit.name_on(on),
        "rows": named(lines, COLUMNS_3A),
        "totals": total(sums, COLUMNS_3A),
        "note": data["note"],
    }


def of_project(report: ProgressReport, _actor: Actor) -> Data:
    """Mẫu số 3b: volume and money of one đề án; the same as the PDF."""
    data = form_3b_data(report)
    money, works = data["tables"]
    *lines, sums = money["rows"]
    return {
        "paper": data["paper"],
        "project": project_fields(report.project, report.submitted_on or report.month),
        "month": f"{report.month:%m/%Y}",
        "facts": data["facts"],
        "parts": named(lines, MONEY_3B),
        "totals": total(sums, MONEY_3B),
        "works": named(works["rows"], WORKS_3B),
        "texts": data["texts"],
        "note": data["note"],
    }


_PART: dict[str, Any] = {
    "number": "1",
    "beneficiary": samples.SHOP,
    "total": samples.MILLIONS_300,
    "done": samples.MILLIONS_200,
    "percent": "66,7 %",
    "note": "",
}
_ROW: dict[str, Any] = {
    "number": "1",
    "project": samples.FACTS[0]["value"],
    "approved": samples.MILLIONS_100,
    "volume": "66,7 %",
    "advanced": samples.MILLIONS_100,
    "paid": "0",
    "difficulties": "Máy về chậm.",
}

FORMS = (
    Form(
        code="mau-3a",
        number="Mẫu số 3a",
        title="Báo cáo tiến độ thực hiện các đề án khuyến công",
        article="TT 36/2013 Đ23.3.a",
        subject=REPORT,
        official_layout=False,
        data=unit_month,
        sample={
            "paper": samples.paper(
                "Báo cáo tiến độ thực hiện các đề án khuyến công",
                "Người lập",
                samples.UNIT,
                subject="Tháng 07/2026",
                mark=MARK_3A,
            ),
            "month": "07/2026",
            "unit": samples.UNIT,
            "rows": [_ROW],
            "totals": {**_ROW, "number": "", "project": "Tổng cộng 1 đề án", "volume": "", "difficulties": ""},
            "note": NOTE_3A,
        },
    ),
    Form(
        code="mau-3b",
        number="Mẫu số 3b",
        title="Báo cáo khối lượng hoàn thành và kinh phí thực hiện",
        article="TT 36/2013 Đ13.3, Đ14, Đ15, Đ23.3",
        subject=REPORT,
        official_layout=False,
        data=of_project,
        sample={
            "paper": samples.paper(
                "Báo cáo khối lượng hoàn thành và kinh phí thực hiện",
                samples.UNIT,
                "Xác nhận của Sở Công Thương",
                mark=MARK_3B,
            ),
            "project": samples.PROJECT,
            "month": "07/2026",
            "facts": samples.FACTS,
            "parts": [_PART],
            "totals": {**_PART, "number": "", "beneficiary": "Tổng cộng"},
            "works": [
                {"number": "1", "content": "Lắp máy", "ends_on": "30/06/2026", "state": "Đã xong", "note": ""},
            ],
            "texts": [{"title": "Kế hoạch tháng tới", "text": "Nghiệm thu."}],
            "note": NOTE_3B,
        },
    ),
)
