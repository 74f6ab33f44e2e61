"""What follows an appraisal: conditions answered and decided, requests for completion answered."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from khuyencong.appraisal import actions
from khuyencong.appraisal.actions.conditions import BEFORE_APPROVAL
from khuyencong.appraisal.forms import CompletionForm, ConditionAnswerForm, ConditionDecisionForm
from khuyencong.appraisal.levels import PERMISSION_OF
from khuyencong.appraisal.models import AppraisalCondition
from khuyencong.appraisal.rules import pending_completion
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.law.workdays import add_working_days
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.web import crumbs_to, project_or_404, step_page

TAB = "tham-dinh"


def _condition(request: ActorRequest, project: Project, pk: int) -> AppraisalCondition:
    """The condition of this đề án; on a page that is only looked at Refused where it waits for nobody any more."""
    found = get_object_or_404(
        AppraisalCondition.objects.select_related("appraisal", "evidence", "answered_by"),
        pk=pk,
        appraisal__project=project,
    )
    live = found.is_open and project.state in BEFORE_APPROVAL and found.appraisal.submission == project.submission
    if request.method != "POST" and not live:
        raise Refused(f"Điều kiện này không còn chờ đáp ứng ({found.get_state_display().lower()}).")
    return found


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def condition_answer(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The unit says how a condition is met."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PROJECT_EDIT, project)
    condition = _condition(request, project, pk)
    form = ConditionAnswerForm(
        request.POST or None,
        initial={"version": project.version, "answer": condition.answer},
        files=list(project.attachments.all()),
    )

    def act() -> None:
        data = form.cleaned_data
        actions.answer_condition(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            condition_id=condition.pk,
            answer=data["answer"],
            evidence_id=int(data["evidence"]) if data["evidence"] else None,
        )

    title = f"Trả lời điều kiện {condition.number}"
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=act,
        done="Đã gửi trả lời; người thẩm định sẽ xác nhận.",
        tab=TAB,
        submit_label="Gửi trả lời",
        template="appraisal/condition.html",
        context={"condition": condition, "answering": True, "crumbs": crumbs_to(project, title, TAB)},
    )


@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def condition_decide(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The appraiser of that level says whether a condition is met."""
    project = project_or_404(request.actor, code)
    condition = _condition(request, project, pk)
    require(request.actor, PERMISSION_OF[condition.appraisal.level], project)
    form = ConditionDecisionForm(request.POST or None, initial={"version": project.version})

    def act() -> None:
        data = form.cleaned_data
        actions.decide_condition(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            condition_id=condition.pk,
            decision=data["decision"],
            reason=data["reason"],
        )

    title = f"Kết luận điều kiện {condition.number}"
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=act,
        done="Đã ghi kết luận về điều kiện.",
        tab=TAB,
        submit_label="Ghi kết luận",
        template="appraisal/condition.html",
        context={"condition": condition, "crumbs": crumbs_to(project, title, TAB)},
    )


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def completion(request: ActorRequest, code: str) -> HttpResponse:
    """The unit answers the request for completion, item by item."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PROJECT_EDIT, project)
    pending = pending_completion(project)
    if pending is None:
        raise Refused("Đề án không có yêu cầu hoàn thiện nào đang chờ trả lời.")
    form = CompletionForm(request.POST or None, initial={"version": project.version}, request=pending)
    title = "Trả lời yêu cầu hoàn thiện"
    counted = add_working_days(pending.asked_on, pending.working_days) if pending.working_days else None
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=lambda: actions.answer_completion(
            project_id=project.pk, by=request.actor, version=form.cleaned_data["version"], answers=form.answers()
        ),
        done="Đã lưu trả lời. Trả lời đủ các điểm rồi bấm «Gửi lại» ở trang đề án.",
        tab=TAB,
        submit_label="Lưu trả lời",
        template="appraisal/completion.html",
        context={
            "pending": pending,
            "counted": counted,
            "late": pending.is_late(today()),
            "crumbs": crumbs_to(project, title, TAB),
        },
    )
