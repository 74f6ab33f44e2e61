"""What a judge sees of a product: in a blind round without the name and the place of who made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuyencong.competitions.judging.closeness import hide
from khuyencong.competitions.models import Entry, EntryPhoto, Round
from khuyencong.core.components import Fact
from khuyencong.core.money import format_dong

# The fields of the description, in the order in which a judge reads them.
TEXTS = {
    "set_parts": "Các sản phẩm trong bộ",
    "features": "Đặc điểm, công dụng",
    "materials": "Nguyên liệu, vật liệu",
    "technology": "Công nghệ, thiết bị",
    "standards": "Tiêu chuẩn chất lượng",
    "output": "Năng lực sản xuất một năm",
    "market": "Thị trường, tiêu thụ",
    "impact": "Hiệu quả kinh tế, xã hội, môi trường",
    "culture": "Giá trị văn hóa, thẩm mỹ",
    "awards": "Giải thưởng, chứng nhận đã có",
}


@dataclass(frozen=True)
class Shown:
    """One product as it is shown to a judge; `maker` and `place` are empty in a blind round."""

    entry: Entry
    product: str
    maker: str
    place: str

    @property
    def code(self) -> str:
        return self.entry.code


def shown(entry: Entry, round_: Round) -> Shown:
    """Expects `establishment__province` and `establishment__commune` loaded."""
    if round_.is_blind:
        return Shown(entry, covered_name(entry), "", "")
    place = entry.establishment
    where = ", ".join(str(one) for one in (place.place_text, place.commune, place.province) if one)
    return Shown(entry, entry.product, place.name, where)


def covered_name(entry: Entry) -> str:
    """The name of the product without what gives its maker away; expects the same loaded as `shown`."""
    return hide(entry.product, *_names(entry))


def description(entry: Entry, round_: Round) -> list[Fact]:
    """What the dossier says of the product, names covered in a blind round."""
    names = _names(entry) if round_.is_blind else ()
    found = [Fact("Nhóm", entry.get_group_display())]
    told = ((label, getattr(entry, name)) for name, label in TEXTS.items())
    found += [Fact(label, hide(text, *names) if names else text) for label, text in told if text]
    numbers = (("Giá bán một đơn vị", entry.price, "đồng"), ("Doanh thu năm trước của sản phẩm", entry.revenue, "đồng"),
               ("Số lao động làm sản phẩm", entry.workers, "người"))  # fmt: skip
    return found + [Fact(label, f"{format_dong(value)} {unit}") for label, value, unit in numbers if value is not None]


def photos(entry: Entry) -> Sequence[EntryPhoto]:
    """Its photos, in the order they came; one query."""
    return list(entry.photos.order_by("pk"))


def _names(entry: Entry) -> tuple[str, ...]:
    place = entry.establishment
    communes = (place.commune.name,) if place.commune else ()
    return (
        place.name,
        place.owner_name,
        place.place_text,
        place.tax_code,
        *communes,
        place.province.name,
        place.province.short_name,
    )
