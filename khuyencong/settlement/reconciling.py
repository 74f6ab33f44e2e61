"""The money of a unit in one year, by contract: what Mẫu số 10 sets side by side (TT 36/2013 Đ19.3)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from khuyencong.core.dates import format_date
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import Contract, ContractPart, ContractState, LedgerEntry
from khuyencong.people.models import Agency
from khuyencong.projects.years import years_of
from khuyencong.settlement.models import Reconciliation


@dataclass(frozen=True)
class ReconciledRow:
    """One đề án of a contract with the money of that year, in đồng; `given` is the value of the contract in that year."""

    contract: str
    signed_on: date
    project: str
    name: str
    given: int
    advanced: int
    accepted: int
    paid: int
    recovered: int
    settled: int
    liquidated_on: date | None = None

    @property
    def difference(self) -> int:
        """What was paid out and is not settled."""
        return self.advanced + self.paid - self.recovered - self.settled

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a JSON column; days as dd/mm/yyyy."""
        days = {"signed_on": format_date(self.signed_on)}
        days["liquidated_on"] = format_date(self.liquidated_on) if self.liquidated_on else ""
        return {**asdict(self), **days, "difference": self.difference}


def parts_of(payer: Agency, unit: Agency, year: int) -> list[ContractPart]:
    """The đề án under contract between the two that have money of that year; one query."""
    of_year = LedgerEntry.objects.filter(envelope__year=year, project__contract_part__isnull=False).order_by()
    rows = ContractPart.objects.filter(
        contract__payer=payer, contract__unit=unit, project__in=of_year.values("project")
    )
    return list(rows.select_related("contract", "project").order_by("contract__signed_on", "contract_id", "pk"))


def money_of(payer: Agency, unit: Agency, year: int) -> list[ReconciledRow]:
    """What the ledger says of each; two queries."""
    parts = parts_of(payer, unit, year)
    entries = LedgerEntry.objects.filter(project__in=[one.project_id for one in parts], envelope__year=year)
    sums = balances(entries, "project_id")
    return [_row(part, sums.get(part.project_id, Balance())) for part in parts]


def _row(part: ContractPart, balance: Balance) -> ReconciledRow:
    return ReconciledRow(
        contract=part.contract.number,
        signed_on=part.contract.signed_on,
        project=part.project.code,
        name=part.project.name,
        given=balance.contracted,
        advanced=balance.advanced,
        accepted=balance.accepted,
        paid=balance.paid,
        recovered=balance.recovered,
        settled=balance.settled,
        liquidated_on=part.contract.liquidated_on,
    )


def year_version(payer: Agency, unit: Agency, year: int) -> int:
    """Changes with every đề án of the year, so that a page that shows their sums can tell whether they still hold; one query."""
    return 1 + sum(part.project.version for part in parts_of(payer, unit, year))


def running_contracts(payer: Agency, unit: Agency, year: int) -> list[Contract]:
    """The contracts that end in that year and are not liquidated; what goes on into a later year is not of them. One query."""
    ending = [one for one in parts_of(payer, unit, year) if years_of(one.project)[-1] <= year]
    found = {one.contract_id: one.contract for one in ending}
    return [one for one in found.values() if one.state != ContractState.LIQUIDATED]


def last_year(contract: Contract) -> int:
    """The last year whose plan a đề án of the contract stands in: then it is reconciled (TT 36/2013 Đ19.3). One query."""
    return max(contract.parts.values_list("project__year", flat=True))


def contract_of(payer: Agency, unit: Agency, year: int) -> Contract | None:
    """The last contract between the two that is reconciled in that year; None where none is. One query."""
    rows = Contract.objects.filter(payer=payer, unit=unit).annotate(last=Max("parts__project__year"))
    return rows.filter(last=year).order_by("-signed_on", "-pk").first()


def signed(payer: Agency, unit: Agency, year: int) -> Reconciliation | None:
    """What both sides signed; None before. One query."""
    return Reconciliation.objects.filter(payer=payer, unit=unit, year=year).first()
