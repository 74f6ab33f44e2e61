"""Preparing and signing the contract of approved đề án: one or several, all together or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong, share_down
from khuyencong.finance import contract_rules as rules
from khuyencong.finance import contract_states, ledger
from khuyencong.finance.contract_door import PartInput, lock_contract, lock_projects, lock_to_start
from khuyencong.finance.contract_rules import legal_advance, refuse_unnamed
from khuyencong.finance.models import BankAccount, Contract, ContractKind, ContractPart, DraftPart, EntryKind
from khuyencong.finance.years import spread_contract
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project
from khuyencong.projects.states import find_transition, move

__all__ = [
    "PartInput",
    "change_draft",
    "discard_draft",
    "legal_advance",
    "prepare_contract",
    "refuse_unnamed",
    "sign_contract",
    "sign_draft",
]


@transaction.atomic
def sign_contract(
    *,
    project_id: int,
    by: Actor,
    version: int,
    kind: ContractKind,
    number: str,
    signed_on: date,
    ends_on: date | None,
    value: int,
    also: Sequence[PartInput] = (),
    payer_account: BankAccount | None = None,
    unit_account: BankAccount | None = None,
) -> Contract:
    """Sign with the implementing unit for `value` đồng of support, and fix how much may be advanced.

    `also`: further approved đề án of the same payer, unit and source in the same contract; all start or none. Raises
    NotAllowed, Stale, and Refused where it exceeds the approval, is dated before it, or one has a contract already.
    """
    pairs = lock_to_start([PartInput(project_id, version, value), *also], by=by)
    projects = [one for one, _ in pairs]
    rules.check_together(projects)
    rules.check_free(projects)
    contract = _new(projects[0], by, kind=kind, number=number, signed_on=signed_on, ends_on=ends_on)
    contract.payer_account, contract.unit_account = payer_account, unit_account
    _keep_and_record(contract, pairs, by)
    return contract


@transaction.atomic
def prepare_contract(
    *,
    by: Actor,
    creation_key: UUID,
    parts: Sequence[PartInput],
    kind: ContractKind,
    number: str,
    signed_on: date,
    ends_on: date | None,
    payer_account: BankAccount | None = None,
    unit_account: BankAccount | None = None,
) -> Contract:
    """Prepare a contract for the leader; the same `creation_key` twice gives the first one back. Nothing starts yet.

    `signed_on` is the day on which it is to be signed. Raises NotAllowed, Refused.
    """
    earlier = Contract.objects.filter(creation_key=creation_key, prepared_by=by.user).first()
    if earlier is not None:
        return earlier
    pairs = _lock_for_draft(parts, by)
    if Contract.objects.filter(creation_key=creation_key).exists():
        raise Refused(USED)
    projects = [one for one, _ in pairs]
    contract = _new(projects[0], by, kind=kind, number=number, signed_on=signed_on, ends_on=ends_on)
    contract.creation_key = creation_key
    _check_draft(contract, pairs, payer_account, unit_account)
    contract.save()
    _keep_draft_parts(contract, pairs)
    record(
        action="contract.prepare",
        by=by,
        subject=contract,
        thread=contract.thread,
        after=_content(contract, pairs),
    )
    return contract


@transaction.atomic
def change_draft(
    *,
    contract_id: int,
    by: Actor,
    version: int,
    values: dict[int, int],
    kind: ContractKind,
    number: str,
    signed_on: date,
    ends_on: date | None,
    payer_account: BankAccount | None = None,
    unit_account: BankAccount | None = None,
) -> Contract:
    """Write a draft anew; `values`: đồng of support by key of the đề án. Raises NotAllowed, Stale, Refused."""
    # Those that come in are locked with those that are there, in one order.
    there = DraftPart.objects.filter(contract=contract_id).values_list("project", flat=True)
    lock_projects([*there, *values])
    contract, _ = lock_contract(contract_id, by=by, permission=Permission.CONTRACT_PREPARE, version=version)
    contract_states.check_step(contract, "change")
    before = _content(contract, _drafted(contract))
    pairs = _lock_for_draft([PartInput(key, 0, value) for key, value in values.items()], by)
    contract.kind, contract.number, contract.signed_on, contract.ends_on = kind, number.strip(), signed_on, ends_on
    _check_draft(contract, pairs, payer_account, unit_account)
    contract.draft_parts.all().delete()
    _keep_draft_parts(contract, pairs)
    contract_states.move(contract, "change")
    record(
        action="contract.change",
        by=by,
        subject=contract,
        thread=contract.thread,
        before=before,
        after=_content(contract, pairs),
    )
    return contract


@transaction.atomic
def discard_draft(*, contract_id: int, by: Actor, version: int) -> None:
    """Drop a draft; its đề án wait for a contract as before. Raises NotAllowed, Stale, Refused for a signed one."""
    contract, _ = lock_contract(contract_id, by=by, permission=Permission.CONTRACT_PREPARE, version=version)
    contract_states.check_step(contract, "change")
    before = _content(contract, _drafted(contract))
    record(action="contract.discard", by=by, subject=contract, thread=contract.thread, before=before)
    contract.delete()


@transaction.atomic
def sign_draft(*, contract_id: int, by: Actor, version: int, number: str, signed_on: date) -> Contract:
    """Sign a prepared contract as it stands: all its đề án start, or none.

    Raises NotAllowed, Stale, and Refused where one of them cannot start any more or the approval has changed.
    """
    contract, projects = lock_contract(contract_id, by=by, permission=Permission.CONTRACT_SIGN, version=version)
    contract_states.check_step(contract, "sign")
    pairs = [(projects[part.project_id], part.value) for part in contract.draft_parts.order_by("project")]
    if not pairs:
        raise Refused("Dự thảo chưa có đề án nào.")
    for project, _ in pairs:
        require(by, Permission.CONTRACT_SIGN, project)
        _check_can_start(project)
    rules.check_together([one for one, _ in pairs])
    rules.check_free([one for one, _ in pairs], but=contract.pk)
    contract.number, contract.signed_on = number, signed_on
    contract.draft_parts.all().delete()
    _keep_and_record(contract, pairs, by)
    return contract


def _new(project: Project, by: Actor, *, kind: str, number: str, signed_on: date, ends_on: date | None) -> Contract:
    """A contract of that đề án's parties, not saved."""
    return Contract(
        kind=kind,
        number=number.strip(),
        signed_on=signed_on,
        ends_on=ends_on,
        payer=project.payer,
        unit=project.implementing_unit,
        source=project.source,
        party=project.implementing_unit.name,
        prepared_by=by.user,
    )


def _lock_for_draft(parts: Sequence[PartInput], by: Actor) -> list[tuple[Project, int]]:
    """The approved đề án that a draft is to cover. A draft changes none of them, so their versions do not matter."""
    if not parts:
        raise Refused("Hãy ghi giá trị của ít nhất một đề án.")
    if len({one.project_id for one in parts}) != len(parts):
        raise Refused("Một đề án được ghi hai lần.")
    projects = lock_projects([one.project_id for one in parts])
    for project in projects.values():
        require(by, Permission.CONTRACT_PREPARE, project)
        _check_can_start(project)
    values = {one.project_id: one.value for one in parts}
    return [(project, values[key]) for key, project in projects.items()]


def _check_can_start(project: Project) -> None:
    if find_transition("start", state=project.state, route=project.route) is None:
        raise Refused(f"{project.code} ở trạng thái «{project.get_state_display()}», không ký hợp đồng được.")


def _check_draft(
    contract: Contract,
    pairs: Sequence[tuple[Project, int]],
    payer_account: BankAccount | None,
    unit_account: BankAccount | None,
) -> None:
    """The rules of a contract but those of the day: what is foreseen may lie in the future."""
    projects = [one for one, _ in pairs]
    rules.check_together(projects)
    if (contract.payer_id, contract.unit_id, contract.source) != (
        projects[0].payer_id,
        projects[0].implementing_unit_id,
        projects[0].source,
    ):
        raise Refused("Dự thảo thuộc đơn vị hoặc nguồn khác: hãy lập dự thảo riêng.")
    rules.check_free(projects, but=contract.pk)
    for project, value in pairs:
        rules.check_value(project, value)
    if not contract.number:
        raise Refused("Hãy ghi số hợp đồng.")
    rules.check_term(contract.signed_on, contract.ends_on)
    _take_accounts(contract, payer_account, unit_account)


def _take_accounts(contract: Contract, payer_account: BankAccount | None, unit_account: BankAccount | None) -> None:
    on = contract.signed_on
    rules.check_account(payer_account, contract.payer, on, what="Tài khoản bên giao")
    rules.check_account(unit_account, contract.unit, on, what="Tài khoản bên nhận")
    contract.payer_account, contract.unit_account = payer_account, unit_account


def _keep_draft_parts(contract: Contract, pairs: Sequence[tuple[Project, int]]) -> None:
    DraftPart.objects.bulk_create(
        DraftPart(contract=contract, project=project, value=value) for project, value in pairs
    )


def _drafted(contract: Contract) -> list[tuple[Project, int]]:
    return [(part.project, part.value) for part in contract.draft_parts.select_related("project")]


def _content(contract: Contract, pairs: Sequence[tuple[Project, int]]) -> dict[str, object]:
    """What the trail keeps of a draft."""
    return {
        "số": contract.number,
        "ngày ký": contract.signed_on.isoformat(),
        "thời hạn": contract.ends_on.isoformat() if contract.ends_on else "",
        "đề án": {project.code: value for project, value in pairs},
    }


def _keep_and_record(contract: Contract, pairs: Sequence[tuple[Project, int]], by: Actor) -> None:
    """Judge, write and post a contract whose đề án are locked and permitted; every one of them starts."""
    projects = [one for one, _ in pairs]
    for project, value in pairs:
        rules.check_value(project, value)
    rules.check_signing(projects, contract.number, contract.signed_on, contract.ends_on)
    _take_accounts(contract, contract.payer_account, contract.unit_account)
    contract.number = contract.number.strip()
    contract.signed_by, contract.signed_as = by.user, by.signature
    contract.party = contract.unit.name
    contract_states.move(contract, "sign")
    parts = [_start(contract, project, value, by) for project, value in pairs]
    ledger.enforce(projects=projects)
    for part in parts:
        _move_and_record(part, by)
    record(
        action="contract.sign",
        by=by,
        subject=contract,
        thread=contract.thread,
        after={**_content(contract, pairs), "bên nhận": contract.party},
        note=f"{contract.title}: {format_dong(sum(value for _, value in pairs))} đồng",
    )


def _start(contract: Contract, project: Project, value: int, by: Actor) -> ContractPart:
    advance, sources = legal_advance(project, contract.signed_on), rules.sources_of(project, value)
    part = ContractPart.objects.create(
        contract=contract,
        project=project,
        value=value,
        counterpart=sources.counterpart,
        other=sources.other,
        advance_ceiling=share_down(advance.share, value),
        advance_basis=advance.article,
        advance_condition=advance.condition,
    )
    for envelope, amount in spread_contract(project, value):
        ledger.post(
            kind=EntryKind.CONTRACTED,
            amount=amount,
            envelope=envelope,
            project=project,
            by=by,
            on=contract.signed_on,
            document=contract.title,
        )
    return part


def _move_and_record(part: ContractPart, by: Actor) -> None:
    project, contract = part.project, part.contract
    before = {"state": project.state}
    move(project, "start")
    record(
        action="project.start",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={
            "state": project.state,
            "hợp đồng": contract.number,
            "giá trị": part.value,
            "tạm ứng tối đa": part.advance_ceiling,
        },
        note=f"{contract.title}: {format_dong(part.value)} đồng",
    )
