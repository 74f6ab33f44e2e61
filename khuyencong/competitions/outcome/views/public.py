"""Without an account: the page behind the QR code of a certificate, and the products that are recognised."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from khuyencong.competitions.outcome.holders import read_year, standing_of
from khuyencong.competitions.outcome.issuer import issuer_of
from khuyencong.competitions.outcome.public import (
    LONGEST,
    MISSED,
    certificate_of,
    maker_shown,
    note_miss,
    product_shown,
    too_many_misses,
    winners,
)
from khuyencong.core.components import Meta
from khuyencong.core.dates import today
from khuyencong.core.text import clean
from khuyencong.core.web import kept_briefly
from khuyencong.establishments.models import CertificateLevel
from khuyencong.notices.letters import public_address
from khuyencong.people.web import public

PAGE_SIZE = 50
TITLE = "Sản phẩm công nghiệp nông thôn tiêu biểu"
ABOUT = "Sản phẩm được công nhận, cấp giấy chứng nhận qua các kỳ bình chọn, của cơ sở nào, đến ngày nào."


@public
@never_cache
@require_safe
def certificate_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Valid, expired or withdrawn, of which product: what stands on the paper itself, and nothing more."""
    address = request.META.get("REMOTE_ADDR", "")
    found = certificate_of(secret)
    if found is None:
        if too_many_misses(address):
            waiting = {"sentence": MISSED.sentence}
            return _plain(request, "competitions/outcome/wait.html", waiting, HTTPStatus.TOO_MANY_REQUESTS)
        note_miss(address, secret)
        return _plain(request, "competitions/outcome/no_certificate.html", {}, HTTPStatus.NOT_FOUND)
    round_ = found.decision.round
    context = {
        "certificate": found,
        "round": round_,
        "issuer": issuer_of(round_, found.decision.decided_on),
        "standing": standing_of(found, today()),
    }
    return _plain(request, "competitions/outcome/scanned.html", context)


@public
@kept_briefly
@require_safe
def recognised(request: HttpRequest) -> HttpResponse:
    """The recognised products, for everybody."""
    text, level, year = (
        clean(request.GET.get("q", "")[:LONGEST]),
        request.GET.get("cap", ""),
        request.GET.get("nam", ""),
    )
    level = level if level in CertificateLevel.values else ""
    asked = read_year(year)
    page = Paginator(winners(text=text, level=level, year=asked), PAGE_SIZE).get_page(request.GET.get("page"))
    on = today()
    context = {
        "rows": [(one, standing_of(one, on), product_shown(one), maker_shown(one)) for one in page.object_list],
        "page": page,
        "text": text,
        "level": level,
        "year": asked,
        "narrow": bool(text or level or asked),
        "levels": CertificateLevel.choices,
        "meta": Meta(TITLE, ABOUT, public_address(request.path)),
    }
    return render(request, "competitions/outcome/recognised.html", context)


def _plain(
    request: HttpRequest, template: str, context: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    answer = render(request, template, dict(context), status=status)
    answer["X-Robots-Tag"] = "noindex"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "600"
    return answer
