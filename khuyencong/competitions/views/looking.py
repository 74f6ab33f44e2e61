"""The list of rounds, one round, its products, one product, and its files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.audit.handing_out import opened
from khuyencong.competitions import shown
from khuyencong.competitions.eligibility import findings_of
from khuyencong.competitions.export import entries_workbook
from khuyencong.competitions.judging.queries import my_rounds
from khuyencong.competitions.judging.seats import is_covered
from khuyencong.competitions.models import Entry, EntryState, ProductGroup, Round, RoundState
from khuyencong.competitions.outcome.closing import closing_findings
from khuyencong.competitions.outcome.shown import outcome_of
from khuyencong.competitions.panels import panels_of
from khuyencong.competitions.paper import registration_pdf
from khuyencong.competitions.queries import (
    entries_of,
    numbers_of,
    people_of_round,
    read_filters,
    receiving_rounds,
    rounds_for,
)
from khuyencong.competitions.rules import calling_findings, levels_of, opening_findings
from khuyencong.competitions.web import crumbs_to, crumbs_to_entry, entry_or_404, hand_out, permitted, round_or_404
from khuyencong.core.components import Stat
from khuyencong.core.dates import today
from khuyencong.core.findings import Finding
from khuyencong.core.web import take_away
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
MOST_FINDINGS_ON = (EntryState.DRAFT, EntryState.SUBMITTED, EntryState.INCOMPLETE)


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def competitions(request: ActorRequest) -> HttpResponse:
    """The rounds that I may know of; first those that take products today."""
    actor = request.actor
    filters = read_filters(request.GET.dict())
    page = Paginator(rounds_for(actor, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    owner = actor.role == Role.OWNER
    mine = Entry.objects.visible_to(actor).filter(establishment__account=actor.agency.pk) if owner else None
    context = {
        "page": page,
        "rows": [(one, shown.TONES.get(RoundState(one.state), "")) for one in page.object_list],
        "filters": filters,
        "levels": CertificateLevel.choices,
        "states": RoundState.choices,
        "receiving": list(receiving_rounds(actor)[:20]) if allowed(actor, Permission.COMPETITION_ENTER) else [],
        "own_entries": shown.own_entries(mine.select_related("round", "certificate")[:50]) if mine is not None else [],
        "owner": owner,
        "judging": my_rounds(actor),
        "may_count": allowed(actor, Permission.REPORT_VIEW),
        "may_make": allowed(actor, Permission.COMPETITION_MANAGE) and bool(levels_of(actor.agency)),
    }
    return render(request, "competitions/list.html", context)


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def competition(request: ActorRequest, pk: int) -> HttpResponse:
    """One round: the spine on which judging and results hang their panels."""
    found, actor = round_or_404(request.actor, pk), request.actor
    manages = allowed(actor, Permission.COMPETITION_MANAGE, found)
    decides = allowed(actor, Permission.COMPETITION_DECIDE, found)
    people = people_of_round(found)
    findings = _findings(found) if manages or decides else []
    receiving = shown.is_receiving(found)
    context = {
        "round": found,
        "tone": shown.TONES.get(RoundState(found.state), ""),
        "crumbs": crumbs_to(found),
        "steps": shown.way_of(found),
        "facts": shown.facts_of(found),
        # What keeps a round from ending is no trouble of anybody's: its button says it.
        "findings": findings if found.state != RoundState.DECIDED else [],
        "actions": shown.actions_of(found, actor, findings),
        "links": shown.links_of(found, actor),
        "stats": _stats(found, whole=manages or decides),
        "groups": people.groups if manages or decides or found.state != RoundState.DRAFT else [],
        "papers": list(found.papers.select_related("uploaded_by")) if manages or decides else [],
        "may_manage": manages,
        "may_decide": decides,
        "may_enter": receiving and allowed(actor, Permission.COMPETITION_ENTER),
        # Reasons in it may name a maker: not to somebody who still judges blind.
        "events": shown.events_of(found.thread) if (manages or decides) and not is_covered(found, actor) else [],
        **panels_of(found, actor),
    }
    return render(request, "competitions/round.html", context)


def _stats(round_: Round, *, whole: bool) -> list[Stat]:
    """How the dossiers stand; only the organiser sees how many are waiting or were refused. One query."""
    numbers, entries = numbers_of(round_), reverse("competition_entries", args=[round_.pk])
    accepted = Stat(
        "Được tham gia", str(numbers.accepted), "sản phẩm", url=f"{entries}?state=accepted" if whole else ""
    )
    if not whole:
        return [accepted]
    return [
        Stat("Hồ sơ chờ kiểm tra", str(numbers.waiting), "hồ sơ", url=f"{entries}?state=submitted"),
        Stat("Cần bổ sung", str(numbers.incomplete), "hồ sơ", url=f"{entries}?state=incomplete"),
        accepted,
        Stat("Không tham gia", str(numbers.refused), "hồ sơ", note="từ chối hoặc đã rút"),
    ]


def _findings(round_: Round) -> list[Finding]:
    """What stands in the way of the next step of the spine; three queries at most."""
    on = today()
    if round_.state == RoundState.DRAFT:
        return calling_findings(round_, list(round_.members.all()), on)
    if round_.state == RoundState.DECIDED:
        return closing_findings(round_, on)
    if round_.state == RoundState.CALLED:
        states = list(round_.entries.order_by().values_list("state", flat=True))
        return opening_findings(round_, list(round_.members.all()), list(round_.criteria.all()), states, on)
    return []


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def entries(request: ActorRequest, pk: int) -> HttpResponse:
    """The products of a round as I may see them."""
    found, actor = round_or_404(request.actor, pk), request.actor
    state, group = request.GET.get("state", ""), request.GET.get("group", "")
    text = request.GET.get("q", "")[:200].strip()
    rows = entries_of(found, actor, state=state, group=group, text=text)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "round": found,
        "page": page,
        "rows": [(one, shown.ENTRY_TONES.get(EntryState(one.state), "")) for one in page.object_list],
        "state": state,
        "group": group,
        "q": text,
        "states": EntryState.choices,
        "product_groups": ProductGroup.choices,
        "filtered": bool(state or group or text),
        "may_enter": shown.is_receiving(found) and allowed(actor, Permission.COMPETITION_ENTER),
        "may_export": allowed(actor, Permission.COMPETITION_MANAGE, found),
        "may_word": allowed(actor, Permission.PAPER_VIEW)
        and (allowed(actor, Permission.COMPETITION_ENTER) or allowed(actor, Permission.COMPETITION_MANAGE, found)),
        "crumbs": crumbs_to(found, "Sản phẩm"),
    }
    return render(request, "competitions/entries.html", context)


@opens_to(Permission.COMPETITION_MANAGE)
@require_GET
def entries_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The list of products (Phụ lục 5, mẫu tạm). That somebody took it away is kept in the trail."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    with transaction.atomic():
        content = entries_workbook(found, request.actor)
        record(action="competition.export", by=request.actor, subject=found, thread=found.thread)
    return take_away(content, f"danh-sach-san-pham-{found.pk}.xlsx")


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def entry(request: ActorRequest, pk: int) -> HttpResponse:
    """One product with its dossier, what stands against it, and just what I may do now."""
    found, actor = entry_or_404(request.actor, pk), request.actor
    enters = allowed(actor, Permission.COMPETITION_ENTER, found)
    manages = allowed(actor, Permission.COMPETITION_MANAGE, found)
    asks = (enters or manages) and found.state in MOST_FINDINGS_ON and found.round.state == RoundState.CALLED
    findings = findings_of(found, today(), checking=manages and found.state == EntryState.SUBMITTED) if asks else []
    writable = enters and found.may_be_changed and found.round.state == RoundState.CALLED
    context = {
        "entry": found,
        "tone": shown.ENTRY_TONES.get(EntryState(found.state), ""),
        "crumbs": crumbs_to_entry(found),
        "outcome": outcome_of(found, actor),
        "sections": shown.entry_facts(found),
        "findings": findings,
        "actions": shown.entry_actions(found, actor, findings),
        "photos": list(found.photos.all()),
        "papers": list(found.papers.select_related("uploaded_by")),
        "may_have": enters or manages,
        "may_word": (enters or manages) and allowed(actor, Permission.PAPER_VIEW),
        "writable": writable,
        "events": shown.events_of(found.thread) if enters or manages else [],
    }
    return render(request, "competitions/entry.html", context)


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def entry_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The registration and description (Phụ lục 1 và 2, mẫu tạm) to be printed and signed."""
    found = entry_or_404(request.actor, pk)
    if not allowed(request.actor, Permission.COMPETITION_ENTER, found):
        require(request.actor, Permission.COMPETITION_MANAGE, found)
    with transaction.atomic():
        content = registration_pdf(found)
        record(action="competition_entry.pdf", by=request.actor, subject=found, thread=found.thread)
    return take_away(content, f"phieu-dang-ky-{found.pk}.pdf")


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def photo(request: ActorRequest, pk: int, photo: int) -> HttpResponse:
    """A photo on the page: kept without what the camera wrote beside it, a JPEG or PNG that was opened when it came."""
    found = entry_or_404(request.actor, pk)
    kept = get_object_or_404(found.photos, pk=photo)
    with opened(kept.file) as stream:
        content = stream.read()
    headers = {"Cache-Control": "private, max-age=3600", "Content-Disposition": "inline"}
    return HttpResponse(content, content_type=kept.content_type, headers=headers)


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def entry_paper(request: ActorRequest, pk: int, paper: int) -> HttpResponseBase:
    """A paper of the dossier as a download, for its maker's side and the organiser."""
    found = entry_or_404(request.actor, pk)
    if not allowed(request.actor, Permission.COMPETITION_ENTER, found):
        require(request.actor, Permission.COMPETITION_MANAGE, found)
    return hand_out(get_object_or_404(found.papers, pk=paper), found, by=request.actor)


@opens_to(Permission.COMPETITION_VIEW)
@require_GET
def paper(request: ActorRequest, pk: int, paper: int) -> HttpResponseBase:
    """A scan of the round as a download, for those who organise it."""
    found = round_or_404(request.actor, pk)
    if not allowed(request.actor, Permission.COMPETITION_DECIDE, found):
        require(request.actor, Permission.COMPETITION_MANAGE, found)
    return hand_out(get_object_or_404(found.papers, pk=paper), found, by=request.actor)
