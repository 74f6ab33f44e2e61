"""The map of published đề án, drawn as the one of the dashboards: both archipelagos are always there."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from khuyencong.core.money import format_ty, percent
from khuyencong.dashboards.map import Place, draw_map
from khuyencong.opendata.public import PlaceTotal
from khuyencong.places.queries import provinces_today


def map_of(places: Iterable[PlaceTotal]) -> SafeString:
    """The whole country; the colour of a province is its money as a share of that of the one with the most."""
    found = list(places)
    most = max((one.approved for one in found), default=0)
    at = reverse("portal_projects")
    by_key = {one.key: one for one in provinces_today()}
    drawn = {}
    for one in found:
        province = by_key.get(one.province_key)
        if province is not None:
            label = f"{one.province}, {one.projects} đề án, {format_ty(one.approved)} tỷ đồng"
            url = f"{at}?{urlencode({'tinh': one.province_key})}"
            drawn[province.code] = Place(label, percent(one.approved, most), url)
    names = {one.code: one.short_name for one in by_key.values()}
    return draw_map("Đề án đã công bố theo tỉnh, thành phố", drawn, names, nothing="chưa có đề án")
