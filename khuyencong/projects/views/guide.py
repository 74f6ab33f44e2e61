"""The guided form: one step at a time, kept while one types, left and resumed at will."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError, NotAllowed, Refused
from khuyencong.core.web import SHOW_AND_ACT, run, version_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import step_drafts
from khuyencong.projects.door import STALE
from khuyencong.projects.dossier import dossier_of
from khuyencong.projects.guide import steps
from khuyencong.projects.guide.costs import cost_items
from khuyencong.projects.guide.pages import Page, page_of
from khuyencong.projects.models import Project
from khuyencong.projects.rules import missing_for_submission
from khuyencong.projects.states import EDITABLE
from khuyencong.projects.support import beneficiaries_of, reckon
from khuyencong.projects.web import editable_or_404, to_project, to_step


@opens_to(Permission.PROJECT_EDIT)
@require_safe
def project_resume(request: ActorRequest, code: str) -> HttpResponse:
    """Go on where something is still lacking: a step with text that waits, else the first that lacks something."""
    project = editable_or_404(request.actor, code)
    progress = _progress(project, request.actor, "")
    waiting = [one for one in progress if one.kept] or [one for one in progress if one.lacking]
    return to_step(project, waiting[0].step.key if waiting else steps.CHECK)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def project_write(request: ActorRequest, code: str, step: str) -> HttpResponse:
    """One step: show it with what waits there, or write it into the đề án and go on."""
    chosen, project = _step(step), editable_or_404(request.actor, code)
    if request.method != "POST" and project.state not in EDITABLE:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không sửa được nội dung.")
    if not chosen.writes:
        return _show(request, project, chosen, None)
    if request.method == "POST":
        return _save(request, project, chosen)
    draft = step_drafts.kept(project, request.actor, chosen.key)
    if draft is None:
        return _show(request, project, chosen, page_of(chosen.key, project, request.actor, None))
    page = page_of(chosen.key, project, request.actor, step_drafts.as_sent(draft))
    if draft.version != project.version:
        page = _brought_up(page, chosen, project, request.actor)
    return _show(request, project, chosen, page, kept_at=draft.saved_at)


def _save(request: ActorRequest, project: Project, step: steps.Step) -> HttpResponse:
    """Write what was sent. On the way to another step, what is not valid yet is kept instead of holding one up."""
    page = page_of(step.key, project, request.actor, request.POST)
    wanted = request.POST.get("next", "")
    target = wanted if wanted in steps.BY_KEY else steps.step_after(step.key)
    if version_of(request) == project.version and not page.has_changed():
        step_drafts.drop(project, request.actor, step.key)
        return to_step(project, target)
    if _written(page):
        saved = True
    elif page.form.is_behind and page.merges_alone:
        # Somebody (or another tab) has saved another step: nothing of this one is in doubt.
        page = page_of(step.key, project, request.actor, page.form.data)
        saved = not page.has_changed() or _written(page)
    else:
        saved = False
    if saved:
        step_drafts.drop(project, request.actor, step.key)
        messages.success(request, f"Đã lưu bước «{step.label}».")
        return to_step(project, target)
    if wanted in steps.BY_KEY and wanted != step.key and not page.form.is_behind and project.state in EDITABLE:
        step_drafts.keep(
            project=project, by=request.actor, step=step.key, sent=request.POST, version=version_of(request)
        )
        messages.warning(request, f"Bước «{step.label}» còn chỗ chưa đúng: đã giữ bản đang soạn, chưa ghi vào đề án.")
        return to_step(project, target)
    return _show(request, project, step, page, status=422)


def _written(page: Page) -> bool:
    return page.is_valid() and run(page.form, page.save)


def _brought_up(page: Page, step: steps.Step, project: Project, by: Actor) -> Page:
    """A kept text on the đề án as it is now: with the differences, where somebody else has changed this step."""
    page.form.meet(STALE)
    return page_of(step.key, project, by, page.form.data) if page.merges_alone else page


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def project_keep(request: ActorRequest, code: str, step: str) -> HttpResponse:
    """Keep what is being typed (static/autosave.js); answers when it was kept and the version of the đề án now."""
    chosen, project = _step(step), editable_or_404(request.actor, code)
    if not chosen.writes:
        raise Http404
    version = version_of(request)
    try:
        draft = step_drafts.keep(project=project, by=request.actor, step=chosen.key, sent=request.POST, version=version)
    except NotAllowed:
        raise
    except DomainError as error:
        return JsonResponse({"error": str(error)}, status=409)
    at = timezone.localtime(draft.saved_at)
    return JsonResponse({"saved": f"{at:%H:%M}", "version": project.version, "behind": project.version != version})


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def project_drop(request: ActorRequest, code: str, step: str) -> HttpResponse:
    """Give up what was typed and not written: the step shows the đề án as it is."""
    chosen, project = _step(step), editable_or_404(request.actor, code)
    step_drafts.drop(project, request.actor, chosen.key)
    messages.success(request, f"Đã bỏ phần soạn dở của bước «{chosen.label}».")
    return to_step(project, chosen.key) if project.state in EDITABLE else to_project(project)


def _step(key: str) -> steps.Step:
    found = steps.BY_KEY.get(key)
    if found is None:
        raise Http404
    return found


def _progress(project: Project, by: Actor, current: str) -> list[steps.Progress]:
    beneficiaries, lines = beneficiaries_of(project), list(project.lines.all())
    missing = missing_for_submission(
        project, beneficiaries, lines, dossier_of(project, on=today(), has_beneficiaries=bool(beneficiaries))
    )
    reckoning = reckon(project, beneficiaries, lines, on=today(), seen_by=by)
    return steps.progress_of(missing, reckoning, kept=step_drafts.kept_steps(project, by), current=current)


TEMPLATES = {
    steps.BENEFICIARIES: "projects/guide/beneficiaries.html",
    steps.FILES: "projects/guide/files.html",
    steps.CHECK: "projects/guide/check.html",
}


def _show(
    request: ActorRequest,
    project: Project,
    step: steps.Step,
    page: Page | None,
    *,
    kept_at: Any = None,
    status: int = 200,
) -> HttpResponse:
    progress = _progress(project, request.actor, step.key)
    here = next(one for one in progress if one.current)
    context = {
        "project": project,
        "step": step,
        "progress": progress,
        "here": here,
        "count": len(progress),
        "following": steps.BY_KEY[steps.step_after(step.key)],
        "page": page,
        "form": page.form if page else None,
        "rows": page.rows if page else None,
        "kept_at": kept_at,
        "kept": [one for one in progress if one.kept],
        **(page.context if page else {}),
    }
    if step.key == steps.FILES:
        context["attachments"] = project.attachments.select_related("uploaded_by")
    if step.key == steps.ESTIMATE:
        context["cost_items"] = cost_items(project)
    return render(request, TEMPLATES.get(step.key, "projects/guide/step.html"), context, status=status)
