"""The page on which what was delivered is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Fact, Sheet, SheetLine, SheetResult
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.delivery import actions
from khuyencong.delivery.forms import AcceptanceForm, ItemForm
from khuyencong.finance import ledger
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.web import crumbs_to, project_for_step, to_project

COMMON = "chung"
TAB = "nghiem-thu"
MAX_ROWS = 200
LARGEST_KEY = 10


@opens_to(Permission.ACCEPTANCE_RECORD)
@require_http_methods(SHOW_AND_ACT)
def project_accept(request: ActorRequest, code: str, part: str) -> HttpResponse:
    """Accept what one beneficiary has done, line by line of the estimate; `part` is its key, or 'chung' for none."""
    project = project_for_step(request, code, "accept")
    beneficiary = _beneficiary_or_404(project, part)
    key = beneficiary.pk if beneficiary else None
    lines = list(actions.lines_of_part(project, key))
    bound = request.POST if request.method == "POST" else None
    form = AcceptanceForm(bound, initial={"version": project.version})
    item_formset = forms.formset_factory(ItemForm, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS, validate_max=True)
    formset = item_formset(bound, prefix="hang-muc", initial=[{"line": line.pk, "cost": line.total} for line in lines])

    def act() -> None:
        data = form.cleaned_data
        actions.accept(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            beneficiary_id=key,
            number=data["number"],
            accepted_on=data["accepted_on"],
            comment=data["comment"],
            items=_items(formset),
        )

    if bound is not None and form.is_valid() and formset.is_valid() and run(form, act):
        messages.success(request, "Đã ghi nghiệm thu.")
        return to_project(project, TAB)
    title = f"Nghiệm thu: {beneficiary}" if beneficiary else "Nghiệm thu phần chung"
    context = {
        "project": project,
        "form": form,
        "title": title,
        "crumbs": crumbs_to(project, "Nghiệm thu", TAB),
        "formset": formset,
        "rows": _rows(formset, lines),
        **_money(project, beneficiary, lines, looking=bound is None),
        "intro": "Ghi từng hạng mục như thấy tại cơ sở. Số tiền được thanh toán do hệ thống tính khi ghi.",
    }
    return render(request, "delivery/accept.html", context, status=200 if bound is None else 422)


def _beneficiary_or_404(project: Project, part: str) -> Beneficiary | None:
    if part == COMMON:
        return None
    if not (part.isascii() and part.isdigit() and len(part) < LARGEST_KEY):
        raise Http404
    return get_object_or_404(project.beneficiaries.select_related("establishment"), pk=int(part))


def _items(formset: Any) -> list[actions.ItemInput]:
    return [
        actions.ItemInput(
            line_id=data["line"],
            cost=data["cost"],
            quantity=data["quantity"],
            description=data["description"],
            serial=data["serial"],
            invoice=data["invoice"],
        )
        for data in (form.cleaned_data for form in formset.forms)
    ]


def _rows(formset: Any, lines: Sequence[EstimateLine]) -> list[tuple[EstimateLine | None, Any]]:
    """Each row with the line it speaks of; a row that names no line of this part has none, and the action refuses it."""
    known = {str(line.pk): line for line in lines}
    return [(known.get(str(form["line"].value())), form) for form in formset.forms]


def _money(
    project: Project, beneficiary: Beneficiary | None, lines: Sequence[EstimateLine], *, looking: bool
) -> dict[str, Any]:
    """What was approved for this part, and what would be payable were everything done as planned.

    A page that is only looked at is refused where this part does not wait for acceptance.
    """
    key = beneficiary.pk if beneficiary else None
    approved = ledger.approved_by_beneficiary(project)
    if looking and key not in actions.waiting_for_acceptance(project, approved):
        raise Refused("Phần này không chờ nghiệm thu: đã nghiệm thu hoặc không có kinh phí được phê duyệt.")
    total = sum(line.total for line in lines)
    planned = sum(line.total for line in lines if line.in_cost_base)
    facts = [
        Fact("Đề án", project.name),
        Fact("Cơ sở thụ hưởng", str(beneficiary or "")),
        Fact("Địa điểm", beneficiary.place_text if beneficiary else project.place_text),
        Fact("Dự toán của phần này", f"{format_dong(total)} đồng"),
        Fact("Hỗ trợ được phê duyệt", f"{format_dong(approved.get(key, 0))} đồng"),
    ]
    return {"facts": facts, "sheet": _payable_sheet(project, key, approved.get(key, 0), planned) if looking else None}


def _payable_sheet(project: Project, key: int | None, approved: int, planned: int) -> Sheet:
    payable = actions.payable_for(project, key, approved=approved, accepted_cost=planned)
    return Sheet(
        title="Cách tính số tiền được thanh toán",
        subtitle=f"Ví dụ khi nghiệm thu đúng dự toán: {format_dong(planned)} đồng chi phí làm căn cứ hỗ trợ",
        lines=tuple(
            SheetLine(step.label, amount=step.amount, how=step.formula, article=step.article) for step in payable.steps
        ),
        results=(SheetResult("Được thanh toán", payable.amount),),
        note="Không vượt mức được phê duyệt, tỷ lệ trên chi phí nghiệm thu, mức trần và số còn lại của hợp đồng.",
    )
