"""The money of one đề án: contract, recovery, settlement, stopping."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Action, Fact, Sheet, SheetLine, SheetResult
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, Warning_, blockers
from khuyencong.core.money import format_dong, share_down
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.finance import actions, ledger
from khuyencong.finance.actions.contracts import legal_advance
from khuyencong.finance.actions.settlement import check_even, settlement_deadline
from khuyencong.finance.days import last_accepted_on
from khuyencong.finance.forms import ContractForm, RecoveryForm, SettlementForm, StopForm
from khuyencong.finance.models import ContractKind
from khuyencong.law.advances import AdvanceShare
from khuyencong.law.values import percent_text
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.projects.web import crumbs_to, project_for_step, project_or_404, step_page, to_project

TAB = "kinh-phi"


@opens_to(Permission.CONTRACT_SIGN)
@require_http_methods(SHOW_AND_ACT)
def contract(request: ActorRequest, code: str) -> HttpResponse:
    """Sign with the implementing unit, seeing what was approved and how much the law lets be advanced."""
    project = project_for_step(request, code, "start")
    approved = ledger.balance_of(project).committed
    initial = {
        "version": project.version,
        "kind": ContractKind.CONTRACT,
        "value": approved,
        "ends_on": project.ends_on,
    }
    form = ContractForm(request.POST or None, initial=initial)

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
            account=data["account"],
        )

    advance = legal_advance(project, today())
    context = {
        "crumbs": crumbs_to(project, "Ký hợp đồng", TAB),
        "intro": "Hợp đồng ký giữa cơ quan giữ kinh phí và đơn vị thực hiện; giá trị không vượt số được phê duyệt.",
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


@opens_to(Permission.RECOVER)
@require_http_methods(SHOW_AND_ACT)
def recover(request: ActorRequest, code: str) -> HttpResponse:
    """Enter money that was paid out, not earned, and came back."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.RECOVER, project)
    balance = ledger.balance_of(project)
    if request.method != "POST":
        _check_recoverable(project, balance)
    form = RecoveryForm(request.POST or None, initial={"version": project.version, "amount": balance.unearned})

    def act() -> None:
        data = form.cleaned_data
        actions.recover(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            amount=data["amount"],
            document=data["document"],
            on=data["on"],
        )

    context = {
        "crumbs": crumbs_to(project, "Thu hồi kinh phí", TAB),
        "intro": "Ghi số tiền đơn vị thực hiện đã nộp trả. Có thể ghi nhiều lần cho tới khi đủ.",
        "sheet": _balance_sheet(project, balance, SheetResult("Còn phải thu hồi", balance.unearned)),
    }
    return step_page(
        request,
        project=project,
        form=form,
        title="Thu hồi kinh phí",
        act=act,
        tab=TAB,
        submit_label="Ghi thu hồi",
        done="Đã ghi thu hồi.",
        template="finance/step.html",
        context=context,
    )


def _check_recoverable(project: Project, balance: ledger.Balance) -> None:
    if project.state not in {ProjectState.ACCEPTED, ProjectState.STOPPED}:
        raise Refused("Chỉ thu hồi sau khi nghiệm thu hoặc ngừng đề án.")
    if not balance.unearned:
        raise Refused("Không có khoản nào phải thu hồi.")


@opens_to(Permission.SETTLE)
@require_http_methods(SHOW_AND_ACT)
def settle(request: ActorRequest, code: str) -> HttpResponse:
    """Settle what was accepted and paid, with the deadline of the law in sight."""
    project = project_for_step(request, code, "settle")
    balance = ledger.balance_of(project)
    form = SettlementForm(request.POST or None, initial={"version": project.version})

    def act() -> None:
        data = form.cleaned_data
        actions.settle(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            number=data["number"],
            settled_on=data["settled_on"],
        )

    findings = _settlement_findings(project, balance)
    context = {
        "crumbs": crumbs_to(project, "Quyết toán", TAB),
        "intro": "Quyết toán bằng số thực chi, đã trừ thu hồi. Hợp đồng được thanh lý cùng lúc.",
        "sheet": _balance_sheet(project, balance, SheetResult("Số quyết toán", balance.paid_out)),
        "findings": findings,
        "hide_form": bool(blockers(findings)) and request.method != "POST",
    }
    return step_page(
        request,
        project=project,
        form=form,
        title="Quyết toán",
        act=act,
        tab=TAB,
        submit_label="Ghi quyết toán",
        done="Đã quyết toán đề án và thanh lý hợp đồng.",
        template="finance/step.html",
        context=context,
    )


def _settlement_findings(project: Project, balance: ledger.Balance) -> list[Finding]:
    found: list[Finding] = []
    try:
        check_even(project, balance)
    except Refused as reason:
        found.append(Blocker("not_even", reason.sentence, reason.article))
    accepted_on = last_accepted_on(project)
    deadline = settlement_deadline(project, accepted_on)
    if deadline is not None:
        late = " Đã quá hạn: quyết toán sẽ được ghi là chậm." if deadline.is_missed(today()) else ""
        found.append(Warning_("deadline", deadline.sentence + late, deadline.article))
    return found


@opens_to(Permission.PROJECT_STOP)
@require_http_methods(SHOW_AND_ACT)
def stop(request: ActorRequest, code: str) -> HttpResponse:
    """Stop an approved đề án by decision, after saying what happens to its money."""
    project = project_for_step(request, code, "stop")
    balance = ledger.balance_of(project)
    form = StopForm(request.POST or None, initial={"version": project.version})

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
    return _balance_sheet(
        project,
        balance,
        SheetResult("Trả lại hạn mức khi ngừng", max(0, balance.approved_now - kept)),
        SheetResult("Phải thu hồi từ đơn vị thực hiện", balance.unearned),
        SheetResult("Đã nghiệm thu, còn phải thanh toán", balance.still_payable),
    )


def _balance_sheet(project: Project, balance: ledger.Balance, *results: SheetResult) -> Sheet:
    """The project's money from approval on, line by line."""
    lines = (
        SheetLine("Phê duyệt", amount=balance.approved_now),
        SheetLine("Ký hợp đồng", amount=balance.contracted),
        SheetLine("Tạm ứng", amount=balance.advanced),
        SheetLine("Nghiệm thu", amount=balance.accepted, how="số tiền được thanh toán theo kết quả nghiệm thu"),
        SheetLine("Thanh toán sau nghiệm thu", amount=balance.paid),
        SheetLine("Đã thu hồi", amount=balance.recovered),
        SheetLine("Thực chi", amount=balance.paid_out, how="tạm ứng + thanh toán − thu hồi"),
    )
    return Sheet(title="Kinh phí khuyến công của đề án", subtitle=project.code, lines=lines, results=results)
