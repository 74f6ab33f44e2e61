"""Setting up the second factor: authenticator app, passkeys, recovery codes."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, press
from khuyencong.people.actors import origin_of
from khuyencong.people.web import ActorRequest, signed_in
from khuyencong.signin.actions.factors import add_app, add_passkey, remove_app, remove_passkey, renew_codes
from khuyencong.signin.forms import AppForm, PasskeyForm
from khuyencong.signin.middleware import NEXT
from khuyencong.signin.models import Passkey
from khuyencong.signin.passkeys import WrongAnswerError, begin_creating, finish_creating, site_of
from khuyencong.signin.queries import factors_page, passkeys_here
from khuyencong.signin.sealing import UnreadableError, seal, unseal
from khuyencong.signin.sessions import FACTOR, is_fresh
from khuyencong.signin.totp import grouped, new_secret, qr_of

NEW_SECRET = "new totp"  # noqa: S105  a purpose of sealing.py
FORM_WORKS = 60 * 60  # seconds
FRESH_CODES = "fresh_recovery_codes"  # where the session holds codes until they are shown, sealed
TOO_OLD = "Trang này đã mở quá lâu: hãy quét mã mới dưới đây."
NO_ANSWER = "Trình duyệt chưa tạo được khóa truy cập. Hãy thử lại, hoặc dùng ứng dụng xác thực."


@signed_in
@require_safe
def my_factors(request: ActorRequest) -> HttpResponse:
    """What there is, and what can be added."""
    return render(request, "signin/factors.html", factors_page(request))


@signed_in
@never_cache
@require_http_methods(SHOW_AND_ACT)
def my_app(request: ActorRequest) -> HttpResponse:
    """Add an authenticator app: scan, type its first code."""
    if not is_fresh(request):
        return _ask_again("my_app")
    bound = request.method == "POST"
    form = AppForm(request.POST if bound else None)
    secret = _secret_in(request) if bound else None
    if bound and secret is None:
        form.add_error(None, TOO_OLD)
    elif bound and secret and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            codes = add_app(user=request.user, secret=secret, code=code, origin=origin_of(request))
        except Refused as error:
            form.add_error("code", error.sentence)
        else:
            return _added(request, codes, "app", "Đã bật ứng dụng xác thực.")
    secret = secret or new_secret()
    context = {
        "form": form,
        "sealed": _seal(request, secret),
        "secret": grouped(secret),
        "qr": qr_of(secret, request.user),
        "account": request.user.username,
    }
    return render(request, "signin/app.html", context, status=422 if bound else 200)


@signed_in
@require_POST
def my_app_remove(request: ActorRequest) -> HttpResponse:
    """Take the app out of use."""
    if not is_fresh(request):
        return _ask_again("my_factors")
    press(request, lambda: remove_app(user=request.user, origin=origin_of(request)), done="Đã bỏ ứng dụng xác thực.")
    return redirect("my_factors")


@signed_in
@require_http_methods(SHOW_AND_ACT)
def my_passkey(request: ActorRequest) -> HttpResponse:
    """Add a passkey: the browser makes it, which needs JavaScript, and says so where there is none."""
    if not is_fresh(request):
        return _ask_again("my_passkey")
    bound = request.method == "POST"
    form = PasskeyForm(request.POST if bound else None)
    if bound and form.is_valid():
        try:
            made = finish_creating(request, form.cleaned_data["credential"])
            name = form.cleaned_data["name"]
            codes = add_passkey(user=request.user, made=made, name=name, origin=origin_of(request))
        except WrongAnswerError:
            form.add_error(None, NO_ANSWER)
        except Refused as error:
            form.add_error(None, error.sentence)
        else:
            return _added(request, codes, "passkey", "Đã thêm khóa truy cập.")
    context = {"form": form, "site": site_of(request)}
    return render(request, "signin/passkey.html", context, status=422 if bound else 200)


@signed_in
@require_POST
def my_passkey_options(request: ActorRequest) -> HttpResponse:
    """What the browser needs to make a passkey."""
    if not site_of(request) or not is_fresh(request):
        raise Http404("Không tạo được khóa truy cập lúc này.")
    return JsonResponse(begin_creating(request, request.user, passkeys_here(request, request.user)))


@signed_in
@require_POST
def my_passkey_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Take one passkey out of use; somebody else's does not exist."""
    if not is_fresh(request):
        return _ask_again("my_factors")
    try:
        press(
            request,
            lambda: remove_passkey(user=request.user, key_id=pk, origin=origin_of(request)),
            done="Đã bỏ khóa truy cập.",
        )
    except Passkey.DoesNotExist as error:
        raise Http404("Không có khóa này.") from error
    return redirect("my_factors")


@signed_in
@never_cache
@require_http_methods(SHOW_AND_ACT)
def my_recovery_codes(request: ActorRequest) -> HttpResponse:
    """New codes are shown here once, to be printed; afterwards only how many are left."""
    if request.method == "POST":
        if not is_fresh(request):
            return _ask_again("my_recovery_codes")
        try:
            codes = renew_codes(user=request.user, origin=origin_of(request))
        except Refused as error:
            messages.error(request, error.sentence)
            return redirect("my_factors")
        _keep(request, codes)
        return redirect("my_recovery_codes")
    kept = request.session.pop(FRESH_CODES, "") if request.method == "GET" else ""
    context = {
        **factors_page(request),
        "codes": json.loads(unseal(kept, purpose=FRESH_CODES)) if kept else [],
        "account": request.user.username,
        "go_on": request.session.get(NEXT) or reverse("work"),
    }
    return render(request, "signin/recovery_codes.html", context)


def _added(request: ActorRequest, codes: list[str], factor: str, done: str) -> HttpResponse:
    """After a factor was added: to the codes that came with it, or back to the overview."""
    request.session[FACTOR] = factor
    messages.success(request, done)
    if not codes:
        return redirect("my_factors")
    _keep(request, codes)
    return redirect("my_recovery_codes")


def _keep(request: ActorRequest, codes: list[str]) -> None:
    request.session[FRESH_CODES] = seal(json.dumps(codes), purpose=FRESH_CODES)


def _seal(request: ActorRequest, secret: str) -> str:
    return seal(f"{request.user.pk}:{secret}", purpose=NEW_SECRET)


def _secret_in(request: ActorRequest) -> str | None:
    """The secret that our own page showed to this person within the last hour, or None."""
    try:
        pk, _, secret = unseal(request.POST.get("sealed", ""), purpose=NEW_SECRET, max_age=FORM_WORKS).partition(":")
    except (UnreadableError, UnicodeError):
        return None
    return secret if pk == str(request.user.pk) else None


def _ask_again(name: str) -> HttpResponse:
    return redirect(f"{reverse('my_confirm')}?{urlencode({'next': reverse(name)})}")
