"""What a fair comes to: its days, each establishment, and the partners to ask again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.dates import format_date, today
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.fairs import actions, shown
from khuyencong.fairs.forms import DayForm, FollowForm, LinkForm, VisitorsForm
from khuyencong.fairs.models import Fair, FairState, Participant, PartnerLink
from khuyencong.fairs.queries import days_of, open_links, results_of
from khuyencong.fairs.web import (
    TITLE,
    crumbs_to,
    crumbs_to_participant,
    fair_or_404,
    participant_or_404,
    permitted,
    permitted_participant,
    step_page,
    tabs_of,
)
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import STAFF
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.FAIR_VIEW)
@require_safe
def results(request: ActorRequest, pk: int) -> HttpResponse:
    """The days and what each establishment came to."""
    found, actor = fair_or_404(request.actor, pk), request.actor
    if actor.role not in STAFF:
        raise Http404
    rows, days = results_of(found), days_of(found)
    counted = [one.visitors for one in days if one.visitors is not None]
    context = {
        "fair": found,
        "tone": shown.TONES.get(found.state, ""),
        "rows": rows,
        "days": days,
        "stats": shown.result_stats(rows, sum(counted) if counted else None),
        "may_count": found.state == FairState.CONFIRMED
        and found.starts_on <= today()
        and allowed(actor, Permission.FAIR_MANAGE, found),
        "may_export": allowed(actor, Permission.REPORT_EXPORT),
        "tabs": tabs_of(found, actor, "fair_results"),
        "crumbs": crumbs_to(found, "Kết quả"),
    }
    return render(request, "fairs/results.html", context)


def _usual_day(fair: Fair, asked: str) -> str:
    """The day that a form begins with: the one asked for, else today inside the fair, else its last."""
    if asked in {format_date(day) for day in fair.days()}:
        return asked
    return format_date(max(fair.starts_on, min(today(), fair.ends_on)))


@opens_to(Permission.FAIR_JOIN)
@require_http_methods(SHOW_AND_ACT)
def day(request: ActorRequest, pk: int) -> HttpResponse:
    """What was sold on one day; `?ngay=dd/mm/yyyy` another one, with what stands there."""
    found = permitted_participant(request, pk, Permission.FAIR_JOIN)
    on = _usual_day(found.fair, request.GET.get("ngay", ""))
    there = next((one for one in found.days.all() if format_date(one.on) == on), None)
    initial: dict[str, Any] = {"version": found.version, "on": on}
    if there is not None:
        initial |= {name: getattr(there, name) for name in ("sales", "contacts", "contracts", "contract_value", "note")}
    form = DayForm(request.POST or None, initial=initial)

    def act() -> None:
        data = dict(form.cleaned_data)
        data["contract_value"] = data["contract_value"] or 0
        actions.record_day(
            participant_id=found.pk, by=request.actor, version=data.pop("version"), on=data.pop("on"), fields=data
        )

    return step_page(
        request, about=found, form=form, act=act, title="Kết quả trong ngày", submit_label="Ghi kết quả",
        done="Đã ghi kết quả trong ngày.",
        context={
            "intro": "Ghi lại cho cùng một ngày thì số mới thay số cũ." if there is None
            else f"Ngày {on} đã có số liệu: ghi lại thì số mới thay số cũ."
        },
    )  # fmt: skip


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def visitors(request: ActorRequest, pk: int) -> HttpResponse:
    """How many came on one day."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    form = VisitorsForm(
        request.POST or None,
        initial={"version": found.version, "on": _usual_day(found, request.GET.get("ngay", ""))},
    )
    return step_page(
        request, about=found, form=form, title="Lượt khách tham quan", submit_label="Ghi", done="Đã ghi lượt khách.",
        back_url=reverse("fair_results", args=[found.pk]),
        act=lambda: actions.record_visitors(fair_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.FAIR_JOIN)
@require_http_methods(SHOW_AND_ACT)
def link_new(request: ActorRequest, pk: int) -> HttpResponse:
    """A partner to ask again."""
    found = participant_or_404(request.actor, pk)
    require(request.actor, Permission.FAIR_JOIN, found)
    form = LinkForm(request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        actions.add_link(participant_id=found.pk, by=request.actor, creation_key=data["creation_key"], fields=data)

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi. Đến hẹn, việc hỏi lại hiện ở lịch.",
        back=lambda: redirect(found),
        template="fairs/form.html",
        context={
            "title": "Thêm đối tác cần hỏi lại",
            "intro": f"{found} tại {found.fair.name}",
            "submit_label": "Ghi",
            "back_url": found.get_absolute_url(),
            "crumbs": crumbs_to_participant(found, "Đối tác"),
        },
    )


@opens_to(Permission.FAIR_JOIN)
@require_http_methods(SHOW_AND_ACT)
def link_follow(request: ActorRequest, pk: int) -> HttpResponse:
    """What has come of a partner."""
    visible = Participant.objects.visible_to(request.actor).order_by()
    link = get_object_or_404(PartnerLink.objects.filter(participant__in=visible), pk=pk)
    found = participant_or_404(request.actor, link.participant_id)
    require(request.actor, Permission.FAIR_JOIN, found)
    form = FollowForm(
        request.POST or None,
        initial={
            "version": link.version,
            "outcome": link.outcome,
            "value": link.value or None,
            "told": link.told,
            "due_on": link.due_on,
        },
    )

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.follow_link(link_id=link.pk, by=request.actor, version=data.pop("version"), fields=data)

    return step_page(
        request, about=found, form=form, act=act, title=f"Hỏi lại: {link.partner}", submit_label="Ghi", done="Đã ghi.",
        context={"intro": link.about},
    )  # fmt: skip


@opens_to(Permission.FAIR_VIEW)
@require_safe
def links(request: ActorRequest) -> HttpResponse:
    """Partners that are to be asked again, by day."""
    rows = open_links(request.actor)
    context = {
        "rows": shown.shown_links(rows),
        "crumbs": [Crumb(TITLE, reverse("fairs")), Crumb("Kết nối cần hỏi lại")],
    }
    return render(request, "fairs/links.html", context)
