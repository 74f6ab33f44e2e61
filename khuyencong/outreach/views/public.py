"""For everybody, without an account: what was published, and policies explained."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from khuyencong.core.dates import today
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.outreach.validity import explained_by
from khuyencong.people.web import public

PAGE_SIZE = 20


@public
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What came out, the latest first."""
    rows = Work.objects.public().select_related("project__implementing_unit").order_by("-published_on", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "outreach/news.html", {"page": page})


@public
@require_safe
def news_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One text; money, contracts and people stay inside."""
    rows = Work.objects.public().select_related("project__implementing_unit")
    return render(request, "outreach/news_item.html", {"work": get_object_or_404(rows, pk=pk)})


@public
@require_safe
def explained(request: HttpRequest) -> HttpResponse:
    """Policies explained for owners, with a word where a document has changed since."""
    rows = PolicyArticle.objects.public().select_related("agency").prefetch_related("documents")
    page = Paginator(rows.order_by("-published_on", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    found = explained_by(page.object_list, today())
    shown = [(one, any(doc.doubt for doc in found[one.pk])) for one in page.object_list]
    return render(request, "outreach/policies.html", {"page": page, "rows": shown})


@public
@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One explanation and the documents that it explains."""
    rows = PolicyArticle.objects.public().select_related("agency").prefetch_related("documents")
    found = get_object_or_404(rows, pk=pk)
    context = {"article": found, "documents": explained_by([found], today())[found.pk]}
    return render(request, "outreach/policy.html", context)
