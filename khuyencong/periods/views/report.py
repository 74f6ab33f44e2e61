"""The page of one report, its files, and what is written in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.periods import actions
from khuyencong.periods.content import content_of
from khuyencong.periods.files import KINDS, content_file, shown_compared, shown_tables
from khuyencong.periods.forms import IndicatorsForm, RowForm, SectionForm, TableFileForm
from khuyencong.periods.handing import HandFile, read_table, template
from khuyencong.periods.indicators import indicator_lines
from khuyencong.periods.later import changes_since
from khuyencong.periods.narrative import TITLES
from khuyencong.periods.queries import TONES
from khuyencong.periods.rules import findings_of
from khuyencong.periods.shown import actions_for
from khuyencong.periods.web import crumbs_to, report_or_404, report_to_write, step_page
from khuyencong.reporting.figures import FIGURES

ERRORS_SHOWN = 100


@opens_to(Permission.PERIOD_REPORT_VIEW)
@require_safe
def period_report(request: ActorRequest, pk: int) -> HttpResponse:
    """What the report says, what stands against it, what has changed since, and just what I may do now."""
    report = report_or_404(request.actor, pk)
    content = content_of(report)
    findings = findings_of(report, content) if report.is_writable else list(content.findings)
    may_write = report.is_writable and allowed(request.actor, Permission.PERIOD_REPORT_WRITE, report)
    context = {
        "report": report,
        "tone": TONES[report.state],  # type: ignore[index]  # a state of the column
        "content": content,
        "figures": FIGURES,
        "tables": shown_tables(report, content) if content.cells else [],
        "compared": shown_compared(content),
        "before": report.period.before if content.before is not None else None,
        "findings": findings,
        "later": changes_since(report, content),
        "versions": report.versions.defer("content").order_by("-number"),
        "actions": actions_for(report, request.actor, findings),
        "may_write": may_write,
        "may_type": may_write and any(one.typed for one in content.indicators),
        "may_export": allowed(request.actor, Permission.REPORT_EXPORT),
        "crumbs": crumbs_to(report),
    }
    return render(request, "periods/report.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def period_report_file(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """The report as a PDF, Excel or Word file. That somebody took it away is kept in the audit trail."""
    report = report_or_404(request.actor, pk)
    if kind not in KINDS:
        raise Http404("Không có loại tệp này.")
    with transaction.atomic():
        content = content_of(report)
        made = content_file(report, content, kind)
        record(
            action="period_report.export",
            by=request.actor,
            subject=report,
            thread=report.thread,
            after={"tệp": kind, "lần nộp": content.number, "mã kiểm tra": content.sha256},
        )
    return take_away(made, f"bao-cao-{report.agency.code}-{report.year}-{report.period.part}.{kind}")


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_http_methods(SHOW_AND_ACT)
def period_report_section(request: ActorRequest, pk: int, section: str) -> HttpResponse:
    """Write one section in the agency's own words, or go back to the sentences of the figures."""
    report = report_to_write(request.actor, pk)
    if section not in TITLES:
        raise Http404("Báo cáo không có phần này.")
    shown = next(one for one in content_of(report).sections if one.code == section)
    initial = {"version": report.version, "text": shown.text if shown.own else "", "comment": shown.comment}
    form = SectionForm(request.POST or None, initial=initial)
    return step_page(
        request,
        report=report,
        form=form,
        title=TITLES[section],
        submit_label="Lưu",
        act=lambda: actions.write_section(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            section=section,
            text=form.cleaned_data["text"] or "",
            comment=form.cleaned_data["comment"] or "",
        ),
        done="Đã lưu.",
        context={"generated": "" if shown.own else shown.text},
    )


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_http_methods(SHOW_AND_ACT)
def period_report_indicators(request: ActorRequest, pk: int) -> HttpResponse:
    """Write the indicators that no record answers."""
    report = report_to_write(request.actor, pk)
    lines = indicator_lines(report, {})
    form = IndicatorsForm(request.POST or None, lines=lines, initial={"version": report.version})
    return step_page(
        request,
        report=report,
        form=form,
        title="Chỉ tiêu ghi tay",
        submit_label="Lưu",
        act=lambda: actions.type_indicators(
            report_id=report.pk, by=request.actor, version=form.cleaned_data["version"], values=form.values
        ),
        done="Đã ghi chỉ tiêu.",
    )


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_http_methods(SHOW_AND_ACT)
def period_report_row(request: ActorRequest, pk: int) -> HttpResponse:
    """Type one row of a table by hand."""
    report = report_to_write(request.actor, pk)
    found = report.rows.filter(source=request.GET.get("source", ""), activity=request.GET.get("activity", "")).first()
    initial: dict[str, Any] = {"version": report.version}
    if found is not None:
        initial |= {
            "source": found.source,
            "activity": found.activity,
            "stated_total": found.stated_total,
            "stated_percent": found.stated_percent,
            **found.values,
        }
    form = RowForm(request.POST or None, initial=initial)
    return step_page(
        request,
        report=report,
        form=form,
        title="Dòng số liệu",
        submit_label="Ghi dòng",
        act=lambda: actions.set_row(
            report_id=report.pk, by=request.actor, version=form.cleaned_data["version"], row=form.row
        ),
        done="Đã ghi dòng số liệu.",
        context={
            "note": "Dòng cùng nguồn và nội dung được thay bằng dòng này; để trống mọi số thì dòng ấy được bỏ. Tiền tính bằng đồng."
        },
    )


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_http_methods(SHOW_AND_ACT)
def period_report_upload(request: ActorRequest, pk: int) -> HttpResponse:
    """The table from an Excel file: taken whole in the place of what was there, or shown with what must be mended."""
    report = report_to_write(request.actor, pk)
    form = TableFileForm(request.POST or None, request.FILES or None, initial={"version": report.version})
    found = HandFile()

    def act() -> None:
        nonlocal found
        upload = form.cleaned_data["file"]
        found = read_table(upload.read())
        if found.errors:
            raise Refused(f"Có {len(found.errors)} ô chưa đọc được, nên chưa ghi dòng nào.")
        actions.keep_rows(
            report_id=report.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            rows=found.rows,
            how=f"tệp {upload.name[:200]}",
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã ghi {len(found.rows)} dòng số liệu.")
        return redirect(report.get_absolute_url())
    title = "Nhập bảng từ tệp Excel"
    context = {
        "report": report,
        "form": form,
        "errors": found.errors[:ERRORS_SHOWN],
        "notes": found.notes,
        "title": title,
        "crumbs": crumbs_to(report, title),
    }
    return render(request, "periods/upload.html", context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_GET
def period_report_template(request: ActorRequest, pk: int) -> HttpResponse:
    """The table to fill in, with what is there already."""
    report = report_to_write(request.actor, pk)
    return take_away(template(list(report.rows.all())), f"bang-so-lieu-{report.agency.code}-{report.year}.xlsx")


@opens_to(Permission.PERIOD_REPORT_WRITE)
@require_POST
def period_report_discard(request: ActorRequest, pk: int) -> HttpResponse:
    """Throw away a draft."""
    report = report_to_write(request.actor, pk)
    gone = press(
        request,
        lambda: actions.discard(report_id=report.pk, by=request.actor, version=version_of(request)),
        done="Đã bỏ bản soạn.",
    )
    return redirect("period_reports" if gone else report.get_absolute_url())
