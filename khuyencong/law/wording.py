"""Norms in words, as pages and papers say them"""

from __future__ import annotations

from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.core.money import NOTHING, format_trieu
from khuyencong.law.values import DeadlineRule, Norm, Tier, percent_text

MILLION_DONG = "triệu đồng"
UNREAD = "chưa đọc được mức"
BY_PRICE = "theo giá đấu thầu hoặc giá được duyệt"
ELSEWHERE = "không nêu số (theo chế độ chung hoặc hợp đồng)"


def rate_text(norm: Norm | Tier) -> str:
    """«50 %», or a dash where the text has no rate."""
    return NOTHING if norm.rate is None else percent_text(norm.rate)


def cap_text(norm: Norm) -> str:
    """«200 triệu đồng/cơ sở», or a dash where the text has no cap."""
    return NOTHING if norm.cap is None else f"{format_trieu(norm.cap)} {MILLION_DONG}{per(norm.unit)}"


def per(unit: str) -> str:
    """«/cơ sở»; nothing where the norm has no unit."""
    return f"/{unit}" if unit else ""


def terms_text(norm: Norm) -> str:
    """A whole norm in one phrase: «50 %, tối đa 200 triệu đồng/cơ sở»."""
    parts = [_amounts(norm, per(norm.unit))] if norm.has_numbers and not norm.tiers else []
    parts += [f"{tier.name}: {_amounts(tier, per(norm.unit)) or UNREAD}" for tier in norm.tiers]
    found = "; ".join(parts) or ("" if norm.by_price else ELSEWHERE)
    if norm.by_price:
        found = f"{found}, {BY_PRICE}" if found else BY_PRICE
    return f"{found}, có thu hồi" if norm.recoverable else found


def tiers_text(norm: Norm) -> str:
    """The tiers alone: «cấp vùng: 30 %, tối đa 70 triệu đồng; …»; a dash where there are none."""
    told = [f"{tier.name}: {_amounts(tier, per(norm.unit)) or UNREAD}" for tier in norm.tiers]
    return "; ".join(told) or NOTHING


def period_text(valid_from: date | None, valid_to: date | None) -> str:
    """«từ 11/05/2018», «08/04/2014 – 10/05/2018», or that the beginning was not read."""
    if valid_from is None:
        return "chưa đọc được ngày bắt đầu" + (f", đến {format_date(valid_to)}" if valid_to else "")
    if valid_to is None:
        return f"từ {format_date(valid_from)}"
    return f"{format_date(valid_from)} – {format_date(valid_to)}"


def deadline_text(rule: DeadlineRule) -> str:
    """When something is due: «trước ngày 15/06 hằng năm», «trong 15 ngày», «3 tháng một lần»."""
    if rule.kind == "yearly":
        return f"trước ngày {rule.day:02d}/{rule.month:02d} hằng năm"
    if rule.kind == "monthly":
        return f"trước ngày {rule.day} hằng tháng"
    if rule.kind == "working_days":
        return f"trong {rule.days} ngày làm việc"
    if rule.kind == "every_months":
        return f"{rule.months} tháng một lần"
    return f"trong {rule.days} ngày, không sau {rule.day:02d}/{rule.month:02d} năm sau"


def _amounts(values: Norm | Tier, unit: str) -> str:
    parts = [] if values.rate is None else [percent_text(values.rate)]
    if values.cap is not None:
        parts.append(f"tối đa {format_trieu(values.cap)} {MILLION_DONG}{unit}")
    return ", ".join(parts)
