"""The money of one đề án: contract, stopping."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Action, Fact, Sheet, SheetResult
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong, share_down
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.finance import actions, ledger
from khuyencong.finance.actions.contracts import legal_advance
from khuyencong.finance.contract_forms import Offered, SignContractForm
from khuyencong.finance.contract_queries import startable_with
from khuyencong.finance.forms import StopForm
from khuyencong.finance.models import ContractKind
from khuyencong.finance.sheet import balance_sheet
from khuyencong.finance.views.contract_writing import sign_instead
from khuyencong.law.advances import AdvanceShare
from khuyencong.law.values import percent_text
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.web import crumbs_to, project_for_step, step_page, to_project

TAB = "kinh-phi"


@opens_to(Permission.CONTRACT_SIGN)
@require_http_methods(SHOW_AND_ACT)
def contract(request: ActorRequest, code: str) -> HttpResponse:
    """Sign with the implementing unit, seeing what was approved and how much the law lets be advanced."""
    project = project_for_step(request, code, "start")
    prepared = sign_instead(project)
    if prepared and request.method != "POST":
        return redirect(prepared)
    approved = ledger.balance_of(project).committed
    initial = {
        "version": project.version,
        "kind": ContractKind.CONTRACT,
        "value": approved,
        "ends_on": project.ends_on,
    }
    others = [Offered(*one) for one in startable_with(project)]
    form = SignContractForm(request.POST or None, project=project, others=others, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.sign_contract(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            kind=ContractKind(data["kind"]),
            number=data["number"],
            signed_on=data["signed_on"],
            ends_on=data["ends_on"],
            value=data["value"],
            also=form.also,
            payer_account=data["payer_account"],
            unit_account=data["unit_account"],
        )

    advance = legal_advance(project, today())
    context = {
        "crumbs": crumbs_to(project, "Ký hợp đồng", TAB),
        "intro": "Hợp đồng ký giữa đơn vị chi và đơn vị thực hiện; giá trị không vượt số được phê duyệt. Đề án khác đã được"
        " phê duyệt của cùng đơn vị có thể ký chung: tất cả cùng bắt đầu, hoặc không đề án nào.",
        "facts": [
            Fact("Đề án", project.name),
            Fact("Đơn vị thực hiện", str(project.implementing_unit)),
            Fact("Được phê duyệt", f"{format_dong(approved)} đồng"),
            Fact("Theo quyết định", _decision(project)),
            *_advance_facts(advance, approved),
        ],
        "notes": [advance.note] if advance.note else [],
    }
    return step_page(
        request,
        project=project,
        form=form,
        title="Ký hợp đồng",
        act=act,
        tab=TAB,
        submit_label="Ký hợp đồng",
        done="Đã ghi hợp đồng. Đề án chuyển sang đang thực hiện.",
        template="finance/step.html",
        context=context,
    )


def _decision(project: Project) -> str:
    plan = project.plan
    return f"{plan.decision_number}, ngày {format_date(plan.decision_on)}" if plan and plan.decision_on else ""


def _advance_facts(advance: AdvanceShare, approved: int) -> list[Fact]:
    if advance.after_acceptance:
        most = "0 đồng: khoản này chỉ chi sau nghiệm thu"
    elif advance.share:
        most = (
            f"{percent_text(advance.share)} giá trị hợp đồng ({format_dong(share_down(advance.share, approved))} đồng)"
        )
    else:
        most = "0 đồng: chưa có tỷ lệ theo quy định"
    return [
        Fact("Tạm ứng tối đa", most),
        Fact("Điều kiện tạm ứng", advance.condition),
        Fact("Căn cứ", advance.article),
    ]


@opens_to(Permission.PROJECT_STOP)
@require_http_methods(SHOW_AND_ACT)
def stop(request: ActorRequest, code: str) -> HttpResponse:
    """Stop an approved đề án by decision, after saying what happens to its money."""
    project = project_for_step(request, code, "stop")
    balance = ledger.balance_of(project)
    # A finding of an inspection leads here with its reason; whoever decides reads and changes it.
    reason = request.GET.get("ly-do", "").replace("\x00", "")[:2_000]
    form = StopForm(request.POST or None, initial={"version": project.version, "reason": reason})

    def act() -> None:
        data = form.cleaned_data
        actions.stop(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            document=data["document"],
            on=data["on"],
            reason=data["reason"],
        )

    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        messages.success(request, "Đã ngừng đề án.")
        return to_project(project, TAB)
    action = Action(
        key="ngung",
        label="Ngừng đề án",
        url=reverse("project_stop", args=[project.code]),
        tone="danger",
        icon="ban",
        sentence="Đề án đã ngừng không thực hiện tiếp được nữa.",
        article="TT 36/2013 Đ11",
        confirm_label="Xác nhận ngừng",
        form=form,
    )
    context: dict[str, Any] = {
        "project": project,
        "title": "Ngừng đề án",
        "action": action,
        "sheet": _stop_sheet(project, balance),
        "crumbs": crumbs_to(project, "Ngừng đề án", TAB),
        "intro": "Việc ngừng do cấp đã phê duyệt quyết định. Trước khi ghi, hãy xem kinh phí của đề án sẽ ra sao.",
    }
    return render(request, "finance/stop.html", context, status=422 if bound else 200)


def _stop_sheet(project: Project, balance: ledger.Balance) -> Sheet:
    kept = max(balance.accepted, balance.paid_out)
    return balance_sheet(
        project,
        balance,
        SheetResult("Trả lại hạn mức khi ngừng", max(0, balance.approved_now - kept)),
        SheetResult("Phải thu hồi từ đơn vị thực hiện", balance.unearned),
        SheetResult("Đã nghiệm thu, còn phải thanh toán", balance.still_payable),
    )
