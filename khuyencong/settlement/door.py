"""What stands between the matrix and records that have no permission of their own: contracts, and a unit's year."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.finance.models import Contract, ContractPart
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.people.relations import Relation
from khuyencong.projects.models import Project


@dataclass(frozen=True)
class Between:
    """The two agencies that a contract, or the reconciliation of a year, is between, as the matrix asks for them."""

    payer: Agency
    unit: Agency

    def related_agency_id(self, relation: Relation) -> int | None:
        """Which agency stands in that relation."""
        return {Relation.PAYER: self.payer.pk, Relation.IMPLEMENTING: self.unit.pk}.get(relation)

    def is_in_scope(self, actor: Actor) -> bool:
        """Whether the actor may know of it: of every đề án between the two, so that no sum tells of one outside the scope."""
        between = Project.objects.filter(payer=self.payer, implementing_unit=self.unit)
        known = Project.objects.visible_to(actor).order_by().values("pk")
        return between.filter(pk__in=known).exists() and not between.exclude(pk__in=known).exists()


def lock_contract(contract_id: int, *, by: Actor, permission: Permission) -> tuple[Contract, list[ContractPart]]:
    """The contract and its đề án, locked until the transaction ends: the đề án first, in the order of their keys.

    Raises NotAllowed where the matrix refuses. Must be called inside a transaction.
    """
    keys = ContractPart.objects.filter(contract=contract_id).values("project")
    projects = {
        one.pk: one for one in Project.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    }
    contract = Contract.objects.select_for_update(of=("self",)).select_related("payer", "unit").get(pk=contract_id)
    require(by, permission, Between(contract.payer, contract.unit))
    parts = list(contract.parts.order_by("pk"))
    for part in parts:
        part.project = projects[part.project_id]
    return contract, parts


def version_of(parts: list[ContractPart]) -> int:
    """Changes with every đề án of the contract, so that a page that shows their money can tell whether it still holds."""
    return sum(part.project.version for part in parts)
