"""What an entry says, and the tabs of its page."""

from __future__ import annotations

from django.urls import reverse

from khuyencong.core.components import Fact, Tab
from khuyencong.core.distance import degrees
from khuyencong.core.money import format_dong
from khuyencong.establishments.map_point import map_point
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.personal import Eyes
from khuyencong.law.catalogue import catalogue
from khuyencong.places.queries import commune_then_and_now, province_then_and_now

TABS = (
    ("tong-quan", "Tổng quan"),
    ("san-xuat", "Sản xuất"),
    ("giay-to", "Chứng nhận và giấy tờ"),
    ("nhu-cau", "Nhu cầu"),
    ("ho-tro", "Hỗ trợ đã nhận"),
    ("kiem-tra", "Kiểm tra"),
    ("nhat-ky", "Nhật ký"),
)


def tabs(found: Establishment, chosen: str) -> tuple[list[Tab], str]:
    """The tabs and the key of the one that is open; an unknown one opens the first."""
    keys = [key for key, _ in TABS]
    current = chosen if chosen in keys else keys[0]
    address = reverse("establishment", args=[found.pk])
    return [Tab(label, f"{address}?tab={key}", active=key == current) for key, label in TABS], current


def facts(found: Establishment, eyes: Eyes) -> list[Fact]:
    """What is always asked, known or not, then what only some establishments have."""
    usual = [
        Fact("Mã số thuế", eyes.tax_code(found.tax_code)),
        Fact("Ngành nghề", sector_name(found.sector)),
        Fact("Địa chỉ", found.place_text),
        Fact("Xã, phường, đặc khu", commune_then_and_now(found.commune).sentence),
        Fact("Tỉnh, thành phố", _province(found)),
        Fact("Điểm trên bản đồ", _point(found)),
        Fact("Số lao động", _workers(found)),
    ]
    some = [
        Fact("Số đăng ký", found.registration_number),
        Fact("Ngành nghề khác", "; ".join(sector_name(code) for code in found.other_sectors)),
        Fact("Vốn điều lệ", dong(found.charter_capital)),
        Fact("Làng nghề được công nhận", str(found.craft_village or "")),
    ]
    return [*usual, *(fact for fact in some if fact.value)]


def owner_facts(found: Establishment, eyes: Eyes) -> list[Fact]:
    """Who owns it, and whom to call; personal data as far as the reader may see it."""
    claims = {"phụ nữ": found.women_owned, "người dân tộc thiểu số": found.ethnic_minority_owned}
    some = [
        Fact("Chủ cơ sở", found.owner_name),
        Fact("Giới tính", found.get_owner_gender_display()),
        Fact("Dân tộc", found.owner_ethnicity),
        Fact("Năm sinh", eyes.year(found.owner_born_in)),
        Fact("Số định danh cá nhân", eyes.number(found.owner_id_number)),
        Fact("Diện ưu tiên", ", ".join(f"do {who} làm chủ" for who, holds in claims.items() if holds)),
    ]
    usual = [
        Fact("Người liên hệ", eyes.name(found.contact)),
        Fact("Điện thoại", eyes.number(found.phone)),
        Fact("Thư điện tử", eyes.email(found.email)),
    ]
    return [*(fact for fact in some if fact.value), *usual]


def sector_name(code: str) -> str:
    """Its name, or the code itself where it is unknown."""
    found = catalogue().sectors.get(code)
    return found.name if found else code


def dong(amount: int | None) -> str:
    return "" if amount is None else f"{format_dong(amount)} đồng"


def _province(found: Establishment) -> str:
    """As it was written, and the one in which the place lies today; of one of today, the one before the mergers."""
    written = province_then_and_now(found.province, found.commune)
    if written.now or not found.province_before:
        return written.sentence
    return f"{written.then} ({found.province_before.ended}: {found.province_before})"


def _point(found: Establishment) -> str:
    point = map_point(found)
    if point is None:
        return ""
    shown = f"{degrees(point.latitude)}; {degrees(point.longitude)}"
    return shown if point.is_own else f"{shown} (điểm của xã, phường; chưa ghi điểm riêng)"


def _workers(found: Establishment) -> str:
    if found.workers is None:
        return ""
    parts = (("nữ", found.women_workers), ("dân tộc thiểu số", found.ethnic_workers))
    known = ", ".join(f"{format_dong(number)} {what}" for what, number in parts if number is not None)
    return f"{format_dong(found.workers)}{f' (trong đó {known})' if known else ''}"
