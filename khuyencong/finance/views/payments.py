"""Payments of one đề án: the accountant prepares, the leader decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Fact, Sheet, SheetLine, SheetResult
from khuyencong.core.dates import format_date, format_moment
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.finance import actions, ledger
from khuyencong.finance.actions.payments import payable_now
from khuyencong.finance.forms import ApprovePaymentForm, PaymentForm, RefusePaymentForm
from khuyencong.finance.models import ContractPart, Payment, PaymentKind, PaymentState, part_of
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.projects.web import crumbs_to, project_or_404, step_page, to_project

TAB = "kinh-phi"
APPROVE, REFUSE = "duyet", "tra-lai"


@opens_to(Permission.PAYMENT_PREPARE)
@require_http_methods(SHOW_AND_ACT)
def prepare(request: ActorRequest, code: str, kind: str) -> HttpResponse:
    """Prepare an advance or a payment, seeing how much may be paid now and why."""
    if kind not in PaymentKind.values:
        raise Http404
    chosen = PaymentKind(kind)
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PAYMENT_PREPARE, project)
    part = part_of(project)
    if part is None:
        raise Refused("Đề án chưa có hợp đồng nên chưa chi được.")
    balance = ledger.balance_of(project)
    most = payable_now(project, part, balance, chosen)
    is_advance = chosen is PaymentKind.ADVANCE
    form = PaymentForm(
        request.POST or None,
        is_advance=is_advance,
        condition=part.advance_condition,
        initial={"version": project.version, "amount": most or None},
    )

    def act() -> None:
        data = form.cleaned_data
        actions.prepare_payment(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            creation_key=data["creation_key"],
            kind=chosen,
            amount=data["amount"],
            condition_document=data.get("condition_document", ""),
        )

    title = "Lập khoản tạm ứng" if is_advance else "Lập khoản thanh toán"
    findings = _why_nothing(project, chosen, most)
    context = {
        "crumbs": crumbs_to(project, title, TAB),
        "intro": "Khoản chi chỉ vào sổ sau khi lãnh đạo duyệt; người lập không tự duyệt.",
        "sheet": _payable_sheet(project, part, balance, chosen, most),
        "findings": findings,
        "hide_form": bool(findings) and request.method != "POST",
    }
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=act,
        tab=TAB,
        submit_label="Lập và trình duyệt",
        done="Đã lập khoản chi, chờ lãnh đạo duyệt.",
        template="finance/step.html",
        context=context,
    )


def _why_nothing(project: Project, kind: PaymentKind, most: int) -> list[Finding]:
    """Why no payment of this kind can be prepared now; empty where one can."""
    if Payment.objects.filter(project=project, state=PaymentState.PREPARED).exists():
        sentence = "Đề án đang có một khoản chờ duyệt; hãy chờ khoản ấy được duyệt hoặc trả lại."
    elif most:
        return []
    elif kind is PaymentKind.FINAL:
        sentence = "Chưa có khoản nghiệm thu nào chưa được chi."
    elif project.state != ProjectState.IN_PROGRESS:
        sentence = f"Đề án ở trạng thái «{project.get_state_display()}» không tạm ứng nữa."
    else:
        sentence = "Không còn được tạm ứng theo hợp đồng này."
    return [Blocker("nothing_payable", sentence)]


def _payable_sheet(
    project: Project, part: ContractPart, balance: ledger.Balance, kind: PaymentKind, most: int
) -> Sheet:
    value = SheetLine(f"{part.contract.get_kind_display()} {part.contract.number}", amount=part.value)
    advanced = SheetLine("Đã tạm ứng", amount=balance.advanced)
    lines: tuple[SheetLine, ...]
    if kind is PaymentKind.ADVANCE:
        lines = (
            value,
            SheetLine(
                "Tạm ứng tối đa",
                amount=part.advance_ceiling,
                how=part.advance_condition,
                article=part.advance_basis,
            ),
            advanced,
        )
    else:
        lines = (
            value,
            SheetLine("Được thanh toán theo nghiệm thu", amount=balance.accepted, article="TT 36/2013 Đ14"),
            advanced,
            SheetLine("Đã thanh toán", amount=balance.paid),
            SheetLine("Đã thu hồi", amount=balance.recovered),
        )
    return Sheet(
        title="Được chi lúc này", subtitle=project.code, lines=lines, results=(SheetResult("Được chi tối đa", most),)
    )


@opens_to(Permission.PAYMENT_APPROVE)
@require_http_methods(SHOW_AND_ACT)
def decide(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Approve a prepared payment with its voucher, or return it with a reason: two forms, one decision."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PAYMENT_APPROVE, project)
    payment = get_object_or_404(Payment.objects.select_related("prepared_by", "decided_by"), pk=pk, project=project)
    chosen = request.POST.get("decision", "") if request.method == "POST" else ""
    initial = {"version": project.version}
    approving = ApprovePaymentForm(request.POST if chosen == APPROVE else None, prefix=APPROVE, initial=initial)
    refusing = RefusePaymentForm(request.POST if chosen == REFUSE else None, prefix=REFUSE, initial=initial)

    def approve() -> None:
        data = approving.cleaned_data
        actions.approve_payment(
            payment_id=payment.pk,
            by=request.actor,
            version=data["version"],
            voucher_number=data["voucher_number"],
            voucher_on=data["voucher_on"],
        )

    def refuse() -> None:
        data = refusing.cleaned_data
        actions.refuse_payment(payment_id=payment.pk, by=request.actor, version=data["version"], reason=data["reason"])

    if chosen == APPROVE and approving.is_valid() and run(approving, approve):
        messages.success(request, f"Đã duyệt chi {format_dong(payment.amount)} đồng.")
        return to_project(project, TAB)
    if chosen == REFUSE and refusing.is_valid() and run(refusing, refuse):
        messages.success(request, "Đã trả lại khoản chi.")
        return to_project(project, TAB)
    context = _decision_context(request, project, payment) | {"approving": approving, "refusing": refusing}
    return render(request, "finance/payment.html", context, status=422 if request.method == "POST" else 200)


def _decision_context(request: ActorRequest, project: Project, payment: Payment) -> dict[str, Any]:
    part = ContractPart.objects.select_related("contract").get(project=project)
    balance = ledger.balance_of(project)
    kind = PaymentKind(payment.kind)
    findings: list[Finding] = []
    if payment.prepared_by_id == request.actor.user.pk:
        findings.append(Blocker("own_payment", "Người lập khoản chi không được tự duyệt khoản ấy."))
    title = f"Khoản chi chờ duyệt: {format_dong(payment.amount)} đồng"
    if payment.state != PaymentState.PREPARED:
        title = f"Khoản chi {format_dong(payment.amount)} đồng: {payment.get_state_display().lower()}"
    return {
        "project": project,
        "payment": payment,
        "waiting": payment.state == PaymentState.PREPARED and not findings,
        "title": title,
        "crumbs": crumbs_to(project, "Khoản chi", TAB),
        "facts": _payment_facts(project, payment),
        "sheet": _payable_sheet(project, part, balance, kind, payable_now(project, part, balance, kind)),
        "findings": findings,
    }


def _payment_facts(project: Project, payment: Payment) -> list[Fact]:
    facts = [
        Fact("Đề án", project.name),
        Fact("Loại", payment.get_kind_display()),
        Fact("Số tiền", f"{format_dong(payment.amount)} đồng"),
        Fact("Chi cho", str(project.implementing_unit)),
        Fact("Người lập", f"{payment.prepared_by}, {format_moment(payment.prepared_at)}"),
    ]
    if payment.kind == PaymentKind.ADVANCE:
        facts.append(Fact("Văn bản chứng minh điều kiện", payment.condition_document))
    if payment.decided_at is not None:
        facts.append(Fact("Người quyết định", f"{payment.decided_by}, {format_moment(payment.decided_at)}"))
    if payment.voucher_on is not None:
        facts.append(Fact("Chứng từ", f"{payment.voucher_number}, ngày {format_date(payment.voucher_on)}"))
    if payment.reason:
        facts.append(Fact("Lý do trả lại", payment.reason))
    return facts
