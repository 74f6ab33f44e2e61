"""The map of provinces: each in the colour of its share, and opening its list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from khuyencong.core.money import format_percent
from khuyencong.dashboards.charts import link_around, svg_of, text_at
from khuyencong.dashboards.country import HEIGHT, WIDTH, country

# From which per cent on a province has the colour; the last one has no share at all.
COLOURS = (
    (75, "#08466a", "từ 75 %"),
    (50, "#3f86b0", "50–75 %"),
    (25, "#92bfd9", "25–50 %"),
    (0, "#d3e5f0", "dưới 25 %"),
)
KEY_AT = 275  # where the key of the colours begins, out in the sea
SEA = 356  # where the middle of a name may stand at most
NONE, EDGE = "#f0f0f0", "#5c6773"


@dataclass(frozen=True)
class Place:
    """What a province says and opens; `share` None: nothing to be a share of."""

    label: str
    share: Decimal | None
    url: str = ""


def draw_map(
    title: str, places: Mapping[str, Place], names: Mapping[str, str], *, nothing: str = "không có kế hoạch"
) -> SafeString:
    """The whole country; provinces by code. `names`: of those that have nothing to show, `nothing`: why they have not."""
    found = country()
    parts = []
    for code, path in found.paths.items():
        place = places.get(code) or Place(names.get(code, code), None)
        shape = f'<path d="{path}" fill="{_colour(place.share)}" stroke="{EDGE}" stroke-width="0.6"/>'
        parts.append(link_around(place.url, f"{place.label}: {format_percent(place.share)}", shape))
    for one in found.archipelagos:
        dots = "".join(
            f'<circle cx="{one.x + dx:.1f}" cy="{one.y + dy:.1f}" r="1.6" fill="{EDGE}"/>'
            for dx, dy in ((0, 0), (7, 3), (-6, 5), (3, -6), (11, -4))
        )
        words = text_at(min(one.x, SEA), one.y + 24, one.name, size=14, anchor="middle")
        country_name = text_at(min(one.x, SEA), one.y + 41, "(Việt Nam)", size=14, anchor="middle")
        parts.append(f"<g>{dots}{words}{country_name}</g>")
    for place_, (_, colour, words) in enumerate((*COLOURS, (None, NONE, nothing))):
        y = 24 + place_ * 21
        parts.append(
            f'<rect x="{KEY_AT}" y="{y}" width="20" height="14" fill="{colour}" stroke="{EDGE}" stroke-width="0.6"/>'
        )
        parts.append(text_at(KEY_AT + 27, y + 12, words, size=14))
    return svg_of(title, HEIGHT, "".join(parts), width=WIDTH)


def _colour(share: Decimal | None) -> str:
    if share is None:
        return NONE
    return next((colour for least, colour, _ in COLOURS if share >= least), COLOURS[-1][1])
