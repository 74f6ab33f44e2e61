"""The life of a contract: one table of what may follow what, and the one door through which its state changes.

The table is data: pages, tests and `docs/transitions.md` read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.errors import Refused
from khuyencong.finance.models import Contract, ContractState
from khuyencong.people.permissions import Permission

S, P = ContractState, Permission


@dataclass(frozen=True)
class Transition:
    """One allowed step, for whoever holds the permission."""

    name: str
    label: str  # what the button says
    source: ContractState
    target: ContractState
    permission: Permission


TRANSITIONS: tuple[Transition, ...] = (
    Transition("change", "Sửa dự thảo", S.DRAFT, S.DRAFT, P.CONTRACT_PREPARE),
    Transition("sign", "Ký hợp đồng", S.DRAFT, S.SIGNED, P.CONTRACT_SIGN),
    # TT 36/2013 Đ11.2.b: changes are made by amending the clauses of the contract.
    Transition("amend", "Ký phụ lục", S.SIGNED, S.AMENDED, P.CONTRACT_SIGN),
    Transition("amend", "Ký phụ lục", S.AMENDED, S.AMENDED, P.CONTRACT_SIGN),
    # TT 36/2013 Đ18.
    Transition("liquidate", "Thanh lý", S.SIGNED, S.LIQUIDATED, P.SETTLE),
    Transition("liquidate", "Thanh lý", S.AMENDED, S.LIQUIDATED, P.SETTLE),
)


def find_step(contract: Contract, name: str) -> Transition | None:
    """The row of the table for this step from where the contract stands, or None."""
    return next((row for row in TRANSITIONS if row.name == name and row.source == contract.state), None)


def check_step(contract: Contract, name: str) -> Transition:
    """As `find_step`; Refused with a sentence where there is no such step from here."""
    found = find_step(contract, name)
    if found is None:
        label = next(row.label for row in TRANSITIONS if row.name == name)
        raise Refused(f"Không thể «{label}» khi hợp đồng ở trạng thái «{contract.get_state_display()}».")
    return found


def move(contract: Contract, name: str) -> Transition:
    """The one door: change the state of a locked, permitted, current `contract` by the step `name`, and save it.

    Raises Refused where the table has no such step from here.
    """
    found = check_step(contract, name)
    contract.state = found.target
    contract.version += 1
    contract.save()
    return found
