"""The list of adjustments, the page of one, and its documents."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.adjustments.models import Adjustment, AdjustmentState
from khuyencong.adjustments.queries import adjustments_for
from khuyencong.adjustments.shown import decided_differences, facts_of, shown
from khuyencong.adjustments.states import steps_from
from khuyencong.adjustments.web import adjustment_or_404, crumbs_to
from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.core.components import Action
from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.findings import Blocker, blockers
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
TONES = {
    AdjustmentState.DECIDED: "success",
    AdjustmentState.REFUSED: "danger",
    AdjustmentState.WITHDRAWN: "",
    AdjustmentState.DRAFT: "warning",
}
ICONS = {"propose": "send", "endorse": "checklist", "decide": "signature", "withdraw": "arrow-back-up"}


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def adjustment_list(request: ActorRequest) -> HttpResponse:
    """The adjustments of my đề án: what is open first, then the newest."""
    state, text = request.GET.get("trang-thai", ""), request.GET.get("q", "")[:LONGEST_QUESTION]
    state = state if state in AdjustmentState.values else ""
    page = Paginator(adjustments_for(request.actor, state=state, text=text), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "q": text,
        "state": state,
        "states": AdjustmentState.choices,
        "filtered": bool(state or text),
    }
    return render(request, "adjustments/list.html", context)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def adjustment(request: ActorRequest, pk: int) -> HttpResponse:
    """What is proposed against what is approved, who decides by which article, and just what I may do now."""
    found = adjustment_or_404(request.actor, pk)
    proposed = shown(found, seen_by=request.actor) if found.is_open else None
    writable = found.state == AdjustmentState.DRAFT and allowed(request.actor, Permission.PROJECT_EDIT, found)
    stopping = blockers(proposed.judged.findings) if proposed else []
    context = {
        "adjustment": found,
        "project": found.project,
        "tone": TONES.get(AdjustmentState(found.state), "info"),
        "facts": facts_of(found),
        "shown": proposed,
        "differences": proposed.differences if proposed else decided_differences(found),
        "papers": found.papers.all(),
        "may_write": writable,
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found),
        "actions": _actions(found, request.actor, stopping),
        "crumbs": crumbs_to(found),
    }
    return render(request, "adjustments/adjustment.html", context)


def _actions(found: Adjustment, actor: Actor, stopping: list[Blocker]) -> list[Action]:
    """The steps of the table that this actor may take; one that something stands against says what."""
    own = actor.user.pk in {found.created_by_id, found.proposed_by_id}
    made = []
    for step in steps_from(found):
        if not allowed(actor, step.permission, found):
            continue
        blocked = None
        if step.permission is not Permission.PROJECT_EDIT and own:
            blocked = Blocker("own", "Người lập hoặc trình đề nghị không được quyết định đề nghị ấy.")
        elif step.name in {"propose", "decide"} and stopping:
            more = f" (và {len(stopping) - 1} điều khác, xem «Đối chiếu quy định»)" if len(stopping) > 1 else ""
            blocked = Blocker(stopping[0].code, stopping[0].sentence + more, stopping[0].article)
        made.append(
            Action(
                key=step.name,
                label=step.label,
                url=reverse(f"adjustment_{step.name}", args=[found.pk]),
                method="get",
                icon=ICONS.get(step.name, ""),
                tone="primary" if step.forward else "",
                blocked=blocked,
            )
        )
    return made


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def adjustment_paper(request: ActorRequest, pk: int, paper: int) -> HttpResponseBase:
    """One document, always as a download under its own name; the download is audited."""
    found = adjustment_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    one = get_object_or_404(found.papers, pk=paper)
    return hand_out(
        opened(one.file),
        name=one.name,
        content_type=one.content_type,
        action="adjustment.download",
        by=request.actor,
        subject=found,
        thread=found.thread,
        after={"điều chỉnh lần": found.number},
    )
