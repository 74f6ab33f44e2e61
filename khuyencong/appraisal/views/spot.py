"""Visits to the spot, and remarks between the two levels."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from khuyencong.appraisal import actions
from khuyencong.appraisal.actions.remarks import NO_REMARKS, may_remark
from khuyencong.appraisal.actions.visits import VISITED
from khuyencong.appraisal.forms import RemarkForm, VisitForm
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.web import crumbs_to, project_or_404, step_page

TAB = "tham-dinh"


@opens_to(Permission.APPRAISAL_NOTE)
@require_http_methods(SHOW_AND_ACT)
def visit(request: ActorRequest, code: str) -> HttpResponse:
    """Write down a visit, with its photos."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.APPRAISAL_NOTE, project)
    if request.method != "POST" and project.state not in VISITED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi kiểm tra để thẩm định.")
    form = VisitForm(
        request.POST or None,
        request.FILES or None,
        initial={"version": project.version, "place": project.place_text},
    )

    def act() -> None:
        data = form.cleaned_data
        actions.record_visit(
            project_id=project.pk, by=request.actor, version=data["version"], fields=data, photos=data["photos"]
        )

    title = "Ghi kiểm tra thực tế"
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=act,
        done="Đã ghi kiểm tra thực tế.",
        tab=TAB,
        submit_label="Ghi kiểm tra",
        context={"crumbs": crumbs_to(project, title, TAB)},
    )


@opens_to(Permission.APPRAISAL_NOTE)
@require_http_methods(SHOW_AND_ACT)
def remark(request: ActorRequest, code: str) -> HttpResponse:
    """Write to the appraisers of the other level."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.APPRAISAL_NOTE, project)
    if request.method != "POST" and not may_remark(request.actor, project):
        raise Refused(NO_REMARKS)
    form = RemarkForm(request.POST or None, initial={"version": project.version})
    title = "Trao đổi giữa Sở và Cục"
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=lambda: actions.remark(project_id=project.pk, by=request.actor, **form.cleaned_data),
        done="Đã gửi ý kiến.",
        tab=TAB,
        submit_label="Gửi ý kiến",
        context={
            "crumbs": crumbs_to(project, title, TAB),
            "remarks": project.appraisal_remarks.select_related("by", "agency"),
        },
        template="appraisal/remark.html",
    )
