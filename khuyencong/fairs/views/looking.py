"""The list of fairs, one fair, and its files."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.web import take_away
from khuyencong.fairs import paper, shown
from khuyencong.fairs.models import Fair, FairState, ParticipantState
from khuyencong.fairs.queries import (
    booths_of,
    counts_of,
    fairs_for,
    open_fairs,
    own_participations,
    read_filters,
)
from khuyencong.fairs.rent import against_the_project, share_of, sums_of, supported_elsewhere
from khuyencong.fairs.rules import confirming_findings
from khuyencong.fairs.web import crumbs_to, fair_or_404, hand_out, tabs_of
from khuyencong.finance.ledger import balance_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 30


@opens_to(Permission.FAIR_VIEW)
@require_safe
def fairs(request: ActorRequest) -> HttpResponse:
    """All fairs in my sight, the latest first; an owner sees first where he may register and where he takes part."""
    actor, filters = request.actor, read_filters(request.GET.dict())
    page = Paginator(fairs_for(actor, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    owner = actor.role == Role.OWNER
    own = own_participations(actor)
    there = {one.fair_id for one in own if one.state not in {ParticipantState.INVITED, ParticipantState.WITHDRAWN}}
    context = {
        "filters": filters,
        "page": page,
        "rows": [(one, shown.TONES.get(one.state, "")) for one in page.object_list],
        "states": [one for one in FairState.choices if not owner or one[0] != FairState.DRAFT],
        "owner": owner,
        "receiving": [one for one in open_fairs(actor) if one.pk not in there] if owner else [],
        "own": [(one, shown.PARTICIPANT_TONES.get(one.state, "")) for one in own],
        "may_make": allowed(actor, Permission.FAIR_MANAGE),
    }
    return render(request, "fairs/list.html", context)


@opens_to(Permission.FAIR_VIEW)
@require_safe
def fair(request: ActorRequest, pk: int) -> HttpResponse:
    """One fair: what it is, what it costs against the money of the đề án, and just what I may do now."""
    found, actor = fair_or_404(request.actor, pk), request.actor
    owner = actor.role == Role.OWNER
    own = found.participants.filter(establishment__account=actor.agency.pk).first() if owner else None
    context: dict[str, Any] = {
        "fair": found,
        "tone": shown.TONES.get(found.state, ""),
        "facts": shown.facts_of(found, actor),
        "owner": owner,
        "own": own,
        "may_register": owner and own is None and allowed(actor, Permission.FAIR_JOIN),
        "takes": found.takes_registrations_on(today()),
        "actions": shown.actions_of(found, actor),
        "tabs": tabs_of(found, actor, "fair"),
        "crumbs": crumbs_to(found),
    }
    if not owner:
        booths, share = booths_of(found), share_of(found.project)
        sums, balance = sums_of(booths), balance_of(found.project)
        counts = counts_of(found)
        context |= {
            "stats": shown.rent_stats(sums),
            "counts": [(label, counts.get(value, 0)) for value, label in ParticipantState.choices],
            "share": share,
            "share_sentence": shown.share_sentence(found, share),
            "doubts": share.findings if found.is_arranged else (),
            "balance": balance,
            "sums": sums,
            "differences": against_the_project(sums, balance, supported_elsewhere(found)) if booths else [],
            "standing": confirming_findings(found, booths, share) if found.state == FairState.CALLED else [],
            "files": list(found.files.select_related("uploaded_by")),
            "may_download": allowed(actor, Permission.FILE_DOWNLOAD, found),
            "events": shown.events_of(found),
        }
    return render(request, "fairs/fair.html", context)


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def fair_file(request: ActorRequest, pk: int, file: int) -> HttpResponseBase:
    """A scan, as a download; audited."""
    found = fair_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    return hand_out(get_object_or_404(found.files, pk=file), found, by=request.actor)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def fair_list_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The list of those who take part and their booths, as a paper to be confirmed; audited."""
    found = fair_or_404(request.actor, pk)
    with transaction.atomic():
        content = paper.content_of(paper.list_of(found), "pdf")
        _taken(request, "fair.list", found)
    return take_away(content, f"danh-sach-hoi-cho-{found.pk}.pdf")


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def fair_result_file(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """What the fair came to, as PDF or Excel; audited."""
    if kind not in paper.KINDS:
        raise Http404
    found = fair_or_404(request.actor, pk)
    with transaction.atomic():
        content = paper.content_of(paper.results_paper(found), kind)
        _taken(request, "fair.results", found)
    return take_away(content, f"ket-qua-hoi-cho-{found.pk}.{kind}")


def _taken(request: ActorRequest, action: str, found: Fair) -> None:
    record(action=action, by=request.actor, subject=found, thread=found.thread, after={"hội chợ": found.name})
