"""The numbers of a row of figures as cells of a table: a page has two thousand of them, so no template is read for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from khuyencong.reporting.tables import TableRow

register = template.Library()


@register.simple_tag
def figure_cells(row: TableRow) -> SafeString:
    """`<td>` for each figure and share of the row, a number with the link to its list where it has one."""
    return mark_safe("".join(_cells(row)))  # noqa: S308  # every part is escaped below


def _cells(row: TableRow) -> Iterator[str]:
    for cell in row.all_cells:
        shown = escape(cell.shown)
        yield (
            f'{_begin(cell.figure.label)}<a href="{escape(cell.url)}">{shown}</a></td>'
            if cell.url
            else (f"{_begin(cell.figure.label)}{shown}</td>")
        )
    for share in row.shares:
        yield f"{_begin(share.ratio.label)}{escape(share.text)}</td>"


@cache
def _begin(label: str) -> str:
    return f'<td class="num" data-label="{escape(label)}">'
