"""Made-up data, with which a template is tried before it is used: names that look made up, figures that add up."""

from __future__ import annotations

from datetime import date
from typing import Any

from khuyencong.papers.catalogue.shape import BLANK, DRAFT_FORM, SEAL, SIGN, frame

PLACE, UNIT, SHOP = "Tỉnh Thử", "Trung tâm Khuyến công Thử Nghiệm", "Hộ kinh doanh Thử Nghiệm"
PROJECT_NAME = "Ứng dụng máy thử nghiệm trong sản xuất gốm"
ON = date(2026, 8, 5)
MILLIONS_100, MILLIONS_200, MILLIONS_300 = "100.000.000", "200.000.000", "300.000.000"
WORDS_100 = "Một trăm triệu đồng"
FACTS = [{"label": "Đề án", "value": f"99-2026-DP-0001, {PROJECT_NAME}"}, {"label": "Đơn vị thực hiện", "value": UNIT}]
AMOUNT = {"figures": MILLIONS_100, "words": WORDS_100}
PROJECT = {
    "code": "99-2026-DP-0001",
    "name": PROJECT_NAME,
    "kind": "Đề án",
    "source": "Khuyến công địa phương",
    "year": "2026",
    "activity": "Ứng dụng máy móc tiên tiến",
    "unit": UNIT,
    "cooperating_unit": "–",
    "place": f"Xã Thử, {PLACE}",
    "starts_on": "01/03/2026",
    "ends_on": "30/11/2026",
}


def paper(
    title: str, *signs: str, subject: str = PROJECT_NAME, number: str = BLANK, mark: str = DRAFT_FORM
) -> dict[str, Any]:
    """The frame of a made-up paper that bears the given roles; the last seals."""
    return frame(
        organ="Sở Công Thương Tỉnh Thử",
        organ_above="Ủy ban nhân dân Tỉnh Thử",
        place=PLACE,
        on=ON,
        title=title,
        subject=subject,
        number=number,
        mark=mark,
        signatures=[
            {"role": role, "hint": SEAL if role == signs[-1] else SIGN, "name": "Người Ký Thử"} for role in signs
        ],
    )
