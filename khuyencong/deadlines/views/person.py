"""«Nhắc việc và lịch»: how often I am written to, and the addresses for my calendar program."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.core.components import Crumb
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.deadlines import actions
from khuyencong.deadlines.forms import FeedForm, LettersForm
from khuyencong.deadlines.models import CalendarFeed, Every, FeedScope, Reminder
from khuyencong.notices.letters import can_be_reached, public_address
from khuyencong.people.actors import origin_of
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.DEADLINE_VIEW)
@require_http_methods(SHOW_AND_ACT)
def reminders(request: ActorRequest) -> HttpResponse:
    """My letters, and the addresses that I have given to calendar programs."""
    user, bound = request.user, request.method == "POST"
    reminder = Reminder.objects.filter(user=user).first() or Reminder(user=user)
    form = LettersForm(request.POST if bound else None, initial={"every": reminder.every})
    if bound and form.is_valid():
        every = Every(form.cleaned_data["every"])
        actions.choose_letters(user=user, every=every, origin=origin_of(request))
        messages.success(request, f"Đã lưu: {every.label.lower()}.")
        return redirect("reminders")
    feeds = CalendarFeed.objects.filter(user=user, revoked_at__isnull=True)
    context = {
        "form": form,
        "reachable": can_be_reached(user.email),
        "feeds": feeds.select_related("membership__agency", "membership__delegated_by"),
        "crumbs": [_account(), Crumb("Nhắc việc và lịch")],
    }
    return render(request, "deadlines/reminders.html", context, status=422 if bound else 200)


@opens_to(Permission.DEADLINE_VIEW)
@never_cache
@require_http_methods(SHOW_AND_ACT)
def feed_new(request: ActorRequest) -> HttpResponse:
    """Make an address for one of my hats; its secret stands on this answer and nowhere else."""
    bound = request.method == "POST"
    initial = {"membership": str(request.membership.pk), "scope": FeedScope.MINE.value}
    form = FeedForm(request.POST if bound else None, hats=request.memberships, initial=initial)
    made: list[str] = []

    def act() -> None:
        hat, scope = form.hats[form.cleaned_data["membership"]], FeedScope(form.cleaned_data["scope"])
        made.append(actions.make_feed(user=request.user, membership=hat, scope=scope, origin=origin_of(request))[1])

    done = bound and form.is_valid() and run(form, act)
    context = {
        "form": form,
        "address": public_address(reverse("calendar_feed", args=[made[0]])) if done else "",
        "crumbs": [_account(), Crumb("Nhắc việc và lịch", reverse("reminders")), Crumb("Địa chỉ lịch mới")],
    }
    return render(request, "deadlines/feed.html", context, status=422 if bound and not done else 200)


@opens_to(Permission.DEADLINE_VIEW)
@require_POST
def feed_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Take one of my addresses back."""
    try:
        actions.revoke_feed(user=request.user, feed_id=pk, origin=origin_of(request))
    except CalendarFeed.DoesNotExist:
        raise Http404("Không có địa chỉ lịch này.") from None
    messages.success(request, "Đã bỏ địa chỉ lịch ấy: từ nay không chương trình nào đọc được ở đó nữa.")
    return redirect("reminders")


def _account() -> Crumb:
    return Crumb("Tài khoản của tôi", reverse("my_account"))
