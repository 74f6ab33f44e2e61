"""One payment: its steps, who did what, and the step that the actor may take now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Fact, Step
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Blocker, Finding
from khuyencong.core.forms import VersionedForm
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.finance import actions, ledger
from khuyencong.finance.forms import PaidForm, ReturnPaymentForm, ReversePaymentForm
from khuyencong.finance.models import ADVANCES, ContractPart, Payment, PaymentKind, PaymentState
from khuyencong.finance.payment_door import own_hand, require_any
from khuyencong.finance.payment_rules import EARNS, conditions_of, payable_now
from khuyencong.finance.payment_states import APPROVE, CHECK, PAY, RETURN, REVERSE, permissions_of, steps_from
from khuyencong.finance.views.payments import TAB, payable_sheet
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.web import crumbs_to, project_or_404, to_project

# Step → (prefix of its form and id on the page, form).
FORMS: Mapping[str, tuple[str, type[VersionedForm]]] = {
    CHECK: ("kiem-tra", VersionedForm),
    APPROVE: ("duyet", VersionedForm),
    PAY: ("da-chi", PaidForm),
    RETURN: ("tra-lai", ReturnPaymentForm),
    REVERSE: ("huy-chi", ReversePaymentForm),
}
URLS = {
    CHECK: "project_payment_check",
    APPROVE: "project_payment_approve",
    PAY: "project_payment_pay",
    RETURN: "project_payment_return",
    REVERSE: "project_payment_reverse",
}
S = PaymentState


@dataclass(frozen=True)
class StepForm:
    """A step that the actor may take, with its form and where it is sent."""

    name: str
    key: str
    label: str
    url: str
    form: VersionedForm


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def payment(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The payment with its steps, for everybody who sees the đề án."""
    project = project_or_404(request.actor, code)
    return _page(request, project, _payment_or_404(project, pk))


@opens_to(Permission.PAYMENT_CHECK)
@require_http_methods(SHOW_AND_ACT)
def check(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Say that it was checked."""
    return _step(request, code, pk, CHECK, lambda given, _: actions.check_payment(**given))


@opens_to(Permission.PAYMENT_APPROVE)
@require_http_methods(SHOW_AND_ACT)
def approve(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Approve it."""
    return _step(request, code, pk, APPROVE, lambda given, _: actions.approve_payment(**given))


@opens_to(Permission.PAYMENT_PAY)
@require_http_methods(SHOW_AND_ACT)
def pay(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Say by which voucher it was paid."""

    def act(given: dict[str, Any], data: dict[str, Any]) -> Payment:
        return actions.mark_paid(**given, voucher_number=data["voucher_number"], voucher_on=data["voucher_on"])

    return _step(request, code, pk, PAY, act)


@opens_to(Permission.PAYMENT_RETURN)
@require_http_methods(SHOW_AND_ACT)
def give_back(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Send it back with a reason."""
    return _step(request, code, pk, RETURN, lambda given, data: actions.return_payment(**given, reason=data["reason"]))


@opens_to(Permission.PAYMENT_APPROVE)
@require_http_methods(SHOW_AND_ACT)
def take_back(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Take back that it was paid, by a document."""

    def act(given: dict[str, Any], data: dict[str, Any]) -> Payment:
        return actions.reverse_payment(**given, reason=data["reason"], document=data["document"], on=data["on"])

    return _step(request, code, pk, REVERSE, act)


def _step(
    request: ActorRequest, code: str, pk: int, name: str, act: Callable[[dict[str, Any], dict[str, Any]], Payment]
) -> HttpResponse:
    """Show the payment, or take the step `name` and go back to the money of the đề án."""
    project = project_or_404(request.actor, code)
    found = _payment_or_404(project, pk)
    require_any(request.actor, permissions_of(name, found.state), project)
    if request.method != "POST":
        return _page(request, project, found)
    prefix, form_class = FORMS[name]
    form = form_class(request.POST, prefix=prefix, initial={"version": project.version})

    def go() -> None:
        given = {"payment_id": found.pk, "by": request.actor, "version": form.cleaned_data["version"]}
        act(given, form.cleaned_data)

    if form.is_valid() and run(form, go):
        done = next(row.done for row in steps_from(found) if row.name == name)
        messages.success(request, f"{done}: {format_dong(found.amount)} đồng.")
        return to_project(project, TAB)
    return _page(request, project, found, {name: form})


def _payment_or_404(project: Project, pk: int) -> Payment:
    people = ("prepared_by", "checked_by", "approved_by", "paid_by", "returned_by", "reversed_by")
    rows = Payment.objects.select_related(*people, "beneficiary__establishment", "payer")
    return get_object_or_404(rows, pk=pk, project=project)


def _page(
    request: ActorRequest, project: Project, found: Payment, bound: Mapping[str, VersionedForm] | None = None
) -> HttpResponse:
    part = ContractPart.objects.select_related("contract__unit_account").get(project=project)
    balance = ledger.balance_of(project)
    kind = PaymentKind(found.kind)
    bound = bound or {}
    offered = _offered(request.actor, project, found, bound)
    refused = [form for name, form in bound.items() if name not in {one.name for one in offered}]
    context = {
        "project": project,
        "payment": found,
        "title": f"{found.get_kind_display()}: {format_dong(found.amount)} đồng",
        "crumbs": crumbs_to(project, "Khoản chi", TAB),
        "steps": _steps(found),
        "facts": _facts(project, found),
        "findings": _findings(request.actor, project, part, found),
        "offered": offered,
        "refused": refused,
    }
    if found.is_open:
        context["sheet"] = payable_sheet(project, part, balance, kind, payable_now(project, part, balance, kind))
    return render(request, "finance/payment.html", context, status=422 if request.method == "POST" else 200)


def _offered(actor: Actor, project: Project, found: Payment, bound: Mapping[str, VersionedForm]) -> list[StepForm]:
    offered = []
    for row in steps_from(found):
        if row.name not in FORMS or own_hand(found, row.name, actor):
            continue
        if row.name == REVERSE and project.state not in EARNS:  # a form that could only be refused
            continue
        if not any(allowed(actor, one, project) for one in row.permissions):
            continue
        prefix, form_class = FORMS[row.name]
        form = bound.get(row.name) or form_class(prefix=prefix, initial={"version": project.version})
        url = reverse(URLS[row.name], args=[project.code, found.pk])
        offered.append(StepForm(row.name, prefix, row.label, url, form))
    return offered


def _findings(actor: Actor, project: Project, part: ContractPart, found: Payment) -> list[Finding]:
    findings: list[Finding] = []
    for row in steps_from(found):
        may = any(allowed(actor, one, project) for one in row.permissions)
        sentence = own_hand(found, row.name, actor) if may and row.name != RETURN else ""
        if sentence:
            findings.append(Blocker("own_payment", sentence))
    if found.state in {S.PREPARED, S.CHECKED}:
        findings += conditions_of(project, part, found.kind, found.amount, on=today())
    return findings


def _steps(found: Payment) -> list[Step]:
    """Prepared, checked where it must be, approved, sent where it was, paid; the returned step is shown where it stopped."""
    rows: list[tuple[str, User | None, str, datetime | None, str]] = [
        ("Lập", found.prepared_by, "", found.prepared_at, "")
    ]
    if found.needs_check or found.checked_by:
        rows.append(("Kiểm tra", found.checked_by, found.checked_as, found.checked_at, "kế toán hoặc chuyên viên"))
    rows.append(("Duyệt chi", found.approved_by, found.approved_as, found.approved_at, "lãnh đạo"))
    rows.append(("Ghi đã chi", found.paid_by, found.paid_as, found.paid_at, "kế toán"))
    steps: list[Step] = []
    for label, person, signature, at, owes in rows:
        note = ""
        if label == "Ghi đã chi" and found.sent_on:
            note = f"Gửi kho bạc ngày {format_date(found.sent_on)}"
        if person is not None:
            steps.append(Step(label, "done", who=signature or str(person), at=at, note=note))
        elif steps[-1].state == "done" and found.returned_by is not None:
            who = found.returned_as or str(found.returned_by)
            steps.append(Step("Trả lại", "stopped", who=who, at=found.returned_at, note=found.reason))
        elif steps[-1].state == "done":
            steps.append(Step(label, "current", owes=owes, note=note))
        elif found.returned_by is None:
            steps.append(Step(label, "todo"))
    if found.reversed_by is not None:
        who = found.reversed_as or str(found.reversed_by)
        steps.append(Step("Hủy chi", "stopped", who=who, at=found.reversed_at, note=found.reason))
    return steps


def _facts(project: Project, found: Payment) -> list[Fact]:
    facts = [
        Fact("Đề án", project.name, project.get_absolute_url()),
        Fact("Trạng thái", found.stands),
        Fact("Loại", found.get_kind_display()),
        Fact("Số tiền", f"{format_dong(found.amount)} đồng"),
        Fact("Đơn vị chi", found.payer.name),
        Fact("Chi cho", str(project.implementing_unit)),
    ]
    if found.beneficiary is not None:
        facts.append(Fact("Phần của cơ sở", str(found.beneficiary)))
    facts.append(Fact("Tài khoản nhận tiền", found.account or "hợp đồng không ghi tài khoản"))
    if found.kind in ADVANCES and found.condition_document:
        facts.append(Fact("Văn bản chứng minh điều kiện", found.condition_document))
    if found.voucher_on is not None:
        facts.append(Fact("Chứng từ", f"{found.voucher_number}, ngày {format_date(found.voucher_on)}"))
    if found.reversed_on is not None:
        facts.append(Fact("Văn bản hủy chi", f"{found.reversal_document}, ngày {format_date(found.reversed_on)}"))
    if found.reason:
        facts.append(Fact("Lý do hủy chi" if found.reversed_by else "Lý do trả lại", found.reason))
    return facts
