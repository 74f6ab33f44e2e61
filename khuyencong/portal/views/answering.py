"""What an officer sees of the questions that came through the portal."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb, Fact, Tab
from khuyencong.core.dates import format_moment
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.portal import actions
from khuyencong.portal.forms import AnswerForm, CloseForm
from khuyencong.portal.models import Feedback, FeedbackState
from khuyencong.portal.states import check_step

TITLE = "Câu hỏi, góp ý"
PAGE_SIZE = 50
TONES = {FeedbackState.NEW: "warning", FeedbackState.ANSWERED: "success", FeedbackState.CLOSED: ""}


@opens_to(Permission.FEEDBACK_ANSWER)
@require_safe
def feedbacks(request: ActorRequest) -> HttpResponse:
    """Questions to my agency, those that wait first."""
    state = request.GET.get("trang-thai", FeedbackState.NEW)
    state = state if state in FeedbackState.values else FeedbackState.NEW
    rows = Feedback.objects.visible_to(request.actor).filter(state=state).select_related("province")
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "state": state,
        "tabs": [Tab(label, f"?trang-thai={value}", active=value == state) for value, label in FeedbackState.choices],
    }
    return render(request, "portal/feedbacks.html", context)


@opens_to(Permission.FEEDBACK_ANSWER)
@require_safe
def feedback(request: ActorRequest, pk: int) -> HttpResponse:
    """One question, and what may be done with it."""
    found = _feedback(request.actor, pk)
    facts = [
        Fact("Người hỏi", found.name),
        Fact("Thư điện tử", found.email),
        Fact("Điện thoại", found.phone),
        Fact("Tỉnh, thành phố", str(found.province or "cả nước")),
        Fact("Về đề án", found.about, reverse("project", args=[found.about]) if found.about else ""),
        Fact("Gửi lúc", format_moment(found.created_at)),
    ]
    context = {"feedback": found, "facts": facts, "tone": TONES[FeedbackState(found.state)], "crumbs": _crumbs(found)}
    return render(request, "portal/feedback_kept.html", context)


@opens_to(Permission.FEEDBACK_ANSWER)
@require_http_methods(SHOW_AND_ACT)
def feedback_answer(request: ActorRequest, pk: int) -> HttpResponse:
    """Answer it."""
    found = _feedback(request.actor, pk)
    form = AnswerForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.answer_feedback(feedback_id=found.pk, by=request.actor, version=data["version"], answer=data["answer"])

    done = (
        "Đã trả lời, thư đang gửi." if found.email else "Đã ghi câu trả lời; người hỏi chỉ có số điện thoại: hãy gọi."
    )
    return _step(request, found, form, "Trả lời", "answer", act, done)


@opens_to(Permission.FEEDBACK_ANSWER)
@require_http_methods(SHOW_AND_ACT)
def feedback_close(request: ActorRequest, pk: int) -> HttpResponse:
    """End it without an answer."""
    found = _feedback(request.actor, pk)
    form = CloseForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.close_feedback(feedback_id=found.pk, by=request.actor, version=data["version"], reason=data["reason"])

    return _step(request, found, form, "Khép, không trả lời", "close", act, "Đã khép.")


def _step(
    request: ActorRequest,
    found: Feedback,
    form: AnswerForm | CloseForm,
    title: str,
    step: str,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    if request.method != "POST":
        check_step(found, step)
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(found),
        template="portal/feedback_step.html",
        context={"title": title, "feedback": found, "crumbs": _crumbs(found, title)},
    )


def _feedback(actor: Actor, pk: int) -> Feedback:
    """The question, if it came to the actor's agency; another agency's is not there. Raises 404, NotAllowed."""
    rows = Feedback.objects.visible_to(actor).select_related("agency", "province", "answered_by")
    found = get_object_or_404(rows, pk=pk)
    require(actor, Permission.FEEDBACK_ANSWER, found)
    return found


def _crumbs(found: Feedback, title: str = "") -> list[Crumb]:
    first = [Crumb(TITLE, reverse("feedbacks"))]
    return [*first, Crumb(found.name, found.get_absolute_url()), Crumb(title)] if title else [*first, Crumb(found.name)]
