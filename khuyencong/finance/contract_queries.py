"""What the list of contracts and the page of one show: only the đề án in the actor's scope, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import (
    IN_FORCE,
    Annex,
    AnnexPart,
    Contract,
    ContractPart,
    ContractState,
    Guarantee,
    LedgerEntry,
    Milestone,
    Payment,
    SupportContract,
)
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.projects.models import Beneficiary, Project, ProjectQuerySet
from khuyencong.projects.states import find_transition

RUNNING_OUT = timedelta(days=30)


@dataclass(frozen=True)
class ContractRow:
    """One contract of the list: how many đề án of the actor's scope it covers, worth how many đồng of support."""

    contract: Contract
    count: int
    value: int
    runs_out: bool
    overdue: bool


def contracts_for(
    actor: Actor,
    on: date,
    *,
    year: int | None = None,
    state: str = "",
    unit: int | None = None,
    running_out: bool = False,
) -> QuerySet[Contract]:
    """The contracts that the actor may open, the newest first; see `ContractFilter`."""
    rows = Contract.objects.visible_to(actor).select_related("payer", "unit")
    if year is not None:
        rows = rows.filter(signed_on__gte=date(year, 1, 1), signed_on__lte=date(year, 12, 31))
    if state:
        rows = rows.filter(state=state)
    if unit is not None:
        rows = rows.filter(unit=unit)
    if running_out:
        rows = rows.filter(ends_on__lte=on + RUNNING_OUT, state__in=IN_FORCE)
    return rows.order_by("-signed_on", "-pk")


def years_and_units(actor: Actor) -> tuple[list[int], list[tuple[int, str]]]:
    """What the list can be narrowed to: the years from the first contract to the last, and the units; three queries."""
    seen = Contract.objects.visible_to(actor)
    days = seen.values_list("signed_on", flat=True)
    first, last = days.order_by("signed_on", "pk").first(), days.order_by("-signed_on", "-pk").first()
    years = list(range(last.year, first.year - 1, -1)) if first and last else []
    units = Agency.objects.filter(pk__in=seen.order_by().values("unit")).order_by("sort_key", "pk")
    return years, [(one.pk, one.name) for one in units]


def contract_rows(actor: Actor, contracts: Sequence[Contract], on: date) -> list[ContractRow]:
    """A page of the list with its sums; two queries."""
    visible = Project.objects.visible_to(actor).order_by()
    sums: dict[int, tuple[int, int]] = {}
    for part in ("contract_part", "draft_part"):
        rows = visible.filter(**{f"{part}__contract__in": contracts}).values_list(f"{part}__contract")
        sums |= {
            key: (count, value) for key, count, value in rows.annotate(count=Count("pk"), value=Sum(f"{part}__value"))
        }
    return [_row(one, *sums.get(one.pk, (0, 0)), on) for one in contracts]


def _row(contract: Contract, count: int, value: int, on: date) -> ContractRow:
    ends = contract.ends_on if contract.in_force else None
    return ContractRow(
        contract,
        count,
        value,
        runs_out=ends is not None and on <= ends <= on + RUNNING_OUT,
        overdue=ends is not None and ends < on,
    )


@dataclass(frozen=True)
class PartView:
    """One đề án of a contract with its money, in đồng; `part` is None in a draft."""

    project: Project
    value: int
    part: ContractPart | None
    balance: Balance
    lacking: tuple[Beneficiary, ...] = ()  # establishments without a contract with the unit


@dataclass(frozen=True)
class AnnexView:
    """One annex with the changes that the actor may see."""

    annex: Annex
    changes: tuple[AnnexPart, ...]


@dataclass(frozen=True)
class ContractView:
    """One contract as the actor may see it. `whole`: every đề án of it is in the actor's scope.

    What belongs to the contract as a whole (guarantees, milestones of no đề án) is shown only then.
    """

    contract: Contract
    parts: list[PartView]
    whole: bool
    annexes: list[AnnexView]
    milestones: list[Milestone]
    guarantees: list[Guarantee]
    support: list[SupportContract]
    payments: list[Payment]

    @property
    def value(self) -> int:
        """Đồng of support of what is shown."""
        return sum(one.value for one in self.parts)

    @property
    def projects(self) -> list[Project]:
        return [one.project for one in self.parts]

    @property
    def total(self) -> Balance:
        """The money of all đề án shown."""
        names = ("contracted", "advanced", "accepted", "paid", "recovered")
        return Balance(**{name: sum(getattr(one.balance, name) for one in self.parts) for name in names})


def contract_view(actor: Actor, contract: Contract) -> ContractView:
    """Everything that the page and the paper show; a constant number of queries. Expects `visible_to` asked already."""
    visible = set(_projects_of(contract).visible_to(actor).order_by().values_list("pk", flat=True))
    parts = _draft_parts(contract, visible) if contract.is_draft else _parts(contract, visible)
    whole = len(visible) == _projects_of(contract).order_by().count()
    shown = Q(project__in=visible) | (Q(project__isnull=True) if whole else Q(pk__in=[]))
    changes: dict[int, list[AnnexPart]] = {}
    for change in AnnexPart.objects.filter(annex__contract=contract, part__project__in=visible).select_related(
        "part__project"
    ):
        changes.setdefault(change.annex_id, []).append(change)
    annexes = [AnnexView(one, tuple(changes.get(one.pk, ()))) for one in contract.annexes.order_by("ordinal")]
    support = SupportContract.objects.filter(project__in=visible if not contract.is_draft else [])
    return ContractView(
        contract=contract,
        parts=parts,
        whole=whole,
        annexes=[one for one in annexes if one.changes or one.annex.changes_term or whole],
        milestones=list(contract.milestones.filter(shown).select_related("project")),
        guarantees=list(contract.guarantees.all()) if whole else [],
        support=list(
            support.select_related("project", "beneficiary__establishment", "account", "file").order_by("project", "pk")
        ),
        payments=list(
            Payment.objects.filter(project__in=visible if not contract.is_draft else [])
            .select_related("project")
            .order_by("pk")
        ),
    )


def _projects_of(contract: Contract) -> ProjectQuerySet:
    of_contract = Q(draft_part__contract=contract) if contract.is_draft else Q(contract_part__contract=contract)
    return Project.objects.filter(of_contract)


def _parts(contract: Contract, visible: Iterable[int]) -> list[PartView]:
    rows = list(
        contract.parts.filter(project__in=visible).select_related(
            "project__implementing_unit", "project__payer", "project__funder"
        )
    )
    keys = [one.project_id for one in rows]
    sums = balances(LedgerEntry.objects.filter(project__in=keys), "project_id")
    lacking: dict[int, list[Beneficiary]] = {}
    without = Beneficiary.objects.filter(project__in=keys, support_contract__isnull=True)
    for one in without.select_related("establishment", "project"):
        if one.establishment.account_id != one.project.implementing_unit_id:
            lacking.setdefault(one.project_id, []).append(one)
    return [
        PartView(
            part.project,
            part.value,
            part,
            sums.get(part.project_id, Balance()),
            tuple(lacking.get(part.project_id, ())),
        )
        for part in rows
    ]


def _draft_parts(contract: Contract, visible: Iterable[int]) -> list[PartView]:
    rows = contract.draft_parts.filter(project__in=visible).select_related("project__implementing_unit")
    return [PartView(one.project, one.value, None, Balance()) for one in rows]


def startable_with(project: Project, *, draft: Contract | None = None) -> list[tuple[Project, int]]:
    """The other approved đề án of that payer, unit and source, each with what stands approved (đồng); two queries.

    Those that stand in another draft are left out.
    """
    rows = (
        Project.objects.filter(
            payer=project.payer_id,
            implementing_unit=project.implementing_unit_id,
            source=project.source,
            contract_part__isnull=True,
        )
        .filter(Q(draft_part__isnull=True) | Q(draft_part__contract=draft.pk if draft else None))
        .exclude(pk=project.pk)
        .filter(state="approved")
        .order_by("pk")
    )
    found = [one for one in rows if find_transition("start", state=one.state, route=one.route)]
    sums = balances(LedgerEntry.objects.filter(project__in=[one.pk for one in found]), "project_id")
    return [(one, sums.get(one.pk, Balance()).committed) for one in found]


def draft_of(project: Project, actor: Actor) -> Contract | None:
    """The draft in which the đề án stands, for the agency that prepares it; one query."""
    rows = Contract.objects.filter(state=ContractState.DRAFT, payer__in=actor.agency_ids)
    return rows.filter(draft_parts__project=project).first()
