"""The page that says what is kept of people, before they give it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.web import kept_briefly
from khuyencong.people.web import public
from khuyencong.persons.notice import collected, kept
from khuyencong.persons.web import LAW
from khuyencong.portal.web import crumbs_to, meta_of

TITLE = "Dữ liệu cá nhân của bạn"


@public
@kept_briefly
@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, for what, how long, who reads it, and what one may ask for; no query."""
    context = {
        "collected": collected(),
        "rules": kept(),
        "law": LAW,
        "crumbs": crumbs_to(TITLE),
        "meta": meta_of(
            request, TITLE, "Phần mềm khuyến công giữ gì về mỗi người, để làm gì, bao lâu, và bạn xin được gì."
        ),
    }
    return render(request, "persons/notice.html", context)
