"""«Tài khoản của tôi»: who I am here, my password, my sessions."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, press, run
from khuyencong.people.actors import origin_of
from khuyencong.people.web import ActorRequest, next_or, signed_in
from khuyencong.signin.actions.passwords import change_password
from khuyencong.signin.actions.profile import ask_email, change_phone, confirm_email, email_in
from khuyencong.signin.actions.sessions import end_session, end_sessions, handle_of
from khuyencong.signin.actions.steps import Outcome, confirm_password
from khuyencong.signin.forms import WRONG_PASSWORD, ChangePasswordForm, ConfirmForm, ProfileForm
from khuyencong.signin.limits import PASSWORD_AGAIN
from khuyencong.signin.queries import account_page
from khuyencong.signin.sessions import is_fresh, note_confirmed

EMAIL_SENT = "Đã gửi một thư tới địa chỉ mới: hãy mở liên kết trong thư để địa chỉ có hiệu lực."


@signed_in
@require_safe
def my_account(request: ActorRequest) -> HttpResponse:
    """Name, addresses, hats, factors, sessions."""
    return render(request, "signin/account.html", account_page(request))


@signed_in
@sensitive_post_parameters()
@require_http_methods(SHOW_AND_ACT)
def my_confirm(request: ActorRequest) -> HttpResponse:
    """The own password once more, before something important; ten minutes from then nothing asks again."""
    go_to = next_or(request, "my_account")
    bound = request.method == "POST"
    form = ConfirmForm(request.POST if bound else None)
    if bound and form.is_valid():
        password = form.cleaned_data["password"]
        outcome = confirm_password(user=request.user, password=password, origin=origin_of(request))
        if outcome is Outcome.PASSED:
            note_confirmed(request)
            return redirect(go_to)
        form.add_error("password", PASSWORD_AGAIN.sentence if outcome is Outcome.LOCKED else WRONG_PASSWORD)
    context = {"form": form, "next": go_to, "has_password": request.user.has_usable_password()}
    return render(request, "signin/confirm.html", context, status=422 if bound else 200)


@signed_in
@require_http_methods(SHOW_AND_ACT)
def my_profile(request: ActorRequest) -> HttpResponse:
    """Change telephone number and e-mail address."""
    if not is_fresh(request):
        return _ask_again(reverse("my_profile"))
    user, origin = request.user, origin_of(request)
    bound = request.method == "POST"
    form = ProfileForm(request.POST if bound else None, initial={"email": user.email, "phone": user.phone})
    if bound and form.is_valid():
        data, asked = form.cleaned_data, []
        if run(form, lambda: asked.append(ask_email(user=user, email=data["email"], origin=origin))):
            change_phone(user=user, phone=data["phone"], origin=origin)
            messages.success(request, EMAIL_SENT if any(asked) else "Đã lưu.")
            return redirect("my_account")
    return render(request, "signin/profile.html", {"form": form}, status=422 if bound else 200)


@signed_in
@require_http_methods(SHOW_AND_ACT)
def my_email(request: ActorRequest, token: str) -> HttpResponse:
    """The link of the letter: a button takes the address into use, since programs also open links to look at them."""
    if request.method == "POST":
        press(
            request,
            lambda: confirm_email(user=request.user, token=token, origin=origin_of(request)),
            done="Địa chỉ thư mới đã có hiệu lực.",
        )
        return redirect("my_account")
    try:
        email = email_in(token, request.user)
    except Refused as error:
        messages.error(request, error.sentence)
        return redirect("my_account")
    return render(request, "signin/email.html", {"email": email})


@signed_in
@sensitive_post_parameters()
@require_http_methods(SHOW_AND_ACT)
def my_password(request: ActorRequest) -> HttpResponse:
    """Change the password; every other session ends."""
    bound = request.method == "POST"
    form = ChangePasswordForm(request.POST if bound else None, user=request.user)
    if bound and form.is_valid():
        data, origin = form.cleaned_data, origin_of(request)
        outcome = confirm_password(user=request.user, password=data["old"], origin=origin)
        if outcome is Outcome.PASSED:
            key = request.session.session_key or ""
            user = change_password(user=request.user, password=data["password"], keep=key, origin=origin)
            update_session_auth_hash(request, user)  # this session goes on, under a new key
            messages.success(request, "Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc.")
            return redirect("my_account")
        form.add_error("old", PASSWORD_AGAIN.sentence if outcome is Outcome.LOCKED else WRONG_PASSWORD)
    return render(request, "signin/password.html", {"form": form}, status=422 if bound else 200)


@signed_in
@require_POST
def my_session_end(request: ActorRequest, handle: str) -> HttpResponse:
    """End one of the own sessions; ending the one in use is signing out."""
    if handle == handle_of(request.session.session_key or ""):
        logout(request)
        return redirect("login")
    if not end_session(user=request.user, handle=handle, origin=origin_of(request)):
        raise Http404("Không có phiên này.")
    messages.success(request, "Đã kết thúc phiên ấy.")
    return redirect("my_account")


@signed_in
@require_POST
def my_sessions_end(request: ActorRequest) -> HttpResponse:
    """«Đăng xuất khỏi mọi nơi»: all sessions, with `others` all but this one."""
    others = bool(request.POST.get("others"))
    keep = (request.session.session_key or "") if others else ""
    end_sessions(user=request.user, keep=keep, origin=origin_of(request))
    if others:
        messages.success(request, "Đã kết thúc mọi phiên khác.")
        return redirect("my_account")
    logout(request)
    messages.success(request, "Đã đăng xuất khỏi mọi nơi.")
    return redirect("login")


def _ask_again(path: str) -> HttpResponse:
    return redirect(f"{reverse('my_confirm')}?{urlencode({'next': path})}")
