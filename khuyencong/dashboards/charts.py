"""Numbers to SVG: bars and lines, drawn by the server.

Colours and sizes are attributes of the marks and not classes, so that a chart that is saved as a picture looks the same.
Every text goes through `escape`. A mark with an address is a link; what it says is its label for screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from khuyencong.core.components import Column, Row

WIDTH = 360  # about what a phone has, so that nothing becomes too small to be read
INK, INK_2, ACCENT, SOFT, LINE, OTHER = "#1b2430", "#535d6b", "#0b5c8a", "#cfe1ec", "#78838f", "#8a4b08"
FONT = 'font-family="system-ui, Segoe UI, sans-serif"'
SIGNS = 49  # how many fit in a line: the label and, at its end, the number
ROW, BAR = 42, 14


@dataclass(frozen=True)
class Chart:
    """A chart with its twin, the table of the same numbers. `svg` "": there is nothing to draw, `empty` says why."""

    key: str
    title: str
    svg: SafeString
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = "Chưa có đề án nào với bộ lọc này."
    wide: bool = False


@dataclass(frozen=True)
class Mark:
    """One bar: `value` is drawn (against `whole`, an outline behind it), `shown` is written, `url` is its list."""

    label: str
    value: int
    shown: str
    url: str = ""
    whole: int | None = None


@dataclass(frozen=True)
class Series:
    """One line: a value for each place, None where it has none yet; `urls` are the lists of its points."""

    label: str
    values: Sequence[int | None]
    shown: Sequence[str] = field(default_factory=tuple)
    urls: Sequence[str] = field(default_factory=tuple)


def bars(title: str, marks: Sequence[Mark]) -> SafeString:
    """Horizontal bars, the label above each and the number at its end; "" without marks."""
    if not marks:
        return SafeString("")
    most = max(max(one.value, one.whole or 0) for one in marks) or 1
    parts = []
    for place, one in enumerate(marks):
        y = place * ROW
        bar = [_rect(0, y + 20, WIDTH, BAR, "#f5f7f9")]
        if one.whole is not None:
            bar.append(_rect(0.5, y + 20.5, _part(one.whole, most) - 1, BAR - 1, SOFT, line=LINE))
        bar.append(_rect(0, y + 20, _part(one.value, most), BAR, ACCENT))
        words = [
            _text(0, y + 14, _short(one.label, SIGNS - len(one.shown)), INK),
            _text(WIDTH, y + 14, one.shown, INK_2, anchor="end"),
        ]
        # What is written is its name; pointing at the bar tells all of it where it had to be cut.
        told = f"<title>{escape(one.label)}: {escape(one.shown)}</title>"
        inside = f'{" ".join(words)}<g aria-hidden="true">{told}{"".join(bar)}</g>'
        parts.append(f'<a href="{escape(one.url)}">{inside}</a>' if one.url else f"<g>{inside}</g>")
    return _svg(title, len(marks) * ROW, "".join(parts))


def lines(title: str, places: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Up to two lines over the same places, the first one in the accent colour, the second broken; "" without a value."""
    values = [value for one in series for value in one.values if value is not None]
    if not values or not any(values):
        return SafeString("")
    most, height, top, left = max(values), 250, 34, 8
    step = (WIDTH - 2 * left) / max(1, len(places) - 1)
    bottom = height - 26
    parts = [
        f'<line x1="0" y1="{bottom}" x2="{WIDTH}" y2="{bottom}" stroke="{LINE}"/>',
        *(
            _text(left + place * step, height - 8, name, INK_2, anchor="middle", size=12)
            for place, name in enumerate(places)
        ),
    ]
    for number, one in reversed(list(enumerate(series))):
        colour, dash = ((ACCENT, ""), (OTHER, ' stroke-dasharray="6 4"'))[number]
        at = [
            (left + place * step, bottom - (bottom - top) * value / most, place)
            for place, value in enumerate(one.values)
            if value is not None
        ]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in at)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>')
        parts.append(
            _text(number * WIDTH / 2 + 26, 14, f"{one.label}: {one.shown[at[-1][2]]}" if at else one.label, INK)
        )
        parts.append(
            f'<line x1="{number * WIDTH / 2}" y1="10" x2="{number * WIDTH / 2 + 20}" y2="10" stroke="{colour}"'
            f' stroke-width="2.5"{dash}/>'
        )
        for x, y, place in at:
            dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
            # What is pressed is larger than what is seen.
            room = f'<rect x="{x - 13:.1f}" y="{y - 13:.1f}" width="26" height="26" fill="#fff" fill-opacity="0"/>'
            url = one.urls[place] if place < len(one.urls) else ""
            parts.append(_link(url, f"{one.label}, {places[place]}: {one.shown[place]}", room + dot if url else dot))
    return _svg(title, height, "".join(parts))


def svg_of(title: str, height: int, inside: str, *, width: int = WIDTH) -> SafeString:
    """The picture around marks that are drawn elsewhere (the map)."""
    return _svg(title, height, inside, width=width)


def link_around(url: str, label: str, inside: str) -> str:
    """Marks that open a list; without an address only with what they say."""
    return _link(url, label, inside)


def text_at(x: float, y: float, text: str, *, size: int = 13, anchor: str = "start") -> str:
    """A text in the colour of texts."""
    return _text(x, y, text, INK, size=size, anchor=anchor)


def _svg(title: str, height: int, inside: str, *, width: int = WIDTH) -> SafeString:
    return mark_safe(  # noqa: S308  # every text in it went through `escape`
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kc-chart" role="group" aria-label="{escape(title)}"'
        f' viewBox="0 0 {width} {height}" {FONT} font-size="13">{inside}</svg>'
    )


def _text(x: float, y: float, text: str, colour: str, *, anchor: str = "start", size: int = 13) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
    )


def _rect(x: float, y: float, width: float, height: float, fill: str, *, line: str = "") -> str:
    stroke = f' stroke="{line}"' if line else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{height}" fill="{fill}"{stroke}/>'


def _link(url: str, label: str, inside: str) -> str:
    title = f"<title>{escape(label)}</title>"
    if not url:
        return f"<g>{title}{inside}</g>"
    return f'<a href="{escape(url)}" aria-label="{escape(label)}">{title}{inside}</a>'


def _part(value: int, most: int) -> float:
    return WIDTH * max(0, value) / most


def _short(label: str, longest: int) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1]}…"
