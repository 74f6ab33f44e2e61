"""For everybody, without an account: what was published, and policies explained."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from khuyencong.core.components import Meta
from khuyencong.core.dates import format_date, today
from khuyencong.core.web import kept_briefly
from khuyencong.notices.letters import public_address
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.outreach.validity import explained_by
from khuyencong.people.web import public

PAGE_SIZE = 20
DESCRIPTION = 300  # signs


@public
@kept_briefly
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What came out, the latest first."""
    rows = Work.objects.public().select_related("project__implementing_unit").order_by("-published_on", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    meta = _meta(request, "Tin khuyến công", "Tin, bài về hoạt động khuyến công do cơ quan công bố.")
    return render(request, "outreach/news.html", {"page": page, "meta": meta})


@public
@kept_briefly
@require_safe
def news_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One text; money, contracts and people stay inside."""
    rows = Work.objects.public().select_related("project__implementing_unit")
    work = get_object_or_404(rows, pk=pk)
    data = {"@type": "NewsArticle", "headline": work.title, "datePublished": str(work.published_on)}
    meta = _meta(request, work.title, work.body or work.medium, data)
    return render(request, "outreach/news_item.html", {"work": work, "meta": meta})


@public
@kept_briefly
@require_safe
def explained(request: HttpRequest) -> HttpResponse:
    """Policies explained for owners, with a word where a document has changed since."""
    rows = PolicyArticle.objects.public().select_related("agency").prefetch_related("documents")
    page = Paginator(rows.order_by("-published_on", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    found = explained_by(page.object_list, today())
    shown = [(one, any(doc.doubt for doc in found[one.pk])) for one in page.object_list]
    meta = _meta(request, "Chính sách khuyến công", "Chính sách khuyến công giải thích bằng lời cho chủ cơ sở.")
    return render(request, "outreach/policies.html", {"page": page, "rows": shown, "meta": meta})


@public
@kept_briefly
@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One explanation and the documents that it explains."""
    rows = PolicyArticle.objects.public().select_related("agency").prefetch_related("documents")
    found = get_object_or_404(rows, pk=pk)
    told = f"Đúng theo văn bản đến ngày {format_date(found.as_of)}. {found.body}"
    context = {
        "article": found,
        "documents": explained_by([found], today())[found.pk],
        "meta": _meta(request, found.title, told),
    }
    return render(request, "outreach/policy.html", context)


def _meta(request: HttpRequest, title: str, told: str, data: Mapping[str, object] | None = None) -> Meta:
    about = " ".join(told.split())[:DESCRIPTION]
    whole = {"@context": "https://schema.org", **data} if data else None
    return Meta(title, about, public_address(request.path), "article" if data else "website", whole)
