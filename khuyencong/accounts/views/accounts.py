"""The people of my agency and below: the list, one account, and what administrators do with it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.accounts import actions, queries
from khuyencong.accounts.account_forms import AccountForm, GiveRoleForm, PeopleFilter, SwitchOffForm
from khuyencong.accounts.actions.roles import other_administrators
from khuyencong.accounts.rules import last_administrator, separation_findings
from khuyencong.accounts.sign_in_state import sign_in_facts
from khuyencong.accounts.web import warn
from khuyencong.core.components import Action, Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Finding
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, version_of
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to

TITLE = "Tài khoản"
PAGE_SIZE = 50
LIST = Crumb(TITLE, "/tai-khoan/")
FORM = "accounts/form.html"


@opens_to(Permission.ACCOUNT_VIEW)
@require_safe
def account_list(request: ActorRequest) -> HttpResponse:
    """The people of my agency and below, with their hats there and when they last signed in."""
    form = PeopleFilter(request.GET, actor=request.actor)
    people = queries.people_in_scope(request.actor)
    if form.is_valid():
        chosen = form.cleaned_data
        agency = chosen["agency"]
        people = queries.narrowed(
            people,
            request.actor,
            text=chosen["q"],
            role=chosen["role"],
            agency=agency.pk if agency else None,
            state=chosen["state"],
        )
    else:
        people = people.none()
    context = {
        "form": form,
        "page": Paginator(people, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_edit": allowed(request.actor, Permission.ACCOUNT_EDIT),
        "waiting": queries.open_invitations(request.actor).count(),
    }
    return render(request, "accounts/accounts.html", context)


@opens_to(Permission.ACCOUNT_VIEW)
@require_safe
def account(request: ActorRequest, pk: int) -> HttpResponse:
    """One person: hats, delegations, how they sign in; and the buttons for whoever may change that."""
    found = _person(request, pk)
    hats: list[Membership] = vars(found)["shown_hats"]
    worn = [hat for hat in hats if hat.is_active]
    may_edit = allowed(request.actor, Permission.ACCOUNT_EDIT, found)
    is_me = found.pk == request.actor.user.pk
    elsewhere = found.memberships.filter(is_active=True).count() > len(worn)
    context = {
        "person": found,
        "facts": _facts(found),
        "sign_in": sign_in_facts(found),
        "hats": [(hat, _take_action(found, hat) if may_edit and not is_me else None) for hat in worn],
        "past": [hat for hat in hats if not hat.is_active],
        "delegations": queries.delegations_of(found, frozenset(hat.agency_id for hat in hats)),
        "findings": _findings(worn),
        "may_edit": may_edit and not is_me,
        "may_edit_account": may_edit and not is_me and not elsewhere,
        "elsewhere": elsewhere,
        "is_me": is_me,
        "switch": _switch_action(found) if may_edit and not is_me and not elsewhere else None,
        "crumbs": [LIST, Crumb(str(found))],
    }
    return render(request, "accounts/account.html", context)


def _facts(found: User) -> list[Fact]:
    return [
        Fact("Tên đăng nhập", found.username),
        Fact("Thư điện tử", found.email),
        Fact("Điện thoại", found.phone),
        Fact("Lập ngày", format_date(found.created_at)),
    ]


def _findings(worn: list[Membership]) -> list[Finding]:
    """Roles that are not separated, agency by agency; a delegated hat counts on its days."""
    by_agency: dict[Agency, list[Role]] = {}
    on = today()
    for hat in worn:
        if (hat.from_on is None or hat.from_on <= on) and (hat.to_on is None or on <= hat.to_on):
            by_agency.setdefault(hat.agency, []).append(Role(hat.role))
    return [finding for agency, roles in by_agency.items() for finding in separation_findings(roles, agency)]


def _take_action(found: User, hat: Membership) -> Action:
    warnings = last_administrator(hat.agency, hat.role, others=other_administrators(hat))
    what = f"{hat.get_role_display().lower()} tại {hat.agency.short_name}"
    sentence = " ".join([f"{found} thôi giữ vai trò {what}.", *(one.sentence for one in warnings)])
    return Action(
        key=f"thu-{hat.pk}",
        label="Thu vai trò",
        url=reverse("role_take", args=[found.pk]),
        tone="danger" if warnings else "",
        hidden={"version": found.version, "membership": hat.pk},
        sentence=sentence,
        confirm_label="Thu vai trò",
    )


def _switch_action(found: User) -> Action:
    if found.is_active:
        return Action(
            key="khoa",
            label="Khóa tài khoản",
            url=reverse("account_lock", args=[found.pk]),
            icon="lock",
            sentence="Người này không đăng nhập được nữa, các phiên đang mở bị đóng, và các ủy quyền đã giao hết hiệu lực.",
            confirm_label="Khóa tài khoản",
            form=SwitchOffForm(initial={"version": found.version}),
        )
    return Action(
        key="mo",
        label="Mở tài khoản",
        url=reverse("account_unlock", args=[found.pk]),
        hidden={"version": found.version},
        sentence="Người này đăng nhập lại được với các vai trò còn giữ.",
        confirm_label="Mở tài khoản",
    )


@opens_to(Permission.ACCOUNT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def account_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct name, e-mail and telephone."""
    found = _person(request, pk)
    initial = {
        "full_name": found.full_name,
        "email": found.email,
        "phone": found.phone,
        "version": found.version,
    }
    form = AccountForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.update_account(user_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã lưu.",
        back=lambda: redirect("account", pk=found.pk),
        template=FORM,
        context=_form_context(found, "Sửa thông tin", "Lưu"),
    )


@opens_to(Permission.ACCOUNT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def account_lock(request: ActorRequest, pk: int) -> HttpResponse:
    """Lock the account."""
    found = _person(request, pk)
    form = SwitchOffForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.switch_off(user_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã khóa tài khoản.",
        back=lambda: redirect("account", pk=found.pk),
        template=FORM,
        context=_form_context(found, "Khóa tài khoản", "Khóa tài khoản"),
    )


@opens_to(Permission.ACCOUNT_EDIT)
@require_POST
def account_unlock(request: ActorRequest, pk: int) -> HttpResponse:
    """Open the account again."""
    found = _person(request, pk)
    version = version_of(request)
    press(
        request,
        lambda: actions.switch_on(user_id=found.pk, by=request.actor, version=version),
        done="Đã mở tài khoản.",
    )
    return redirect("account", pk=found.pk)


@opens_to(Permission.ACCOUNT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def role_give(request: ActorRequest, pk: int) -> HttpResponse:
    """One more role; what should be known about it is said afterwards."""
    found = _person(request, pk)
    form = GiveRoleForm(
        request.POST or None,
        actor=request.actor,
        initial={"version": found.version, "agency": request.actor.agency.pk},
    )
    warned: list[Finding] = []

    def act() -> None:
        data = form.cleaned_data
        warned.extend(
            actions.give_role(
                user_id=found.pk,
                by=request.actor,
                version=data["version"],
                agency_id=data["agency"].pk,
                role=Role(data["role"]),
            )
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, "Đã giao vai trò.")
        warn(request, warned)
        return redirect("account", pk=found.pk)
    context = {"form": form, **_form_context(found, "Giao vai trò", "Giao vai trò")}
    return render(request, FORM, context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.ACCOUNT_EDIT)
@require_POST
def role_take(request: ActorRequest, pk: int) -> HttpResponse:
    """Take one role away; the page has asked once more and said what follows."""
    found = _person(request, pk)
    version, key = version_of(request), request.POST.get("membership", "")
    membership_id = int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0  # noqa: PLR2004  # fits an int column
    warned: list[Finding] = []

    def act() -> None:
        warned.extend(
            actions.take_role(user_id=found.pk, by=request.actor, version=version, membership_id=membership_id)
        )

    if press(request, act, done="Đã thu vai trò."):
        warn(request, warned)
    return redirect("account", pk=found.pk)


def _person(request: ActorRequest, pk: int) -> User:
    """Somebody whom the actor's agency answers for; anybody else is not there."""
    return get_object_or_404(queries.people_in_scope(request.actor), pk=pk)


def _form_context(found: User, title: str, label: str) -> dict[str, object]:
    address = reverse("account", args=[found.pk])
    crumbs = [LIST, Crumb(str(found), address), Crumb(title)]
    return {"title": f"{title}: {found}", "label": label, "back": address, "crumbs": crumbs}
