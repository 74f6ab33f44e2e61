"""The systems that are let in: who they are, what for, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.api import actions
from khuyencong.api.forms import RevokeForm, TokenForm
from khuyencong.api.models import ApiToken, ApiTokenQuerySet
from khuyencong.api.scopes import Scope
from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date, format_moment
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to

TITLE = "Kết nối"


def tokens_of(actor: Actor) -> ApiTokenQuerySet:
    """Those that the actor may keep, with what their pages show."""
    return ApiToken.objects.visible_to(actor).select_related("membership__agency", "membership__user", "made_by")


def crumb_of(token: ApiToken) -> list[Crumb]:
    """The list, then this one."""
    return [Crumb(TITLE, reverse("connections")), Crumb(token.name, reverse("connection", args=[token.pk]))]


@opens_to(Permission.API_MANAGE)
@require_safe
def connections(request: ActorRequest) -> HttpResponse:
    """All connections of the agencies that I keep."""
    return render(request, "api/connections.html", {"tokens": tokens_of(request.actor)})


@opens_to(Permission.API_MANAGE)
@never_cache
@require_http_methods(SHOW_AND_ACT)
def connection_new(request: ActorRequest) -> HttpResponse:
    """Make a token; its secret stands on this answer and nowhere else."""
    bound = request.method == "POST"
    form = TokenForm(request.POST if bound else None, actor=request.actor)
    made: list[tuple[ApiToken, str]] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.make_token(
                by=request.actor,
                creation_key=data["creation_key"],
                agency_id=data["agency"].pk,
                role=Role(data["role"]),
                name=data["name"],
                contact=data["contact"],
                scopes=[Scope(code) for code in data["scopes"]],
                expires_on=data["expires_on"],
                per_minute=data["per_minute"],
            )
        )

    if bound and form.is_valid() and run(form, act):
        token, secret = made[0]
        if not secret:  # the same form a second time
            messages.success(request, "Kết nối đã được lập ở lần bấm trước; mã truy cập chỉ hiện ở lần ấy.")
            return redirect("connection", token.pk)
        crumbs = [*crumb_of(token), Crumb("Mã truy cập")]
        return render(request, "api/secret.html", {"token": token, "secret": secret, "crumbs": crumbs})
    context = {"form": form, "crumbs": [Crumb(TITLE, reverse("connections")), Crumb("Lập kết nối")]}
    return render(request, "api/connection_new.html", context, status=422 if bound else 200)


@opens_to(Permission.API_MANAGE)
@require_safe
def connection(request: ActorRequest, pk: int) -> HttpResponse:
    """One connection: what it may do, when it was used, which addresses it is told at."""
    token = get_object_or_404(tokens_of(request.actor), pk=pk)
    hat = token.membership
    facts = [
        Fact("Trạng thái", token.state_label),
        Fact("Vai trò", f"{hat.get_role_display()}, {hat.agency.name}"),
        Fact("Tài khoản trong nhật ký", hat.user.username),
        Fact("Mã truy cập", f"{token.shown}…"),
        Fact("Phạm vi", "; ".join(token.scope_labels)),
        Fact("Người phụ trách", token.contact),
        Fact("Dùng đến hết ngày", format_date(token.expires_on)),
        Fact("Số lần gọi trong một phút", str(token.per_minute)),
        Fact("Dùng lần cuối", format_moment(token.minute) if token.minute else "chưa dùng"),
        Fact("Lập bởi", f"{token.made_by}, {format_moment(token.made_at)}"),
    ]
    context = {
        "token": token,
        "facts": facts,
        "subscriptions": token.subscriptions.all(),
        "crumbs": [Crumb(TITLE, reverse("connections")), Crumb(token.name)],
    }
    return render(request, "api/connection.html", context)


@opens_to(Permission.API_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def connection_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a token back at once."""
    token = get_object_or_404(tokens_of(request.actor), pk=pk)
    form = RevokeForm(request.POST or None, initial={"version": token.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.revoke_token(
            token_id=token.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã thu hồi: từ nay mã truy cập ấy không mở được gì.",
        back=lambda: redirect("connection", token.pk),
        template="api/form.html",
        context={
            "title": f"Thu hồi {token.name}",
            "intro": "Hệ thống ấy không gọi được nữa ngay từ lúc này, và thôi được báo tin. Không mở lại được: cần thì lập mới.",
            "label": "Thu hồi",
            "back_url": reverse("connection", args=[token.pk]),
            "crumbs": [*crumb_of(token), Crumb("Thu hồi")],
        },
    )
