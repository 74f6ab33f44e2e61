"""Writing down support that the State gave outside this system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.establishments import actions
from khuyencong.establishments.forms.support import PastSupportForm, WithdrawSupportForm
from khuyencong.establishments.models import Establishment, PastSupport
from khuyencong.establishments.web import establishment_or_404
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to

TAB = "ho-tro"


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def support_add(request: ActorRequest, pk: int) -> HttpResponse:
    """Write down a support."""
    found = _to_edit(request, pk)
    province = found.province_before or found.province
    form = PastSupportForm(request.POST or None, initial={"province": province.pk, "version": found.version})
    return _page(
        request,
        found,
        form,
        title="Ghi hỗ trợ ngoài hệ thống",
        done="Đã ghi lần hỗ trợ.",
        act=lambda: actions.add_past_support(
            establishment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            fields=form.cleaned_data,
        ),
    )


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def support_edit(request: ActorRequest, pk: int, row: int) -> HttpResponse:
    """Correct what was written down."""
    found, support = _row(request, pk, row)
    initial = {name: getattr(support, name) for name in actions.SUPPORT_FIELDS} | {"version": found.version}
    form = PastSupportForm(request.POST or None, initial=initial)
    return _page(
        request,
        found,
        form,
        title="Sửa lần hỗ trợ",
        done="Đã lưu.",
        act=lambda: actions.correct_past_support(
            establishment_id=found.pk,
            support_id=support.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            fields=form.cleaned_data,
        ),
    )


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def support_withdraw(request: ActorRequest, pk: int, row: int) -> HttpResponse:
    """Take back what should not have been written down."""
    found, support = _row(request, pk, row)
    form = WithdrawSupportForm(request.POST or None, initial={"version": found.version})
    return _page(
        request,
        found,
        form,
        title="Rút lần hỗ trợ ghi nhầm",
        done="Đã rút lần hỗ trợ.",
        act=lambda: actions.withdraw_past_support(
            establishment_id=found.pk,
            support_id=support.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        support=support,
    )


def _to_edit(request: ActorRequest, pk: int) -> Establishment:
    found = establishment_or_404(request.actor, pk)
    require(request.actor, Permission.ESTABLISHMENT_EDIT, found)
    return found


def _row(request: ActorRequest, pk: int, row: int) -> tuple[Establishment, PastSupport]:
    """A support of an establishment in my scope; one that was taken back is not there to be looked at."""
    found = _to_edit(request, pk)
    supports = PastSupport.objects.of(found)
    return found, get_object_or_404(supports if request.method == "POST" else supports.standing(), pk=row)


def _page(
    request: ActorRequest,
    found: Establishment,
    form: VersionedForm,
    *,
    title: str,
    done: str,
    act: Callable[[], Any],
    support: PastSupport | None = None,
) -> HttpResponse:
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(f"{reverse('establishment', args=[found.pk])}?tab={TAB}"),
        template="establishments/support_form.html",
        context={"establishment": found, "title": title, "tab": TAB, "support": support},
    )
