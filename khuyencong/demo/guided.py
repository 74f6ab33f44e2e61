"""A made-up flagship đề án of two provinces and two years, half written: what the guided form is for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.http import QueryDict

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import World
from khuyencong.places.models import Province
from khuyencong.projects import actions, step_drafts
from khuyencong.projects.actions import ContentRows, IndicatorInput, LineInput, LinkedInput, WorkInput


def load_guided(world: World, *, unit: str, province: str, further: str) -> None:
    """Begin it as the officer of `unit`, with text that waits on one step."""
    officer, year = world.actor(unit, "officer"), today().year + 1
    project = actions.create_project(
        by=officer,
        creation_key=uuid4(),
        source="national",
        province=world.provinces[province],
        fields={
            "name": "Chuỗi sấy và quảng bá trái cây sấy hai tỉnh (ví dụ)",
            "kind": "flagship",
            "activity": "trade_promotion",
            "sector": "agro_processing",
            "year": year,
            "selection": "chosen",
            "necessity": "Trái cây vào vụ rớt giá; các cơ sở sấy nhỏ bán lẻ từng nơi.",
            "aims": "Một nhãn chung, hai hội nghị kết nối, ba mươi cơ sở tham gia.",
            "scale": "Ba mươi cơ sở, hai tỉnh, hai năm.",
            "starts_on": date(year, 3, 1),
            "ends_on": date(year + 1, 6, 30),
        },
        rows=ContentRows(
            work_items=[
                WorkInput("Khảo sát cơ sở", "Trung tâm", date(year, 3, 1), date(year, 5, 31), "Danh sách cơ sở"),
                WorkInput(
                    "Hội nghị kết nối lần một", "Trung tâm, đơn vị phối hợp", date(year, 9, 1), date(year, 9, 30)
                ),
                WorkInput("Hội nghị kết nối lần hai"),
            ],
            indicators=[
                IndicatorInput("revenue", Decimal(3_600_000_000), Decimal(2_400_000_000)),
                IndicatorInput("other", Decimal(30), Decimal(0), name="Cơ sở dùng nhãn chung", unit="cơ sở"),
            ],
            linked_activities=[LinkedInput("trademark", "Nhãn chung được dùng trong hoạt động quảng bá")],
            further_provinces=[Province.objects.get(key=further)],
        ),
    )
    conference: dict[str, Any] = {"unit": "lần", "quantity": Decimal(1), "cost_item": "Tổ chức hội nghị"}
    actions.save_estimate(
        project_id=project.pk,
        by=officer,
        version=project.version,
        lines=[
            LineInput("Hội nghị kết nối lần một", 120 * MILLION, 120 * MILLION, unit_price=120 * MILLION, **conference),
            LineInput(
                "Hội nghị kết nối lần hai",
                130 * MILLION,
                100 * MILLION,
                other=30 * MILLION,
                unit_price=130 * MILLION,
                year=year + 1,
                **conference,
            ),
        ],
    )
    project.refresh_from_db()
    typed = QueryDict(mutable=True)
    typed.update({"organisation": "Trung tâm chủ trì; tỉnh bạn giới thiệu cơ sở và", "aims": project.aims})
    for name in ("necessity", "scale", "superior"):
        typed[name] = getattr(project, name)
    step_drafts.keep(project=project, by=officer, step="thuyet-minh", sent=typed, version=project.version)
