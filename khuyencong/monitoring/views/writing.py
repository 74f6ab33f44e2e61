"""Writing a monthly report: begin, edit with what was typed kept, photos, hand in, correct, give up."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError, NotAllowed
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.monitoring import actions
from khuyencong.monitoring.days import first_of, latest_month
from khuyencong.monitoring.door import STALE, check_under_way
from khuyencong.monitoring.figures import asked_of, received_by, report_before
from khuyencong.monitoring.forms import BeginForm, CorrectForm, PhotosForm, ReportForm, month_of
from khuyencong.monitoring.models import ProgressReport
from khuyencong.monitoring.months import months_before
from khuyencong.monitoring.queries import standings
from khuyencong.monitoring.rules import under_way_since
from khuyencong.monitoring.states import check_step
from khuyencong.monitoring.web import TAB, crumbs_to, report_for_step, report_or_404, step_page
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import step_drafts
from khuyencong.projects.models import Project
from khuyencong.projects.web import crumbs_to as crumbs_to_project
from khuyencong.projects.web import project_or_404, to_project

MOST_MONTHS = 24


@opens_to(Permission.MONTHLY_WRITE)
@require_http_methods(SHOW_AND_ACT)
def monthly_report_new(request: ActorRequest, code: str) -> HttpResponse:
    """Choose the month; the report begins with what the last one said."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.MONTHLY_WRITE, project)
    if request.method != "POST":
        check_under_way(project)
    months = _months(project)
    chosen = month_of(request.GET.get("thang", "")) or _awaited(project)
    initial = {"version": project.version, "month": f"{chosen:%Y-%m}" if chosen else ""}
    form = BeginForm(request.POST or None, months=months, initial=initial)
    made: list[ProgressReport] = []

    def act() -> None:
        data = form.cleaned_data
        month = month_of(data["month"]) or first_of(today())
        made.append(
            actions.begin(
                project_id=project.pk,
                by=request.actor,
                version=data["version"],
                creation_key=data["creation_key"],
                month=month,
            )
        )

    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        return redirect("monthly_report_edit", made[0].pk)
    title = "Lập báo cáo tiến độ tháng"
    context = {
        "project": project,
        "form": form,
        "title": title,
        "months": months,
        "crumbs": crumbs_to_project(project, title, TAB),
        "back": f"{project.get_absolute_url()}?tab={TAB}",
    }
    return render(request, "monitoring/new.html", context, status=422 if bound else 200)


def _months(project: Project) -> list[date]:
    """Those of which a report may begin, the newest first. The form keeps a month that is taken: the action says so."""
    since = under_way_since(project)
    last = latest_month(today())
    return [one for one in months_before(last, MOST_MONTHS) if since is None or one >= first_of(since)]


def _awaited(project: Project) -> date | None:
    standing = standings([project], on=today())[project.pk]
    owed = standing.missed or standing.next
    return owed.month if owed else first_of(today())


@opens_to(Permission.MONTHLY_WRITE)
@require_http_methods(SHOW_AND_ACT)
def monthly_report_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """The figures of the report, with what waits there; saving writes them and shows the whole report."""
    report = report_for_step(request, pk, "submit")
    project = report.project
    if request.method != "POST":
        check_under_way(project)
    asked = asked_of(project)
    if request.method == "POST":
        form = ReportForm(request.POST, report=report, asked=asked)

        def act() -> None:
            actions.write(
                report_id=report.pk, by=request.actor, version=form.cleaned_data["version"], figures=form.figures()
            )

        if form.is_valid() and run(form, act):
            step_drafts.drop(project, request.actor, report.typed_key)
            messages.success(request, "Đã lưu báo cáo. Hãy xem lại rồi nộp.")
            return redirect(report.get_absolute_url())
        return _edit_page(request, report, form, status=422)
    draft = step_drafts.kept(project, request.actor, report.typed_key)
    if draft is None:
        return _edit_page(request, report, ReportForm(report=report, asked=asked))
    form = ReportForm(step_drafts.as_sent(draft), report=report, asked=asked)
    if draft.version != report.version:
        form.meet(STALE)
    return _edit_page(request, report, form, kept_at=draft.saved_at)


def _edit_page(
    request: ActorRequest, report: ProgressReport, form: ReportForm, *, kept_at: Any = None, status: int = 200
) -> HttpResponse:
    title = f"Soạn báo cáo tháng {report.month:%m/%Y}"
    context = {
        "report": report,
        "project": report.project,
        "form": form,
        "title": title,
        "kept_at": kept_at,
        "before": report_before(report),
        "received": received_by(report.project),
        "crumbs": crumbs_to(report, title),
    }
    return render(request, "monitoring/edit.html", context, status=status)


@opens_to(Permission.MONTHLY_WRITE)
@require_POST
def monthly_report_keep(request: ActorRequest, pk: int) -> HttpResponse:
    """Keep what is being typed (static/autosave.js); answers when it was kept."""
    report = report_or_404(request.actor, pk)
    require(request.actor, Permission.MONTHLY_WRITE, report)
    version = version_of(request)
    try:
        check_step(report, "submit")
        check_under_way(report.project)
        draft = step_drafts.keep_fields(
            project=report.project, by=request.actor, step=report.typed_key, sent=request.POST, version=version
        )
    except NotAllowed:
        raise
    except DomainError as error:
        return JsonResponse({"error": str(error)}, status=409)
    at = timezone.localtime(draft.saved_at)
    return JsonResponse({"saved": f"{at:%H:%M}", "version": report.version, "behind": report.version != version})


@opens_to(Permission.MONTHLY_WRITE)
@require_POST
def monthly_report_drop(request: ActorRequest, pk: int) -> HttpResponse:
    """Give up what was typed and not saved: the form shows the report as it is."""
    report = report_or_404(request.actor, pk)
    require(request.actor, Permission.MONTHLY_WRITE, report)
    step_drafts.drop(report.project, request.actor, report.typed_key)
    messages.success(request, "Đã bỏ phần soạn dở.")
    return redirect("monthly_report_edit", report.pk) if report.is_writable else redirect(report.get_absolute_url())


@opens_to(Permission.MONTHLY_WRITE)
@require_http_methods(SHOW_AND_ACT)
def monthly_report_photos(request: ActorRequest, pk: int) -> HttpResponse:
    """Add photos."""
    report = report_for_step(request, pk, "submit")
    form = PhotosForm(request.POST or None, request.FILES or None, initial={"version": report.version})
    return step_page(
        request,
        report=report,
        form=form,
        title="Thêm ảnh",
        submit_label="Thêm ảnh",
        act=lambda: actions.add_photos(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            photos=form.cleaned_data["photos"],
            caption=form.cleaned_data["caption"] or "",
        ),
        done="Đã thêm ảnh.",
    )


@opens_to(Permission.MONTHLY_WRITE)
@require_POST
def monthly_photo_remove(request: ActorRequest, pk: int, photo: int) -> HttpResponse:
    """Take a photo off the report."""
    report = report_for_step(request, pk, "submit")
    version = version_of(request)
    press(
        request,
        lambda: actions.remove_photo(report_id=report.pk, photo_id=photo, by=request.actor, version=version),
        done="Đã bỏ ảnh khỏi báo cáo.",
    )
    return redirect(report.get_absolute_url())


@opens_to(Permission.MONTHLY_WRITE)
@require_POST
def monthly_report_submit(request: ActorRequest, pk: int) -> HttpResponse:
    """Hand the report in."""
    report = report_for_step(request, pk, "submit")
    version = version_of(request)
    done = press(
        request,
        lambda: actions.submit(report_id=report.pk, by=request.actor, version=version),
        done="Đã nộp báo cáo tiến độ.",
    )
    if done:
        step_drafts.drop(report.project, request.actor, report.typed_key)
    return redirect(report.get_absolute_url())


@opens_to(Permission.MONTHLY_WRITE)
@require_http_methods(SHOW_AND_ACT)
def monthly_report_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a confirmed report: a further version of the month."""
    report = report_for_step(request, pk, "correct")
    form = CorrectForm(request.POST or None, initial={"version": report.version})
    made: list[ProgressReport] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.correct(
                report_id=report.pk,
                by=request.actor,
                version=data["version"],
                creation_key=data["creation_key"],
                reason=data["reason"],
            )
        )

    return step_page(
        request,
        report=report,
        form=form,
        title="Đính chính báo cáo đã xác nhận",
        submit_label="Lập bản đính chính",
        act=act,
        done="Đã lập bản đính chính. Bản đã xác nhận vẫn giữ nguyên.",
        back=lambda: redirect("monthly_report_edit", made[0].pk),
        context={"note": "Bản đã xác nhận vẫn có giá trị cho tới khi bản đính chính được xác nhận."},
    )


@opens_to(Permission.MONTHLY_WRITE)
@require_POST
def monthly_report_discard(request: ActorRequest, pk: int) -> HttpResponse:
    """Give up a report that was never handed in."""
    report = report_for_step(request, pk, "submit")
    project, version = report.project, version_of(request)
    done = press(
        request,
        lambda: actions.discard(report_id=report.pk, by=request.actor, version=version),
        done="Đã bỏ bản soạn.",
    )
    return to_project(project, TAB) if done else redirect(report.get_absolute_url())
