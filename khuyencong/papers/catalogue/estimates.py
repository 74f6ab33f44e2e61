"""Papers about the money that a đề án asks for: Mẫu số 1, the calculation of support, and Mẫu số 11 of groups and classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import NOTHING, format_dong, format_trieu
from khuyencong.papers.catalogue import samples
from khuyencong.papers.catalogue.shape import (
    DRAFT_FORM,
    SEAL,
    amount,
    day,
    figures,
    frame,
    of_agency,
    project_fields,
    signed,
)
from khuyencong.papers.catalogue.subjects import PROJECT
from khuyencong.papers.form import Data, Form
from khuyencong.people.actors import Actor
from khuyencong.projects.models import EstimateLine, Project, ProjectKind
from khuyencong.projects.paper import data_of, stored_paper, trial_paper
from khuyencong.projects.years import lines_by_year, sums_of

SOURCES = ("total", "support", "counterpart", "other")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
TRAINING = "vocational_training"
MARK_11 = f"Mẫu số 11, Phụ lục 1 TT 36/2013; {DRAFT_FORM}"
# Read as such in Mẫu số 1; the same as TTLT 26/2014 Đ7.3 and Đ7.4.
NO_OTHER_SUPPORT = "chưa được hỗ trợ từ nguồn kinh phí nào của Nhà nước cho cùng nội dung chi"
OWN_CAPITAL = "cam kết bằng văn bản đầu tư toàn bộ phần kinh phí còn lại"


def _millions(sums: dict[str, int]) -> dict[str, str]:
    return {name: format_trieu(sums[name]) for name in SOURCES}


def estimate(project: Project, _actor: Actor) -> Data:
    """Mẫu số 1: columns 1 = 2 + 3 + 4, split by year where there are several; in triệu đồng, exactly. Six queries."""
    on, unit = today(), project.implementing_unit
    lines = list(project.lines.select_related("beneficiary__establishment"))
    beneficiaries = list(project.beneficiaries.select_related("establishment"))
    by_year = {year: rows for year, rows in lines_by_year(project, lines).items() if rows}
    totals = sums_of(lines)
    return {
        "paper": frame(
            **of_agency(unit, on),
            on=on,
            title="Dự toán kinh phí thực hiện đề án",
            subject=project.name,
            mark="",
            signatures=[signed("Người lập"), signed("Thủ trưởng đơn vị", hint=SEAL)],
        ),
        "project": project_fields(project, on),
        "rows": [
            row
            for at, year in enumerate(by_year)
            for row in _rows_of(year, by_year[year], ROMAN[at] if len(by_year) > 1 else "")
        ],
        "totals": _millions(totals),
        "total": amount(totals["total"]),
        "support": amount(totals["support"]),
        "no_other_support": NO_OTHER_SUPPORT,
        "own_capital": OWN_CAPITAL,
        "not_declared": [str(one) for one in beneficiaries if not one.declares_no_other_support],
        "not_committed": [str(one) for one in beneficiaries if not one.commits_own_capital],
    }


def _rows_of(year: int, lines: Sequence[EstimateLine], numeral: str) -> list[dict[str, str]]:
    """The lines of a year; with a numeral, under a row that holds their sums."""
    rows = [
        {
            "number": str(number),
            "content": f"{one.content} ({one.beneficiary})" if one.beneficiary else one.content,
            **_millions({name: getattr(one, name) for name in SOURCES}),
            "note": one.note,
        }
        for number, one in enumerate(lines, 1)
    ]
    head = {"number": numeral, "content": f"Năm {year}", **_millions(sums_of(lines)), "note": ""}
    return [head, *rows] if numeral else rows


def calculation(project: Project, _actor: Actor) -> Data:
    """The calculation of the last submission, or a trial by the law of today before it; the same as the PDF."""
    paper = (stored_paper(project, project.submission) if project.submission else None) or trial_paper(project)
    data = data_of(paper)
    return {
        **data,
        "project": project_fields(project, paper.on),
        "sums": data["sums"] or {"rows": [], "totals": []},
        "total": _allowed(data["total"]),
        "sheets": [_allowed(one) for one in data["sheets"]],
    }


def _allowed(part: dict[str, Any]) -> dict[str, Any]:
    """Either an amount, or why there is none."""
    if part["allowed"]:
        return {**part, "none_allowed": ""}
    return {**part, "allowed": amount(None)}


def implementation_plan(project: Project, _actor: Actor) -> Data:
    """Mẫu số 11: who benefits, what is done when, with what money; of a group or of a class. Six queries.

    Refused for any other đề án (TT 36/2013 Đ13.1.a, Đ23.3).
    """
    if project.kind != ProjectKind.GROUP and project.activity != TRAINING:
        raise Refused(
            "Mẫu số 11 là kế hoạch của đề án lập theo nhóm và của đề án đào tạo nghề, truyền nghề"
            " (TT 36/2013 Đ13.1.a, Đ23.3)."
        )
    on, unit = today(), project.implementing_unit
    lines = list(project.lines.all())
    beneficiaries = list(project.beneficiaries.select_related("establishment"))
    rows = [_benefits(number, one, lines) for number, one in enumerate(beneficiaries, 1)]
    common = [one for one in lines if one.beneficiary_id is None]
    if common:
        rows.append({"number": str(len(rows) + 1), "name": "Phần chung của đề án", "place": "", **_dong(common)})
    unnamed = project.unnamed(len(beneficiaries))
    support = sums_of(lines)["support"]
    return {
        "paper": frame(
            **of_agency(unit, on),
            on=on,
            title="Kế hoạch thực hiện đề án khuyến công",
            subject=project.name,
            mark=MARK_11,
            signatures=[signed("Sở Công Thương phê duyệt", hint=SEAL), signed("Thủ trưởng đơn vị", hint=SEAL)],
        ),
        "project": project_fields(project, on),
        "aims": project.aims or NOTHING,
        "criteria": project.beneficiary_criteria,
        "unnamed": str(unnamed) if unnamed else "",
        "beneficiaries": rows,
        "totals": _dong(lines),
        "support": amount(support),
        "works": [
            {
                "number": str(number),
                "content": one.content,
                "who": one.who or NOTHING,
                "starts_on": day(one.starts_on),
                "ends_on": day(one.ends_on),
                "output": one.output or NOTHING,
                "cost": figures(one.cost),
            }
            for number, one in enumerate(project.work_items.all(), 1)
        ],
        "organisation": project.organisation or NOTHING,
    }


def _benefits(number: int, beneficiary: Any, lines: Sequence[EstimateLine]) -> dict[str, str]:
    own = [one for one in lines if one.beneficiary_id == beneficiary.pk]
    place = beneficiary.place_text or beneficiary.establishment.place_text
    return {"number": str(number), "name": str(beneficiary), "place": place or NOTHING, **_dong(own)}


def _dong(lines: Sequence[EstimateLine]) -> dict[str, str]:
    return {name: format_dong(value) for name, value in sums_of(lines).items()}


_MILLIONS = {"total": "300", "support": "100", "counterpart": "200", "other": "0"}
_DONG = {
    "total": samples.MILLIONS_300,
    "support": samples.MILLIONS_100,
    "counterpart": samples.MILLIONS_200,
    "other": "0",
}

FORMS = (
    Form(
        code="mau-1",
        number="Mẫu số 1",
        title="Dự toán kinh phí thực hiện đề án",
        article="TT 36/2013 Đ5.6",
        subject=PROJECT,
        official_layout=True,
        data=estimate,
        sample={
            "paper": samples.paper("Dự toán kinh phí thực hiện đề án", "Người lập", "Thủ trưởng đơn vị", mark=""),
            "project": samples.PROJECT,
            "rows": [{"number": "1", "content": "Mua máy thử", **_MILLIONS, "note": ""}],
            "totals": _MILLIONS,
            "total": {"figures": samples.MILLIONS_300, "words": "Ba trăm triệu đồng"},
            "support": samples.AMOUNT,
            "no_other_support": NO_OTHER_SUPPORT,
            "own_capital": OWN_CAPITAL,
            "not_declared": [samples.SHOP],
            "not_committed": [samples.SHOP],
        },
    ),
    Form(
        code="bang-tinh",
        number="",
        title="Bảng tính mức hỗ trợ kinh phí khuyến công",
        article="TTLT 26/2014 Đ6; TT 28/2018",
        subject=PROJECT,
        official_layout=False,
        data=calculation,
        sample={
            "paper": samples.paper("Bảng tính mức hỗ trợ kinh phí khuyến công", "Người lập", "Thủ trưởng đơn vị"),
            "project": samples.PROJECT,
            "facts": samples.FACTS,
            "sums": {
                "rows": [
                    {
                        "name": samples.SHOP,
                        "amounts": [
                            samples.MILLIONS_300,
                            samples.MILLIONS_300,
                            samples.MILLIONS_100,
                            samples.MILLIONS_100,
                        ],
                    }
                ],
                "totals": [samples.MILLIONS_300, samples.MILLIONS_300, samples.MILLIONS_100, samples.MILLIONS_100],
            },
            "sheets": [
                {
                    "name": f"1. {samples.SHOP}",
                    "rows": [
                        {"what": "Mức tối đa", "how": "50 %", "article": "Điều thử", "amount": samples.MILLIONS_100}
                    ],
                    "allowed": samples.AMOUNT,
                    "none_allowed": "Không tính được.",
                    "asked": samples.AMOUNT,
                    "findings": ["Lưu ý: câu thử (Điều thử)"],
                }
            ],
            "total": {
                "allowed": samples.AMOUNT,
                "none_allowed": "Không tính được.",
                "asked": samples.AMOUNT,
                "findings": ["Lưu ý: câu thử (Điều thử)"],
            },
        },
    ),
    Form(
        code="mau-11",
        number="Mẫu số 11",
        title="Kế hoạch thực hiện đề án khuyến công",
        article="TT 36/2013 Đ13.1.a, Đ23.3",
        subject=PROJECT,
        official_layout=False,
        data=implementation_plan,
        sample={
            "paper": samples.paper(
                "Kế hoạch thực hiện đề án khuyến công",
                "Sở Công Thương phê duyệt",
                "Thủ trưởng đơn vị",
                mark=MARK_11,
            ),
            "project": samples.PROJECT,
            "aims": "Mười cơ sở dùng máy thử.",
            "criteria": "Cơ sở có mặt bằng.",
            "unnamed": "2",
            "beneficiaries": [{"number": "1", "name": samples.SHOP, "place": samples.PLACE, **_DONG}],
            "totals": _DONG,
            "support": samples.AMOUNT,
            "works": [
                {
                    "number": "1",
                    "content": "Lắp máy",
                    "who": samples.UNIT,
                    "starts_on": "01/03/2026",
                    "ends_on": "30/06/2026",
                    "output": "Máy chạy",
                    "cost": samples.MILLIONS_300,
                }
            ],
            "organisation": "Trung tâm chủ trì.",
        },
    ),
)
