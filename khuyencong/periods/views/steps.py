"""Handing a report in, and what who receives it does with it."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.periods import actions
from khuyencong.periods.content import content_of
from khuyencong.periods.forms import ConfirmForm, NoteForm, ReasonForm, SubmitForm
from khuyencong.periods.rules import findings_of
from khuyencong.periods.web import report_for_step, step_page


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_http_methods(SHOW_AND_ACT)
def period_report_submit(request: ActorRequest, pk: int) -> HttpResponse:
    """Hand the report in, its figures as they are now."""
    report = report_for_step(request, pk, "submit")
    initial = {"version": report.version, "document": report.document, "explanation": report.explanation}
    form = SubmitForm(request.POST or None, initial=initial)
    return step_page(
        request,
        report=report,
        form=form,
        title="Nộp báo cáo",
        submit_label="Nộp",
        act=lambda: actions.submit(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            document=form.cleaned_data["document"],
            document_on=form.cleaned_data["document_on"],
            explanation=form.cleaned_data["explanation"] or "",
        ),
        done=f"Đã nộp báo cáo tới {report.receiver}.",
        context={
            "findings": findings_of(report, content_of(report)) if report.is_writable else [],
            "note": f"Nơi nhận: {report.receiver.name}. Số liệu được giữ nguyên từ lúc nộp.",
        },
    )


@opens_to(Permission.PERIOD_REPORT_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def period_report_return(request: ActorRequest, pk: int) -> HttpResponse:
    """Return it with the reasons."""
    report = report_for_step(request, pk, "return")
    form = ReasonForm(request.POST or None, initial={"version": report.version})
    return step_page(
        request,
        report=report,
        form=form,
        title="Trả lại báo cáo",
        submit_label="Trả lại",
        act=lambda: actions.send_back(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã trả lại báo cáo.",
    )


@opens_to(Permission.PERIOD_REPORT_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def period_report_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """Approve what was handed in."""
    report = report_for_step(request, pk, "approve")
    form = NoteForm(request.POST or None, initial={"version": report.version})
    return step_page(
        request,
        report=report,
        form=form,
        title="Duyệt báo cáo",
        submit_label="Duyệt",
        act=lambda: actions.approve(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            note=form.cleaned_data["note"] or "",
        ),
        done="Đã duyệt báo cáo.",
    )


@opens_to(Permission.PERIOD_REPORT_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def period_report_lock(request: ActorRequest, pk: int) -> HttpResponse:
    """Lock the approved figures."""
    report = report_for_step(request, pk, "lock")
    form = ConfirmForm(request.POST or None, initial={"version": report.version})
    return step_page(
        request,
        report=report,
        form=form,
        title="Khóa số liệu",
        submit_label="Khóa",
        act=lambda: actions.lock(report_id=report.pk, by=request.actor, version=form.cleaned_data["version"]),
        done="Đã khóa số liệu.",
        context={"note": "Số liệu đã duyệt được khóa; thay đổi về sau của hồ sơ hiện là «điều chỉnh sau khóa»."},
    )


@opens_to(Permission.PERIOD_REPORT_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def period_report_unlock(request: ActorRequest, pk: int) -> HttpResponse:
    """Open a locked report for a correction."""
    report = report_for_step(request, pk, "unlock")
    form = ReasonForm(request.POST or None, initial={"version": report.version})
    return step_page(
        request,
        report=report,
        form=form,
        title="Mở khóa số liệu",
        submit_label="Mở khóa",
        act=lambda: actions.unlock(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã mở khóa. Cơ quan báo cáo sửa rồi nộp lại; số liệu đã khóa vẫn còn trong các lần nộp.",
    )
