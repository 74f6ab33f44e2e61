"""The numbers of a row of figures as cells of a table: a page has two thousand of them, so no template is read for each."""

from __future__ import annotations

from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from khuyencong.reporting.tables import TableRow

register = template.Library()


@register.simple_tag
def figure_cells(row: TableRow) -> SafeString:
    """`<td>` for each figure and share of the row, a number with the link to its list where it has one."""
    return format_html_join("", '<td class="num" data-label="{}">{}</td>', _cells(row))


def _cells(row: TableRow) -> Iterator[tuple[str, str]]:
    for cell in row.all_cells:
        shown = format_html('<a href="{}">{}</a>', cell.url, cell.shown) if cell.url else cell.shown
        yield cell.figure.label, shown
    for share in row.shares:
        yield share.ratio.label, share.text
