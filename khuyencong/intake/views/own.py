"""The owner's own pages: what the State has on record, what may be asked for, how the establishment is reached."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.establishments.models import Establishment
from khuyencong.intake import actions
from khuyencong.intake.actions.own import CONTACT_FIELDS
from khuyencong.intake.chances import chance_for, chances, papers_to_bring, to_take_part
from khuyencong.intake.forms.requests import ContactForm, MistakeForm
from khuyencong.intake.models import RequestState, SupportRequest
from khuyencong.intake.pages import TONES
from khuyencong.intake.queries import own_establishment
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.law.catalogue import catalogue
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.received import received
from khuyencong.projects.states import COMMITTED

LATEST = 5


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_safe
def establishment(request: ActorRequest) -> HttpResponse:
    """The first page of an owner: requests under way, and the entry in the registry."""
    own = own_establishment(request.actor)
    requests = SupportRequest.objects.visible_to(request.actor).select_related("project")
    context = {
        "establishment": own,
        "facts": _facts(own),
        "contact_facts": [
            Fact("Người liên hệ", own.contact),
            Fact("Điện thoại", own.phone),
            Fact("Thư điện tử", own.email),
        ],
        "requests": [(one, TONES.get(RequestState(one.state), "")) for one in requests.order_by("-pk")[:LATEST]],
        "received": [
            one
            for one in received([own], seen_by=request.actor)[own.pk]
            if one.project is None or one.project.state in COMMITTED
        ],
    }
    return render(request, "intake/own/establishment.html", context)


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_http_methods(SHOW_AND_ACT)
def contact(request: ActorRequest) -> HttpResponse:
    """The owner corrects whom to call and where to write."""
    own = own_establishment(request.actor)
    initial = {name: getattr(own, name) for name in CONTACT_FIELDS} | {"version": own.version}
    form = ContactForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.correct_contact(
            establishment_id=own.pk, by=request.actor, version=form.cleaned_data["version"], fields=form.cleaned_data
        ),
        done="Đã lưu.",
        back=lambda: redirect("own_establishment"),
        template="intake/own/form.html",
        context={
            "title": "Sửa cách liên hệ",
            "submit_label": "Lưu",
            "draft": "lien-he",
            "crumbs": _crumbs("Sửa cách liên hệ"),
        },
    )


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_http_methods(SHOW_AND_ACT)
def mistake(request: ActorRequest) -> HttpResponse:
    """The owner tells the officers what is wrong in the entry."""
    own = own_establishment(request.actor)
    form = MistakeForm(request.POST or None)

    def act() -> None:
        actions.report_mistake(establishment=own, by=request.actor, text=form.cleaned_data["text"])

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, "Đã báo cán bộ khuyến công của tỉnh.")
        return redirect("own_establishment")
    context = {
        "form": form,
        "title": "Báo chỗ sai trong hồ sơ",
        "submit_label": "Gửi cho cán bộ",
        "draft": "bao-sai",
        "crumbs": _crumbs("Báo chỗ sai"),
    }
    return render(request, "intake/own/form.html", context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_safe
def support(request: ActorRequest) -> HttpResponse:
    """«Tôi được hỗ trợ gì?»: every activity, what may be asked for first."""
    own = own_establishment(request.actor)
    found = chances(own, on=today())
    context = {
        "establishment": own,
        "open": [one for one in found if one.is_open],
        "closed": [one for one in found if not one.is_open],
        "together": to_take_part(today()),
        "on": today(),
    }
    return render(request, "intake/own/support.html", context)


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_safe
def support_for(request: ActorRequest, code: str) -> HttpResponse:
    """One activity: may I, why, how much, and which papers."""
    own, found = own_establishment(request.actor), find_activity(code)
    if found is None or not found.in_force(today()):
        raise Http404("Không có nội dung hoạt động này.")
    context = {
        "chance": chance_for(own, found, on=today()),
        "papers": papers_to_bring(found.code, on=today()),
        "ask_url": f"{reverse('request_new')}?noi-dung={found.code}",
        "crumbs": [*_crumbs(), Crumb("Tôi được hỗ trợ gì?", reverse("own_support")), Crumb(found.name)],
    }
    return render(request, "intake/own/activity.html", context)


def _crumbs(title: str = "") -> list[Crumb]:
    first = Crumb("Cơ sở của tôi", reverse("own_establishment"))
    return [first, Crumb(title)] if title else [first]


def _facts(own: Establishment) -> list[Fact]:
    """What the registry holds, in the order of the paper that an owner knows."""
    sector = catalogue().sectors.get(own.sector)
    place = ", ".join(part for part in (own.place_text, str(own.commune or ""), own.province.name) if part)
    rows = [
        Fact("Loại hình", own.get_kind_display()),
        Fact("Mã số thuế", own.tax_code),
        Fact("Địa chỉ", place),
        Fact("Ngành nghề", sector.name if sector else own.sector),
        Fact("Chủ cơ sở, người đại diện", own.owner_name),
        Fact("Số lao động", "" if own.workers is None else str(own.workers)),
        Fact("Vốn điều lệ", f"{format_dong(own.charter_capital)} đồng" if own.charter_capital else ""),
        Fact("Làng nghề", str(own.craft_village or "")),
    ]
    always = {"Mã số thuế", "Địa chỉ", "Ngành nghề", "Số lao động"}
    return [fact for fact in rows if fact.value or fact.label in always]
