"""Made-up people whose data the Sở has kept long enough, one who asks what is kept, and the terms of the Sở."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from khuyencong.collaborators.actions import register_collaborator
from khuyencong.core.dates import today
from khuyencong.demo.walk import World
from khuyencong.persons import actions
from khuyencong.places.models import Commune

SO = "dong-thap"
DOCUMENT = "Quyết định 00/QĐ-VIDU về thời hạn bảo quản (không có thật)"
NAMES = ("Phan Ví Dụ Cũ", "Tạ Ví Dụ Xưa", "Hồ Ví Dụ Trước")


def load_persons(world: World) -> None:
    """Three collaborators who left long ago, a term for them and for papers, and the request of one of them."""
    officer, keeper = world.actor(SO, "officer"), world.actor(SO, "administrator")
    commune = Commune.objects.filter(province=world.provinces["82"], valid_to=None).order_by("-code")[0]
    year = today().year
    for number, name in enumerate(NAMES):
        fields = {
            "name": name, "birth_year": 1960 + number, "identity_number": "", "phone": "0900 000 000", "user": None,
            "note": "", "commune": commune, "decision_number": "00/QĐ-VIDU", "decision_on": date(year - 12, 1, 5),
            "starts_on": date(year - 12 + number, 2, 1), "ends_on": date(year - 11 + number, 1, 31),
        }  # fmt: skip
        register_collaborator(by=officer, creation_key=uuid4(), fields=fields)
    for rule, years in (("collaborator", 5), ("papers", 10)):
        actions.keep_term(by=keeper, creation_key=uuid4(), rule=rule, years=years, document=DOCUMENT)
    asked = {
        "kind": "copy", "person": NAMES[0], "birth_year": 1960, "phone": "", "email": "", "identity_number": "",
        "identity_check": "in_person", "paper": "Đơn ví dụ, nộp tại bộ phận một cửa", "received_on": today(),
    }  # fmt: skip
    actions.take_request(by=keeper, creation_key=uuid4(), fields=asked)
