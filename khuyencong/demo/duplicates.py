"""Made-up doubts about who is who: one establishment entered twice, one support that the State gave elsewhere."""

from __future__ import annotations

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.registry import MADE_UP, OFFICER
from khuyencong.demo.walk import World, make_establishment
from khuyencong.establishments.actions import add_past_support
from khuyencong.establishments.models import Establishment

ENTERED_TWICE = "Hợp tác xã Thử Nghiệm Chín"
SHORT_NAME = "HTX Thử Nghiệm Chín"
SUPPORTED_BEFORE = "Hợp tác xã Thử Nghiệm Hai"


def load_duplicates(world: World) -> None:
    """A second entry under a shortened name, which raises a suspicion; a past support beside a request that waits."""
    first = Establishment.objects.get(name=f"{ENTERED_TWICE}{MADE_UP}")
    make_establishment(
        world,
        name=f"{SHORT_NAME}{MADE_UP}",
        kind=first.kind,
        commune=first.commune,
        place_text="Ấp Ví Dụ, gần chợ",
        phone="0000 000 009",
    )
    supported = Establishment.objects.get(name=f"{SUPPORTED_BEFORE}{MADE_UP}")
    add_past_support(
        establishment_id=supported.pk,
        by=world.actor(*OFFICER),
        version=supported.version,
        fields={
            "year": today().year - 4,
            "source": "Khuyến nông (ví dụ)",
            "agency_name": "Trung tâm Khuyến nông (ví dụ)",
            "province": supported.province_before,
            "item": "Máy hút chân không",
            "serial": "VIDU-0009",
            "amount": 35 * MILLION,
            "document": "Quyết định 00/QĐ-VIDU (không có thật)",
        },
    )
