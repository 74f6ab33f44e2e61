"""A made-up craft village of Đồng Tháp, its commune on a made-up list of difficult areas, and one that lost its recognition."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from khuyencong.areas.actions import add_craft_village, add_preferred_area, end_craft_village
from khuyencong.areas.models import CraftVillage
from khuyencong.core.dates import today
from khuyencong.demo.walk import World
from khuyencong.places.models import Commune

FIRST_DAY = date(2025, 7, 1)


def load_areas(world: World) -> CraftVillage:
    """Enter them as the department's officer does; the village in which one of the stories takes place."""
    officer, province = world.actor("dong-thap", "officer"), world.provinces["82"]
    commune = Commune.objects.select_related("province").filter(province=province, kind="commune").order_by("code")[0]

    def enter(name: str, trade: str, document: str) -> CraftVillage:
        fields = {
            "name": f"{name} (không có thật)",
            "kind": "village",
            "trade": trade,
            "commune": commune,
            "document": f"{document} (ví dụ)",
            "from_on": date(2019, 3, 1),
        }
        return add_craft_village(by=officer, creation_key=uuid4(), province=province, fields=fields)

    village = enter("Làng nghề Ví Dụ", "dệt khăn", "Quyết định 00/QĐ-UBND-VIDU")
    former = enter("Làng nghề Xưa Thử Nghiệm", "đan lát", "Quyết định 01/QĐ-UBND-VIDU")
    end_craft_village(
        craft_village_id=former.pk,
        by=officer,
        version=former.version,
        to_on=date(today().year - 1, 12, 31),
        end_document="Quyết định 02/QĐ-UBND-VIDU (ví dụ)",
    )
    add_preferred_area(
        by=officer,
        creation_key=uuid4(),
        province=province,
        fields={
            "commune": commune,
            "priority_place": "difficult_area",
            "document": "Quyết định 03/QĐ-VIDU (ví dụ)",
            "from_on": FIRST_DAY,
            "note": "Ghi để dùng thử, không phải danh sách thật",
        },
    )
    return village
