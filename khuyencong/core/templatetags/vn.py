"""Filters that write money, days and shares the Vietnamese way, and the tag for icons. Loaded in every template."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from khuyencong.core import dates, distance, money, text
from khuyencong.core.logs import current_id

register = template.Library()

ICONS = "vendor/icons/icons.svg"
# As Django's `json_script`: nothing in the text can end the element.
IN_A_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


@register.simple_tag
def request_id() -> str:
    """The id under which the log tells of this request; "" outside one."""
    return current_id.get()


@register.filter
def dong(value: Any) -> str:
    """Đồng, grouped: "1.750.000.000"; the template writes the unit. A dash when there is no amount."""
    return money.NOTHING if (amount := _amount(value)) is None else money.format_dong(amount)


@register.filter
def trieu(value: Any) -> str:
    """Đồng shown in triệu: "3.108,129"; a dash when there is no amount."""
    return money.NOTHING if (amount := _amount(value)) is None else money.format_trieu(amount)


@register.filter
def ty(value: Any) -> str:
    """Đồng shown in tỷ: "43,735"; a dash when there is no amount."""
    return money.NOTHING if (amount := _amount(value)) is None else money.format_ty(amount)


@register.filter
def percent(value: Any) -> str:
    """Per cent as `core.money.percent` gives it: "93,5 %"; a dash when there is none."""
    if isinstance(value, int):
        value = Decimal(value)
    return money.format_percent(value if isinstance(value, Decimal) else None)


@register.filter
def ngay(value: Any) -> str:
    """A day as dd/mm/yyyy, of a moment the local day; a dash when there is none."""
    return dates.format_date(value) if isinstance(value, date) else money.NOTHING


@register.filter
def ngay_gio(value: Any) -> str:
    """A moment as dd/mm/yyyy HH:MM in local time; a dash when there is none."""
    return dates.format_moment(value) if isinstance(value, datetime) else money.NOTHING


@register.filter
def toa_do(value: Any, exact: Any = None) -> str:
    """Where a record with `latitude` and `longitude` was: "10,45673; 105,6325", hidden unless `exact`; "" if unknown."""
    return distance.point_text(distance.place_of(value.latitude, value.longitude), exact=bool(exact))


@register.filter
def words(value: Any) -> str:
    """An amount in đồng in words: "Tám trăm triệu đồng"; nothing when there is no amount."""
    return "" if (amount := _amount(value)) is None else text.money_in_words(amount)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The icon of that name. Without a `label` it is decoration that screen readers skip, with one it is a picture."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, _sprite(), name
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', _sprite(), name
    )


@register.simple_tag
def json_ld(data: Mapping[str, Any]) -> SafeString:
    """What a page is about, for search engines: data that no browser runs, so the security policy has nothing against it."""
    text_ = json.dumps(data, ensure_ascii=False).translate(IN_A_SCRIPT)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text_))  # noqa: S308  # translated above


@cache
def _sprite() -> str:
    """Its address, made once: a page has fifty icons."""
    return static(ICONS)


@register.simple_tag
def nav_link(item: Any) -> SafeString:
    """One entry of the main menu: `url`, `label`, `icon` and whether it is `active`; no template is read for each."""
    here = mark_safe(' aria-current="page"') if item.active else ""  # a text of ours
    return format_html('<a href="{}"{}>{}{}</a>', item.url, here, icon(item.icon) if item.icon else "", item.label)


def _amount(value: Any) -> int | None:
    """Whole đồng, or None when there is nothing to show; TypeError on a fraction, which is a mistake of ours."""
    if value is None or value == "":
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    raise TypeError(f"whole đồng expected, got {value!r}")
