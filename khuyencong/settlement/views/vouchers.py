"""Vouchers of one đề án: the table with its sums, rows to type, a file to bring in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.core.components import Sheet as ShownSheet
from khuyencong.core.components import SheetLine, SheetResult
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Warning_
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.finance.ledger import balance_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.web import crumbs_to, project_or_404
from khuyencong.settlement import actions
from khuyencong.settlement.actions.vouchers import SPENDING
from khuyencong.settlement.forms import VoucherFileForm, VoucherForm, VoucherSetForm
from khuyencong.settlement.importing import VoucherList, read_vouchers
from khuyencong.settlement.importing import template as template_workbook
from khuyencong.settlement.project_papers import Form
from khuyencong.settlement.rules import differences
from khuyencong.settlement.vouchers import is_share_of_cost, items_of, oddities, sums_of

TAB = "kinh-phi"
BLANK_ROWS = 3
MOST_ROWS = 50
ERRORS_SHOWN = 100


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def vouchers(request: ActorRequest, code: str) -> HttpResponse:
    """The vouchers of a đề án; whoever writes for the unit adds rows here."""
    project = project_or_404(request.actor, code)
    form = VoucherSetForm(initial={"version": project.version})
    return _page(request, project, form, _formset(project, None), status=200)


@opens_to(Permission.VOUCHER_RECORD)
@require_POST
def add(request: ActorRequest, code: str) -> HttpResponse:
    """Write down the rows of that page."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.VOUCHER_RECORD, project)
    form = VoucherSetForm(request.POST, initial={"version": project.version})
    rows = _formset(project, request.POST)

    def act() -> None:
        actions.record_vouchers(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            rows=[row.voucher(f"Dòng {number}") for number, row in enumerate(rows, 1) if row.has_changed()],
        )

    if form.is_valid() and rows.is_valid() and run(form, act):
        messages.success(request, "Đã ghi chứng từ.")
        return redirect("project_vouchers", project.code)
    return _page(request, project, form, rows, status=422)


@opens_to(Permission.VOUCHER_RECORD)
@require_http_methods(SHOW_AND_ACT)
def bring_in(request: ActorRequest, code: str) -> HttpResponse:
    """A list of vouchers from an Excel file: taken whole, or shown with what must be mended."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.VOUCHER_RECORD, project)
    form = VoucherFileForm(request.POST or None, request.FILES or None, initial={"version": project.version})
    found = VoucherList()

    def act() -> None:
        nonlocal found
        upload = form.cleaned_data["file"]
        found = read_vouchers(upload.read(), _lines(project))
        if found.errors:
            raise Refused(f"Có {len({row for row, *_ in found.errors})} dòng chưa ghi được, nên chưa ghi dòng nào.")
        actions.record_vouchers(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            rows=found.rows,
            source=upload.name[:200],
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã ghi {len(found.rows)} dòng chứng từ.")
        return redirect("project_vouchers", project.code)
    context = {
        "project": project,
        "form": form,
        "errors": found.errors[:ERRORS_SHOWN],
        "notes": found.notes,
        "title": "Nhập chứng từ từ tệp Excel",
        "crumbs": crumbs_to(project, "Nhập chứng từ", TAB),
    }
    return render(request, "settlement/bring_in.html", context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.VOUCHER_RECORD)
@require_GET
def template(request: ActorRequest, code: str) -> HttpResponse:
    """The empty list with the contents of this estimate to choose from."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.VOUCHER_RECORD, project)
    return take_away(template_workbook(_lines(project)), f"mau-chung-tu-{project.code}.xlsx")


@opens_to(Permission.VOUCHER_RECORD)
@require_POST
def remove(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Take out a voucher that was written down by mistake."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.VOUCHER_RECORD, project)
    press(
        request,
        lambda: actions.remove_voucher(
            project_id=project.pk, by=request.actor, version=version_of(request), voucher_id=pk
        ),
        done="Đã bỏ chứng từ.",
    )
    return redirect("project_vouchers", project.code)


def _lines(project: Project) -> list[Any]:
    return list(project.lines.select_related("beneficiary__establishment"))


def _formset(project: Project, bound: Any) -> Any:
    made = forms.formset_factory(
        VoucherForm, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )
    return made(bound, prefix="ct", form_kwargs={"lines": _lines(project)})


def _page(request: ActorRequest, project: Project, form: VoucherSetForm, rows: Any, *, status: int) -> HttpResponse:
    items = items_of(project)
    balance = balance_of(project)
    sums = sums_of(project, items, to_settle=balance.accepted)
    share = is_share_of_cost(project)
    may = allowed(request.actor, Permission.VOUCHER_RECORD, project) and project.state in SPENDING
    sheet = ShownSheet(
        title="Chứng từ so với nghiệm thu và quyết toán",
        subtitle=project.code,
        lines=(
            SheetLine("Chứng từ từ kinh phí khuyến công", amount=sums.support, how="Mẫu số 8a"),
            SheetLine("Kinh phí khuyến công được nghiệm thu", amount=sums.to_settle, how="số sẽ quyết toán"),
            SheetLine("Chứng từ từ đóng góp và nguồn khác", amount=sums.counterpart + sums.other),
            SheetLine("Chi phí được nghiệm thu", amount=sums.accepted_cost),
        ),
        results=(SheetResult("Tổng chứng từ (Mẫu số 8b)", sums.total),),
        findings=(*differences(sums, share=share, lacking=Warning_), *oddities(project, items)) if items else (),
    )
    context = {
        "project": project,
        "form": form,
        "formset": rows,
        "items": items,
        "sums": sums,
        "sheet": sheet,
        "may": may,
        "forms": [(one.label, one.value) for one in Form],
        "crumbs": crumbs_to(project, "Chứng từ chi", TAB),
    }
    return render(request, "settlement/vouchers.html", context, status=status)
