"""Where somebody sends something: a code to be checked, a question to an agency. Nothing here is kept for others."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.actors import origin_of
from khuyencong.people.web import public
from khuyencong.portal.actions import FROM_ONE_PERSON, FROM_ONE_PLACE, send_feedback
from khuyencong.portal.forms import FeedbackForm
from khuyencong.portal.receipts import of_receipt, receipt_of
from khuyencong.portal.verified import MISSED, note_miss, too_many_misses, verify
from khuyencong.portal.web import LONGEST, crumbs_to, meta_of, words_in

CHECK, ASK = "Kiểm tra giấy", "Hỏi, góp ý"


@public
@never_cache
@require_safe
def check(request: HttpRequest, token: str = "") -> HttpResponse:
    """Whether a paper is real, by the code that stands on it; `token` is that of the short address in its QR code."""
    text, address = token[:LONGEST] or words_in(request, "ma"), request.META.get("REMOTE_ADDR", "")
    context = {
        "text": text,
        "crumbs": crumbs_to(CHECK),
        "meta": meta_of(request, CHECK, "Nhập mã trên giấy chứng nhận, giấy tờ khuyến công để biết giấy có thật."),
    }
    if not text:
        return render(request, "portal/check.html", context)
    found = verify(text)
    if found is not None and found.url:
        return redirect(found.url)
    status = HTTPStatus.OK
    if found is None:
        # Only who misses waits: an office shares its address with others.
        if too_many_misses(address):
            context["waiting"], status = MISSED.sentence, HTTPStatus.TOO_MANY_REQUESTS
        else:
            note_miss(address, text)
            status = HTTPStatus.NOT_FOUND
    answer = render(request, "portal/check.html", {**context, "found": found}, status=status)
    answer["X-Robots-Tag"] = "noindex"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "600"
    return answer


@public
@never_cache
@require_http_methods(SHOW_AND_ACT)
def feedback(request: HttpRequest) -> HttpResponse:
    """A question or remark, for the agency of a province or the national one."""
    asked = {"province": request.GET.get("province", ""), "about": request.GET.get("de-an", "")[:40]}
    form = FeedbackForm(request.POST or None, initial=asked)
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_trap_filled:
            return redirect("portal_feedback_sent")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            data = form.cleaned_data
            try:
                sent = send_feedback(creation_key=data["creation_key"], fields=data, origin=origin_of(request))
            except Refused as error:
                form.add_error(None, str(error))
                if error.sentence in {FROM_ONE_PLACE.sentence, FROM_ONE_PERSON.sentence}:
                    status = HTTPStatus.TOO_MANY_REQUESTS
            else:
                return redirect(f"{reverse('portal_feedback_sent')}?{urlencode({'phieu': receipt_of(sent)})}")
    context = {
        "form": form,
        "crumbs": crumbs_to(ASK),
        "meta": meta_of(request, ASK, "Gửi câu hỏi, góp ý về khuyến công tới Cục, Sở, Trung tâm Khuyến công của tỉnh."),
    }
    return render(request, "portal/feedback.html", context, status=status)


@public
@never_cache
@require_safe
def feedback_sent(request: HttpRequest) -> HttpResponse:
    """What everybody reads who has sent the form; with the receipt in its address, where it went and the answer."""
    sent = of_receipt(request.GET.get("phieu", "")[:LONGEST])
    context = {"feedback": sent, "crumbs": crumbs_to((ASK, reverse("portal_feedback")), "Đã gửi")}
    answer = render(request, "portal/feedback_sent.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer
