"""What the public pages share: what search engines are told, and reading an address that anybody may have written."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.urls import reverse

from khuyencong.core.components import Crumb, Meta
from khuyencong.core.text import clean
from khuyencong.notices.letters import public_address

LONGEST = 200
DESCRIPTION = 300  # signs of a description; search engines show about half of it
PAGE_SIZE = 20
FIRST_YEAR, LAST_YEAR = 2013, 2100


def crumbs_to(*levels: tuple[str, str] | str) -> list[Crumb]:
    """The portal, then the levels: (label, address) or the label of this page."""
    own = [Crumb(one) if isinstance(one, str) else Crumb(*one) for one in levels]
    return [Crumb("Cổng thông tin", reverse("portal")), *own]


def meta_of(
    request: HttpRequest,
    title: str,
    description: str,
    *,
    kind: str = "website",
    data: Mapping[str, object] | None = None,
) -> Meta:
    """The canonical address is the page itself without what was asked of it, under the site's own name.

    A further page of a list is a page of its own.
    """
    address = public_address(request.path)
    page = request.GET.get("page", "")
    if page.isascii() and page.isdigit() and int(page[:6]) > 1:
        address = f"{address}?page={int(page[:6])}"
    told = " ".join(description.split())[:DESCRIPTION]
    if data is not None:
        data = {"@context": "https://schema.org", "url": address, "name": title, "description": told, **data}
    return Meta(title, told, address, kind, data)


def words_in(request: HttpRequest, name: str = "q") -> str:
    """What was typed, cut to what can be meant."""
    return clean(request.GET.get(name, "")[:LONGEST])


def chosen_in(request: HttpRequest, name: str, known: Mapping[str, object] | set[str]) -> str:
    """A choice that there is; "" for anything else."""
    value = request.GET.get(name, "")
    return value if value in known else ""


def year_in(request: HttpRequest, name: str = "nam") -> int | None:
    """A year of the programme; None for anything else."""
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) == len("2026")):
        return None
    return int(text) if FIRST_YEAR <= int(text) <= LAST_YEAR else None
