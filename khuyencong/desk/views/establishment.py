"""The page of one establishment, and what the law says of it on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.audit.queries import timeline
from khuyencong.consulting.web import may_sell
from khuyencong.core.dates import format_date, today
from khuyencong.desk.forms import EligibilityForm
from khuyencong.desk.registry import facts, rows
from khuyencong.desk.registry.trail import history
from khuyencong.establishments.door import thread_of
from khuyencong.establishments.eligibility import by_verdict, site_of, standings
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.personal import Eyes, eyes_of
from khuyencong.establishments.rules import suggestions
from khuyencong.establishments.web import establishment_or_404
from khuyencong.inspections.queries import inspections_of
from khuyencong.law.catalogue import activities_on
from khuyencong.law.eligibility import EarlierSupport, Match
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Beneficiary
from khuyencong.projects.received import WITHOUT_SUPPORT, received
from khuyencong.projects.states import ProjectState


@opens_to(Permission.ESTABLISHMENT_VIEW)
@require_safe
def establishment(request: ActorRequest, pk: int) -> HttpResponse:
    """Header and one tab; the rows beside the entry with the buttons of whoever may change them."""
    found = establishment_or_404(request.actor, pk)
    tab_list, tab = facts.tabs(found, request.GET.get("tab", ""))
    eyes = eyes_of(request.actor, found)
    may_edit = allowed(request.actor, Permission.ESTABLISHMENT_EDIT, found) and found.merged_into_id is None
    context = {
        "establishment": found,
        "tabs": tab_list,
        "tab": tab,
        "may_edit": may_edit,
        "may_sell": may_sell(request.actor),
        **_merged(request, found),
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found),
        "sections": rows.sections(found, tab, eyes, on=today()),
        **LOADERS.get(tab, _nothing_more)(request, found, eyes),
    }
    return render(request, "desk/establishment.html", context)


@opens_to(Permission.ESTABLISHMENT_VIEW)
@require_safe
def eligibility(request: ActorRequest, pk: int) -> HttpResponse:
    """Whether the establishment may receive support on a day, for one activity or all, with reasons and articles."""
    found = establishment_or_404(request.actor, pk)
    form = EligibilityForm(request.GET or None)
    asked = form.is_valid() if form.is_bound else None
    day = form.day if asked else today()
    activities = activities_on(day)
    if asked and form.activity:
        chosen = [one for one in activities if one.code == form.activity]
    else:
        chosen = [one for one in activities if one.per_beneficiary]
    site = site_of(found, on=day)
    context = {
        "establishment": found,
        "form": form,
        "day": day,
        "site": site,
        "standings": []
        if asked is False
        else standings(found, chosen, site=site, earlier=_earlier(request, found, day)),
        "not_yet": bool(asked and form.activity and not chosen),
        "shown_day": format_date(day),
    }
    return render(request, "desk/eligibility.html", context, status=422 if asked is False else 200)


def _merged(request: ActorRequest, found: Establishment) -> dict[str, Any]:
    """Of an entry that was merged into another: whether the reader may know that one, and may undo it."""
    if found.merged_into is None:
        return {}
    seen = Establishment.objects.visible_to(request.actor).filter(pk=found.merged_into.pk).exists()
    return {"stands_seen": seen, "may_unmerge": seen and allowed(request.actor, Permission.ESTABLISHMENT_MERGE, found)}


Loader = Callable[[ActorRequest, Establishment, Eyes], dict[str, Any]]


def _overview(request: ActorRequest, found: Establishment, eyes: Eyes) -> dict[str, Any]:
    on = today()
    activities = [one for one in activities_on(on) if one.per_beneficiary]
    return {
        "facts": facts.facts(found, eyes),
        "owner_facts": facts.owner_facts(found, eyes),
        "masked": not eyes.see_all,
        "suggestions": suggestions(found) if allowed(request.actor, Permission.ESTABLISHMENT_EDIT, found) else [],
        "running_out": rows.running_out(found, on=on),
        "verdicts": by_verdict(
            standings(found, activities, site=site_of(found, on=on), earlier=_earlier(request, found, on))
        ),
    }


def _earlier(request: ActorRequest, found: Establishment, on: date) -> dict[str, tuple[EarlierSupport, ...]]:
    """Support up to the year of a day, by activity: whether it was for the same content of cost, a person sees."""
    known: dict[str, list[EarlierSupport]] = defaultdict(list)
    for one in received([found], seen_by=request.actor)[found.pk]:
        gone = one.project is not None and one.project.state in WITHOUT_SUPPORT
        if one.year <= on.year and not gone:
            activity = one.project.activity if one.project else one.past.activity if one.past else ""
            known[activity].append(EarlierSupport(one.phrase(), Match.UNSURE))
    # What nobody has said the activity of may have been for any.
    return {one.code: tuple(known[one.code] + known[""]) for one in activities_on(on)}


def _supports(request: ActorRequest, found: Establishment, _: Eyes) -> dict[str, Any]:
    """What it received or asked for, whoever may know of the đề án; and what is still being written for it."""
    written = Beneficiary.objects.visible_to(request.actor).filter(
        Q(establishment=found) | Q(establishment__merged_into=found), project__state=ProjectState.DRAFT
    )
    return {
        "supports": received([found], seen_by=request.actor)[found.pk],
        "drafts": [one.project for one in written.select_related("project").order_by("-project_id")],
    }


def _inspections(request: ActorRequest, found: Establishment, _eyes: Eyes) -> dict[str, Any]:
    """Collaborators see the establishment and not what was found there."""
    may_see = allowed(request.actor, Permission.INSPECTION_VIEW)
    may_order = allowed(request.actor, Permission.INSPECTION_PLAN) and found.merged_into_id is None
    return {
        "inspections": list(inspections_of(request.actor, establishment=found)) if may_see else [],
        "may_see_inspections": may_see,
        "new_url": f"{reverse('inspection_new')}?co-so={found.pk}" if may_order else "",
    }


def _history(_: ActorRequest, found: Establishment, _eyes: Eyes) -> dict[str, Any]:
    return {"events": history(timeline(thread_of(found)).reverse())}


def _nothing_more(_: ActorRequest, _found: Establishment, _eyes: Eyes) -> dict[str, Any]:
    return {}


LOADERS: dict[str, Loader] = {
    "tong-quan": _overview,
    "ho-tro": _supports,
    "kiem-tra": _inspections,
    "nhat-ky": _history,
}
