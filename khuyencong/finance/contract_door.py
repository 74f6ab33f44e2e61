"""How an action takes hold of a contract: its đề án locked first, in the order of their keys, then the contract itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from khuyencong.audit.queries import last_change
from khuyencong.core.errors import Refused, Stale
from khuyencong.finance.models import Contract
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.door import lock_for_step
from khuyencong.projects.models import Project

STALE = "Hợp đồng đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


@dataclass(frozen=True)
class PartInput:
    """One đề án that a contract is to cover: the version that the page showed, and the support in đồng."""

    project_id: int
    version: int
    value: int


def lock_contract(
    contract_id: int, *, by: Actor, permission: Permission, version: int
) -> tuple[Contract, dict[int, Project]]:
    """The contract and its đề án by key, locked until the transaction ends.

    Raises NotAllowed, Stale, and Refused where the draft has been dropped meanwhile. Must be called inside a transaction.
    """
    of_contract = Q(contract_part__contract=contract_id) | Q(draft_part__contract=contract_id)
    projects = lock_projects(list(Project.objects.filter(of_contract).order_by().values_list("pk", flat=True)))
    rows = Contract.objects.select_for_update(of=("self",)).select_related("payer", "unit")
    contract = rows.filter(pk=contract_id).first()
    if contract is None:
        raise Refused("Hợp đồng này không còn: dự thảo đã được bỏ.")
    require(by, permission, contract)
    if contract.version != version:
        raise Stale(f"{STALE} {last_change(contract.thread)}".strip())
    return contract, projects


def lock_projects(keys: Sequence[int]) -> dict[int, Project]:
    """Those đề án, locked in the order of their keys."""
    rows = Project.objects.select_for_update(of=("self",)).select_related(
        "province__current", "implementing_unit", "department", "funder", "payer", "plan"
    )
    # `plan` may be missing, so it is not locked with the row (`of`).
    return {one.pk: one for one in rows.filter(pk__in=set(keys)).order_by("pk")}


def lock_to_start(parts: Sequence[PartInput], *, by: Actor) -> list[tuple[Project, int]]:
    """The đề án that are to start together, each with its value; locked in the order of their keys.

    Raises NotAllowed, Stale, and Refused for one that cannot start or is named twice.
    """
    if len({one.project_id for one in parts}) != len(parts):
        raise Refused("Một đề án được ghi hai lần.")
    ordered = sorted(parts, key=lambda one: one.project_id)
    return [(lock_for_step(one.project_id, "start", by=by, version=one.version), one.value) for one in ordered]


def touch_contract(contract: Contract) -> None:
    """Count a change that does not move the state, so that forms opened before it are refused."""
    contract.version += 1
    contract.save(update_fields=["version"])
