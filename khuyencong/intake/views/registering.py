"""Public pages on which an owner registers and answers the letter, and the page of whoever waits to be let in."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Fact
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.intake import actions
from khuyencong.intake.actions.registering import account_to_be
from khuyencong.intake.forms.registering import AgainForm, ProvinceForm, RegistrationForm
from khuyencong.intake.models import Registration, RegistrationState
from khuyencong.intake.spam import FROM_ONE_PLACE
from khuyencong.intake.waiting import registration_of
from khuyencong.people.actors import origin_of, signed_in_user
from khuyencong.people.web import public
from khuyencong.places.models import Province
from khuyencong.places.queries import provinces_today
from khuyencong.signin.forms import NewPasswordForm


@public
@require_http_methods(SHOW_AND_ACT)
def register(request: HttpRequest) -> HttpResponse:
    """First the province, then the form; the answer is the same whatever is known here already."""
    province = _province(request)
    if province is None:
        wrong = "province" in request.GET
        form = ProvinceForm(request.GET if wrong else None)
        return render(request, "intake/registration/province.html", {"form": form}, status=422 if wrong else 200)
    filled = RegistrationForm(request.POST or None, province=province)
    status = HTTPStatus.OK
    if request.method == "POST":
        if filled.is_trap_filled:
            return redirect("registration_sent")
        try:
            if filled.is_valid():
                _register(request, filled)
                return redirect("registration_sent")
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        except Refused as error:
            filled.add_error(None, str(error))
            busy = error.sentence == FROM_ONE_PLACE.sentence
            status = HTTPStatus.TOO_MANY_REQUESTS if busy else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "intake/registration/new.html", {"form": filled, "province": province}, status=status)


def _register(request: HttpRequest, form: RegistrationForm) -> None:
    data = form.cleaned_data
    actions.register(creation_key=data["creation_key"], email=data["email"], fields=data, origin=origin_of(request))


@public
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What everybody reads who has sent the form."""
    return render(request, "intake/registration/sent.html")


@public
@require_http_methods(SHOW_AND_ACT)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of the letter: a password, and the registration is on its way."""
    registration = actions.find_by_token(token=token)
    if registration is None:
        return render(request, "intake/registration/dead_link.html", status=HTTPStatus.NOT_FOUND)
    form = NewPasswordForm(request.POST or None, user=account_to_be(registration))
    made: list[Registration] = []

    def act() -> None:
        password = form.cleaned_data["password"]
        made.append(actions.confirm_registration(token=token, password=password, origin=origin_of(request)))

    if request.method == "POST" and form.is_valid() and run(form, act):
        context = {"registration": made[0], "account": made[0].user}
        return render(request, "intake/registration/confirmed.html", context)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "intake/registration/confirm.html", {"form": form, "registration": registration}, status=status
    )


@public
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """How the registration of whoever is signed in stands, as long as nobody has let them in."""
    registration = _own_registration(request)
    if registration is None:
        return redirect("work")
    facts = [
        Fact("Cơ sở", registration.name),
        Fact("Mã số thuế", registration.tax_code),
        Fact("Tỉnh, thành phố", registration.province.name),
    ]
    refused = registration.state == RegistrationState.REFUSED
    context = {"registration": registration, "facts": facts, "refused": refused}
    return render(request, "intake/registration/waiting.html", context)


@public
@require_http_methods(SHOW_AND_ACT)
def register_again(request: HttpRequest) -> HttpResponse:
    """A refused registration, corrected and sent once more by whoever made it."""
    registration, user = _own_registration(request), signed_in_user(request)
    if registration is None or user is None or registration.state != RegistrationState.REFUSED:
        return redirect("registration_waiting" if registration is not None else "work")
    province = _province(request) or registration.province
    initial = {name: getattr(registration, name) for name in AgainForm.base_fields if hasattr(registration, name)}
    form = AgainForm(request.POST or None, province=province, initial=initial)

    def act() -> None:
        actions.register_again(
            registration_id=registration.pk,
            user=user,
            version=form.cleaned_data["version"],
            fields=form.cleaned_data,
            origin=origin_of(request),
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, "Đã gửi lại đăng ký.")
        return redirect("registration_waiting")
    context = {
        "form": form,
        "province": province,
        "registration": registration,
        "provinces": ProvinceForm(initial={"province": province.key}),
    }
    return render(request, "intake/registration/again.html", context, status=422 if request.method == "POST" else 200)


def _own_registration(request: HttpRequest) -> Registration | None:
    """The registration of whoever is signed in and has no role; None for everybody else."""
    user = signed_in_user(request)
    if user is None or getattr(request, "actor", None) is not None:
        return None
    return registration_of(user)


def _province(request: HttpRequest) -> Province | None:
    key = request.GET.get("province", "")
    return next((one for one in provinces_today() if one.key == key), None)
