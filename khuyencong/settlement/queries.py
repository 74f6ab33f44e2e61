"""The list of settlements, what is owed back, and what falls due: constant numbers of queries whatever the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Max, Q, QuerySet, Sum

from khuyencong.finance.check import is_closed
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import IN_FORCE, Contract, ContractPart, ContractState, LedgerEntry
from khuyencong.finance.settlement_days import deadlines_of, last_day
from khuyencong.law.deadlines import Deadline
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.settlement.models import Claim, Reconciliation, Settlement

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

    @property
    def outstanding(self) -> int:
        return self.claim.amount - self.received

    @property
    def is_done(self) -> bool:
        return self.outstanding <= 0


def claims_for(actor: Actor) -> QuerySet[Claim]:
    """Those of đề án that the actor may know of."""
    visible = Project.objects.visible_to(actor).order_by()
    return Claim.objects.filter(project__in=visible.values("pk"))


def owed_of(claims: QuerySet[Claim], on: date) -> list[Owed]:
    """How it stands with each claim, the one due first at the top; two queries."""
    rows = claims.select_related("project__implementing_unit", "project__payer").annotate(came=Sum("receipts__amount"))
    found = [_owed(one, getattr(one, "came", None) or 0, on) for one in rows.prefetch_related("schedule")]
    return sorted(found, key=lambda one: (one.is_done, one.next_on or date.max, one.claim.pk))


def _owed(claim: Claim, received: int, on: date) -> Owed:
    """Receipts cover the instalments in the order of their days."""
    covered, overdue = received, 0
    next_on, next_amount = None, 0
    for part in claim.schedule.all():
        used = min(covered, part.amount)
        covered -= used
        rest = part.amount - used
        if rest and next_on is None:
            next_on, next_amount = part.due_on, rest
        if rest and part.due_on < on:
            overdue += rest
    return Owed(claim, received, next_on, next_amount, overdue)


# --- what falls due ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToLiquidate:
    """A contract each đề án of which is closed; `by` is the day of the law, where it names one."""

    contract: Contract
    about: str
    by: date | None


def contracts_to_liquidate(agency_ids: Iterable[int]) -> list[ToLiquidate]:
    """The contracts of these agencies that nothing stands in the way of; two queries."""
    ending = (ProjectState.SETTLED, ProjectState.STOPPED)
    still = ContractPart.objects.filter(contract__payer__in=set(agency_ids)).exclude(project__state__in=ending)
    parts = list(
        ContractPart.objects.filter(
            contract__payer__in=set(agency_ids), contract__state__in=IN_FORCE, project__state__in=ending
        )
        .exclude(contract__in=still.order_by().values("contract"))
        .select_related("contract", "project")
        .order_by("contract_id", "pk")
    )
    sums = balances(LedgerEntry.objects.filter(project__in=[one.project_id for one in parts]), "project_id")
    by_contract: dict[int, list[ContractPart]] = {}
    for part in parts:
        by_contract.setdefault(part.contract_id, []).append(part)
    found = []
    for own in by_contract.values():
        if all(is_closed(part.project, sums.get(part.project_id, Balance())) for part in own):
            national = [part.project for part in own if part.project.source == "national"]
            day = max((last_day(one) for one in national), default=None)
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
    """Of contracts between these agencies and their units; two queries."""
    rows = (
        ContractPart.objects.filter(contract__payer__in=set(agency_ids))
        .order_by("project__year")
        .values_list("contract__payer", "contract__unit", "contract__unit__name", "project__year")
        .annotate(running=Max("contract__pk", filter=~Q(contract__state=ContractState.LIQUIDATED)))
    )
    signed = set(
        Reconciliation.objects.filter(payer__in=set(agency_ids)).order_by().values_list("payer", "unit", "year")
    )
    return [
        ToReconcile(payer, unit, name, year)
        for payer, unit, name, year, running in rows
        if running is None and (payer, unit, year) not in signed
    ]


# How long before its day an instalment is shown as coming.
AHEAD = timedelta(days=30)


def instalments_due(agency_ids: Iterable[int], on: date) -> list[tuple[Owed, date, int]]:
    """Instalments that are not covered, of claims of these agencies: overdue, or due within a month; two queries.

    Of each claim the first one that lacks, with its day and what lacks of it.
    """
    claims = Claim.objects.filter(project__payer__in=set(agency_ids))
    return [
        (one, one.next_on, one.next_amount)
        for one in owed_of(claims, on)
        if one.next_on is not None and one.next_on <= on + AHEAD
    ]
