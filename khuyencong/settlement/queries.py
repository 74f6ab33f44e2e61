"""The list of settlements, what is owed back, and what falls due: constant numbers of queries whatever the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from khuyencong.finance.check import is_closed
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import IN_FORCE, Contract, ContractPart, ContractState, LedgerEntry
from khuyencong.finance.settlement_days import deadlines_of, last_days
from khuyencong.law.deadlines import Deadline
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.settlement.models import AFTER_SETTLEMENT, Claim, Reconciliation, Settlement

OPEN = (ProjectState.ACCEPTED, ProjectState.STOPPED)


class Standing(StrEnum):
    """Where a đề án stands with its settlement."""

    OPEN = "can-lam"
    LATE = "qua-han"
    DONE = "da-xong"

    @property
    def label(self) -> str:
        return {"can-lam": "Cần quyết toán", "qua-han": "Quá hạn", "da-xong": "Đã quyết toán"}[self.value]


@dataclass(frozen=True)
class Filter:
    """What the list is asked for; empty values do not narrow."""

    standing: Standing = Standing.OPEN
    year: int | None = None
    source: str = ""
    q: str = ""


@dataclass(frozen=True)
class SettlementRow:
    """One line of the list, in đồng."""

    project: Project
    balance: Balance
    contract: Contract | None
    settlement: Settlement | None
    deadline: Deadline | None
    on: date

    @property
    def is_late(self) -> bool:
        """Whether it was, or by now would be, settled too late."""
        if self.settlement is not None:
            return self.settlement.late
        return self.deadline is not None and self.deadline.is_missed(self.on)

    @property
    def standing(self) -> Standing:
        if self.project.state == ProjectState.SETTLED:
            return Standing.DONE
        return Standing.LATE if self.is_late else Standing.OPEN

    @property
    def waits_for(self) -> str:
        """What must happen first, "" where it can be settled; by the sums alone."""
        if self.standing is Standing.DONE:
            return ""
        if self.balance.still_payable:
            return "Còn phải thanh toán"
        return "Còn phải thu hồi" if self.balance.unearned else ""


def settlement_list(actor: Actor, asked: Filter) -> QuerySet[Project]:
    """The đề án of a standing that the actor may know of, the latest year first; late ones among the open are found by `rows_of`."""
    found = Project.objects.visible_to(actor)
    if asked.standing is Standing.DONE:
        found = found.filter(state=ProjectState.SETTLED, recorded_from="")
    else:
        paid = LedgerEntry.objects.filter(payment__isnull=False).order_by()
        found = found.filter(
            Q(state=ProjectState.ACCEPTED) | Q(state=ProjectState.STOPPED, pk__in=paid.values("project"))
        )
    if asked.standing is Standing.LATE:  # no day is known of local money
        found = found.filter(source=FundingSource.NATIONAL)
    if asked.year:
        found = found.filter(year=asked.year)
    if asked.source:
        found = found.filter(source=asked.source)
    if asked.q.strip():
        found = found.search(asked.q)
    return found.select_related("implementing_unit", "payer", "settlement").order_by("-year", "pk")


def rows_of(projects: Sequence[Project], on: date) -> list[SettlementRow]:
    """The lines of these đề án; three queries, `settlement` and `implementing_unit` loaded."""
    sums = balances(LedgerEntry.objects.filter(project__in=[one.pk for one in projects]), "project_id")
    parts = {
        one.project_id: one.contract
        for one in ContractPart.objects.filter(project__in=projects).select_related("contract")
    }
    days = deadlines_of(projects)
    return [
        SettlementRow(
            one, sums.get(one.pk, Balance()), parts.get(one.pk), getattr(one, "settlement", None), days.get(one.pk), on
        )
        for one in projects
    ]


# --- what is owed back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owed:
    """A claim with what came, in đồng, and its first instalment that is not covered."""

    claim: Claim
    received: int
    next_on: date | None
    next_amount: int
    overdue: int
    to_come: tuple[tuple[date, int], ...]  # what lacks of each instalment, in đồng

    @property
    def outstanding(self) -> int:
        return self.claim.amount - self.received

    @property
    def is_done(self) -> bool:
        return self.outstanding <= 0


def claims_for(actor: Actor) -> QuerySet[Claim]:
    """Those of đề án that the actor may know of."""
    return Claim.objects.filter(Project.objects.visible_to(actor).holding())


def owed_of(claims: QuerySet[Claim], on: date) -> list[Owed]:
    """How it stands with each claim, the one due first at the top; two queries."""
    rows = claims.select_related("project__implementing_unit", "project__payer").annotate(came=Sum("receipts__amount"))
    found = [_owed(one, getattr(one, "came", None) or 0, on) for one in rows.prefetch_related("schedule")]
    return sorted(found, key=lambda one: (one.is_done, one.next_on or date.max, one.claim.pk))


def _owed(claim: Claim, received: int, on: date) -> Owed:
    """Receipts cover the instalments in the order of their days."""
    covered, overdue = received, 0
    to_come = []
    for part in claim.schedule.all():
        used = min(covered, part.amount)
        covered -= used
        rest = part.amount - used
        if rest:
            to_come.append((part.due_on, rest))
        if rest and part.due_on < on:
            overdue += rest
    next_on, next_amount = to_come[0] if to_come else (None, 0)
    return Owed(claim, received, next_on, next_amount, overdue, tuple(to_come))


# --- what falls due ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToLiquidate:
    """A contract each đề án of which is closed; `by` is the day of the law, where it names one."""

    contract: Contract
    about: str
    by: date | None


def contracts_to_liquidate(agency_ids: Iterable[int]) -> list[ToLiquidate]:
    """The contracts of these agencies that nothing stands in the way of; three queries."""
    ending = (ProjectState.SETTLED, ProjectState.STOPPED)
    running = ContractPart.objects.filter(contract=OuterRef("contract")).exclude(project__state__in=ending)
    parts = list(
        ContractPart.objects.filter(
            ~Exists(running),
            contract__payer__in=set(agency_ids),
            contract__state__in=IN_FORCE,
            project__state__in=ending,
        )
        .select_related("contract", "project")
        .order_by("contract_id", "pk")
    )
    sums = balances(LedgerEntry.objects.filter(project__in=[one.project_id for one in parts]), "project_id")
    by_contract: dict[int, list[ContractPart]] = {}
    for part in parts:
        by_contract.setdefault(part.contract_id, []).append(part)
    days = last_days([part.project for part in parts])
    found = []
    for own in by_contract.values():
        if all(is_closed(part.project, sums.get(part.project_id, Balance())) for part in own):
            national = [part.project for part in own if part.project.source == "national"]
            day = max((days[one.pk] for one in national), default=None)
            found.append(ToLiquidate(own[0].contract, ", ".join(part.project.code for part in own), day))
    return found


@dataclass(frozen=True)
class ToReconcile:
    """A unit and year whose last contract is liquidated, and whose Mẫu số 10 is not signed."""

    payer_id: int
    unit_id: int
    unit: str
    year: int


def years_to_reconcile(agency_ids: Iterable[int]) -> list[ToReconcile]:
    """Of contracts between these agencies and their units; one query."""
    signed = Reconciliation.objects.filter(
        payer=OuterRef("contract__payer"), unit=OuterRef("contract__unit"), year=OuterRef("project__year")
    )
    running = ContractPart.objects.filter(
        contract__payer=OuterRef("contract__payer"),
        contract__unit=OuterRef("contract__unit"),
        project__year=OuterRef("project__year"),
    ).exclude(contract__state=ContractState.LIQUIDATED)
    liquidated = ContractPart.objects.filter(
        contract__state=ContractState.LIQUIDATED, contract__payer__in=set(agency_ids)
    ).filter(~Exists(signed), ~Exists(running))
    names = ("contract__payer", "contract__unit", "contract__unit__name", "project__year")
    rows = liquidated.order_by("project__year", "contract__unit").values_list(*names).distinct()
    return [ToReconcile(payer, unit, name, year) for payer, unit, name, year in rows]


def _may_come(claim: Claim) -> bool:
    """What comes back after settlement is not asked for before it."""
    return claim.basis not in AFTER_SETTLEMENT or claim.project.state == ProjectState.SETTLED


# How long before its day an instalment is shown as coming.
AHEAD = timedelta(days=30)


def instalments_due(agency_ids: Iterable[int], on: date) -> list[tuple[Owed, date, int]]:
    """Instalments that are not covered, of claims of these agencies: overdue, or due within a month; two queries.

    Of each claim the first one that lacks, with its day and what lacks of it.
    """
    claims = Claim.objects.filter(Project.objects.filter(payer__in=set(agency_ids)).holding())
    return [
        (one, one.next_on, one.next_amount)
        for one in owed_of(claims, on)
        if one.next_on is not None and one.next_on <= on + AHEAD and _may_come(one.claim)
    ]


def parts_with_money(actor: Actor, contract: Contract) -> list[tuple[ContractPart, Balance]]:
    """The đề án of a contract that the actor may know of, each with its money in đồng; two queries."""
    visible = Project.objects.visible_to(actor).order_by()
    parts = list(contract.parts.select_related("project").filter(project__in=visible.values("pk")).order_by("pk"))
    sums = balances(LedgerEntry.objects.filter(project__in=[part.project_id for part in parts]), "project_id")
    return [(part, sums.get(part.project_id, Balance())) for part in parts]
