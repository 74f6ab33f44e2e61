"""«Tôi được hỗ trợ gì?» for everybody; the answer stands in the address, nothing is kept of who asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.dates import today
from khuyencong.core.web import kept_briefly
from khuyencong.people.web import public
from khuyencong.places.models import Province
from khuyencong.portal.support import activity_words, offices, overview, reply, together
from khuyencong.portal.support_form import SupportForm
from khuyencong.portal.web import crumbs_to, meta_of

TITLE = "Tôi được hỗ trợ gì?"
ABOUT = (
    "Trả lời năm câu hỏi để biết cơ sở công nghiệp nông thôn được khuyến công hỗ trợ việc gì, bao nhiêu, "
    "theo điều nào, cần giấy tờ gì, hỏi ở đâu."
)


@public
@kept_briefly
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """The questions, and under them the answer once they are asked."""
    on = today()
    provinces = list(Province.objects.in_force(on).select_related("current"))
    form = SupportForm(request.GET if "loai" in request.GET else None, provinces=provinces, on=on)
    context = {"form": form, "on": on, "crumbs": crumbs_to(TITLE), "meta": meta_of(request, TITLE, ABOUT)}
    if not form.is_valid():
        return render(request, "portal/support.html", context)
    asked = form.asked
    context["offices"] = offices(asked)
    context["province"] = asked.province
    if asked.activity is not None:
        context["reply"] = reply(asked, asked.activity, on=on)
        context["words"] = activity_words(asked.activity)
    else:
        found = overview(asked, on=on)
        context["open"] = [(one, activity_words(one.activity)) for one in found if one.is_open]
        context["closed"] = [(one, activity_words(one.activity)) for one in found if not one.is_open]
        context["together"] = together(on)
        context["unknown_place"] = asked.before is None and asked.was_several
    return render(request, "portal/support.html", context)
