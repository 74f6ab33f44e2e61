"""Ủy quyền: the hats that I have lent and was lent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.accounts import actions, queries
from khuyencong.accounts.account_forms import DelegateForm
from khuyencong.accounts.views.accounts import FORM
from khuyencong.accounts.web import warn
from khuyencong.core.components import Action, Crumb
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Finding
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.people.models import Membership
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to, signed_in

LIST = Crumb("Ủy quyền", "/uy-quyen/")


@signed_in
@require_safe
def delegation_list(request: ActorRequest) -> HttpResponse:
    """What I have lent and what was lent to me, at the agency for which I am working now."""
    rows = queries.delegations_of(request.actor.user, request.actor.agency_ids)
    context = {
        "rows": [(hat, state_of(hat), _end_action(request, hat)) for hat in rows],
        "may_lend": allowed(request.actor, Permission.DELEGATE) and not request.actor.on_behalf,
    }
    return render(request, "accounts/delegations.html", context)


def state_of(hat: Membership) -> str:
    """Where a delegation stands, in words."""
    on = today()
    if not hat.is_active:
        return f"Đã kết thúc ngày {format_date(hat.to_on)}" if hat.to_on else "Đã kết thúc"
    if hat.to_on is not None and hat.to_on < on:
        return "Đã hết hạn"
    if hat.from_on is not None and on < hat.from_on:
        return "Chưa tới ngày"
    return "Đang có hiệu lực"


def _end_action(request: ActorRequest, hat: Membership) -> Action | None:
    lent_by_me = hat.delegated_by_id == request.actor.user.pk and hat.agency_id in request.actor.agency_ids
    over = not hat.is_active or (hat.to_on is not None and hat.to_on < today())
    if not lent_by_me or over or not allowed(request.actor, Permission.DELEGATE, hat):
        return None
    return Action(
        key=f"ket-thuc-{hat.pk}",
        label="Kết thúc",
        url=reverse("delegation_end", args=[hat.pk]),
        hidden={"version": hat.user.version},
        sentence=f"{hat.user} không còn làm thay vai trò này ngay từ bây giờ.",
        confirm_label="Kết thúc ủy quyền",
    )


@opens_to(Permission.DELEGATE)
@require_http_methods(SHOW_AND_ACT)
def delegation_new(request: ActorRequest) -> HttpResponse:
    """Lend the hat that I am wearing."""
    form = DelegateForm(request.POST or None, actor=request.actor, initial={"from_on": today()})
    warned: list[Finding] = []

    def act() -> None:
        data = form.cleaned_data
        _, findings = actions.delegate(
            by=request.actor,
            to_user_id=data["to"].pk,
            from_on=data["from_on"],
            to_on=data["to_on"],
            document=data["document"],
        )
        warned.extend(findings)

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã ủy quyền cho {form.cleaned_data['to']}.")
        warn(request, warned)
        return redirect("delegations")
    role = request.actor.role.label.lower()
    context = {
        "form": form,
        "title": f"Ủy quyền vai trò {role}",
        "label": "Ủy quyền",
        "intro": (
            f"Người được ủy quyền làm thay vai trò {role} tại {request.actor.agency.name} trong những ngày ấy. Mọi văn bản "
            "ký trong thời gian đó ghi rõ «thừa ủy quyền». Việc ủy quyền tự hết khi qua ngày cuối, không được ủy quyền lại."
        ),
        "back": LIST.url,
        "crumbs": [LIST, Crumb("Ủy quyền mới")],
    }
    return render(request, FORM, context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.DELEGATE)
@require_POST
def delegation_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the hat back before its last day."""
    lent = Membership.objects.filter(delegated_by=request.actor.user, agency__in=request.actor.agency_ids)
    hat = get_object_or_404(lent, pk=pk)
    version = version_of(request)
    press(
        request,
        lambda: actions.end_delegation(membership_id=hat.pk, by=request.actor, version=version),
        done="Đã kết thúc ủy quyền.",
    )
    return redirect("delegations")
