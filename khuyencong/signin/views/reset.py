"""A forgotten password."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods

from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.actors import origin_of
from khuyencong.people.web import public
from khuyencong.signin.actions.passwords import ask_reset, reset_password
from khuyencong.signin.forms import ForgottenForm, NewPasswordForm
from khuyencong.signin.known import remember
from khuyencong.signin.limits import RESETS_FROM_ADDRESS, count, reached
from khuyencong.signin.lockout import TOO_MANY_REQUESTS, place_of

# The same whether or not there is such an account.
SENT = (
    "Nếu có tài khoản ấy và tài khoản có địa chỉ thư, một thư kèm liên kết đặt lại mật khẩu đã được gửi đi. Liên kết "
    "dùng được trong một giờ. Không thấy thư thì hãy xem mục thư rác, hoặc liên hệ người quản trị của cơ quan."
)
# Seconds after which every answer comes, longer than the work for any of them: how long it took then says nothing.
ANSWER_AFTER = 0.4


@public
@require_http_methods(SHOW_AND_ACT)
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a letter. One answer for everybody."""
    bound = request.method == "POST"
    form = ForgottenForm(request.POST if bound else None)
    context: dict[str, Any] = {"form": form}
    if bound and form.is_valid():
        began = time.monotonic()
        address = place_of(request)
        if reached(RESETS_FROM_ADDRESS, address):
            context["lockout_sentence"] = RESETS_FROM_ADDRESS.sentence
            return render(request, "signin/password_forgotten.html", context, status=TOO_MANY_REQUESTS)
        count(RESETS_FROM_ADDRESS, address)
        ask_reset(who=form.cleaned_data["who"], origin=origin_of(request))
        time.sleep(max(0.0, ANSWER_AFTER - (time.monotonic() - began)))
        messages.success(request, SENT)
        return redirect("password_forgotten")
    return render(request, "signin/password_forgotten.html", context, status=422 if bound else 200)


class _Reset(PasswordResetConfirmView):
    """Django's: takes the token out of the address before the page with the form is shown."""

    template_name = "signin/password_reset.html"
    form_class = NewPasswordForm  # type: ignore[assignment]  # Django's own takes the user as well, and is not used
    reset_url_token = "mat-khau-moi"  # noqa: S105  a word in the address
    success_url = reverse_lazy("login")

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password; the person then signs in with it."""
        user = self.user
        if user is None or not user.is_active:
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        reset_password(user=user, password=form.cleaned_data["password"], origin=origin_of(self.request))
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        messages.success(self.request, "Đã đặt mật khẩu mới. Hãy đăng nhập bằng mật khẩu ấy.")
        answer = redirect(self.get_success_url())
        remember(self.request, answer, user.username)  # whoever read the letter is no stranger
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, with status 422 like every form of the site."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


password_reset = public(_Reset.as_view())
