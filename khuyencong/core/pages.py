"""Lists that stay fast where the table is long: the keys of a page first, then the rows of those keys."""

from collections.abc import Iterable
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def rows_of(rows: QuerySet[M], keys: Iterable[int]) -> list[M]:
    """The rows with these keys, in the order of the keys; those that `rows` does not hold are left out."""
    wanted = list(keys)
    found = rows.in_bulk(wanted)
    return [found[key] for key in wanted if key in found]


def page_of(
    rows: QuerySet[M], *, shown: QuerySet[M], number: str | None, size: int, count: int | None = None
) -> Page[M]:
    """One page of the ordered `rows`; `shown` says what is loaded with each, and is only asked about those.

    `count` spares the database a question where the view has asked it already.
    """
    keys: QuerySet[M, int] = rows.values_list("pk", flat=True)
    paginator: Paginator[int] = Paginator(keys, size)
    if count is not None:
        paginator.count = count
    page = paginator.get_page(number)
    return Page(rows_of(shown, list(page.object_list)), page.number, paginator)  # type: ignore[arg-type]  # the paginator counts keys, the page shows rows
