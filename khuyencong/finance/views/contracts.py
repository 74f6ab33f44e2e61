"""The list of contracts, the page of one, and the paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Action, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.core.web import take_away
from khuyencong.finance import contract_queries as queries
from khuyencong.finance.contract_forms import ContractFilter
from khuyencong.finance.contract_paper import contract_pdf as paper_of
from khuyencong.finance.contract_states import find_step
from khuyencong.finance.contract_web import contract_or_404, crumbs_of
from khuyencong.finance.models import Contract, ContractState
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
TONES = {ContractState.DRAFT: "warning", ContractState.LIQUIDATED: "success"}
# Step of the table, or what is kept with the contract: permission, label, address, icon.
STEPS: tuple[tuple[str, Permission, str, str, str], ...] = (
    ("sign", Permission.CONTRACT_SIGN, "Ký hợp đồng", "contract_sign", "signature"),
    ("change", Permission.CONTRACT_PREPARE, "Sửa dự thảo", "contract_change", "pencil"),
    ("amend", Permission.CONTRACT_SIGN, "Ký phụ lục", "contract_amend", "signature"),
)
KEPT: tuple[tuple[str, Permission, str, str, str], ...] = (
    ("schedule", Permission.CONTRACT_PREPARE, "Lịch thực hiện", "contract_schedule", "calendar-due"),
    ("guarantee", Permission.CONTRACT_PREPARE, "Ghi bảo lãnh", "contract_guarantee", "shield"),
)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def contracts(request: ActorRequest) -> HttpResponse:
    """The contracts that cover a đề án of my scope, the newest first; the filters stay in the address."""
    years, units = queries.years_and_units(request.actor)
    form = ContractFilter(request.GET, years=years, units=units)
    chosen = form.cleaned_data if form.is_valid() else {}
    on = today()
    rows = queries.contracts_for(
        request.actor,
        on,
        year=chosen.get("nam"),
        state=chosen.get("trang_thai", ""),
        unit=chosen.get("don_vi"),
        running_out=chosen.get("sap_het_han", False),
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = queries.contract_rows(request.actor, list(page.object_list), on)
    context = {
        "form": form,
        "page": page,
        "rows": shown,
        "total": sum(one.value for one in shown),
        "filtered": any(chosen.values()),
        "may_keep": allowed(request.actor, Permission.BANK_ACCOUNT_KEEP),
    }
    return render(request, "finance/contracts.html", context)


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def contract(request: ActorRequest, pk: int) -> HttpResponse:
    """One contract: what is in my scope of it, and just what I may do now."""
    found = contract_or_404(request.actor, pk)
    view = queries.contract_view(request.actor, found)
    decides = [one.project.pk for one in view.parts if allowed(request.actor, Permission.ADVANCE_DECIDE, one.project)]
    writes = [
        one.project.pk for one in view.parts if allowed(request.actor, Permission.SUPPORT_CONTRACT_KEEP, one.project)
    ]
    context = {
        "contract": found,
        "view": view,
        "tone": TONES.get(ContractState(found.state), "info"),
        "facts": _facts(found),
        "findings": _findings(view),
        "actions": _actions(request.actor, found),
        "discard": found.is_draft and allowed(request.actor, Permission.CONTRACT_PREPARE, found),
        "may_release": found.in_force and allowed(request.actor, Permission.CONTRACT_PREPARE, found),
        "decides": decides,
        "writes": writes,
        "on": today(),
        "crumbs": crumbs_of(found),
    }
    return render(request, "finance/contract.html", context)


def _facts(contract: Contract) -> list[Fact]:
    signed = f"{format_date(contract.signed_on)}{' (dự kiến)' if contract.is_draft else ''}"
    rows = (
        ("Hình thức", contract.get_kind_display()),
        ("Nguồn kinh phí", contract.get_source_display()),
        ("Bên giao", contract.payer.name),
        ("Tài khoản bên giao", str(contract.payer_account or "")),
        ("Bên nhận", contract.party),
        ("Tài khoản bên nhận", str(contract.unit_account or contract.account)),
        ("Ngày ký", signed),
        ("Người ký", contract.signed_as or str(contract.signed_by or "")),
        ("Người soạn", str(contract.prepared_by) if contract.is_draft else ""),
        ("Thời hạn", format_date(contract.ends_on) if contract.ends_on else "không ghi"),
        (
            "Thanh lý",
            f"{contract.liquidation_number}, ngày {format_date(contract.liquidated_on)}"
            if contract.liquidated_on
            else "",
        ),
    )
    return [Fact(label, value) for label, value in rows if value]


def _findings(view: queries.ContractView) -> list[Finding]:
    found: list[Finding] = []
    contract, on = view.contract, today()
    if contract.in_force and contract.ends_on and contract.ends_on < on:
        sentence = f"Thời hạn hợp đồng đã hết ngày {format_date(contract.ends_on)}: hãy ký phụ lục hoặc thanh lý."
        found.append(Warning_("term_passed", sentence, "TT 36/2013 Đ11.2.b, Đ18"))
    planned = sum(one.amount for one in view.milestones)
    if view.whole and planned > view.value:
        sentence = f"Các mốc cộng lại {format_dong(planned)} đồng, nhiều hơn giá trị hợp đồng: hãy sửa lịch."
        found.append(Warning_("schedule_beyond_value", sentence))
    for one in view.parts:
        if one.part is not None and contract.in_force and one.balance.committed < one.value:
            sentence = f"{one.project.code}: được phê duyệt còn {format_dong(one.balance.committed)} đồng, ít hơn giá trị hợp đồng."
            found.append(Warning_("beyond_approval", sentence, "TT 36/2013 Đ12.2"))
        elif one.part is not None and contract.in_force and one.balance.committed > one.value:
            more = format_dong(one.balance.committed - one.value)
            sentence = f"{one.project.code}: {more} đồng đã phê duyệt chưa có trong hợp đồng; đưa vào bằng phụ lục."
            found.append(Warning_("not_contracted", sentence, "TT 36/2013 Đ15.2"))
    return found


def _actions(actor: Actor, contract: Contract) -> list[Action]:
    """The steps of the table and what is kept with the contract, as far as this actor may."""

    def made(rows: Sequence[tuple[str, Permission, str, str, str]]) -> list[Action]:
        return [
            Action(
                key=key,
                label=label,
                url=reverse(name, args=[contract.pk]),
                method="get",
                icon=icon,
                tone="primary" if key == "sign" else "",
            )
            for key, permission, label, name, icon in rows
            if allowed(actor, permission, contract)
        ]

    steps = made([row for row in STEPS if find_step(contract, row[0]) is not None])
    return steps if contract.state == ContractState.LIQUIDATED else [*steps, *made(KEPT)]


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def contract_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The contract as a PDF file, only for who may see all of it; the download is audited."""
    found = contract_or_404(request.actor, pk)
    view = queries.contract_view(request.actor, found)
    if not view.whole:
        raise Refused("Hợp đồng có đề án ngoài phạm vi của bạn nên không in được cả hợp đồng.")
    content = paper_of(view)
    after: dict[str, Any] = {"số": found.number, "trạng thái": found.get_state_display()}
    record(action="contract.pdf", by=request.actor, subject=found, thread=found.thread, after=after)
    return take_away(content, f"hop-dong-{found.pk}.pdf")
