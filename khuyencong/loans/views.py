"""The loans of a beneficiary: what their interest comes to, writing them, taking it into the estimate, the printed sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.law.loans import span_text, terms_on
from khuyencong.loans import actions, paper
from khuyencong.loans.elsewhere import supported_elsewhere
from khuyencong.loans.forms import LoanForm, rows_of, schedule
from khuyencong.loans.models import Loan
from khuyencong.loans.reckoning import OfLoan, Shown, loans_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.states import EDITABLE, RUNNING
from khuyencong.projects.web import crumbs_to, project_or_404

TITLE = "Lãi vay được hỗ trợ"


def _shown(request: ActorRequest, code: str, pk: int) -> tuple[Project, Shown]:
    """The đề án in my scope and the beneficiary with its loan; 404 where there is none."""
    project = project_or_404(request.actor, code)
    for one in loans_of(project):
        if one.beneficiary.pk == pk:
            return project, one
    raise Http404("Không có cơ sở này trong đề án hỗ trợ lãi vay.")


def _crumbs(project: Project, title: str = TITLE) -> list[Crumb]:
    return crumbs_to(project, title, "du-toan")


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def loan(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Day by day, what the interest of each loan comes to, and what stands against it."""
    project, shown = _shown(request, code, pk)
    mine = allowed(request.actor, Permission.PROJECT_EDIT, project)
    context = {
        "project": project,
        "name": shown.beneficiary.establishment,
        "beneficiary": shown.beneficiary,
        "shown": shown,
        "loans": [_card(one) for one in shown.loans],
        "elsewhere": supported_elsewhere(project, [shown.beneficiary]) if shown.loans else [],
        "terms": terms_on(today(), source=project.source),
        "may_write": mine and project.state in EDITABLE | RUNNING,
        "may_use": mine and project.state in EDITABLE and bool(shown.eligible),
        "crumbs": _crumbs(project),
    }
    return render(request, "loans/loan.html", context)


def _card(one: OfLoan) -> dict[str, Any]:
    return {
        "loan": one.loan,
        "interest": one.interest,
        "facts": _facts(one.loan),
        "spans": [(span, span_text(span, one.loan.days_of_year)) for span in one.interest.spans],
    }


def _facts(loan: Loan) -> list[Fact]:
    rows = (
        ("Ngân hàng", loan.bank),
        ("Hợp đồng tín dụng", f"{loan.contract_number}, ngày {format_date(loan.contract_on)}"),
        ("Loại vay", loan.get_term_display()),
        ("Đồng tiền", "đồng Việt Nam" if loan.in_dong else "ngoại tệ"),
        ("Tính lãi theo năm", f"{loan.days_of_year} ngày"),
        ("Hoàn thành đầu tư", format_date(loan.completed_on) if loan.completed_on else "chưa ghi"),
        ("Lãi đã trả", "chưa ghi" if loan.interest_paid is None else f"{format_dong(loan.interest_paid)} đồng"),
        ("Nguồn của lãi suất thấp nhất", loan.lowest_document or "chưa ghi"),
    )
    return [Fact(label, value) for label, value in rows]


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def loan_write(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """A credit contract and its schedule."""
    project, shown = _shown(request, code, pk)
    return _write(request, project, shown, None)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def loan_edit(request: ActorRequest, code: str, pk: int, loan: int) -> HttpResponse:
    """The same contract and schedule again."""
    project, shown = _shown(request, code, pk)
    return _write(request, project, shown, _loan_or_404(shown, loan))


def _loan_or_404(shown: Shown, key: int) -> Loan:
    for one in shown.loans:
        if one.loan.pk == key:
            return one.loan
    raise Http404("Không có khoản vay này của cơ sở.")


def _write(request: ActorRequest, project: Project, shown: Shown, there: Loan | None) -> HttpResponse:
    require(request.actor, Permission.PROJECT_EDIT, project)
    pk = shown.beneficiary.pk
    initial = {name: getattr(there, name) for name in actions.LOAN} if there else {}
    names = ("kind", "on", "until", "amount", "percent", "lowest")
    stored = [{name: getattr(row, name) for name in names} for row in there.rows.all()] if there else []
    form = LoanForm(request.POST or None, initial={**initial, "version": project.version})
    rows = schedule(request.POST or None, stored)
    bound = request.method == "POST"

    def act() -> None:
        actions.save_loan(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            beneficiary_id=pk,
            fields=form.cleaned_data,
            rows=rows_of(rows),
            loan_id=there.pk if there else None,
        )

    back = reverse("project_loan", args=[project.code, pk])
    if bound and all([form.is_valid(), rows.is_valid()]) and run(form, act):
        messages.success(request, "Đã ghi lịch vay.")
        return redirect(back)
    title = "Sửa lịch vay" if there else "Ghi lịch vay"
    context = {
        "form": form,
        "rows": rows,
        "project": project,
        "title": title,
        "name": shown.beneficiary.establishment,
        "back_url": back,
        "crumbs": _crumbs(project, title),
    }
    return render(request, "loans/write.html", context, status=422 if bound else 200)


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def loan_remove(request: ActorRequest, code: str, pk: int, loan: int) -> HttpResponse:
    """A loan was written by mistake."""
    project, shown = _shown(request, code, pk)
    require(request.actor, Permission.PROJECT_EDIT, project)
    found = _loan_or_404(shown, loan)
    press(
        request,
        lambda: actions.remove_loan(
            project_id=project.pk,
            by=request.actor,
            version=version_of(request),
            beneficiary_id=pk,
            loan_id=found.pk,
        ),
        done="Đã bỏ khoản vay.",
    )
    return redirect("project_loan", project.code, pk)


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def loan_use(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The interest becomes the line of the beneficiary in the estimate."""
    project, _ = _shown(request, code, pk)
    require(request.actor, Permission.PROJECT_EDIT, project)
    press(
        request,
        lambda: actions.use_interest(
            project_id=project.pk, by=request.actor, version=version_of(request), beneficiary_id=pk
        ),
        done="Đã đưa lãi vay vào dự toán, với mức hỗ trợ theo định mức.",
    )
    return redirect(f"{project.get_absolute_url()}?tab=du-toan")


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def loan_pdf(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The sheet as a PDF file; the download is audited."""
    project, shown = _shown(request, code, pk)
    if not shown.loans:
        raise Http404("Chưa ghi lịch vay.")
    content = paper.loan_pdf(project, shown)
    record(
        action="project.loan_pdf",
        by=request.actor,
        subject=project,
        thread=project.thread,
        after={"cơ sở": str(shown.beneficiary.establishment)},
    )
    return take_away(content, f"lai-vay-{project.code}-{pk}.pdf")
