"""A meeting of the council: calling it, its page, attendance, sheets, conclusions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.appraisal import actions
from khuyencong.appraisal.council_door import NOT_A_CLERK
from khuyencong.appraisal.forms import (
    AttendanceForm,
    ConclusionForm,
    PostponeForm,
    SessionForm,
    SheetForm,
    judgements_of,
)
from khuyencong.appraisal.forms.council import CONFLICT
from khuyencong.appraisal.levels import PERMISSION_OF
from khuyencong.appraisal.meeting import ItemView, Meeting, Seat, meeting_of
from khuyencong.appraisal.models import Council, CouncilSession, Level
from khuyencong.appraisal.queries import waiting_projects
from khuyencong.appraisal.voting import MAJORITY_RULE, verdict
from khuyencong.appraisal.web import TITLE, crumbs_of, session_or_404
from khuyencong.core.components import Crumb
from khuyencong.core.errors import Refused
from khuyencong.core.findings import NeedsApproval
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to

FORM = "appraisal/council_form.html"


@opens_to(Permission.COUNCIL_VIEW)
@require_safe
def session(request: ActorRequest, pk: int) -> HttpResponse:
    """The meeting as I may see it; the members' sheets once all are in or the secretary has closed them."""
    found = session_or_404(request, pk, Permission.COUNCIL_VIEW)
    context = {
        "session": found,
        "meeting": meeting_of(found, request.actor),
        "rule": MAJORITY_RULE,
        "crumbs": crumbs_of(found),
    }
    return render(request, "appraisal/session.html", context)


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def session_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Call a meeting for the đề án that wait."""
    council = get_object_or_404(Council.objects.visible_to(request.actor).select_related("agency__province"), pk=pk)
    require(request.actor, PERMISSION_OF[Level(council.level)], council)
    waiting = waiting_projects(council)
    form = SessionForm(request.POST or None, initial={"version": council.version}, waiting=waiting)
    made: list[CouncilSession] = []

    def act() -> None:
        data = form.cleaned_data
        chosen = [one for one in waiting if str(one.pk) in data["projects"]]
        made.append(
            actions.call_session(
                council_id=council.pk,
                by=request.actor,
                version=data["version"],
                held_on=data["held_on"],
                place=data["place"],
                projects=chosen,
            )
        )

    crumbs = [Crumb(TITLE, reverse("councils")), Crumb(council.title, council.get_absolute_url())]
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã triệu tập phiên họp; các thành viên có tài khoản được báo.",
        back=lambda: redirect(made[0]),
        template=FORM,
        context={
            "title": "Triệu tập phiên họp",
            "submit_label": "Triệu tập",
            "back_url": council.get_absolute_url(),
            "nothing": "" if waiting or form.is_bound else "Chưa có đề án nào chờ thẩm định ở cấp này.",
            "crumbs": [*crumbs, Crumb("Triệu tập phiên họp")],
        },
    )


def _clerk_page(
    request: ActorRequest, found: CouncilSession, form: Any, title: str, act: Any, done: str, **more: Any
) -> HttpResponse:
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(found),
        template=more.pop("template", FORM),
        context={
            "title": title,
            "submit_label": "Ghi",
            "back_url": found.get_absolute_url(),
            "session": found,
            "crumbs": crumbs_of(found, title),
            **more,
        },
    )


def _clerk_of(request: ActorRequest, found: CouncilSession) -> Meeting:
    """The meeting for who writes for the council; a posted form goes on to the action."""
    meeting = meeting_of(found, request.actor)
    if request.method != "POST" and not meeting.is_clerk:
        raise Refused(NOT_A_CLERK)
    return meeting


def _item(meeting: Meeting, item_id: int) -> ItemView:
    found = next((one for one in meeting.items if one.item.pk == item_id), None)
    if found is None:
        raise Refused("Đề án không có trong chương trình của phiên họp này.")
    return found


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def attendance(request: ActorRequest, pk: int) -> HttpResponse:
    """The secretary writes down who was there."""
    found = session_or_404(request, pk)
    meeting = _clerk_of(request, found)
    if request.method != "POST" and not meeting.may_mark:
        raise Refused("Đã đóng nộp phiếu của một đề án: điểm danh không sửa được nữa.")
    form = AttendanceForm(
        request.POST or None,
        initial={
            "version": found.version,
            "present": [str(key) for key in meeting.present],
            "minutes_number": found.minutes_number,
            "note": found.note,
        },
        members=meeting.members,
    )

    def act() -> None:
        data = form.cleaned_data
        actions.mark_attendance(
            session_id=found.pk,
            by=request.actor,
            version=data["version"],
            present=[int(one) for one in data["present"]],
            minutes_number=data["minutes_number"],
            note=data["note"],
        )

    return _clerk_page(request, found, form, "Điểm danh", act, "Đã ghi điểm danh.", submit_label="Ghi điểm danh")


@opens_to(Permission.COUNCIL_VIEW)
@require_http_methods(SHOW_AND_ACT)
def sheet(request: ActorRequest, pk: int, item: int, member: int) -> HttpResponse:
    """A member's sheet for one đề án; the secretary enters those of guests."""
    found = session_or_404(request, pk, Permission.COUNCIL_VIEW)
    view = _item(meeting_of(found, request.actor), item)
    seat: Seat | None = next((one for one in view.seats if one.member.pk == member), None)
    if seat is None or (request.method != "POST" and not seat.may_hand_in):
        raise Refused("Mỗi thành viên tự nộp phiếu của mình, một lần, trước khi Thư ký đóng nộp phiếu.")
    chosen = seat.member
    form = SheetForm(request.POST or None, initial={"version": found.version}, only_conflict=seat.found_conflict)

    def act() -> None:
        data = form.cleaned_data
        actions.hand_in_sheet(
            session_id=found.pk,
            by=request.actor,
            version=data["version"],
            item_id=item,
            member_id=member,
            sheet=actions.SheetInput(
                conflict=data["declaration"] == CONFLICT,
                conflict_reason=data["conflict_reason"],
                outcome=data["outcome"],
                amount=data["amount"],
                comment=data["comment"],
                points=judgements_of(form),
            ),
        )

    return _clerk_page(
        request,
        found,
        form,
        f"Phiếu thẩm định của {chosen}",
        act,
        "Đã nộp phiếu.",
        submit_label="Nộp phiếu",
        template="appraisal/sheet.html",
        view=view,
        seat=seat,
        asked=sum(view.item.project.lines.values_list("support", flat=True)),
    )


@opens_to(Permission.APPRAISE_BASE)
@require_POST
def close(request: ActorRequest, pk: int, item: int) -> HttpResponse:
    """The secretary takes no more sheets for one đề án."""
    found = session_or_404(request, pk)
    press(
        request,
        lambda: actions.close_sheets(session_id=found.pk, by=request.actor, version=version_of(request), item_id=item),
        done="Đã đóng nộp phiếu; các thành viên xem được phiếu của nhau.",
    )
    return redirect(found)


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def conclude(request: ActorRequest, pk: int, item: int) -> HttpResponse:
    """The secretary records what the votes say as the appraisal."""
    found = session_or_404(request, pk)
    view = _item(_clerk_of(request, found), item)
    if view.item.closed_at is None or view.item.is_done:
        raise Refused("Đề án chưa đóng nộp phiếu, hoặc Hội đồng đã xong đề án này.")
    if view.quorum is not None:
        raise Refused(f"{view.quorum.sentence} Hãy hoãn đề án này.")
    result = verdict(view.voters)
    project = view.item.project
    findings = actions.current_findings(project, seen_by=request.actor)
    form = ConclusionForm(
        request.POST or None,
        initial={"version": found.version, "project_version": project.version},
        confirm=any(isinstance(one, NeedsApproval) for one in findings),
        outcome=result.outcome,
    )

    def act() -> None:
        data = form.cleaned_data
        actions.conclude(
            session_id=found.pk,
            by=request.actor,
            version=data["version"],
            item_id=item,
            project_version=data["project_version"],
            comment=data["comment"],
            conditions=data.get("conditions", ""),
            conditions_due_on=data.get("conditions_due_on"),
            completion=actions.one_to_a_line(data.get("completion", "")),
            completion_days=data.get("completion_days"),
            norm_confirmed=data.get("norm_confirmed", False),
        )

    return _clerk_page(
        request,
        found,
        form,
        "Ghi kết luận của Hội đồng",
        act,
        f"Đã ghi kết luận: {result.outcome.label.lower()}.",
        submit_label="Ghi kết luận",
        template="appraisal/conclude.html",
        view=view,
        result=result,
        findings=findings,
        rule=MAJORITY_RULE,
    )


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def postpone(request: ActorRequest, pk: int, item: int) -> HttpResponse:
    """The secretary puts a đề án off without a result."""
    found = session_or_404(request, pk)
    view = _item(_clerk_of(request, found), item)
    form = PostponeForm(request.POST or None, initial={"version": found.version})
    return _clerk_page(
        request,
        found,
        form,
        f"Hoãn đề án {view.item.project.code}",
        lambda: actions.postpone(session_id=found.pk, by=request.actor, item_id=item, **form.cleaned_data),
        "Đã hoãn; đề án chờ phiên họp khác hoặc bộ máy giúp việc thẩm định.",
        submit_label="Hoãn đề án",
    )
