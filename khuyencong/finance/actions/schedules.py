"""The schedule of a contract and the guarantees given for it, kept by whoever pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance.contract_door import lock_contract, touch_contract
from khuyencong.finance.models import Contract, ContractState, Guarantee, Milestone
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission

MOST_MILESTONES = 100


@dataclass(frozen=True)
class MilestoneInput:
    """One point of the schedule: `amount` in đồng, `project_id` None for the contract as a whole."""

    on: date
    content: str
    amount: int
    project_id: int | None = None
    done_on: date | None = None


@transaction.atomic
def save_schedule(*, contract_id: int, by: Actor, version: int, milestones: Sequence[MilestoneInput]) -> Contract:
    """Write the whole schedule anew. Raises NotAllowed, Stale, and Refused for what the contract does not hold.

    Every day lies in the term of the contract, and all amounts together do not exceed its value.
    """
    contract, projects = lock_contract(contract_id, by=by, permission=Permission.CONTRACT_PREPARE, version=version)
    _check_open(contract)
    values = _values(contract)
    if len(milestones) > MOST_MILESTONES:
        raise Refused(f"Một hợp đồng có tối đa {MOST_MILESTONES} mốc.")
    for one in milestones:
        _check_milestone(contract, one, values)
    limits: list[tuple[int | None, int]] = [(None, sum(values.values())), *values.items()]
    for key, most in limits:
        amount = sum(one.amount for one in milestones if key in {None, one.project_id})
        if amount > most:
            whose = f"của {projects[key].code} " if key else ""
            raise Refused(
                f"Các mốc {whose}cộng lại {format_dong(amount)} đồng, vượt giá trị hợp đồng {format_dong(most)} đồng.",
                article="TT 36/2013 Đ12.2",
            )
    before = _schedule(contract)
    contract.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(
            contract=contract,
            project_id=one.project_id,
            on=one.on,
            content=one.content.strip(),
            amount=one.amount,
            done_on=one.done_on,
        )
        for one in milestones
    )
    touch_contract(contract)
    after = _schedule(contract)
    record(action="contract.schedule", by=by, subject=contract, thread=contract.thread, before=before, after=after)
    return contract


def _values(contract: Contract) -> dict[int, int]:
    """Đồng of support by key of the đề án, of a draft too."""
    if contract.is_draft:
        return {part.project_id: part.value for part in contract.draft_parts.all()}
    return {part.project_id: part.value for part in contract.parts.all()}


def _schedule(contract: Contract) -> dict[str, object]:
    rows = contract.milestones.order_by("on", "pk")
    return {
        "mốc": [
            f"{format_date(one.on)}: {one.content}, {format_dong(one.amount)} đồng"
            + (f", xong {format_date(one.done_on)}" if one.done_on else "")
            for one in rows
        ]
    }


def _check_milestone(contract: Contract, one: MilestoneInput, values: dict[int, int]) -> None:
    if not one.content.strip():
        raise Refused("Hãy ghi nội dung của từng mốc.")
    if one.amount <= 0:
        raise Refused(f"Mốc «{one.content}»: số tiền phải lớn hơn 0.")
    if one.project_id is not None and one.project_id not in values:
        raise Refused(f"Mốc «{one.content}»: đề án không thuộc hợp đồng này.")
    if one.on < contract.signed_on:
        raise Refused(f"Mốc «{one.content}» không được trước ngày ký hợp đồng ({format_date(contract.signed_on)}).")
    if contract.ends_on and one.on > contract.ends_on:
        raise Refused(f"Mốc «{one.content}» không được sau thời hạn hợp đồng ({format_date(contract.ends_on)}).")
    if one.done_on is not None and not contract.signed_on <= one.done_on <= today():
        raise Refused(f"Mốc «{one.content}»: ngày xong phải từ ngày ký hợp đồng đến hôm nay.")


def _check_open(contract: Contract) -> None:
    if contract.state == ContractState.LIQUIDATED:
        raise Refused("Hợp đồng đã thanh lý, không sửa được nữa.", article="TT 36/2013 Đ18")


@transaction.atomic
def add_guarantee(
    *,
    contract_id: int,
    by: Actor,
    version: int,
    creation_key: UUID,
    issuer: str,
    number: str,
    amount: int,
    from_on: date,
    to_on: date,
) -> Guarantee:
    """Keep a guarantee of `amount` đồng for a contract; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, Stale, and Refused for an amount that is not positive or exceeds the contract, or days out of order.
    """
    earlier = Guarantee.objects.filter(creation_key=creation_key, by=by.user, contract=contract_id).first()
    if earlier is not None:
        return earlier
    contract, _ = lock_contract(contract_id, by=by, permission=Permission.CONTRACT_PREPARE, version=version)
    if Guarantee.objects.filter(creation_key=creation_key).exists():
        raise Refused(USED)
    _check_open(contract)
    if not issuer.strip() or not number.strip():
        raise Refused("Hãy ghi tổ chức bảo lãnh và số thư bảo lãnh.")
    if contract.guarantees.filter(issuer=issuer.strip(), number=number.strip()).exists():
        raise Refused("Thư bảo lãnh này đã được ghi.")
    most = sum(_values(contract).values())
    if amount <= 0 or amount > most:
        raise Refused(f"Số tiền bảo lãnh phải lớn hơn 0 và không vượt giá trị hợp đồng {format_dong(most)} đồng.")
    if to_on < from_on:
        raise Refused("Ngày hết hiệu lực không được trước ngày bắt đầu.")
    guarantee = Guarantee.objects.create(
        contract=contract,
        issuer=issuer.strip(),
        number=number.strip(),
        amount=amount,
        from_on=from_on,
        to_on=to_on,
        by=by.user,
        creation_key=creation_key,
    )
    touch_contract(contract)
    after = {"tổ chức bảo lãnh": guarantee.issuer, "số": guarantee.number, "số tiền": amount, "đến": to_on.isoformat()}
    record(action="contract.guarantee", by=by, subject=contract, thread=contract.thread, after=after)
    return guarantee


@transaction.atomic
def release_guarantee(*, contract_id: int, by: Actor, version: int, guarantee_id: int, released_on: date) -> Guarantee:
    """Note that a guarantee was given back: it is not reminded of any more. Raises NotAllowed, Stale, Refused."""
    contract, _ = lock_contract(contract_id, by=by, permission=Permission.CONTRACT_PREPARE, version=version)
    guarantee = contract.guarantees.filter(pk=guarantee_id).first()
    if guarantee is None or guarantee.released_on is not None:
        raise Refused("Bảo lãnh này không còn hiệu lực trong hợp đồng.")
    if not guarantee.from_on <= released_on <= today():
        raise Refused("Ngày giải tỏa phải từ ngày bảo lãnh có hiệu lực đến hôm nay.")
    guarantee.released_on = released_on
    guarantee.save(update_fields=["released_on"])
    touch_contract(contract)
    after = {"số": guarantee.number, "giải tỏa": released_on.isoformat()}
    record(action="contract.guarantee_release", by=by, subject=contract, thread=contract.thread, after=after)
    return guarantee
