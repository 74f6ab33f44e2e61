"""Inviting people, and the page that a letter leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.accounts import actions, queries
from khuyencong.accounts.account_forms import AcceptForm, InviteForm
from khuyencong.accounts.actions.invitations import FOR_ANOTHER, find_open
from khuyencong.accounts.views.accounts import FORM, LIST
from khuyencong.core.components import Crumb
from khuyencong.core.errors import DomainError
from khuyencong.core.forms import StyledForm
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.people.actors import origin_of, signed_in_user
from khuyencong.people.models import Agency, Invitation
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to, public
from khuyencong.signin.limits import Limit, count, reached

TRIES = Limit(
    "accept_invitation", 10, timedelta(hours=1), "Đã thử quá nhiều lần với thư mời này: hãy thử lại sau một giờ."
)
INVITATIONS = Crumb("Thư mời", "/tai-khoan/thu-moi/")
# One sentence whether an account was made or the address had one: whoever opens the link learns nothing of accounts.
RECEIVED = (
    "Đã ghi nhận. Hãy đăng nhập bằng tên đăng nhập và mật khẩu vừa đặt. Nếu địa chỉ thư này đã có tài khoản từ trước thì "
    "không có tài khoản mới: hãy đăng nhập bằng tài khoản ấy rồi mở lại liên kết trong thư mời."
)
LINK = (
    "Đã gửi thư mời tới {}. Nếu cơ quan không dùng thư, hãy đưa liên kết này cho người được mời; chỉ hiện một lần: {}"
)


@opens_to(Permission.ACCOUNT_VIEW)
@require_safe
def invitation_list(request: ActorRequest) -> HttpResponse:
    """The invitations that nobody has accepted yet."""
    rows = [(one, queries.state_of(one)) for one in queries.open_invitations(request.actor)]
    context = {
        "rows": rows,
        "may_edit": allowed(request.actor, Permission.ACCOUNT_EDIT),
        "crumbs": [LIST, Crumb("Thư mời")],
    }
    return render(request, "accounts/invitations.html", context)


@opens_to(Permission.ACCOUNT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def invite(request: ActorRequest) -> HttpResponse:
    """Invite a person to a role; the link is shown once on the next page."""
    asked = request.GET.get("agency", "")
    there = Agency.objects.in_scope_of(request.actor).filter(code=asked).first() if asked else None
    initial = {"agency": (there or request.actor.agency).pk}
    form = InviteForm(request.POST or None, actor=request.actor, initial=initial)
    links: list[str] = []

    def act() -> None:
        data = form.cleaned_data
        _, link = actions.invite(
            by=request.actor,
            email=data["email"],
            full_name=data["full_name"],
            agency_id=data["agency"].pk,
            role=Role(data["role"]),
        )
        links.append(link)

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, LINK.format(form.cleaned_data["email"], links[0]))
        return redirect("invitations")
    context = {
        "form": form,
        "title": "Mời người dùng",
        "label": "Gửi thư mời",
        "intro": "Người được mời tự đặt tên đăng nhập và mật khẩu. Ai đã có tài khoản thì nhận thêm vai trò sau khi đăng nhập.",
        "back": LIST.url,
        "crumbs": [LIST, INVITATIONS, Crumb("Mời người dùng")],
    }
    return render(request, FORM, context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.ACCOUNT_EDIT)
@require_POST
def invitation_resend(request: ActorRequest, pk: int) -> HttpResponse:
    """Send the letter again; the link before it is void."""
    found = _mine(request, pk)
    version = version_of(request)
    links: list[str] = []

    def act() -> None:
        _, link = actions.resend(invitation_id=found.pk, by=request.actor, version=version)
        links.append(link)

    return _pressed(request, act, done="Liên kết cũ không dùng được nữa.", links=links, email=found.email)


@opens_to(Permission.ACCOUNT_EDIT)
@require_POST
def invitation_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Make the link useless."""
    found = _mine(request, pk)
    version = version_of(request)
    return _pressed(
        request,
        lambda: actions.revoke(invitation_id=found.pk, by=request.actor, version=version),
        done="Đã hủy thư mời.",
    )


def _pressed(
    request: ActorRequest, act: Callable[[], object], *, done: str, links: list[str] | None = None, email: str = ""
) -> HttpResponse:
    if press(request, act, done=done) and links:
        messages.success(request, LINK.format(email, links[0]))
    return redirect("invitations")


def _mine(request: ActorRequest, pk: int) -> Invitation:
    return get_object_or_404(queries.invitations_in_scope(request.actor), pk=pk)


@public
@never_cache
@require_http_methods(SHOW_AND_ACT)
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """What the letter leads to: a new account for whoever has none, one more role for whoever is signed in.

    A link that cannot be used, for whatever reason, has one page and one sentence.
    """
    try:
        invitation = find_open(token)
    except DomainError as error:
        return render(request, "accounts/accept.html", {"sentence": str(error)}, status=404)
    if signed_in_user(request) is not None:
        return _accept_as(request, token, invitation)
    form = AcceptForm(request.POST or None)

    def act() -> None:
        actions.accept(
            token=token,
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            origin=origin_of(request),
        )

    # A user name that is taken says that somebody has it: not to be tried without end.
    if request.method == "POST" and reached(TRIES, invitation.pk):
        return render(request, "accounts/accept.html", {"sentence": TRIES.sentence}, status=429)
    if request.method == "POST" and form.is_valid() and _tried(form, act, invitation):
        messages.success(request, RECEIVED)
        return redirect("login")
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/accept.html", context, status=422 if request.method == "POST" else 200)


def _tried(form: StyledForm, act: Callable[[], None], invitation: Invitation) -> bool:
    """As `run`, and what the validators of passwords say stands at the password; a failure is counted."""
    try:
        done = run(form, act)
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"password": error.messages}
        for name, sentences in by_field.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
        return False
    if not done:
        count(TRIES, invitation.pk)
    return done


def _accept_as(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    user = signed_in_user(request)
    if user is None or user.email.lower() != invitation.email.lower():
        return render(request, "accounts/accept.html", {"sentence": FOR_ANOTHER}, status=409)
    if request.method == "POST":
        done = f"Đã nhận vai trò {Role(invitation.role).label.lower()} tại {invitation.agency.name}."
        press(request, lambda: actions.accept_as(token=token, user=user, origin=origin_of(request)), done=done)
        return redirect("work")
    return render(request, "accounts/accept.html", {"invitation": invitation, "person": user})
