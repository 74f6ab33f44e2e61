"""The addresses that are told what happens, and the log of what was sent there."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.api import actions
from khuyencong.api.forms import SubscriptionForm
from khuyencong.api.models import Delivery, Subscription
from khuyencong.api.views.tokens import crumb_of, tokens_of
from khuyencong.audit.labels import ACTIONS
from khuyencong.core.components import Crumb
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@opens_to(Permission.API_MANAGE)
@never_cache
@require_http_methods(SHOW_AND_ACT)
def subscription_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Have an address told; the secret of the signature stands on this answer and nowhere else."""
    token = get_object_or_404(tokens_of(request.actor), pk=pk)
    bound = request.method == "POST"
    form = SubscriptionForm(request.POST if bound else None)
    made: list[tuple[Subscription, str]] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.subscribe(
                by=request.actor,
                creation_key=data["creation_key"],
                token_id=token.pk,
                address=data["address"],
                events=data["events"],
            )
        )

    crumbs = [*crumb_of(token), Crumb("Địa chỉ nhận tin mới")]
    if bound and form.is_valid() and run(form, act):
        subscription, secret = made[0]
        if not secret:  # the same form a second time
            messages.success(request, "Địa chỉ đã được đăng ký ở lần bấm trước; khóa ký tin chỉ hiện ở lần ấy.")
            return redirect("subscription", subscription.pk)
        context = {"token": token, "subscription": subscription, "secret": secret, "crumbs": crumbs}
        return render(request, "api/secret.html", context)
    context = {"form": form, "token": token, "crumbs": crumbs}
    return render(request, "api/subscription_new.html", context, status=422 if bound else 200)


@opens_to(Permission.API_MANAGE)
@require_safe
def subscription(request: ActorRequest, pk: int) -> HttpResponse:
    """One address with the log of its letters, the newest first."""
    found = get_object_or_404(
        Subscription.objects.visible_to(request.actor).select_related("token__membership__agency"), pk=pk
    )
    page = Paginator(found.deliveries.order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "subscription": found,
        "events": "; ".join(ACTIONS.get(code, code) for code in found.events),
        "rows": [(one, ACTIONS.get(one.event, one.event)) for one in page.object_list],
        "page": page,
        "crumbs": [*crumb_of(found.token), Crumb("Địa chỉ nhận tin")],
    }
    return render(request, "api/subscription.html", context)


@opens_to(Permission.API_MANAGE)
@require_POST
def subscription_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell an address nothing more."""
    found = get_object_or_404(Subscription.objects.visible_to(request.actor), pk=pk)
    version = version_of(request)
    press(
        request,
        lambda: actions.unsubscribe(subscription_id=found.pk, by=request.actor, version=version),
        done="Đã thôi gửi tin tới địa chỉ này.",
    )
    return redirect("subscription", found.pk)


@opens_to(Permission.API_MANAGE)
@require_POST
def delivery_resend(request: ActorRequest, pk: int) -> HttpResponse:
    """Send a letter once more."""
    seen = Subscription.objects.visible_to(request.actor).order_by().values("pk")
    found = get_object_or_404(Delivery.objects.filter(subscription__in=seen), pk=pk)
    press(
        request,
        lambda: actions.resend(delivery_id=found.pk, by=request.actor),
        done="Tin được xếp hàng gửi lại; kết quả hiện ở đây sau vài giây.",
    )
    return redirect("subscription", found.subscription_id)
