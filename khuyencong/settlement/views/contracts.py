"""Liquidating a contract, and reconciling a unit's year."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb
from khuyencong.core.findings import Blocker, Finding, blockers
from khuyencong.core.web import form_page, take_away
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import Contract, ContractPart, ContractState
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR
from khuyencong.projects.models import Project
from khuyencong.settlement import actions, rules
from khuyencong.settlement.contract_papers import liquidation_paper, reconciliation_paper
from khuyencong.settlement.door import Between, version_of
from khuyencong.settlement.forms import LiquidationForm, ReconciliationForm
from khuyencong.settlement.paper import KINDS, MoneyPaper, content_of
from khuyencong.settlement.queries import parts_with_money
from khuyencong.settlement.reconciling import (
    contract_of,
    last_year,
    money_of,
    running_contracts,
    signed,
    year_version,
)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def liquidation(request: ActorRequest, pk: int) -> HttpResponse:
    """The contract with the money of each đề án, what is still open, and the minutes."""
    return _liquidation_page(request, *_contract_or_404(request.actor, pk))


@opens_to(Permission.SETTLE)
@require_POST
def liquidate(request: ActorRequest, pk: int) -> HttpResponse:
    """The payer's accountant ends the contract."""
    contract, parts = _contract_or_404(request.actor, pk)
    require(request.actor, Permission.SETTLE, Between(contract.payer, contract.unit))
    return _liquidation_page(request, contract, parts)


def _liquidation_page(
    request: ActorRequest, contract: Contract, parts: list[tuple[ContractPart, Balance]]
) -> HttpResponse:
    own = list(contract.parts.select_related("project"))
    may = allowed(request.actor, Permission.SETTLE, Between(contract.payer, contract.unit))
    form = LiquidationForm(request.POST or None, initial={"version": version_of(own)})

    def act() -> None:
        data = form.cleaned_data
        actions.liquidate(
            contract_id=contract.pk, by=request.actor, version=data["version"], number=data["number"], on=data["on"]
        )

    findings = rules.open_parts(parts)
    whole = len(parts) == len(own)
    done = contract.state == ContractState.LIQUIDATED
    context = {
        "paper": liquidation_paper(contract, parts),
        "label": "Thanh lý hợp đồng (Mẫu số 6)",
        "about": contract.number,
        "findings": findings,
        "may": may and not done and (not blockers(findings) or request.method == "POST"),
        "done": done,
        "action_url": reverse("contract_liquidate", args=[contract.pk]),
        "submit_label": "Ghi thanh lý",
        "why_not": "" if may else "Kế toán của cơ quan giữ kinh phí ghi việc thanh lý.",
        "crumbs": [Crumb("Quyết toán", reverse("settlements")), Crumb(f"Thanh lý {contract.number}")],
        "files": [
            (kind.upper(), reverse("contract_liquidation_file", args=[contract.pk, kind])) for kind in ("pdf", "xlsx")
        ],
        "word_url": reverse("paper_new", args=["mau-6", contract.pk]) if whole else "",
        "further": _further(contract) if done else None,
    }
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã thanh lý hợp đồng.",
        back=lambda: redirect("contract_liquidation", contract.pk),
        template="settlement/paper.html",
        context=context,
    )


def _further(contract: Contract) -> tuple[str, str] | None:
    """After the last contract of a year the reconciliation is asked for: TT 36/2013 Đ19.3."""
    year = last_year(contract)
    if running_contracts(contract.payer, contract.unit, year) or signed(contract.payer, contract.unit, year):
        return None
    url = reverse("reconciliation", args=[contract.payer_id, contract.unit_id, year])
    return url, f"Đây là hợp đồng cuối cùng của năm {year}: hãy lập bảng đối chiếu kinh phí (TT 36/2013 Đ19.3)"


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def liquidation_file(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """The minutes as a file."""
    contract, parts = _contract_or_404(request.actor, pk)
    if kind not in KINDS:
        raise Http404
    content = content_of(liquidation_paper(contract, parts), kind)
    project = parts[0][0].project
    record(
        action="contract.liquidation_file",
        by=request.actor,
        subject=project,
        thread=project.thread,
        after={"hợp đồng": contract.number, "dạng": kind},
    )
    return take_away(content, f"thanh-ly-hop-dong-{contract.pk}.{kind}")


def _contract_or_404(actor: Actor, pk: int) -> tuple[Contract, list[tuple[ContractPart, Balance]]]:
    """A contract of which the actor sees a đề án, with the money of each that the actor may know of; a stranger's is not there."""
    visible = Project.objects.visible_to(actor).order_by()
    known = ContractPart.objects.filter(project__in=visible.values("pk")).order_by()
    rows = Contract.objects.select_related("payer__parent", "payer__province", "unit")
    contract = get_object_or_404(rows.filter(pk__in=known.values("contract")), pk=pk)
    return contract, parts_with_money(actor, contract)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def reconciliation(request: ActorRequest, payer: int, unit: int, year: int) -> HttpResponse:
    """Mẫu số 10 of a unit and year: the figures, and who signed for both sides."""
    return _year_page(request, *_year_or_404(request.actor, payer, unit, year), year)


@opens_to(Permission.SETTLE)
@require_POST
def reconcile(request: ActorRequest, payer: int, unit: int, year: int) -> HttpResponse:
    """The payer's accountant writes down that both sides have signed."""
    between, paper = _year_or_404(request.actor, payer, unit, year)
    require(request.actor, Permission.SETTLE, between)
    return _year_page(request, between, paper, year)


def _year_page(request: ActorRequest, between: Between, paper: MoneyPaper, year: int) -> HttpResponse:
    payer, unit = between.payer.pk, between.unit.pk
    may = allowed(request.actor, Permission.SETTLE, between)
    kept = signed(between.payer, between.unit, year)
    version = year_version(between.payer, between.unit, year)
    form = ReconciliationForm(request.POST or None, initial={"version": version})

    def act() -> None:
        data = form.cleaned_data
        actions.reconcile(
            payer=between.payer,
            unit=between.unit,
            year=year,
            by=request.actor,
            version=data["version"],
            number=data["number"],
            on=data["on"],
            signed_for_payer=data["signed_for_payer"],
            signed_for_unit=data["signed_for_unit"],
        )

    reconciled = contract_of(between.payer, between.unit, year)
    findings: list[Finding] = []
    if kept is None:
        findings = [
            Blocker("contract_running", f"Hợp đồng {one.number} chưa thanh lý.", "TT 36/2013 Đ19.3")
            for one in running_contracts(between.payer, between.unit, year)
        ]
    context: dict[str, Any] = {
        "paper": paper,
        "label": f"Đối chiếu kinh phí năm {year} (Mẫu số 10)",
        "about": between.unit.short_name,
        "findings": findings,
        "may": may and kept is None and (not findings or request.method == "POST"),
        "done": kept is not None,
        "action_url": reverse("reconciliation_sign", args=[payer, unit, year]),
        "submit_label": "Ghi đã ký đối chiếu",
        "why_not": "" if may else "Kế toán của cơ quan giữ kinh phí ghi việc ký đối chiếu.",
        "crumbs": [Crumb("Quyết toán", reverse("settlements")), Crumb(f"Đối chiếu năm {year}")],
        "files": [
            (kind.upper(), reverse("reconciliation_file", args=[payer, unit, year, kind])) for kind in ("pdf", "xlsx")
        ],
        "word_url": reverse("paper_new", args=["mau-10", reconciled.pk]) if reconciled else "",
        "further": None,
    }
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi bảng đối chiếu có chữ ký hai bên.",
        back=lambda: redirect("reconciliation", payer, unit, year),
        template="settlement/paper.html",
        context=context,
    )


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def reconciliation_file(request: ActorRequest, payer: int, unit: int, year: int, kind: str) -> HttpResponse:
    """The table as a file."""
    between, paper = _year_or_404(request.actor, payer, unit, year)
    if kind not in KINDS:
        raise Http404
    content = content_of(paper, kind)
    record(
        action="reconciliation.export",
        by=request.actor,
        subject=between.payer,
        thread=f"agency:{between.payer.pk}",
        after={"đơn vị": between.unit.name, "năm": year, "dạng": kind},
    )
    return take_away(content, f"doi-chieu-{year}-{unit}.{kind}")


def _year_or_404(actor: Actor, payer: int, unit: int, year: int) -> tuple[Between, MoneyPaper]:
    """What is between the two in that year; 404 for whoever sees no đề án between them, or where there is nothing."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    agencies = Agency.objects.select_related("parent", "province")
    between = Between(get_object_or_404(agencies, pk=payer), get_object_or_404(agencies, pk=unit))
    if not between.is_in_scope(actor):
        raise Http404
    kept = signed(between.payer, between.unit, year)
    rows = money_of(between.payer, between.unit, year)
    if not rows and kept is None:
        raise Http404
    return between, reconciliation_paper(between.payer, between.unit, year, rows, kept)
