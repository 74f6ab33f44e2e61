"""Signing in: password, second step, passkey."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.actors import origin_of
from khuyencong.people.web import next_or, public
from khuyencong.signin import flow
from khuyencong.signin.actions.steps import Outcome, pass_with_code, pass_with_passkey, tell_of_strangers
from khuyencong.signin.events import tell_of
from khuyencong.signin.forms import CodeForm, LoginForm
from khuyencong.signin.known import is_known_for
from khuyencong.signin.limits import NAME_FROM_STRANGERS, NAMES_FROM_ADDRESS, SECOND_STEP, count, reached
from khuyencong.signin.lockout import TOO_MANY_REQUESTS, counted_name, locked_page, place_of
from khuyencong.signin.models import AuthenticatorApp, Passkey
from khuyencong.signin.passkeys import WrongAnswerError, begin_asking, finish_asking, site_of
from khuyencong.signin.queries import passkeys_here, ways_to_sign_in

TOO_LATE = "Đã quá mười phút từ lúc nhập mật khẩu, hoặc bạn chưa đăng nhập: hãy đăng nhập lại."
NO_SUCH_KEY = "Khóa truy cập này không đăng nhập được ở đây. Hãy thử khóa khác hoặc dùng mật khẩu."


class _Login(LoginView):
    template_name = "registration/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take no password from a place that has just tried too many names, nor for a name that strangers keep trying."""
        if reached(NAMES_FROM_ADDRESS, place_of(request)):
            return locked_page(request, NAMES_FROM_ADDRESS.sentence)
        name = counted_name(request)
        if not is_known_for(request, name) and reached(NAME_FROM_STRANGERS, name):
            return locked_page(request, NAME_FROM_STRANGERS.sentence)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """The password is right: on to the second step, or in."""
        return flow.proceed(self.request, form.get_user(), self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page again; a name that failed counts once for the place, and each time for itself."""
        name = counted_name(self.request)
        if name and self.request.POST.get("password"):
            count(NAMES_FROM_ADDRESS, place_of(self.request), what=name)
            if not is_known_for(self.request, name):
                count(NAME_FROM_STRANGERS, name)
                if reached(NAME_FROM_STRANGERS, name):
                    tell_of_strangers(name, origin_of(self.request))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the other ways to sign in."""
        return super().get_context_data(**kwargs) | ways_to_sign_in(self.request)


login = public(_Login.as_view())


@public
@sensitive_post_parameters()
@require_http_methods(SHOW_AND_ACT)
def second_step(request: HttpRequest) -> HttpResponse:
    """A code of the app or a recovery code; a passkey answers to `passkey_sign_in`."""
    waiting = flow.waiting(request)
    if waiting is None:
        messages.warning(request, TOO_LATE)
        return redirect("login")
    bound = request.method == "POST"
    with_app = AuthenticatorApp.objects.filter(user=waiting.user).exists()
    form = CodeForm(request.POST if bound else None, with_app=with_app)
    context: dict[str, Any] = {"form": form, "passkeys": passkeys_here(request, waiting.user).exists()}
    status = 422 if bound else 200
    if bound and form.is_valid():
        outcome = pass_with_code(user=waiting.user, code=form.cleaned_data["code"], origin=origin_of(request))
        if outcome in {Outcome.PASSED, Outcome.RECOVERED}:
            if outcome is Outcome.RECOVERED:
                left = waiting.user.recovery_codes.filter(used_at__isnull=True).count()
                messages.warning(request, f"Bạn vừa dùng một mã dự phòng, còn {left} mã. Hãy tạo bộ mới khi sắp hết.")
            return flow.finish(request, waiting.user, waiting.go_to, factor="code")
        if outcome is Outcome.LOCKED:
            context |= {"form": CodeForm(with_app=with_app), "lockout_sentence": SECOND_STEP.sentence}
            status = TOO_MANY_REQUESTS
        else:
            form.add_error("code", "Mã không đúng hoặc đã được dùng: hãy chờ mã mới rồi nhập lại.")
    return render(request, "signin/second_step.html", context, status=status)


@public
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser asks a passkey: of the person at the second step, or any of this site. The same for everybody."""
    if not site_of(request):
        raise Http404("Khóa truy cập cần một tên máy.")
    waiting = flow.waiting(request)
    known = list(passkeys_here(request, waiting.user)) if waiting else None
    return JsonResponse(begin_asking(request, known))


@public
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """The passkey's answer: as the second step, or alone, since it holds two factors itself (device, and finger or PIN)."""
    waiting = flow.waiting(request)
    try:
        key, counted = _key_that_answered(request, waiting)
        pass_with_passkey(key=key, counted=counted, origin=origin_of(request))
    except (WrongAnswerError, Refused) as error:
        tell_of("auth.passkey_failed", user=waiting.user if waiting else None, origin=origin_of(request))
        messages.error(request, error.sentence if isinstance(error, Refused) else NO_SUCH_KEY)
        return redirect("second_step" if waiting else "login")
    go_to = waiting.go_to if waiting else next_or(request, settings.LOGIN_REDIRECT_URL)
    return flow.finish(request, key.user, go_to, factor="passkey")


def _key_that_answered(request: HttpRequest, waiting: flow.Waiting | None) -> tuple[Passkey, int]:
    """The key and its count; at the second step only a key of that very person. Raises WrongAnswerError."""
    key, counted = finish_asking(request, request.POST.get("credential", ""))
    if not key.user.is_active or (waiting and waiting.user != key.user):
        raise WrongAnswerError
    return key, counted
