"""The page of one đề án."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khuyencong.adjustments.kinds import table_for
from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.queries import open_one, with_project
from khuyencong.appraisal.queries import tab_of
from khuyencong.audit.models import AuditEvent
from khuyencong.collaborators.queries import lists_of_project
from khuyencong.combining.actions import CLOSED
from khuyencong.combining.table import of_project
from khuyencong.consulting.shown import advice_panel
from khuyencong.core.components import Action
from khuyencong.core.dates import today
from khuyencong.core.findings import Blocker, Finding, blockers
from khuyencong.delivery.actions import waiting_for_acceptance
from khuyencong.delivery.actions.handing_over import HANDED, items_to_hand_over
from khuyencong.delivery.models import Acceptance
from khuyencong.desk import page, papers
from khuyencong.desk.contents import Contents
from khuyencong.desk.steps import Money, Offer, awaited_deadline, offers
from khuyencong.desk.work import money_of
from khuyencong.effects.tab import effects_of
from khuyencong.fairs.queries import fairs_of_project
from khuyencong.fairs.rules import may_hold_fairs
from khuyencong.finance.contract_queries import draft_of
from khuyencong.finance.ledger import approved_by_beneficiary
from khuyencong.inspections.queries import inspections_of
from khuyencong.inspections.rules import INSPECTED
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.law.loans import ACTIVITY as INTEREST
from khuyencong.law.standing import standing_of
from khuyencong.law.support import group_sheet
from khuyencong.loans.reckoning import loans_of
from khuyencong.monitoring.shown import points_of
from khuyencong.normbook.book import current_book
from khuyencong.opendata.rules import PUBLISHABLE
from khuyencong.outreach.shown import outreach_panel
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.dossier import is_reference_only
from khuyencong.projects.models import AttachmentKind, Project
from khuyencong.projects.places_seen import sees_exactly
from khuyencong.projects.recalculation import recalculated, stored_sheets
from khuyencong.projects.received import received_beside
from khuyencong.projects.sheets import group_for_page, sheet_for_page
from khuyencong.projects.states import AT_REST, EDITABLE, RUNNING, ProjectState
from khuyencong.projects.step_drafts import kept_labels
from khuyencong.projects.web import project_or_404
from khuyencong.settlement.shown import ending_of
from khuyencong.training.shown import course_panel


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def project(request: ActorRequest, code: str) -> HttpResponse:
    """Header, stepper, money bar and one tab; the buttons are just what I may do now."""
    found = project_or_404(request.actor, code)
    events = list(AuditEvent.objects.filter(thread=found.thread).order_by("seq"))
    money = money_of([found])[found.pk]
    contents = Contents(found, seen_by=request.actor)
    tab_list, tab = page.tabs(found, request.GET.get("tab", ""))
    due = awaited_deadline(found, money, on=today())
    missing = contents.findings() if found.state in EDITABLE else []
    context = {
        "project": found,
        "tabs": tab_list,
        "tab": tab,
        "tone": page.TONES.get(ProjectState(found.state), ""),
        "steps": page.stepper(found, events, due),
        "due": due,
        "bars": page.bars(money, contents.support),
        "money": money,
        "actions": [_button(found, offer, missing) for offer in offers(request.actor, found, money)],
        "may_edit": found.state in EDITABLE and allowed(request.actor, Permission.PROJECT_EDIT, found),
        "may_give": found.state not in AT_REST and allowed(request.actor, Permission.PROJECT_EDIT, found),
        "may_attach": allowed(request.actor, Permission.PROJECT_EDIT, found),
        "may_publish": found.state in PUBLISHABLE and allowed(request.actor, Permission.PUBLICATION_DECIDE, found),
        "missing": missing,
        "kept": kept_labels(found, request.actor) if found.state in EDITABLE else [],
        "contents": contents,
        **LOADERS[tab](request, found, contents, money, events),
    }
    return render(request, "desk/project.html", context)


def _button(found: Project, offer: Offer, missing: list[Finding]) -> Action:
    blocked = offer.blocked
    if offer.key == "submit":
        stopping = blockers(missing)
        if stopping:
            more = f" (và {len(stopping) - 1} điều khác, xem «Còn thiếu để gửi»)" if len(stopping) > 1 else ""
            blocked = Blocker(stopping[0].code, stopping[0].sentence + more, stopping[0].article)
    return Action(
        key=offer.key,
        label=offer.label,
        url=offer.url,
        icon=offer.icon,
        blocked=blocked,
        method="post" if offer.method == "post" else "get",
        tone="primary" if offer.main else "",
        hidden={"version": found.version} if offer.method == "post" else {},
    )


Loader = Callable[[ActorRequest, Project, Contents, Money, list[AuditEvent]], dict[str, Any]]


def _overview(_: ActorRequest, found: Project, contents: Contents, _money: Money, _events: Any) -> dict[str, Any]:
    activity = find_activity(found.activity)
    return {
        "standing": standing_of(
            activity,
            contents.law_day,
            source=found.source,
            province_keys=found.norm_province_keys,
            book=current_book(),
        )
        if activity
        else None,
        "facts": page.facts(found, contents.rows),
        "rows": contents.rows.written,
        "texts": found.texts,
        "totals": contents.totals,
        "law_changed": contents.law_changed,
        "from_request": found.requests.first(),
    }


def _fairs(request: ActorRequest, found: Project) -> dict[str, Any]:
    """The fairs of a đề án whose activity has any; one query, none for the others."""
    if not may_hold_fairs(found):
        return {}
    may = allowed(request.actor, Permission.FAIR_MANAGE, found)
    new_url = f"{reverse('fair_new')}?de-an={found.code}" if may else ""
    return {"holds_fairs": True, "fairs": fairs_of_project(found), "fair_new_url": new_url}


def _estimate(request: ActorRequest, found: Project, contents: Contents, _money: Money, _events: Any) -> dict[str, Any]:
    """The estimate, and what the law says: as frozen at submission, and computed again today."""
    stored = stored_sheets(found)
    frozen = bool(stored) and found.state not in EDITABLE
    now = contents.sheets()
    sheets = [row.calculation for row in stored] if frozen else [one.sheet for one in now]
    return {
        "totals": contents.totals,
        "sheets": [sheet_for_page(sheet) for sheet in sheets],
        "group": group_for_page(group_sheet(sheets)),
        "frozen": frozen,
        "occasion": stored[0].occasion if stored else "",
        "eligibility": contents.eligibility(),
        "law_day": contents.law_day,
        "decided": not contents.is_open,
        "recalculated": recalculated(stored, now) if stored else None,
        "loans": loans_of(found),
        "pays_interest": found.activity == INTEREST,
        "combined": of_project(found),
        "may_combine": found.state not in CLOSED and allowed(request.actor, Permission.COMBINE, found),
    }


def _files(request: ActorRequest, found: Project, contents: Contents, _money: Money, _events: Any) -> dict[str, Any]:
    from_request = found.requests.first()
    dossier = contents.dossier
    return {
        "from_request": from_request,
        "request_papers": list(from_request.papers.select_related("uploaded_by")) if from_request else [],
        "dossier": dossier,
        "bound_files": dossier.bound_files,
        "conditions": papers.conditions_of(found, today()),
        "reference_only": is_reference_only(found),
        "may_file": found.state not in AT_REST and allowed(request.actor, Permission.PROJECT_EDIT, found),
        "may_ask": found.state not in AT_REST and allowed(request.actor, Permission.DOSSIER_JUDGE, found),
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found),
        "may_write_letter": allowed(request.actor, Permission.DOSSIER_CORRESPOND, found),
    }


def _appraisals(
    request: ActorRequest, found: Project, contents: Contents, _money: Money, events: list[AuditEvent]
) -> dict[str, Any]:
    return {
        **tab_of(found, request.actor, events, on=today()),
        "on": today(),
        "supported": received_beside(found, contents.beneficiaries, seen_by=request.actor),
    }


def _money_tab(
    request: ActorRequest, found: Project, _contents: Contents, money: Money, _events: Any
) -> dict[str, Any]:
    return {
        "draft": draft_of(found, request.actor),
        "payments": found.payments.select_related("prepared_by", "approved_by"),
        "entries": found.entries.select_related("by", "beneficiary__establishment"),
        "settlement": getattr(found, "settlement", None),
        "ending": ending_of(found, money.part, request.actor),
        "allowance_lists": lists_of_project(request.actor, found),
    }


def _acceptance(
    request: ActorRequest, found: Project, contents: Contents, _money: Money, _events: Any
) -> dict[str, Any]:
    approved = approved_by_beneficiary(found)
    waiting = waiting_for_acceptance(found, approved)
    names = {one.pk: str(one) for one in contents.beneficiaries}
    may = allowed(request.actor, Permission.ACCEPTANCE_RECORD, found) and found.state == "in_progress"
    hands = found.state in HANDED and allowed(request.actor, Permission.HANDOVER_RECORD, found)
    return {
        "acceptances": Acceptance.all_ever.filter(project=found)
        .select_related("beneficiary__establishment", "by", "agency", "annulment")
        .prefetch_related("items"),
        "handovers": list(found.handovers.select_related("beneficiary__establishment")),
        "may_hand_over": hands and bool(items_to_hand_over(found)),
        "waiting": [
            (key or "chung", names.get(key, "Phần chung của đề án") if key else "Phần chung của đề án", approved[key])
            for key in waiting
        ],
        "may_accept": may,
    }


def _adjustments(
    request: ActorRequest, found: Project, _contents: Contents, _money: Money, _events: Any
) -> dict[str, Any]:
    adjustments = list(with_project(Adjustment.objects.filter(project=found)))
    running = found.state in RUNNING
    decides = table_for(found, today()) if running else []
    return {
        "adjustments": adjustments,
        "versions": found.versions.defer("content"),
        "may_adjust": running
        and open_one(adjustments) is None
        and allowed(request.actor, Permission.PROJECT_EDIT, found),
        "decides": decides,
        "by_analogy": next((one.authority.note for one in decides if one.authority.note), ""),
    }


def _activities(
    request: ActorRequest, found: Project, _contents: Contents, _money: Money, _events: Any
) -> dict[str, Any]:
    """What happened inside it, room by room; a panel that has nothing to say is empty."""
    return {
        **_fairs(request, found),
        **course_panel(found, request.actor),
        "advice": advice_panel(request.actor, found),
        "outreach": outreach_panel(request.actor, found),
    }


def _inspections(
    request: ActorRequest, found: Project, _contents: Contents, _money: Money, _events: Any
) -> dict[str, Any]:
    may = allowed(request.actor, Permission.INSPECTION_PLAN) and found.state in INSPECTED
    new_url = f"{reverse('inspection_new')}?de-an={found.code}" if may else ""
    return {"inspections": list(inspections_of(request.actor, project=found)), "new_url": new_url}


def _history(_: ActorRequest, _found: Project, _contents: Contents, _money: Money, events: Any) -> dict[str, Any]:
    return {"events": page.timeline(reversed(events))}


def _progress(request: ActorRequest, found: Project, contents: Contents, money: Money, _events: Any) -> dict[str, Any]:
    """The monthly reports; files that earlier versions took for reports are still shown as files."""
    points = points_of(found)
    latest = points[-1] if points else None
    running = found.state == ProjectState.IN_PROGRESS
    return {
        "points": points,
        "latest": latest,
        "standing": money.reports,
        "photos": latest.photos.select_related("attachment") if latest else [],
        "exact": sees_exactly(request.actor, found),
        "may_report": running and allowed(request.actor, Permission.MONTHLY_WRITE, found),
        "reports": [one for one in contents.attachments if one.kind == AttachmentKind.PROGRESS],
    }


def _effect(_: ActorRequest, found: Project, contents: Contents, _money: Money, _events: Any) -> dict[str, Any]:
    """What was promised, and what became of it at each moment."""
    promised = list(contents.rows.written.indicators)
    return {
        "effects": found.effect_texts,
        "promised": promised,
        "measured": effects_of(found, promised, on=today()),
    }


LOADERS: dict[str, Loader] = {
    "tong-quan": _overview,
    "du-toan": _estimate,
    "ho-so": _files,
    "tham-dinh": _appraisals,
    "kinh-phi": _money_tab,
    "tien-do": _progress,
    "nghiem-thu": _acceptance,
    "hoat-dong": _activities,
    "kiem-tra": _inspections,
    "tac-dong": _effect,
    "dieu-chinh": _adjustments,
    "nhat-ky": _history,
}
