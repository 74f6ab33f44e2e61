"""Who takes part: the list, inviting, registering, answering, and the page of one establishment."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.dates import format_date
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, version_of
from khuyencong.establishments.models import Establishment
from khuyencong.fairs import actions, shown
from khuyencong.fairs.forms import InviteForm, ReasonForm, RegisterForm
from khuyencong.fairs.models import ParticipantState
from khuyencong.fairs.queries import counts_of, participants_of, results_of
from khuyencong.fairs.web import (
    crumbs_to,
    crumbs_to_participant,
    fair_or_404,
    participant_or_404,
    permitted,
    permitted_participant,
    step_page,
    tabs_of,
)
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import STAFF, Role
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
MOST_FOUND = 30


@opens_to(Permission.FAIR_VIEW)
@require_safe
def participants(request: ActorRequest, pk: int) -> HttpResponse:
    """The list of a fair: invited, registered, taken."""
    found, actor = fair_or_404(request.actor, pk), request.actor
    if actor.role not in STAFF:
        raise Http404
    state, text = request.GET.get("state", ""), request.GET.get("q", "")[:200]
    page = Paginator(participants_of(found, actor, state=state, text=text), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = counts_of(found)
    may = found.is_arranged and allowed(actor, Permission.FAIR_MANAGE, found)
    context = {
        "fair": found,
        "tone": shown.TONES.get(found.state, ""),
        "page": page,
        "rows": [(one, shown.PARTICIPANT_TONES.get(one.state, "")) for one in page.object_list],
        "state": state,
        "q": text,
        "states": [(value, f"{label} ({counts.get(value, 0)})") for value, label in ParticipantState.choices],
        "filtered": bool(state or text),
        "may_manage": may,
        "may_export": allowed(actor, Permission.REPORT_EXPORT),
        "tabs": tabs_of(found, actor, "fair_participants"),
        "crumbs": crumbs_to(found, "Cơ sở"),
    }
    return render(request, "fairs/participants.html", context)


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def invite(request: ActorRequest, pk: int) -> HttpResponse:
    """Look for establishments and put those chosen on the list; `?q=` what is looked for."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    text = request.GET.get("q", "")[:200].strip()
    there = found.participants.order_by().values("establishment")
    visible = Establishment.objects.visible_to(request.actor).current()
    rows = list(
        visible.search(text)
        .exclude(pk__in=there)
        .select_related("commune", "province")
        .order_by("sort_key", "pk")[:MOST_FOUND]
    )
    # What was shown may have moved on: what is sent is looked up again.
    sent = [key for key in request.POST.getlist("chosen") if key.isascii() and key.isdigit() and len(key) < 10]  # noqa: PLR2004  # fits an int column
    chosen = list(visible.filter(pk__in=sent))
    offered = {str(one.pk): one.name for one in [*rows, *chosen]}
    form = InviteForm(request.POST or None, found=list(offered.items()), initial={"version": found.version})
    if (
        request.method == "POST"
        and form.is_valid()
        and run(
            form,
            lambda: actions.invite(
                fair_id=found.pk, by=request.actor, version=form.cleaned_data["version"], establishments=chosen
            ),
        )
    ):
        messages.success(request, f"Đã ghi {len(chosen)} cơ sở vào danh sách mời.")
        return redirect("fair_participants", found.pk)
    context = {
        "fair": found,
        "form": form,
        "q": text,
        "rows": rows,
        "most": MOST_FOUND,
        "crumbs": crumbs_to(found, "Mời cơ sở"),
    }
    return render(request, "fairs/invite.html", context, status=422 if request.method == "POST" else 200)


def _establishment(request: ActorRequest) -> Establishment:
    """The owner's own, or the one that an officer has chosen (`?co-so=`)."""
    rows = Establishment.objects.visible_to(request.actor).current().select_related("account", "province", "commune")
    if request.actor.role == Role.OWNER:
        return get_object_or_404(rows, account=request.actor.agency.pk)
    key = request.GET.get("co-so", "")
    if not (key.isascii() and key.isdigit() and len(key) < 10):  # noqa: PLR2004  # fits an int column
        raise Http404
    return get_object_or_404(rows, pk=int(key))


@opens_to(Permission.FAIR_JOIN)
@require_http_methods(SHOW_AND_ACT)
def register(request: ActorRequest, pk: int) -> HttpResponse:
    """An owner registers the own establishment, an officer one that he has chosen."""
    found = fair_or_404(request.actor, pk)
    establishment = _establishment(request)
    form = RegisterForm(request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        actions.register(
            fair_id=found.pk, by=request.actor, creation_key=data["creation_key"], establishment=establishment,
            fields=data,
        )  # fmt: skip

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã đăng ký. Đơn vị thực hiện sẽ trả lời.",
        back=lambda: redirect(found),
        template="fairs/form.html",
        context={
            "title": f"Đăng ký tham gia {found.name}",
            "intro": f"{establishment.name} · {format_date(found.starts_on)} – {format_date(found.ends_on)}, {found.place_text}",
            "submit_label": "Đăng ký",
            "back_url": found.get_absolute_url(),
            "crumbs": crumbs_to(found, "Đăng ký"),
        },
    )


@opens_to(Permission.FAIR_VIEW)
@require_safe
def participant(request: ActorRequest, pk: int) -> HttpResponse:
    """One establishment at a fair: its booths, its days, its partners."""
    found, actor = participant_or_404(request.actor, pk), request.actor
    results = results_of(found.fair, only=[found.pk])
    context = {
        "participant": found,
        "fair": found.fair,
        "tone": shown.PARTICIPANT_TONES.get(found.state, ""),
        "owner": actor.role == Role.OWNER,
        "result": results[0] if results else None,
        "booths": list(found.booths.select_related("contract").order_by("number")),
        "days": list(found.days.select_related("by")),
        "links": shown.shown_links(list(found.links.all())),
        "may_write": allowed(actor, Permission.FAIR_JOIN, found),
        "actions": shown.participant_actions(found, actor),
        "crumbs": crumbs_to_participant(found),
    }
    return render(request, "fairs/participant.html", context)


@opens_to(Permission.FAIR_MANAGE)
@require_POST
def accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Take an establishment."""
    found = permitted_participant(request, pk, Permission.FAIR_MANAGE)
    press(
        request,
        lambda: actions.accept(participant_id=found.pk, by=request.actor, version=version_of(request)),
        done=f"Đã nhận {found}.",
    )
    return redirect("fair_participants", found.fair_id)


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """Do not take an establishment, with the reason."""
    found = permitted_participant(request, pk, Permission.FAIR_MANAGE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Không nhận tham gia", submit_label="Không nhận", done="Đã ghi.",
        act=lambda: actions.refuse(participant_id=found.pk, by=request.actor, **form.cleaned_data),
        context={"intro": "Lý do được báo cho chủ cơ sở có tài khoản; gian của cơ sở để trống."},
    )  # fmt: skip


@opens_to(Permission.FAIR_JOIN)
@require_http_methods(SHOW_AND_ACT)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """The establishment does not come after all."""
    found = permitted_participant(request, pk, Permission.FAIR_JOIN)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Không tham gia", submit_label="Ghi không tham gia", done="Đã ghi.",
        act=lambda: actions.withdraw(participant_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip
