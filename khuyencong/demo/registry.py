"""Made-up establishments with everything that the registry keeps: what a full page looks like.

Tax codes and identity numbers begin with a row of noughts, so that they pass the check and can be nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.handing_in import PDF
from khuyencong.demo.walk import World
from khuyencong.establishments.actions import add_detail, update_establishment
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.tax_code import made_up_tax_code

OFFICER = ("dong-thap-centre", "officer")
MADE_UP = " (không có thật)"
Row = Mapping[str, Any]


def certify(world: World, establishment: Establishment, *, level: str = "", stars: int = 0) -> None:
    """A product certificate of that level, valid for two more years, and OCOP stars; nothing for what is left out."""
    if level:
        product = {
            "kind": "product",
            "name": "Sản phẩm ví dụ",
            "level": level,
            "number": "00/GCN-VIDU",
            "issuer": "Cơ quan ví dụ",
            "issued_on": date(today().year - 1, 12, 1),
            "valid_until": date(today().year + 2, 12, 31),
        }
        _add(world, establishment, "certificate", product)
    if stars:
        ocop = {
            "kind": "ocop",
            "name": "Sản phẩm ví dụ",
            "stars": stars,
            "number": "00/QĐ-VIDU",
            "issued_on": date(today().year - 1, 10, 1),
            "valid_until": date(today().year + 2, 10, 1),
        }
        _add(world, establishment, "certificate", ocop)


@dataclass(frozen=True)
class Full:
    """One establishment of the stories, by its name, with the rest of its entry and the rows beside it.

    `has_point`: it has a point of its own, not far from that of its commune.
    """

    name: str
    entry: Row
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    has_point: bool = False


def load_registry(world: World) -> None:
    """Fill in the establishments of `FULL`, through the actions that officers use."""
    for full in _full():
        establishment = Establishment.objects.select_related("commune").get(name=f"{full.name}{MADE_UP}")
        update_establishment(
            establishment_id=establishment.pk,
            by=world.actor(*OFFICER),
            version=establishment.version,
            fields={**full.entry, **(_point_near(establishment) if full.has_point else {})},
        )
        for kind, rows in full.rows.items():
            for row in rows:
                _add(world, establishment, kind, row)


def _point_near(establishment: Establishment) -> Row:
    commune = establishment.commune
    return {"latitude": commune.latitude + 0.004, "longitude": commune.longitude - 0.003} if commune else {}


def _add(world: World, establishment: Establishment, kind: str, row: Row) -> None:
    establishment.refresh_from_db()
    upload = None
    if kind == "paper":
        upload = SimpleUploadedFile("giay-to-vi-du.pdf", PDF + f"{establishment.pk} {row['title']}".encode())
    add_detail(
        establishment_id=establishment.pk,
        by=world.actor(*OFFICER),
        version=establishment.version,
        kind=kind,
        fields=row,
        upload=upload,
    )
    establishment.refresh_from_db()


def _years(*figures: tuple[int, int, int]) -> list[Row]:
    """Figures of the last years, the latest first: revenue and tax in triệu đồng, workers."""
    return [
        {"year": today().year - back, "revenue": revenue * MILLION, "tax_paid": tax * MILLION, "workers": workers}
        for back, (revenue, tax, workers) in enumerate(figures, start=1)
    ]


def _full() -> tuple[Full, ...]:
    on = today()
    return (
        Full(
            "Công ty TNHH Mẫu Bảy",
            {
                "tax_code": made_up_tax_code(1),
                "workers": 42,
                "women_workers": 18,
                "owner_name": "Trần Thị Ví Dụ",
                "owner_gender": "female",
                "owner_ethnicity": "Kinh",
                "owner_born_in": 1979,
                "owner_id_number": "000000000011",
                "contact": "Lê Văn Ví Dụ",
                "phone": "0900 000 011",
                "email": "lien.he@vi-du.example",
                "other_sectors": ["consumer_export"],
            },
            {
                "product": [
                    {"name": "Bàn ghế gỗ", "unit": "bộ", "yearly_output": 1_200},
                    {"name": "Tủ bếp gỗ", "unit": "bộ", "yearly_output": 350, "note": "Làm theo đơn đặt hàng"},
                ],
                "year_figure": _years((18_400, 820, 42), (15_900, 700, 38), (14_200, 610, 35)),
                "machine": [
                    {
                        "name": "Máy cưa bàn trượt", "maker": "Hãng Ví Dụ, Đài Loan", "model": "VD-3200",
                        "serial": "VD-0001", "made_in": 2018, "bought_on": date(2019, 3, 12), "value": 86 * MILLION,
                    },
                    {"name": "Máy bào bốn mặt", "maker": "Hãng Ví Dụ", "serial": "VD-0002", "value": 240 * MILLION},
                ],
                "paper": [
                    {
                        "title": "Giấy chứng nhận đăng ký doanh nghiệp", "number": made_up_tax_code(1),
                        "issued_on": date(2015, 6, 1),
                    },
                    {
                        "title": "Giấy chứng nhận đủ điều kiện phòng cháy", "number": "00/PC-VIDU",
                        "issued_on": on - timedelta(days=345), "expires_on": on + timedelta(days=20),
                    },
                ],
                "contact": [{"name": "Nguyễn Văn Ví Dụ", "title": "Kế toán", "phone": "0900 000 012"}],
                "need": [
                    {
                        "activity": "machinery", "description": "Thay máy bào cũ bằng máy bào bốn mặt điều khiển số.",
                        "estimated_cost": 650 * MILLION, "wanted_year": on.year + 1, "found_on": on,
                    },
                ],
            },
            has_point=True,
        ),
        Full(
            "Hợp tác xã Thử Nghiệm Hai Ba",
            {
                "tax_code": made_up_tax_code(2),
                "registration_number": "00000000HTX",
                "workers": 65,
                "women_workers": 58,
                "owner_name": "Phạm Thị Thử",
                "owner_gender": "female",
                "owner_ethnicity": "Kinh",
                "phone": "0900 000 021",
            },
            {
                "product": [{"name": "Khăn rằn", "unit": "chiếc", "yearly_output": 48_000}],
                "year_figure": _years((6_300, 95, 65), (5_800, 80, 61)),
                "former_name": [
                    {
                        "name": "Tổ hợp tác dệt Thử Nghiệm Hai Ba", "until_on": date(2021, 5, 31),
                        "document": "Giấy chứng nhận 00/HTX-VIDU",
                    },
                ],
                "need": [
                    {
                        "activity": "trademark", "description": "Đăng ký nhãn hiệu tập thể cho khăn rằn.",
                        "estimated_cost": 60 * MILLION, "found_on": on - timedelta(days=30),
                    },
                    {
                        "activity": "fair_domestic_join", "description": "Dự hội chợ hàng thủ công trong nước.",
                        "found_on": on - timedelta(days=200), "state": "dropped",
                    },
                ],
            },
        ),
        Full(
            "Hộ kinh doanh Ví Dụ Mười Ba",
            {
                # A household is known by its owner's identity number since 01/07/2025.
                "tax_code": "000000000031",
                "registration_number": "00H0000031",
                "workers": 7,
                "owner_name": "Lâm Văn Ví Dụ",
                "owner_gender": "male",
                "owner_ethnicity": "Khmer",
                "owner_born_in": 1985,
                "owner_id_number": "000000000031",
                "phone": "0900 000 031",
            },
            {
                "product": [{"name": "Bánh tráng nướng", "unit": "tấn", "yearly_output": 22}],
                "machine": [
                    {
                        "name": "Máy nướng bánh tráng", "maker": "Cơ sở Ví Dụ", "serial": "VD-0031",
                        "made_in": on.year, "value": 360 * MILLION,
                    },
                ],
                "paper": [
                    {
                        "title": "Giấy xác nhận kiến thức an toàn thực phẩm", "number": "00/ATTP-VIDU",
                        "issued_on": on - timedelta(days=3 * 365 + 10), "expires_on": on - timedelta(days=10),
                    },
                ],
            },
        ),
        Full(
            "Công ty TNHH Mẫu Hai Bảy",
            {
                "tax_code": made_up_tax_code(3),
                "workers": 30,
                "ethnic_workers": 12,
                "owner_name": "Thạch Thị Mẫu",
                "owner_gender": "female",
                "owner_ethnicity": "Khmer",
                "phone": "0900 000 041",
            },
            {
                "product": [
                    {"name": "Trà sen", "unit": "tấn", "yearly_output": 6},
                    {"name": "Hạt sen sấy", "unit": "tấn", "yearly_output": 40},
                ],
                "year_figure": _years((11_500, 430, 30)),
                "certificate": [
                    {
                        "kind": "system", "name": "HACCP", "number": "HACCP-00-VIDU", "issuer": "Tổ chức ví dụ",
                        "issued_on": date(on.year - 2, 4, 1), "valid_until": date(on.year + 1, 4, 1),
                    },
                ],
            },
        ),
    )  # fmt: skip
