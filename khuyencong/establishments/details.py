"""The rows that stand beside an entry: which kinds there are, what each holds, and what of it is nobody else's business."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from khuyencong.establishments.models import (
    Certificate,
    Contact,
    Establishment,
    FormerName,
    Machine,
    Need,
    Paper,
    Product,
    YearFigure,
)
from khuyencong.establishments.models.details import Detail


@dataclass(frozen=True, slots=True)
class DetailKind:
    """One kind of rows. `slug` names it in addresses, `tab` the part of the page where it stands.

    `label`: what one row is called. `personal`: fields that stay out of the audit trail. `tells_twins`: whether two
    entries may be seen to be one by it (`matching`).
    """

    key: str
    slug: str
    model: type[Detail]
    label: str
    tab: str
    fields: tuple[str, ...]
    personal: frozenset[str] = frozenset()
    tells_twins: bool = False

    def rows_of(self, establishment: Establishment) -> QuerySet[Detail]:
        """The rows of this kind that the establishment has, in the order of their model."""
        return self.model._default_manager.filter(establishment=establishment)  # noqa: SLF001  # Django documents it

    @property
    def holds_a_file(self) -> bool:
        return self.model is Paper


_ALL = (
    DetailKind("product", "san-pham", Product, "sản phẩm", "san-xuat", ("name", "unit", "yearly_output", "note")),
    DetailKind(
        "year_figure", "so-lieu", YearFigure, "số liệu năm", "san-xuat", ("year", "revenue", "tax_paid", "workers")
    ),
    DetailKind(
        "machine",
        "may",
        Machine,
        "máy, thiết bị",
        "san-xuat",
        ("name", "maker", "model", "serial", "made_in", "bought_on", "value", "quantity"),
        tells_twins=True,
    ),
    DetailKind(
        "certificate",
        "chung-nhan",
        Certificate,
        "giấy chứng nhận",
        "giay-to",
        ("kind", "name", "level", "stars", "number", "issuer", "issued_on", "valid_until"),
    ),
    DetailKind("paper", "giay-to", Paper, "giấy tờ", "giay-to", ("title", "number", "issued_on", "expires_on")),
    DetailKind(
        "need",
        "nhu-cau",
        Need,
        "nhu cầu",
        "nhu-cau",
        ("activity", "description", "estimated_cost", "wanted_year", "found_on", "state"),
    ),
    DetailKind(
        "contact",
        "lien-he",
        Contact,
        "người liên hệ",
        "tong-quan",
        ("name", "title", "phone", "email"),
        frozenset({"name", "phone", "email"}),
        tells_twins=True,
    ),
    DetailKind(
        "former_name",
        "ten-cu",
        FormerName,
        "tên cũ",
        "tong-quan",
        ("name", "until_on", "document"),
        tells_twins=True,
    ),
)
KINDS = {kind.key: kind for kind in _ALL}
BY_SLUG = {kind.slug: kind for kind in _ALL}
