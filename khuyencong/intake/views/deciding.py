"""Officers' pages of registrations."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date
from khuyencong.core.forms import StyledForm
from khuyencong.core.web import run
from khuyencong.establishments.models import Establishment
from khuyencong.intake import actions
from khuyencong.intake.actions.deciding import NewEntry
from khuyencong.intake.forms.registering import NEW_ENTRY, ApproveForm, ReasonForm
from khuyencong.intake.models import Registration, RegistrationState
from khuyencong.intake.pages import counter_tabs
from khuyencong.intake.queries import candidates
from khuyencong.people.models import Membership
from khuyencong.people.permissions import Permission
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@opens_to(Permission.REGISTRATION_DECIDE)
@require_safe
def registration_list(request: ActorRequest) -> HttpResponse:
    """The registrations of my province, those that wait first."""
    rows = Registration.objects.visible_to(request.actor).select_related("province", "commune", "decided_by")
    waiting = rows.filter(state=RegistrationState.WAITING).order_by("confirmed_at", "pk")
    decided = Paginator(rows.exclude(state=RegistrationState.WAITING).order_by("-decided_at", "-pk"), PAGE_SIZE)
    context = {
        "waiting": list(waiting[:200]),
        "page": decided.get_page(request.GET.get("page")),
        "tabs": counter_tabs(request.actor, "registrations"),
    }
    return render(request, "intake/registration/list.html", context)


@opens_to(Permission.REGISTRATION_DECIDE)
@require_safe
def registration(request: ActorRequest, pk: int) -> HttpResponse:
    """One registration, and which entries of the registry it may be."""
    return _page(request, _found(request, pk))


@opens_to(Permission.REGISTRATION_DECIDE)
@require_POST
def approve(request: ActorRequest, pk: int) -> HttpResponse:
    """Let the owner in."""
    found = _found(request, pk)
    form = ApproveForm(request.POST, found=_choices(candidates(found, request.actor)))

    def act() -> None:
        chosen, sector = form.cleaned_data["entry"], form.cleaned_data["sector"]
        actions.approve_registration(
            registration_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            entry=NewEntry(sector) if chosen == NEW_ENTRY else int(chosen),
        )

    if form.is_valid() and run(form, act):
        messages.success(request, f"Đã duyệt. {found.full_name} được báo qua thư điện tử.")
        return redirect("registration", pk=pk)
    return _refused(request, pk, form) or _page(request, _found(request, pk), approve_form=form, status=422)


@opens_to(Permission.REGISTRATION_DECIDE)
@require_POST
def refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    found = _found(request, pk)
    form = ReasonForm(request.POST)

    def act() -> None:
        actions.refuse_registration(
            registration_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        )

    if form.is_valid() and run(form, act):
        messages.success(request, f"Đã từ chối. {found.full_name} được báo qua thư điện tử.")
        return redirect("registration", pk=pk)
    return _refused(request, pk, form) or _page(request, _found(request, pk), refuse_form=form, status=422)


def _refused(request: ActorRequest, pk: int, form: StyledForm) -> HttpResponse | None:
    """Where somebody else has decided meanwhile there is no form to show: say why, on the page as it is now."""
    if _found(request, pk).state == RegistrationState.WAITING:
        return None
    for sentence in form.non_field_errors():
        messages.error(request, str(sentence))
    return redirect("registration", pk=pk)


def _found(request: ActorRequest, pk: int) -> Registration:
    visible = Registration.objects.visible_to(request.actor)
    whole = ("province__current", "commune", "user", "establishment", "decided_by")
    return get_object_or_404(visible.select_related(*whole), pk=pk)


def _page(
    request: ActorRequest,
    found: Registration,
    *,
    approve_form: ApproveForm | None = None,
    refuse_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one registration; the forms given are those that were refused."""
    context: dict[str, object] = {
        "registration": found,
        "facts": _facts(found),
        "crumbs": [Crumb("Đăng ký của cơ sở", "/dang-ky-co-so/"), Crumb(found.name)],
        "waiting": found.state == RegistrationState.WAITING,
    }
    if found.state == RegistrationState.WAITING:
        entries = candidates(found, request.actor)
        choices = _choices(entries)
        first = choices[0][0] if choices else NEW_ENTRY
        start = {"version": found.version, "entry": first}
        context |= {
            "entries": entries,
            "approve_form": approve_form or ApproveForm(found=choices, initial=start, prefix=None),
            "refuse_form": refuse_form or ReasonForm(initial={"version": found.version}, auto_id="tu-choi_%s"),
        }
    return render(request, "intake/registration/detail.html", context, status=status)


def _facts(found: Registration) -> list[Fact]:
    place = ", ".join(part for part in (found.place_text, str(found.commune or ""), found.province.name) if part)
    rows = [
        Fact("Loại hình", found.get_kind_display()),
        Fact("Mã số thuế", found.tax_code),
        Fact("Địa chỉ", place),
        Fact("Người đăng ký", found.full_name),
        Fact("Điện thoại", found.phone),
        Fact("Thư điện tử", f"{found.email} (đã xác nhận)"),
        Fact("Đăng ký ngày", format_date(found.confirmed_at or found.created_at)),
    ]
    if found.decided_by is not None and found.decided_at is not None:
        rows.append(Fact("Người xử lý", f"{found.decided_by}, {format_date(found.decided_at)}"))
    if found.reason:
        rows.append(Fact("Lý do từ chối", found.reason))
    return rows


def _choices(entries: list[Establishment]) -> list[tuple[str, str]]:
    """Each entry in words, and who signs in for it already; one query."""
    owners: dict[int, list[str]] = defaultdict(list)
    hats = Membership.objects.filter(
        agency__in=[one.account_id for one in entries if one.account_id], role=Role.OWNER, is_active=True
    ).select_related("user")
    for hat in hats:
        owners[hat.agency_id].append(str(hat.user))
    return [(str(one.pk), _words(one, owners.get(one.account_id or 0, []))) for one in entries]


def _words(one: Establishment, owners: list[str]) -> str:
    place = ", ".join(part for part in (one.place_text, str(one.commune or "")) if part)
    parts = [one.name, f"MST {one.tax_code}" if one.tax_code else "chưa có MST", place]
    told = " · ".join(part for part in parts if part)
    return f"{told} · đã có tài khoản của {', '.join(owners)}: người mới sẽ dùng chung" if owners else told
