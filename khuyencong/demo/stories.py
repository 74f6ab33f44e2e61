"""The made-up đề án of the demo as data: at least one in every state, so that every button can be tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from khuyencong.core.money import MILLION
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.states import ProjectState

S = ProjectState
LOCAL, NATIONAL = FundingSource.LOCAL, FundingSource.NATIONAL
CENTRE, REGION = "dong-thap-centre", "region"


@dataclass(frozen=True)
class Story:
    """One made-up project: its machine, its establishments, and how far it has come (`state`).

    `facts` are what stands in the registry about each of the establishments, `certified` and `stars` the level of their
    product certificate and of OCOP, `priority` what stands in the project about its place.
    """

    name: str
    state: ProjectState
    machine: str
    establishments: tuple[str, ...]
    total: int  # triệu đồng for each establishment
    support: int  # triệu đồng for each establishment
    source: FundingSource = LOCAL
    unit: str = CENTRE
    activity: str = "machinery"
    years_ahead: int = 0
    ending: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    priority: Mapping[str, Any] = field(default_factory=dict)
    certified: str = ""
    stars: int = 0
    in_craft_village: bool = False


STORIES = (
    Story("Máy sấy lạnh xoài (ví dụ)", S.DRAFT, "Máy sấy lạnh", ("Hộ kinh doanh Ví Dụ Một",), 520, 250, years_ahead=1),
    Story("Máy đóng gói bánh phồng tôm (ví dụ)", S.SUBMITTED, "Máy đóng gói", ("Hợp tác xã Thử Nghiệm Hai",), 480, 230),
    Story("Máy ép viên trấu (ví dụ)", S.RETURNED, "Máy ép viên", ("Công ty TNHH Mẫu Ba",), 640, 300),
    Story("Máy may bao bì (ví dụ)", S.REJECTED, "Máy may", ("Hộ kinh doanh Ví Dụ Bốn",), 300, 140),
    Story("Máy xay bột gạo (ví dụ)", S.WITHDRAWN, "Máy xay", ("Hộ kinh doanh Ví Dụ Năm",), 260, 120),
    Story(
        "Máy chiết rót nước mắm (ví dụ)",
        S.BASE_APPRAISED,
        "Máy chiết rót",
        ("Cơ sở Mẫu Sáu",),
        560,
        270,
        priority={
            "priority_place": "new_countryside_commune",
            "priority_trade": "mechanical_chemical_agro_supporting",
        },
        stars=4,
    ),
    Story(
        "Máy cắt CNC đồ gỗ (ví dụ)",
        S.BASE_APPRAISED,
        "Máy cắt CNC",
        ("Công ty TNHH Mẫu Bảy",),
        700,
        300,
        ending="planned",
        facts={"charter_capital": 12_000 * MILLION, "women_owned": True},
        priority={"priority_trade": "certified_key_export_local"},
        certified="province",
    ),
    Story(
        "Máy dệt khăn rằn (ví dụ)",
        S.BASE_APPRAISED,
        "Máy dệt",
        ("Hợp tác xã Thử Nghiệm Hai Ba",),
        900,
        420,
        facts={"women_owned": True},
        priority={
            "priority_place": "difficult_area",
            "priority_multiplier": Decimal("1.5"),
            "priority_decision": "Công văn 00/UBND-VIDU (không có thật)",
        },
        stars=3,
        in_craft_village=True,
    ),
    Story(
        "Máy gặt xếp dãy (ví dụ)",
        S.BASE_APPRAISED,
        "Máy gặt",
        ("Hộ kinh doanh Ví Dụ Hai Tư", "Hộ kinh doanh Ví Dụ Hai Lăm"),
        540,
        260,
    ),
    Story(
        "Mô hình sản xuất sạch hơn xưởng bột (ví dụ)",
        S.BASE_APPRAISED,
        "Hệ thống thu hồi nước và bột",
        ("Công ty TNHH Mẫu Hai Sáu",),
        1360,
        300,
        activity="cleaner_production_model",
    ),
    Story("Máy sấy cá khô (ví dụ)", S.APPROVED, "Máy sấy", ("Hộ kinh doanh Ví Dụ Tám",), 420, 200),
    Story(
        "Máy tách màu gạo (ví dụ)",
        S.IN_PROGRESS,
        "Máy tách màu",
        ("Hợp tác xã Thử Nghiệm Chín", "Công ty TNHH Mẫu Mười"),
        650,
        280,
        ending="advance_waiting",
    ),
    Story("Máy ép dầu mè (ví dụ)", S.ACCEPTED, "Máy ép dầu", ("Hộ kinh doanh Ví Dụ Mười Một",), 380, 180),
    Story(
        "Máy dệt chiếu (ví dụ)", S.ACCEPTED, "Máy dệt", ("Hợp tác xã Thử Nghiệm Mười Hai",), 400, 200, ending="unearned"
    ),
    Story("Máy nướng bánh tráng (ví dụ)", S.SETTLED, "Máy nướng", ("Hộ kinh doanh Ví Dụ Mười Ba",), 360, 175),
    Story(
        "Mô hình trình diễn sấy năng lượng mặt trời (ví dụ)",
        S.SETTLED,
        "Hệ thống sấy",
        ("Công ty TNHH Mẫu Mười Bốn",),
        1500,
        450,
        activity="demonstration_model",
    ),
    Story("Máy nghiền thức ăn thủy sản (ví dụ)", S.STOPPED, "Máy nghiền", ("Hộ kinh doanh Ví Dụ Mười Lăm",), 340, 160),
    Story(
        "Máy hấp sấy nông sản (ví dụ)",
        S.SUBMITTED,
        "Máy hấp sấy",
        ("Công ty TNHH Mẫu Mười Sáu",),
        900,
        300,
        NATIONAL,
        years_ahead=1,
    ),
    Story(
        "Máy phân loại trái cây (ví dụ)",
        S.BASE_APPRAISED,
        "Máy phân loại",
        ("Hợp tác xã Thử Nghiệm Mười Bảy",),
        800,
        300,
        NATIONAL,
    ),
    Story("Máy đúc cơ khí (ví dụ)", S.CENTRAL_APPRAISED, "Lò đúc", ("Công ty TNHH Mẫu Mười Tám",), 750, 300, NATIONAL),
    Story(
        "Đề án điểm chế biến sen (ví dụ)",
        S.CENTRAL_APPRAISED,
        "Máy sấy thăng hoa",
        ("Công ty TNHH Mẫu Hai Bảy",),
        1_000,
        300,
        NATIONAL,
        ending="planned",
        facts={"ethnic_minority_owned": True},
        priority={"priority_place": "new_countryside_commune"},
        certified="nation",
    ),
    Story(
        "Máy chế biến tinh bột (ví dụ)",
        S.IN_PROGRESS,
        "Dây chuyền rửa",
        ("Công ty TNHH Mẫu Mười Chín", "Cơ sở Mẫu Hai Mươi"),
        820,
        300,
        NATIONAL,
        ending="advanced",
    ),
    Story(
        "Máy ép gạch không nung (ví dụ)", S.SETTLED, "Máy ép gạch", ("Công ty TNHH Mẫu Hai Mốt",), 980, 300, NATIONAL
    ),
    Story(
        "Máy chế biến dừa (ví dụ)",
        S.SUBMITTED,
        "Máy tách cơm dừa",
        ("Công ty TNHH Mẫu Hai Hai",),
        860,
        300,
        NATIONAL,
        REGION,
    ),
)
