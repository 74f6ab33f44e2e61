"""Clients and targets."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.consulting import actions
from khuyencong.consulting.forms import ClientEditForm, ClientForm, TargetEditForm, TargetForm
from khuyencong.consulting.models import Client, Target
from khuyencong.consulting.queries import clients_for
from khuyencong.consulting.shown import TONES, client_facts
from khuyencong.consulting.web import client_or_404, crumbs_to, may_sell, step_page
from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.establishments.models import Establishment
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
LONGEST_KEY = 10
CLIENTS = "Khách hàng"


@opens_to(Permission.CONSULTING_VIEW)
@require_safe
def clients(request: ActorRequest) -> HttpResponse:
    """Who has ordered or may order."""
    text = request.GET.get("q", "")[:200]
    page = Paginator(clients_for(request.actor, text), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "rows": page.object_list,
        "page": page,
        "q": text,
        "may_add": may_sell(request.actor),
        "crumbs": crumbs_to(CLIENTS),
    }
    return render(request, "consulting/clients.html", context)


@opens_to(Permission.CONSULTING_VIEW)
@require_safe
def client(request: ActorRequest, pk: int) -> HttpResponse:
    """One client with its jobs; who is to be called is for those who keep the jobs."""
    found = client_or_404(request.actor, pk)
    may = allowed(request.actor, Permission.CONSULTING_MANAGE, found)
    context = {
        "client": found,
        "facts": client_facts(found, whole=may),
        "jobs": [(one, TONES.get(one.state, "")) for one in found.jobs.select_related("agency")],
        "may_keep": may,
        "crumbs": crumbs_to((CLIENTS, reverse("consulting_clients")), found.name),
    }
    return render(request, "consulting/client.html", context)


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def client_new(request: ActorRequest) -> HttpResponse:
    """A new client; `?co-so=` takes an establishment of the registry."""
    require(request.actor, Permission.CONSULTING_MANAGE, Client(agency=request.actor.agency))
    place = _establishment(request)
    initial = {"name": place.name, "address": place.place_text, "tax_code": place.tax_code} if place else None
    form = ClientForm(request.POST or None, initial=initial)
    made: list[Client] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.add_client(by=request.actor, creation_key=data["creation_key"], fields=data, establishment=place)
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi khách hàng. Bước tiếp: ghi báo giá.",
        back=lambda: redirect(made[0]),
        template="consulting/step.html",
        context={
            "title": "Thêm khách hàng",
            "about": f"Cơ sở trong sổ: {place.name}" if place else "",
            "intro": ""
            if place
            else "Khách hàng là cơ sở công nghiệp nông thôn thì mở hồ sơ cơ sở rồi chọn «Ghi là khách hàng tư vấn».",
            "submit_label": "Ghi khách hàng",
            "back_url": reverse("consulting_clients"),
            "crumbs": crumbs_to((CLIENTS, reverse("consulting_clients")), "Thêm khách hàng"),
        },
    )


def _establishment(request: ActorRequest) -> Establishment | None:
    """The establishment named in the address; 404 where the actor may not know of it."""
    key = request.GET.get("co-so", "")
    if not key:
        return None
    if not (key.isascii() and key.isdigit() and len(key) < LONGEST_KEY):
        raise Http404
    return get_object_or_404(Establishment.objects.visible_to(request.actor), pk=int(key))


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def client_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a client."""
    found = client_or_404(request.actor, pk)
    require(request.actor, Permission.CONSULTING_MANAGE, found)
    names = ("name", *actions.clients.CLIENT_FIELDS, "version")
    form = ClientEditForm(request.POST or None, initial={name: getattr(found, name) for name in names})

    def act() -> None:
        data = form.cleaned_data
        actions.edit_client(client_id=found.pk, by=request.actor, version=data["version"], fields=data)

    return step_page(
        request,
        form=form,
        title="Sửa khách hàng",
        about=found.name,
        act=act,
        done="Đã sửa.",
        submit_label="Ghi",
        back_url=found.get_absolute_url(),
        crumbs=crumbs_to((found.name, found.get_absolute_url()), "Sửa"),
    )


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def target_new(request: ActorRequest) -> HttpResponse:
    """Enter a target."""
    require(request.actor, Permission.CONSULTING_MANAGE, Target(agency=request.actor.agency))
    form = TargetForm(request.POST or None, initial={"year": today().year})

    def act() -> None:
        data = form.cleaned_data
        actions.set_target(by=request.actor, creation_key=data["creation_key"], fields=data)

    return step_page(
        request,
        form=form,
        title="Ghi chỉ tiêu năm",
        about=request.actor.agency.name,
        act=act,
        done="Đã ghi chỉ tiêu.",
        submit_label="Ghi chỉ tiêu",
        back_url=reverse("consulting_report"),
        crumbs=crumbs_to(("Báo cáo", reverse("consulting_report")), "Ghi chỉ tiêu năm"),
        intro="Chỉ tiêu của năm là tổng các dòng: ghi theo từng loại việc, hoặc một dòng không chia theo loại.",
    )


@opens_to(Permission.CONSULTING_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def target_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a target by another document."""
    rows = Target.objects.visible_to(request.actor).select_related("agency__province")
    found = get_object_or_404(rows, pk=pk)
    require(request.actor, Permission.CONSULTING_MANAGE, found)
    names = ("jobs", "revenue", "cost", "document", "version")
    form = TargetEditForm(request.POST or None, initial={name: getattr(found, name) for name in names})

    def act() -> None:
        data = form.cleaned_data
        actions.change_target(target_id=found.pk, by=request.actor, version=data["version"], fields=data)

    return step_page(
        request,
        form=form,
        title="Sửa chỉ tiêu",
        about=f"{found.agency}, năm {found.year}: {found.kind_label}",
        act=act,
        done="Đã sửa chỉ tiêu.",
        submit_label="Ghi",
        back_url=f"{reverse('consulting_report')}?nam={found.year}",
        crumbs=crumbs_to(("Báo cáo", reverse("consulting_report")), "Sửa chỉ tiêu"),
    )
