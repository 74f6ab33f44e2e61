"""Public pages of records: the first page, published đề án, the map, results, calls, and one search over everything."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.core.components import Stat
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong, format_ty
from khuyencong.core.web import kept_briefly
from khuyencong.law.catalogue import activity_choices
from khuyencong.opendata.public import PublicProject, public_project, public_projects, published
from khuyencong.outreach.models import Work
from khuyencong.people.web import public
from khuyencong.places.queries import provinces_today
from khuyencong.portal.calls import called_now
from khuyencong.portal.figures import Totals, totals
from khuyencong.portal.found import find
from khuyencong.portal.picture import map_of
from khuyencong.portal.reported import locked_reports
from khuyencong.portal.web import PAGE_SIZE, chosen_in, crumbs_to, meta_of, words_in, year_in
from khuyencong.programmes.models import FundingSource

ABOUT = (
    "Khuyến công: hỗ trợ của Nhà nước cho cơ sở công nghiệp nông thôn. Tra cứu việc được hỗ trợ, đề án đã công bố, "
    "sản phẩm tiêu biểu, văn bản, định mức."
)
LATEST = 5


@public
@kept_briefly
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: what the portal answers, and what is new."""
    found = totals()
    data = {"@type": "WebSite", "inLanguage": "vi"}
    context = {
        "stats": _stats(found),
        "latest": public_projects(published()[:LATEST]),
        "calls": called_now(today())[:LATEST],
        "news": Work.objects.public().order_by("-published_on", "-pk")[:LATEST],
        "meta": meta_of(request, "Cổng thông tin khuyến công", ABOUT, data=data),
    }
    return render(request, "portal/home.html", context)


@public
@kept_briefly
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Published đề án, the latest first, narrowed by what stands in the address."""
    provinces = {one.key: one.short_name for one in provinces_today()}
    activities, sources = dict(activity_choices()), dict(FundingSource.choices)
    text, year = words_in(request), year_in(request)
    province = chosen_in(request, "tinh", provinces)
    activity = chosen_in(request, "viec", activities)
    source = chosen_in(request, "nguon", sources)
    rows = published(text=text, province=province, year=year, activity=activity, source=source)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown: Page[PublicProject] = Page(public_projects(page.object_list), page.number, page.paginator)  # type: ignore[arg-type]  # the paginator counts publications, the page shows them
    title = "Đề án khuyến công"
    context = {
        "page": shown,
        "text": text,
        "year": year,
        "chosen": {"tinh": province, "viec": activity, "nguon": source},
        "provinces": provinces.items(),
        "activities": activities.items(),
        "sources": sources.items(),
        "narrow": bool(text or year or province or activity or source),
        "crumbs": crumbs_to(title),
        "meta": meta_of(request, title, "Các đề án khuyến công do cơ quan quản lý công bố: nơi, việc, tiền, kết quả."),
    }
    return render(request, "portal/projects.html", context)


@public
@kept_briefly
@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """One published đề án; what was withdrawn or never published is not there."""
    found = public_project(code)
    if found is None:
        raise Http404("Không có đề án này trên cổng thông tin, hoặc đã được gỡ.")
    about = found.summary or f"{found.activity_label}, {found.province}, năm {found.year}."
    data = {
        "@type": "MonetaryGrant",
        "identifier": found.code,
        "amount": {"@type": "MonetaryAmount", "currency": "VND", "value": found.approved},
        "funder": {"@type": "GovernmentOrganization", "name": found.funder},
    }
    context = {
        "one": found,
        "crumbs": crumbs_to(("Đề án", reverse("portal_projects")), found.code),
        "meta": meta_of(request, found.title, about, kind="article", data=data),
    }
    return render(request, "portal/project.html", context)


@public
@kept_briefly
@require_safe
def country_map(request: HttpRequest) -> HttpResponse:
    """Where published đề án lie and how much was approved for them, as a picture and as the same table."""
    found = totals()
    title = "Bản đồ đề án"
    context = {
        "svg": map_of(found.places),
        "places": found.places,
        "projects": found.projects,
        "approved": found.approved,
        "crumbs": crumbs_to(title),
        "meta": meta_of(request, title, "Số đề án và kinh phí hỗ trợ đã công bố theo tỉnh, thành phố."),
    }
    return render(request, "portal/map.html", context)


@public
@kept_briefly
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What the published đề án come to, by year and by activity."""
    found = totals()
    title = "Kết quả khuyến công"
    context = {
        "totals": found,
        "stats": _stats(found),
        "years": tuple(reversed(found.years)),
        "reports": locked_reports(),
        "crumbs": crumbs_to(title),
        "meta": meta_of(request, title, "Số đề án, kinh phí hỗ trợ theo năm và theo việc, của các đề án đã công bố."),
    }
    return render(request, "portal/results.html", context)


@public
@kept_briefly
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """What may be answered today."""
    title = "Đang mời tham gia"
    context = {
        "calls": called_now(today()),
        "crumbs": crumbs_to(title),
        "meta": meta_of(
            request, title, "Kỳ bình chọn sản phẩm đang nhận hồ sơ, hội chợ đang nhận đăng ký, với hạn nộp."
        ),
    }
    return render(request, "portal/calls.html", context)


@public
@kept_briefly
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box over everything public."""
    text = words_in(request)
    context = {
        "text": text,
        "found": find(text),
        "crumbs": crumbs_to("Tìm"),
        "meta": meta_of(request, "Tìm trên cổng thông tin", ABOUT),
    }
    return render(request, "portal/search.html", context)


def _stats(found: Totals) -> list[Stat]:
    return [
        Stat("Đề án đã công bố", format_dong(found.projects), "đề án", url=reverse("portal_projects")),
        Stat("Hỗ trợ được phê duyệt", format_ty(found.approved), "tỷ đồng", "của các đề án đã công bố"),
        Stat("Đã chi", format_ty(found.paid), "tỷ đồng", "của các đề án đã công bố"),
        Stat("Tỉnh, thành phố", str(len(found.places)), "có đề án", url=reverse("portal_map")),
    ]
