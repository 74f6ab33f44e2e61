"""The one search box: what is public of every kind, forgiving of diacritics and of the order of words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from khuyencong.competitions.outcome.public import maker_shown, product_shown, winners
from khuyencong.core.dates import format_date, today
from khuyencong.core.finding import haystack, question
from khuyencong.law.catalogue import activities_on
from khuyencong.normbook.book import all_documents
from khuyencong.opendata.public import public_projects, published
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.portal.calls import called_now
from khuyencong.search.hits import Group, Hit

MOST = 6  # of each kind
MOST_POLICIES = 500  # short texts, compared in memory
WORDS_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """Everything of one question, kinds without a hit left out."""

    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


def find(text: str) -> Found:
    """Look for it in everything public; a constant number of queries."""
    asked = question(text)
    if not asked:
        return Found(())
    query = f"?q={'+'.join(asked)}"
    groups = (
        _group("projects", "Đề án", _projects(text), f"{reverse('portal_projects')}{query}"),
        _group("products", "Sản phẩm tiêu biểu", _products(text), f"{reverse('recognised_products')}{query}"),
        _group("calls", "Đang mời tham gia", _calls(asked), reverse("portal_calls")),
        _group("support", "Việc được hỗ trợ", _activities(asked), reverse("portal_norms")),
        _group("documents", "Văn bản", _documents(asked), f"{reverse('portal_documents')}{query}"),
        _group("policies", "Chính sách giải thích", _policies(asked), reverse("policies")),
        _group("news", "Tin", _news(text), reverse("news")),
    )
    return Found(tuple(group for group in groups if group.hits))


def _group(key: str, label: str, hits: list[Hit], url: str) -> Group:
    return Group(key, label, "", tuple(hits[: MOST - 1]), url if len(hits) >= MOST else "")


def _projects(text: str) -> list[Hit]:
    return [
        Hit(one.title, reverse("portal_project", args=[one.code]), f"{one.province} · năm {one.year} · {one.code}")
        for one in public_projects(published(text=text)[:MOST])
    ]


def _products(text: str) -> list[Hit]:
    at = reverse("recognised_products")
    return [
        Hit(product, f"{at}?q={'+'.join(question(product))}", maker_shown(one))
        for one in winners(text=text, level="", year=None)[:MOST]
        for product in (product_shown(one),)
    ]


def _calls(asked: tuple[str, ...]) -> list[Hit]:
    found = [one for one in called_now(today()) if _holds(asked, one.title, one.where)]
    return [Hit(one.title, reverse("portal_calls"), f"đến hết ngày {format_date(one.until)}") for one in found[:MOST]]


def _activities(asked: tuple[str, ...]) -> list[Hit]:
    at = reverse("portal_norms")
    found = [one for one in activities_on(today()) if _holds(asked, one.name)]
    return [Hit(one.name, f"{at}?q={'+'.join(question(one.name))}", one.article) for one in found[:MOST]]


def _documents(asked: tuple[str, ...]) -> list[Hit]:
    found = [one for one in all_documents() if _holds(asked, one.name, one.title, one.issuer)]
    return [Hit(one.name, reverse("portal_document", args=[one.id]), one.title) for one in found[:MOST]]


def _policies(asked: tuple[str, ...]) -> list[Hit]:
    rows = PolicyArticle.objects.public().order_by("-published_on", "-pk")[:MOST_POLICIES]
    found = [one for one in rows if _holds(asked, one.title, one.body)]
    return [Hit(one.title, reverse("policy", args=[one.pk])) for one in found[:MOST]]


def _news(text: str) -> list[Hit]:
    rows = Work.objects.public().search(text).order_by("-published_on", "-pk")[:MOST]
    return [Hit(one.title, reverse("news_item", args=[one.pk]), one.medium) for one in rows]


def _holds(asked: tuple[str, ...], *texts: str) -> bool:
    told = _words(texts)
    return all(f" {word}" in told for word in asked)


@lru_cache(maxsize=WORDS_KEPT)
def _words(texts: tuple[str, ...]) -> str:
    """The same few hundred texts are asked about by everybody."""
    return haystack(*texts, longest=30_000)
