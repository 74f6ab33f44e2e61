"""For search engines: which pages there are, and which are nobody's business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.core.web import kept_briefly
from khuyencong.normbook.book import all_documents
from khuyencong.notices.letters import public_address
from khuyencong.opendata.models import Publication
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.people.web import public

PAGES = (
    "portal", "portal_support", "portal_projects", "portal_map", "portal_results", "portal_calls", "portal_norms",
    "portal_documents", "portal_check", "portal_feedback", "recognised_products", "policies", "news",
)  # fmt: skip
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PER_MAP = 5_000  # addresses of đề án in one file; the protocol allows ten times as many
# What opens without an account and is no page of the portal: the rest asks to sign in anyway.
OPEN = ("/cong/", "/sitemap", "/tin/", "/chinh-sach/", "/san-pham-tieu-bieu/", "/du-lieu-mo/", "/static/")


@public
@kept_briefly
@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Only the portal; secrets in addresses (certificates, answers) are not to be gathered."""
    lines = ["User-agent: *", *(f"Allow: {path}" for path in OPEN), "Disallow: /cong/tim/", "Disallow: /"]
    lines += ["", f"Sitemap: {public_address(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@kept_briefly
@require_safe
def sitemap(_request: HttpRequest) -> HttpResponse:
    """The files of addresses: one of pages, and as many of đề án as there are."""
    parts = range(1, -(-Publication.objects.public().count() // PER_MAP) + 1)
    maps = ["trang", *(f"de-an-{part}" for part in parts)]
    found = [(public_address(reverse("sitemap_part", args=[one])), None) for one in maps]
    return _xml("sitemapindex", "sitemap", found)


@public
@kept_briefly
@require_safe
def sitemap_part(_request: HttpRequest, part: str) -> HttpResponse:
    """The addresses of one file; one or four queries."""
    if part == "trang":
        return _xml("urlset", "url", [(public_address(one), None) for one in _pages()])
    number = part.removeprefix("de-an-")
    if not (number.isascii() and number.isdigit() and 0 < len(number) < len("1000") and int(number) > 0):
        raise Http404
    rows = Publication.objects.public().order_by("pk").values_list("project__code", "published_on", "changed_on")
    of_part = rows[(int(number) - 1) * PER_MAP : int(number) * PER_MAP]
    found = [
        (public_address(reverse("portal_project", args=[code])), max(filter(None, days))) for code, *days in of_part
    ]
    return _xml("urlset", "url", found)


def _pages() -> Iterator[str]:
    yield from (reverse(name) for name in PAGES)
    yield "/du-lieu-mo/"
    yield from (reverse("portal_document", args=[one.id]) for one in all_documents())
    for name, rows in (("policy", PolicyArticle.objects.public()), ("news_item", Work.objects.public())):
        yield from (reverse(name, args=[pk]) for pk in rows.order_by("-pk").values_list("pk", flat=True)[:PER_MAP])


def _xml(around: str, of_one: str, entries: Iterable[tuple[str, date | None]]) -> HttpResponse:
    """A file of the protocol sitemaps.org: one `of_one` for each address, all inside `around`."""
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{around} xmlns="{NAMESPACE}">']
    for address, day in entries:
        changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
        lines.append(f"<{of_one}><loc>{escape(address)}</loc>{changed}</{of_one}>")
    lines.append(f"</{around}>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
