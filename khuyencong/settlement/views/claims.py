"""What is owed back: the list, one claim with its receipts, a new decision, and money that came before settlement."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.components import Cell, Column, Crumb, Fact, Row, SheetResult
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.finance import ledger
from khuyencong.finance.sheet import balance_sheet
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.projects.web import crumbs_to, project_or_404, step_page
from khuyencong.settlement import actions
from khuyencong.settlement.actions.claims import ENDED, GIVING_BACK, STATES_OF, claimable
from khuyencong.settlement.forms import ClaimForm, InstalmentForm, RecoveryForm, ReviseClaimForm
from khuyencong.settlement.models import Claim, ClaimBasis
from khuyencong.settlement.queries import Owed, claims_for, owed_of

TAB = "kinh-phi"
BLANK_ROWS, MOST_ROWS = 3, 60
LONGEST_REASON = 2_000
OPEN, OVERDUE, ALL = "dang-thu", "qua-han", "tat-ca"
SHOWN = {OPEN: "Đang thu", OVERDUE: "Quá hạn", ALL: "Tất cả"}


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

    new = reverse("project_claim_new", args=[project.code])
    context = {
        "crumbs": crumbs_to(project, "Thu hồi kinh phí", TAB),
        "intro": "Ghi số tiền đơn vị thực hiện đã nộp trả. Có thể ghi nhiều lần cho tới khi đủ.",
        "facts": [Fact("Chưa nộp ngay", "Ghi quyết định thu hồi có kỳ hạn", new)],
        "sheet": balance_sheet(project, balance, SheetResult("Còn phải thu hồi", balance.unearned)),
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
    if project.state not in ENDED:
        raise Refused("Chỉ thu hồi sau khi nghiệm thu hoặc ngừng đề án.", article=GIVING_BACK)
    if not balance.unearned:
        raise Refused("Không có khoản nào phải thu hồi.", article=GIVING_BACK)


@opens_to(Permission.RECOVER)
@require_http_methods(SHOW_AND_ACT)
def claim_new(request: ActorRequest, code: str) -> HttpResponse:
    """Record a decision that money comes back, with its instalments."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.RECOVER, project)
    balance = ledger.balance_of(project)
    bases = _bases(project)
    if not bases and request.method != "POST":
        raise Refused("Chưa có gì để yêu cầu hoàn trả ở trạng thái này của đề án.", article=GIVING_BACK)
    most = {basis: claimable(project, basis, balance) for basis in bases}
    bound = request.POST if request.method == "POST" else None
    # A finding of an inspection leads here with its reason.
    reason = request.GET.get("ly-do", "").replace("\x00", "")[:LONGEST_REASON]
    initial = {"version": project.version, "basis": bases[0] if bases else "", "reason": reason}
    form = ClaimForm(bound, bases=bases or list(ClaimBasis), initial=initial)
    formset = _instalments(bound)

    def act() -> None:
        data = form.cleaned_data
        actions.make_claim(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            creation_key=data["creation_key"],
            basis=ClaimBasis(data["basis"]),
            decision=data["decision"],
            decided_on=data["decided_on"],
            amount=data["amount"],
            schedule=_rows_of(formset),
            rule=data["rule"],
            reason=data["reason"],
        )

    if bound is not None and form.is_valid() and formset.is_valid() and run(form, act):
        messages.success(request, "Đã ghi quyết định.")
        return redirect("claim", project.claims.order_by("-pk")[0].pk)
    context = {
        "project": project,
        "title": "Quyết định thu hồi, hoàn trả",
        "form": form,
        "formset": formset,
        "crumbs": crumbs_to(project, "Quyết định thu hồi", TAB),
        "submit_label": "Ghi quyết định",
        "back": f"{project.get_absolute_url()}?tab={TAB}",
        "intro": "Ghi quyết định hoặc kết luận, số tiền và các kỳ nộp. Tiền về thì ghi ở trang của quyết định này.",
        "facts": [Fact(basis.label, f"nhiều nhất {format_dong(amount)} đồng") for basis, amount in most.items()],
        "sheet": balance_sheet(project, balance, SheetResult("Đã quyết toán", balance.settled)),
    }
    return render(request, "settlement/claim_new.html", context, status=422 if bound is not None else 200)


def _bases(project: Project) -> list[ClaimBasis]:
    """On which a claim may be decided in this state; repayable support only of a province's own money."""
    found = [basis for basis in ClaimBasis if project.state in STATES_OF[basis]]
    if project.source != FundingSource.LOCAL:
        found = [basis for basis in found if basis is not ClaimBasis.REPAYABLE]
    return found


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def claims(request: ActorRequest) -> HttpResponse:
    """What is owed back by đề án in scope: what is open, what is overdue."""
    chosen = request.GET.get("xem", OPEN)
    chosen = chosen if chosen in SHOWN else OPEN
    owed = owed_of(claims_for(request.actor), today())
    shown = [one for one in owed if _is_shown(one, chosen)]
    context = {
        "title": "Thu hồi, hoàn trả kinh phí",
        "choices": list(SHOWN.items()),
        "chosen": chosen,
        "columns": _columns(),
        "rows": [_row(one) for one in shown],
        "totals": ["Tổng cộng", "", "", *_sums(shown)],
        "overdue": sum(one.overdue for one in owed),
        "crumbs": [Crumb("Thu hồi, hoàn trả")],
    }
    return render(request, "settlement/claims.html", context)


def _is_shown(one: Owed, chosen: str) -> bool:
    if chosen == OVERDUE:
        return one.overdue > 0
    return chosen == ALL or not one.is_done


def _columns() -> list[Column]:
    return [
        Column("Quyết định"),
        Column("Đề án, đơn vị"),
        Column("Kỳ tới"),
        Column("Phải hoàn trả", num=True),
        Column("Đã nộp", num=True),
        Column("Còn lại", num=True),
        Column("Quá hạn", num=True),
    ]


def _row(one: Owed) -> Row:
    found = one.claim
    following = f"{format_date(one.next_on)}: {format_dong(one.next_amount)} đồng" if one.next_on else "đã đủ"
    return Row(
        (
            Cell(f"{found.decision}, {format_date(found.decided_on)}", reverse("claim", args=[found.pk])),
            Cell(f"{found.project.code}, {found.project.implementing_unit.short_name}"),
            Cell(following),
            *(Cell(format_dong(amount)) for amount in (found.amount, one.received, one.outstanding, one.overdue)),
        )
    )


def _sums(rows: list[Owed]) -> list[str]:
    return [
        format_dong(sum(amounts))
        for amounts in (
            [one.claim.amount for one in rows],
            [one.received for one in rows],
            [one.outstanding for one in rows],
            [one.overdue for one in rows],
        )
    ]


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def claim(request: ActorRequest, pk: int) -> HttpResponse:
    """One claim: its instalments, its receipts, and, for the accountant of the payer, the form for money that came."""
    found = _claim_or_404(request.actor, pk)
    return _claim_page(request, found, project_or_404(request.actor, found.project.code))


@opens_to(Permission.RECOVER)
@require_POST
def receive(request: ActorRequest, pk: int) -> HttpResponse:
    """Money that came for a claim."""
    found = _claim_or_404(request.actor, pk)
    project = project_or_404(request.actor, found.project.code)
    require(request.actor, Permission.RECOVER, project)
    return _claim_page(request, found, project)


@opens_to(Permission.RECOVER)
@require_http_methods(SHOW_AND_ACT)
def revise(request: ActorRequest, pk: int) -> HttpResponse:
    """A later decision by which less is owed, or later."""
    found = _claim_or_404(request.actor, pk)
    project = project_or_404(request.actor, found.project.code)
    require(request.actor, Permission.RECOVER, project)
    (owed,) = owed_of(Claim.objects.filter(pk=found.pk), today())
    if owed.is_done and request.method != "POST":
        raise Refused("Quyết định này đã nộp đủ.", article=found.article)
    bound = request.POST if request.method == "POST" else None
    form = ReviseClaimForm(bound, initial={"version": project.version})
    rest = owed.to_come
    formset = _instalments(bound, initial=[{"due_on": day, "amount": amount} for day, amount in rest])

    def act() -> None:
        data = form.cleaned_data
        actions.revise_claim(
            claim_id=found.pk,
            by=request.actor,
            version=data["version"],
            document=data["document"],
            on=data["on"],
            reason=data["reason"],
            schedule=_rows_of(formset),
        )

    if bound is not None and form.is_valid() and formset.is_valid() and run(form, act):
        messages.success(request, "Đã ghi điều chỉnh.")
        return redirect("claim", found.pk)
    context = {
        "project": project,
        "title": "Điều chỉnh quyết định thu hồi",
        "form": form,
        "formset": formset,
        "crumbs": [
            Crumb("Thu hồi, hoàn trả", reverse("claims")),
            Crumb(found.decision, reverse("claim", args=[found.pk])),
            Crumb("Điều chỉnh"),
        ],
        "intro": "Ghi các kỳ còn phải nộp từ nay; bỏ trống hết nếu không phải nộp nữa. Phần đã nộp giữ nguyên.",
        "facts": _facts(found, owed),
        "submit_label": "Ghi điều chỉnh",
        "back": reverse("claim", args=[found.pk]),
    }
    return render(request, "settlement/claim_new.html", context, status=422 if bound is not None else 200)


def _instalments(bound: Any, *, initial: list[dict[str, Any]] | None = None) -> Any:
    made = forms.formset_factory(
        InstalmentForm, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )
    return made(bound, prefix="ky", initial=initial)


def _rows_of(formset: Any) -> list[tuple[date, int]]:
    return [
        (row.cleaned_data["due_on"], row.cleaned_data["amount"]) for row in formset if row.cleaned_data.get("due_on")
    ]


def _claim_or_404(actor: Actor, pk: int) -> Claim:
    return get_object_or_404(claims_for(actor).select_related("project__implementing_unit"), pk=pk)


def _claim_page(request: ActorRequest, found: Claim, project: Project) -> HttpResponse:
    (owed,) = owed_of(Claim.objects.filter(pk=found.pk), today())
    initial = {"version": project.version, "amount": owed.next_amount or None}
    form = RecoveryForm(request.POST or None, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.receive(
            claim_id=found.pk,
            by=request.actor,
            version=data["version"],
            amount=data["amount"],
            document=data["document"],
            on=data["on"],
        )

    may = allowed(request.actor, Permission.RECOVER, project) and not owed.is_done
    waits = found.basis != ClaimBasis.UNEARNED and project.state != ProjectState.SETTLED
    context = {
        "claim": found,
        "project": project,
        "owed": owed,
        "facts": _facts(found, owed),
        "schedule": found.schedule.all(),
        "receipts": found.receipts.select_related("by"),
        "may": may and (not waits or request.method == "POST"),
        "waits": waits,
        "title": f"{found.get_basis_display()}: {found.decision}",
        "crumbs": [Crumb("Thu hồi, hoàn trả", reverse("claims")), Crumb(found.decision)],
    }
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi tiền nộp trả.",
        back=lambda: redirect("claim", found.pk),
        template="settlement/claim.html",
        context=context,
    )


def _facts(found: Claim, owed: Owed) -> list[Fact]:
    rows: list[tuple[str, Any]] = [
        ("Căn cứ", f"{found.get_basis_display()} ({found.article})" if found.article else found.get_basis_display()),
        ("Ngày quyết định", format_date(found.decided_on)),
        ("Lý do", found.reason),
        ("Phải hoàn trả", f"{format_dong(found.amount)} đồng"),
        ("Đã nộp", f"{format_dong(owed.received)} đồng"),
        ("Còn lại", f"{format_dong(owed.outstanding)} đồng"),
        ("Quá hạn", f"{format_dong(owed.overdue)} đồng" if owed.overdue else ""),
    ]
    return [Fact(label, value) for label, value in rows if value]
