"""The papers of one đề án: handing in, checking, talking, and taking the whole dossier away."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import actions
from khuyencong.projects.actions.dossier import registered_papers
from khuyencong.projects.dossier import Row, dossier_of
from khuyencong.projects.dossier_forms import AskForm, CommentForm, JudgeForm, PaperFileForm, WaiveForm
from khuyencong.projects.dossier_zip import archive_of
from khuyencong.projects.models import Project, Verdict
from khuyencong.projects.places_seen import sees_exactly
from khuyencong.projects.states import AT_REST
from khuyencong.projects.web import crumbs_to, project_or_404

TAB = "ho-so"


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def paper(request: ActorRequest, code: str, key: str) -> HttpResponse:
    """One paper: why it is asked for, all its versions, the conversation, and what I may do with it."""
    project, row = _row_or_404(request, code, key)
    return render(request, "projects/dossier/paper.html", _context(request, project, row))


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def paper_file(request: ActorRequest, code: str, key: str) -> HttpResponse:
    """Hand in the next version."""
    project, row = _row_or_404(request, code, key)
    require(request.actor, Permission.PROJECT_EDIT, project)
    form = PaperFileForm(
        request.POST or None,
        request.FILES or None,
        row=row,
        attachments=list(project.attachments.all()),
        registered=list(registered_papers(project)),
        initial={"version": project.version},
    )

    def act() -> None:
        data = form.cleaned_data
        common: dict[str, Any] = {
            "project_id": project.pk,
            "by": request.actor,
            "version": data["version"],
            "key": key,
        }
        if data.get("attachment") is not None:
            actions.assign_file(
                **common,
                attachment_id=data["attachment"],
                expires_on=data["expires_on"],
                letter=form.letter(project),
            )
        elif data.get("registered") is not None:
            actions.take_registered_paper(**common, registered_id=data["registered"])
        else:
            actions.file_paper(
                **common,
                upload=data["file"] or data["photo"],
                expires_on=data["expires_on"],
                letter=form.letter(project),
            )

    return _step(request, project, row, form, f"Nộp: {row.text}", act, "Đã nộp giấy tờ.", "Nộp giấy tờ")


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def paper_waive(request: ActorRequest, code: str, key: str) -> HttpResponse:
    """Say why the paper does not apply."""
    project, row = _row_or_404(request, code, key)
    require(request.actor, Permission.PROJECT_EDIT, project)
    form = WaiveForm(request.POST or None, initial={"version": project.version})
    return _step(
        request,
        project,
        row,
        form,
        f"Không áp dụng: {row.text}",
        lambda: actions.waive_paper(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            key=key,
            reason=form.cleaned_data["reason"],
        ),
        "Đã ghi giấy tờ không áp dụng.",
        "Ghi không áp dụng",
    )


@opens_to(Permission.DOSSIER_JUDGE)
@require_http_methods(SHOW_AND_ACT)
def paper_judge(request: ActorRequest, code: str, key: str) -> HttpResponse:
    """Accept the latest version, or ask for another."""
    project, row = _row_or_404(request, code, key)
    require(request.actor, Permission.DOSSIER_JUDGE, project)
    if row.latest is None:
        raise Http404("Giấy tờ này chưa được nộp.")
    form = JudgeForm(request.POST or None, initial={"version": project.version, "number": row.latest.number})
    return _step(
        request,
        project,
        row,
        form,
        f"Kiểm tra: {row.text}",
        lambda: actions.judge_paper(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            key=key,
            number=form.cleaned_data["number"],
            verdict=Verdict(form.cleaned_data["verdict"]),
            reason=form.cleaned_data["reason"],
        ),
        "Đã ghi kết quả kiểm tra.",
        "Ghi kết quả",
    )


@opens_to(Permission.DOSSIER_CORRESPOND)
@require_http_methods(SHOW_AND_ACT)
def paper_comment(request: ActorRequest, code: str, key: str) -> HttpResponse:
    """Add a sentence to the conversation."""
    project, row = _row_or_404(request, code, key)
    require(request.actor, Permission.DOSSIER_CORRESPOND, project)
    form = CommentForm(request.POST or None, initial={"version": project.version})
    return _step(
        request,
        project,
        row,
        form,
        f"Ý kiến: {row.text}",
        lambda: actions.comment_on_paper(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            key=key,
            text=form.cleaned_data["text"],
        ),
        "Đã ghi ý kiến.",
        "Ghi ý kiến",
    )


@opens_to(Permission.DOSSIER_JUDGE)
@require_http_methods(SHOW_AND_ACT)
def paper_ask(request: ActorRequest, code: str) -> HttpResponse:
    """Ask for one more paper with this đề án."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.DOSSIER_JUDGE, project)
    dossier = dossier_of(project, on=today())
    offered = [
        (row.key, f"{row.text} ({row.weight.label})")
        for row in dossier.rows
        if row.may_be_waived and row.asked is None and row.stage is not None
    ]
    form = AskForm(request.POST or None, papers=offered, initial={"version": project.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.ask_for_paper(
            project_id=project.pk, by=request.actor, version=form.cleaned_data["version"], **form.wanted
        ),
        done="Đã yêu cầu thêm giấy tờ và báo cho đơn vị.",
        back=lambda: redirect(f"{project.get_absolute_url()}?tab={TAB}"),
        template="projects/step.html",
        context={"project": project, "title": "Yêu cầu thêm giấy tờ", "submit_label": "Yêu cầu"},
    )


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def dossier_zip(request: ActorRequest, code: str) -> HttpResponseBase:
    """The whole dossier, or one stage of it (`?buoc=`), as a ZIP with its index; the download is one event."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.FILE_DOWNLOAD, project)
    dossier = dossier_of(project, on=today())
    stage = request.GET.get("buoc", "")
    if stage and all(one.key != stage for one in dossier.stages):
        raise Http404("Hồ sơ không có bước này.")
    archive = archive_of(dossier, stage=stage, exact=sees_exactly(request.actor, project))
    record(
        action="project.dossier_zip",
        by=request.actor,
        subject=project,
        thread=project.thread,
        after={"số tệp": len(archive.files), "dung lượng": archive.size, "bước": stage or "cả hồ sơ"},
    )
    name = f"ho-so-{project.code}{f'-{stage}' if stage else ''}.zip"
    return StreamingHttpResponse(
        archive.chunks(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _row_or_404(request: ActorRequest, code: str, key: str) -> tuple[Project, Row]:
    project = project_or_404(request.actor, code)
    row = dossier_of(project, on=today()).row(key)
    if row is None:
        raise Http404("Đề án này không có giấy tờ đó.")
    return project, row


def _context(request: ActorRequest, project: Project, row: Row) -> dict[str, Any]:
    is_open = project.state not in AT_REST
    latest = row.latest
    return {
        "project": project,
        "row": row,
        "crumbs": crumbs_to(project, "Giấy tờ", TAB),
        "may_file": is_open and allowed(request.actor, Permission.PROJECT_EDIT, project),
        "may_judge": is_open
        and latest is not None
        and latest.by_id != request.actor.user.pk
        and allowed(request.actor, Permission.DOSSIER_JUDGE, project),
        "may_comment": is_open and allowed(request.actor, Permission.DOSSIER_CORRESPOND, project),
        "may_end": row.asked is not None
        and row.asked.agency_id in request.actor.agency_ids
        and allowed(request.actor, Permission.DOSSIER_JUDGE, project),
        "comment_form": CommentForm(initial={"version": project.version}),
    }


def _step(
    request: ActorRequest,
    project: Project,
    row: Row,
    form: Any,
    title: str,
    act: Any,
    done: str,
    submit_label: str,
) -> HttpResponse:
    address = reverse("project_paper", args=[project.code, row.key])
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(address),
        template="projects/dossier/step.html",
        context={
            "project": project,
            "row": row,
            "title": title,
            "submit_label": submit_label,
            "back_url": address,
            "crumbs": [*crumbs_to(project, "Giấy tờ", TAB)[:-1], Crumb("Giấy tờ", address), Crumb(submit_label)],
        },
    )
