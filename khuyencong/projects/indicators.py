"""What a đề án promises to change, and how it is counted: the figures that acceptance and impact are measured against.

No regulation fixes this list: TT 36/2013 Đ5.3 and Đ5.8 ask for concrete aims and effects, these are the figures in which
offices report them. A figure of another kind is written down under `OTHER` with a name and unit of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

OTHER = "other"
MOST_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: its code, what it is called, and the unit in which it is counted."""

    code: str
    name: str
    unit: str


INDICATORS: dict[str, Indicator] = {
    one.code: one
    for one in (
        Indicator("workers", "Lao động đang làm việc", "người"),
        Indicator("jobs_new", "Việc làm mới", "người"),
        Indicator("jobs_kept", "Việc làm được giữ", "người"),
        Indicator("jobs_women", "Lao động nữ", "người"),
        Indicator("jobs_minority", "Lao động người dân tộc thiểu số", "người"),
        Indicator("income", "Thu nhập bình quân của lao động", "đồng/người/tháng"),
        Indicator("revenue", "Doanh thu", "đồng/năm"),
        Indicator("output", "Sản lượng", "sản phẩm/năm"),
        Indicator("productivity", "Năng suất", "sản phẩm/giờ"),
        Indicator("energy", "Điện năng tiêu thụ", "kWh/năm"),
        Indicator("water", "Nước sử dụng", "m³/năm"),
        Indicator("material", "Nguyên liệu hao hụt", "%"),
        Indicator("waste", "Chất thải rắn", "tấn/năm"),
        Indicator("emission", "Khí thải quy đổi", "tấn CO₂/năm"),
        Indicator("trained", "Người được đào tạo, tập huấn", "người"),
        Indicator("visitors", "Cơ sở đến học tập mô hình", "cơ sở"),
        Indicator(OTHER, "Chỉ tiêu khác", ""),
    )
}


def plain_number(value: Decimal | None) -> str:
    """As people write it: «1.250,5»; "" where nothing is known."""
    if value is None:
        return ""
    text = f"{value:,.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))
