"""Requests for support: the list, one of them, and writing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, version_of
from khuyencong.establishments.models import Establishment
from khuyencong.intake import actions
from khuyencong.intake.door import FIELDS
from khuyencong.intake.forms.requests import EditRequestForm, NewRequestForm
from khuyencong.intake.models import RequestState, SupportRequest
from khuyencong.intake.pages import TONES, counter_tabs
from khuyencong.intake.queries import own_establishment, waiting_requests
from khuyencong.intake.request_page import crumbs_to, request_context, request_or_404
from khuyencong.intake.states import check_writable
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project

PAGE_SIZE = 50
MOST_FOUND = 20


@opens_to(Permission.REQUEST_VIEW)
@require_safe
def request_list(request: ActorRequest) -> HttpResponse:
    """My own requests, or those of my province by state."""
    rows = SupportRequest.objects.visible_to(request.actor).select_related("establishment__commune")
    state = request.GET.get("state", "")
    if state in RequestState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    owner = request.actor.role == Role.OWNER
    # A regional centre sees the requests of its region, but no đề án that another unit carries out.
    projects = Project.objects.all() if owner else Project.objects.visible_to(request.actor)
    codes = dict(projects.filter(pk__in=[row.project_id for row in page.object_list]).values_list("pk", "code"))
    context = {
        "page": page,
        "rows": [
            (row, TONES.get(RequestState(row.state), ""), codes.get(row.project_id or 0, ""))
            for row in page.object_list
        ],
        "waiting": [] if owner or state else waiting_requests(request.actor),
        "owner": owner,
        "state": state,
        "states": RequestState.choices,
        "tabs": counter_tabs(request.actor, "requests"),
        "may_make": allowed(request.actor, Permission.REQUEST_MAKE),
    }
    return render(request, "intake/request/list.html", context)


@opens_to(Permission.REQUEST_VIEW)
@require_safe
def support_request(request: ActorRequest, pk: int) -> HttpResponse:
    """One request: how it stands, what it says, its papers, and what I may do next."""
    found = request_or_404(request.actor, pk)
    require(request.actor, Permission.REQUEST_VIEW, found)
    return render(request, "intake/request/detail.html", request_context(request.actor, found))


@opens_to(Permission.REQUEST_MAKE)
@require_http_methods(SHOW_AND_ACT)
def request_new(request: ActorRequest) -> HttpResponse:
    """Begin a request: an owner for the own establishment, an officer for one that is looked for first."""
    owner = request.actor.role == Role.OWNER
    establishment = own_establishment(request.actor) if owner else _chosen(request)
    if establishment is None:
        if request.method == "POST":
            raise Refused("Hãy tìm và chọn cơ sở trước khi soạn giúp đề nghị.")
        return _choose_establishment(request)
    wanted = find_activity(request.GET.get("noi-dung", ""))
    initial = {"activity": wanted.code if wanted else "", "wanted_year": today().year}
    form = NewRequestForm(request.POST or None, at_the_counter=not owner, initial=initial)
    made: list[SupportRequest] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.begin_request(
                by=request.actor,
                creation_key=data["creation_key"],
                establishment=establishment,
                fields=data,
                agreed=data.get("agreed", False),
            )
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, "Đã lưu bản nháp. Thêm giấy tờ nếu có, rồi bấm gửi.")
        return redirect(made[0])
    context = _form_context("Soạn đề nghị hỗ trợ", establishment, crumbs=[_list_crumb(), Crumb("Soạn đề nghị")])
    return render(
        request, "intake/request/form.html", context | {"form": form}, status=422 if request.method == "POST" else 200
    )


@opens_to(Permission.REQUEST_MAKE)
@require_http_methods(SHOW_AND_ACT)
def request_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change the text of a request that is being written."""
    found = request_or_404(request.actor, pk)
    require(request.actor, Permission.REQUEST_MAKE, found)
    if request.method != "POST":
        check_writable(found)
    initial = {name: getattr(found, name) for name in FIELDS} | {"version": found.version}
    by_officer = request.actor.role != Role.OWNER
    form = EditRequestForm(request.POST or None, at_the_counter=by_officer, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.write_request(
            request_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            fields=form.cleaned_data,
            agreed=form.cleaned_data.get("agreed", False),
        ),
        done="Đã lưu.",
        back=lambda: redirect(found),
        template="intake/request/form.html",
        context=_form_context("Sửa đề nghị", found.establishment, crumbs=crumbs_to(found, "Sửa"), found=found),
    )


@opens_to(Permission.REQUEST_MAKE)
@require_POST
def request_help(request: ActorRequest, pk: int) -> HttpResponse:
    """The owner asks an officer to help with the draft."""
    found = request_or_404(request.actor, pk)
    press(
        request,
        lambda: actions.ask_for_help(request_id=found.pk, by=request.actor, version=version_of(request)),
        done="Đã nhờ. Cán bộ khuyến công của tỉnh xem được bản nháp này và sẽ liên hệ với bạn.",
    )
    return redirect(found)


@opens_to(Permission.REQUEST_MAKE)
@require_POST
def request_send(request: ActorRequest, pk: int) -> HttpResponse:
    """Send the request to the officers of the province."""
    found = request_or_404(request.actor, pk)
    agreed = request.POST.get("agreed") == "on"
    press(
        request,
        lambda: actions.send_request(request_id=found.pk, by=request.actor, version=version_of(request), agreed=agreed),
        done="Đã gửi. Bạn nhận được thông báo khi cán bộ tiếp nhận.",
    )
    return redirect(found)


@opens_to(Permission.REQUEST_MAKE)
@require_POST
def request_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the request back."""
    found = request_or_404(request.actor, pk)
    press(
        request,
        lambda: actions.withdraw_request(request_id=found.pk, by=request.actor, version=version_of(request)),
        done="Đã rút đề nghị.",
    )
    return redirect(found)


def _chosen(request: ActorRequest) -> Establishment | None:
    """The establishment that an officer writes for, by its key in the address; 404 where it is out of sight."""
    key = request.GET.get("co-so", "")
    if not (key.isascii() and key.isdigit() and len(key) < 10):  # noqa: PLR2004  # fits an int column
        return None
    visible = Establishment.objects.visible_to(request.actor).current()
    return get_object_or_404(visible.select_related("province", "commune", "account"), pk=int(key))


def _choose_establishment(request: ActorRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:200].strip()
    found: list[Establishment] = []
    if text:
        visible = Establishment.objects.visible_to(request.actor).current().search(text)
        found = list(visible.select_related("commune", "province")[:MOST_FOUND])
    context = {"q": text, "found": found, "crumbs": [_list_crumb(), Crumb("Soạn giúp chủ cơ sở")], "most": MOST_FOUND}
    return render(request, "intake/request/choose.html", context)


def _form_context(
    title: str, establishment: Establishment, *, crumbs: list[Crumb], found: SupportRequest | None = None
) -> dict[str, Any]:
    return {"title": title, "establishment": establishment, "crumbs": crumbs, "found": found}


def _list_crumb() -> Crumb:
    return Crumb("Đề nghị hỗ trợ", reverse("requests"))
