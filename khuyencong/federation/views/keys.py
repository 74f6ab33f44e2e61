"""Keys of other installations that we believe."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.federation import actions
from khuyencong.federation.forms import ReasonForm, TrustForm
from khuyencong.federation.models import TrustedKey
from khuyencong.federation.queries import senders_for, tabs_for
from khuyencong.federation.views.outgoing import TITLE
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.FEDERATION_KEYS)
@require_safe
def trusted_keys(request: ActorRequest) -> HttpResponse:
    """All that were ever believed, with since when not any more."""
    rows = TrustedKey.objects.visible_to(request.actor).select_related("agency", "added_by")
    context = {"tabs": tabs_for(request.actor, "trusted_keys"), "rows": rows}
    return render(request, "federation/keys.html", context)


@opens_to(Permission.FEDERATION_KEYS)
@require_http_methods(SHOW_AND_ACT)
def trusted_key_new(request: ActorRequest) -> HttpResponse:
    """Take down a key that was compared."""
    agencies = senders_for(request.actor)
    form = TrustForm(request.POST or None, agencies=agencies)

    def act() -> None:
        data = form.cleaned_data
        actions.trust_key(
            by=request.actor,
            creation_key=data["creation_key"],
            agency=next(one for one in agencies if one.pk == data["agency"]),
            sender_code=data["sender_code"] or "",
            public_key=data["public_key"],
            compared_with=data["compared_with"],
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi khóa. Gói số liệu ký bằng khóa này được nhận từ nay.",
        back=lambda: redirect("trusted_keys"),
        template="federation/key_step.html",
        context={
            "title": "Ghi khóa của nơi gửi",
            "submit_label": "Ghi khóa",
            "note": "Đọc dấu của khóa qua điện thoại với người ở cơ quan gửi trước khi ghi: ai có khóa này thì gửi được số liệu.",
            "crumbs": _crumbs("Ghi khóa"),
        },
    )


@opens_to(Permission.FEDERATION_KEYS)
@require_http_methods(SHOW_AND_ACT)
def trusted_key_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Believe it no more."""
    found = get_object_or_404(TrustedKey.objects.visible_to(request.actor).select_related("agency"), pk=pk)
    require(request.actor, Permission.FEDERATION_KEYS, found)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.revoke_key(
            key_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã thôi tin khóa này.",
        back=lambda: redirect("trusted_keys"),
        template="federation/key_step.html",
        context={
            "title": f"Thôi tin khóa của {found.agency}",
            "submit_label": "Thôi tin",
            "note": f"Dấu của khóa: {found.fingerprint}. Gói đã nhận không thay đổi.",
            "crumbs": _crumbs("Thôi tin khóa"),
        },
    )


def _crumbs(title: str) -> list[Crumb]:
    return [Crumb(TITLE, reverse("trusted_keys")), Crumb(title)]
