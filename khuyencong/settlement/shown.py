"""The end of money on the page of a đề án."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date, today
from khuyencong.finance.models import ContractPart, ContractState
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.settlement.actions.claims import STATES_OF
from khuyencong.settlement.models import Claim, Instalment
from khuyencong.settlement.queries import Owed, owed_of
from khuyencong.settlement.rules import earlier_years


@dataclass(frozen=True)
class Ending:
    """Settlements of years, claims, and where to go next."""

    instalments: Sequence[Instalment]
    claims: Sequence[Owed]
    links: Sequence[Fact]


def ending_of(project: Project, part: ContractPart | None, actor: Actor) -> Ending:
    """What the tab shows; four queries."""
    instalments = list(project.instalments.all())
    claims = owed_of(Claim.objects.filter(project=project), today())
    links = list(_links(project, part, actor, {one.year for one in instalments})) if part else []
    return Ending(instalments, claims, links)


def _links(project: Project, part: ContractPart, actor: Actor, done: set[int]) -> list[Fact]:
    contract = part.contract
    found = [Fact("Chứng từ chi và biểu quyết toán", "", reverse("project_vouchers", args=[project.code]))]
    liquidated = ""
    if contract.state == ContractState.LIQUIDATED and contract.liquidated_on:
        liquidated = f"{contract.liquidation_number}, ngày {format_date(contract.liquidated_on)}"
    if project.state in {ProjectState.ACCEPTED, ProjectState.SETTLED, ProjectState.STOPPED}:
        found.append(
            Fact(
                "Thanh lý hợp đồng", liquidated or "chưa thanh lý", reverse("contract_liquidation", args=[contract.pk])
            )
        )
    may_settle = allowed(actor, Permission.SETTLE, project)
    if may_settle and project.state in {ProjectState.IN_PROGRESS, ProjectState.ACCEPTED}:
        for year in earlier_years(project):
            if year not in done and year <= today().year:
                url = reverse("project_settle_year", args=[project.code, year])
                found.append(Fact(f"Quyết toán năm {year}", "", url))
    if allowed(actor, Permission.RECOVER, project) and any(project.state in states for states in STATES_OF.values()):
        found.append(Fact("Ghi quyết định thu hồi, hoàn trả", "", reverse("project_claim_new", args=[project.code])))
    return found
