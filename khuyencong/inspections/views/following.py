"""One finding, the answer to it, and what the inspectors say; and what the owner of an establishment sees of his own."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.core.components import Action, Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.inspections import actions, shown
from khuyencong.inspections.forms import AnswerForm, FollowUpForm
from khuyencong.inspections.handing_out import hand_out
from khuyencong.inspections.models import FindingState, InspectionFinding
from khuyencong.inspections.states import check_finding_step, steps_of_finding
from khuyencong.inspections.web import TITLE, finding_or_404, step_page
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 30
FOLLOWING = ("close", "send_back")


def _crumbs(finding: InspectionFinding, actor: Actor, title: str = "") -> list[Crumb]:
    """An owner comes from his own page, everybody else from the inspection."""
    name = f"Kiến nghị {finding.number}"
    own = [Crumb(name, finding.get_absolute_url()), Crumb(title)] if title else [Crumb(name)]
    if actor.role == Role.OWNER:
        return [Crumb("Kiểm tra ở cơ sở", reverse("own_findings")), *own]
    inspection = finding.inspection
    return [
        Crumb(TITLE, reverse("inspections")),
        Crumb(inspection.subject_name, inspection.get_absolute_url()),
        *own,
    ]


@opens_to(Permission.FINDING_VIEW)
@require_safe
def finding(request: ActorRequest, pk: int) -> HttpResponse:
    """What must be mended, what was answered, and where it leads."""
    found, actor = finding_or_404(request.actor, pk), request.actor
    require(actor, Permission.FINDING_VIEW, found)
    inspection = found.inspection
    on = format_date(inspection.concluded_on) if inspection.concluded_on else ""
    facts = [
        Fact("Loại", found.get_kind_display()),
        Fact("Mức độ", found.get_severity_display()),
        Fact("Kết luận", f"{inspection.conclusion_number} ngày {on}, {inspection.agency.name}") if on else None,
        Fact("Kiểm tra ngày", format_date(found.visit.visited_on)),
        Fact("Người khắc phục", found.owed_by),
        Fact("Hạn", format_date(found.due_on)),
        Fact("Đề nghị thu hồi", f"{format_dong(found.amount)} đồng") if found.amount else None,
        Fact("Khắc phục xong", format_date(found.closed_on)) if found.closed_on else None,
    ]
    context = {
        "finding": found,
        "tone": shown.FINDING_TONES[FindingState(found.state)],
        "overdue": found.is_overdue(today()),
        "facts": [fact for fact in facts if fact is not None],
        "follow_ups": found.follow_ups.select_related("by", "agency").prefetch_related("files"),
        "ways": shown.ways_to_money(found, actor) if actor.role != Role.OWNER else [],
        "actions": _actions(found, actor),
        "crumbs": _crumbs(found, actor),
    }
    return render(request, "inspections/finding.html", context)


def _actions(found: InspectionFinding, actor: Actor) -> list[Action]:
    made = []
    names = [step for step in steps_of_finding(found) if allowed(actor, step.permission, found)]
    if any(step.name == "answer" for step in names):
        url = reverse("inspection_finding_answer", args=[found.pk])
        made.append(Action("answer", "Trả lời kiến nghị", url, method="get", tone="primary", icon="send"))
    if any(step.name in FOLLOWING for step in names):
        url = reverse("inspection_finding_follow_up", args=[found.pk])
        tone = "primary" if found.state == FindingState.ANSWERED else ""
        made.append(Action("follow_up", "Ghi kết quả khắc phục", url, method="get", tone=tone, icon="clipboard-check"))  # type: ignore[arg-type]  # one of the tones
    return made


@opens_to(Permission.INSPECTION_ANSWER)
@require_http_methods(SHOW_AND_ACT)
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    """Say how it was mended."""
    found = finding_or_404(request.actor, pk)
    require(request.actor, Permission.INSPECTION_ANSWER, found)
    if request.method != "POST":
        check_finding_step(found, "answer")
    form = AnswerForm(request.POST or None, request.FILES or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.answer(
            finding_id=found.pk, by=request.actor, version=data["version"], text=data["text"], uploads=data["uploads"]
        )

    return step_page(
        request,
        inspection=found.inspection,
        form=form,
        title="Trả lời kiến nghị",
        submit_label="Gửi trả lời",
        act=act,
        done="Đã gửi trả lời.",
        back_url=found.get_absolute_url(),
        context={"finding": found, "crumbs": _crumbs(found, request.actor, "Trả lời")},
    )


@opens_to(Permission.INSPECTION_RECORD)
@require_http_methods(SHOW_AND_ACT)
def follow_up(request: ActorRequest, pk: int) -> HttpResponse:
    """Mended, or not yet."""
    found = finding_or_404(request.actor, pk)
    require(request.actor, Permission.INSPECTION_RECORD, found)
    if request.method != "POST":
        check_finding_step(found, "close")
    steps = [(step.name, step.label) for step in steps_of_finding(found) if step.name in FOLLOWING]
    form = FollowUpForm(
        request.POST or None,
        request.FILES or None,
        steps=steps or [("close", "Đã khắc phục")],
        initial={"version": found.version},
    )

    def act() -> None:
        data = form.cleaned_data
        actions.follow_up(
            finding_id=found.pk,
            by=request.actor,
            version=data["version"],
            step=data["step"],
            text=data["text"],
            uploads=data["uploads"],
        )

    return step_page(
        request,
        inspection=found.inspection,
        form=form,
        title="Ghi kết quả khắc phục",
        submit_label="Ghi",
        act=act,
        done="Đã ghi kết quả khắc phục.",
        back_url=found.get_absolute_url(),
        context={"finding": found, "crumbs": _crumbs(found, request.actor, "Kết quả khắc phục")},
    )


@opens_to(Permission.FINDING_VIEW)
@require_GET
def finding_file(request: ActorRequest, pk: int, file: int) -> HttpResponseBase:
    """One file of an answer, as a download; audited."""
    found = finding_or_404(request.actor, pk)
    require(request.actor, Permission.FINDING_VIEW, found)
    one = get_object_or_404(found.inspection.files.filter(follow_up__finding=found), pk=file)
    return hand_out(one, found.inspection, by=request.actor)


@opens_to(Permission.OWN_ESTABLISHMENT)
@require_safe
def own_findings(request: ActorRequest) -> HttpResponse:
    """What my own establishment is to mend, what is open first."""
    rows = InspectionFinding.objects.visible_to(request.actor).with_all().order_by("closed_on", "due_on", "pk")
    left = rows.exclude(state=FindingState.CLOSED).order_by("due_on", "pk")
    done = rows.filter(state=FindingState.CLOSED).order_by("-closed_on", "-pk")
    context = {
        "open_rows": shown.shown_findings(list(left[:PAGE_SIZE])),
        "page": Paginator(done, PAGE_SIZE).get_page(request.GET.get("page")),
        "crumbs": [Crumb("Cơ sở của tôi", reverse("own_establishment")), Crumb("Kiểm tra ở cơ sở")],
    }
    return render(request, "inspections/own.html", context)
