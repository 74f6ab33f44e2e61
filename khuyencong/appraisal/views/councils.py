"""The councils of an agency: the list, one council, setting one up and ending it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.appraisal import actions
from khuyencong.appraisal.actions.councils import MemberInput
from khuyencong.appraisal.council_door import seatable
from khuyencong.appraisal.forms import CouncilForm, EndCouncilForm, MemberForm
from khuyencong.appraisal.levels import PERMISSION_OF, own_level
from khuyencong.appraisal.models import Council, Level, MemberRole
from khuyencong.appraisal.queries import councils_of
from khuyencong.appraisal.web import TITLE, council_or_404
from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 30
MOST_MEMBERS = 15
LONGEST_KEY = 10


@opens_to(Permission.COUNCIL_VIEW)
@require_safe
def councils(request: ActorRequest) -> HttpResponse:
    """The councils that I may open, the latest first."""
    page = Paginator(councils_of(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "may_make": allowed(request.actor, Permission.APPRAISE_BASE), "on": today()}
    return render(request, "appraisal/councils.html", context)


@opens_to(Permission.COUNCIL_VIEW)
@require_safe
def council(request: ActorRequest, pk: int) -> HttpResponse:
    """One council: its decision, its members, its meetings."""
    found = council_or_404(request, pk)
    runs = allowed(request.actor, PERMISSION_OF[Level(found.level)], found)
    live = found.active_to is None or found.active_to >= today()
    facts = [
        Fact("Cơ quan", found.agency.name_on(found.decision_on)),
        Fact("Cấp thẩm định", found.get_level_display()),
        Fact("Quyết định", f"{found.decision_number} ngày {format_date(found.decision_on)}"),
        Fact("Hoạt động từ", format_date(found.active_from)),
        Fact("Đến hết", format_date(found.active_to) if found.active_to else "chưa chấm dứt"),
        Fact("Điều kiện họp", found.quorum_sentence),
    ]
    sessions = found.sessions.prefetch_related("agenda__project", "agenda__appraisal")
    context = {
        "council": found,
        "facts": facts,
        "members": found.members.select_related("user"),
        "page": Paginator(sessions, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_call": runs and live,
        "may_end": runs and live,
        "crumbs": [Crumb(TITLE, reverse("councils")), Crumb(found.title)],
    }
    return render(request, "appraisal/council.html", context)


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def council_new(request: ActorRequest) -> HttpResponse:
    """Enter the decision that sets up a council of my agency; `?thay=` starts from the one that it renews."""
    level = own_level(request.actor)
    users = seatable(request.actor)
    old = _renewed(request, level)
    bound = request.POST if request.method == "POST" else None
    form = CouncilForm(bound, initial={"title": old.title, "quorum": old.quorum} if old else None)
    roles = (MemberRole.CHAIR, MemberRole.DEPUTY, MemberRole.SECRETARY, MemberRole.MEMBER, MemberRole.MEMBER)
    member_formset = forms.formset_factory(
        MemberForm, extra=0 if bound else 2, max_num=MOST_MEMBERS, validate_max=True, absolute_max=50
    )
    initial = None if bound else _seats(old, users) if old else [{"role": role} for role in roles]
    formset = member_formset(bound, prefix="tv", form_kwargs={"users": users}, initial=initial)
    made: list[Council] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.create_council(
                by=request.actor,
                creation_key=data["creation_key"],
                fields=data,
                members=_members(formset, users),
                replaces=old,
            )
        )

    if bound is not None and form.is_valid() and formset.is_valid() and run(form, act):
        messages.success(request, "Đã lập Hội đồng. Bước tiếp: triệu tập phiên họp.")
        return redirect(made[0])
    title = "Kiện toàn Hội đồng" if old else "Lập Hội đồng thẩm định"
    context = {
        "form": form,
        "formset": formset,
        "level": level.label,
        "title": title,
        "old": old,
        "crumbs": [Crumb(TITLE, reverse("councils")), Crumb(title)],
    }
    return render(request, "appraisal/council_new.html", context, status=422 if bound is not None else 200)


def _renewed(request: ActorRequest, level: Level) -> Council | None:
    """The council of my agency that the address names; 404 for another one."""
    text = request.GET.get("thay", "")
    if not text:
        return None
    key = int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_KEY else 0
    rows = Council.objects.visible_to(request.actor).filter(agency=request.actor.agency, level=level)
    return get_object_or_404(rows, pk=key)


def _seats(old: Council, users: list[User]) -> list[dict[str, str]]:
    """The seats of the council that is renewed; who may sit no longer leaves an empty one."""
    known = {user.pk for user in users}
    return [
        {
            "role": one.role,
            "user": str(one.user_id) if one.user_id in known else "",
            "guest": one.guest,
            "position": one.position,
        }
        for one in old.members.all()
    ]


def _members(formset: Any, users: list[User]) -> list[MemberInput]:
    """The filled rows; a row that names nobody is left out."""
    by_key = {str(user.pk): user for user in users}
    rows = [one.cleaned_data for one in formset.forms if one.cleaned_data]
    return [
        MemberInput(row["role"], by_key.get(row["user"]), row["guest"], row["position"])
        for row in rows
        if row["user"] or row["guest"]
    ]


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def council_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Say until when the council sits."""
    found = get_object_or_404(Council.objects.visible_to(request.actor).select_related("agency__province"), pk=pk)
    require(request.actor, PERMISSION_OF[Level(found.level)], found)
    form = EndCouncilForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.end_council(council_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã ghi ngày chấm dứt của Hội đồng.",
        back=lambda: redirect(found),
        template="appraisal/council_form.html",
        context={
            "title": "Chấm dứt Hội đồng",
            "submit_label": "Ghi ngày chấm dứt",
            "back_url": found.get_absolute_url(),
            "crumbs": [
                Crumb(TITLE, reverse("councils")),
                Crumb(found.title, found.get_absolute_url()),
                Crumb("Chấm dứt"),
            ],
        },
    )
