"""Contracts and agreements on the rent of booths: written down, corrected, taken away again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.errors import Refused
from khuyencong.fairs import rules
from khuyencong.fairs.door import lock_fair, need, touch
from khuyencong.fairs.keeping import keep_file
from khuyencong.fairs.models import Booth, BoothContract, Fair, FairFileKind, FairState
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.keeping import files_or_nothing


def keep_contract(
    *,
    fair_id: int,
    by: Actor,
    creation_key: UUID,
    booths: Collection[Booth],
    number: str,
    signed_on: date,
    party: str,
    upload: UploadedFile[bytes] | None = None,
) -> BoothContract:
    """Write down a contract or agreement for these booths, with its scan. Raises NotAllowed, Refused."""
    with files_or_nothing() as kept, transaction.atomic():
        fair = lock_fair(fair_id, by=by, permission=Permission.FAIR_MANAGE)
        earlier = BoothContract.objects.filter(creation_key=creation_key).first()
        if earlier is not None:
            if earlier.created_by_id != by.user.pk:
                raise Refused(USED)
            return earlier
        if fair.state in {FairState.CLOSED, FairState.CANCELLED}:
            raise Refused(f"Hội chợ ở trạng thái «{fair.get_state_display()}»: không ghi thêm hợp đồng.")
        if not booths:
            raise Refused("Hãy chọn ít nhất một gian của hợp đồng.")
        booths = _again(fair, booths)
        rules.check_past(signed_on, "Ngày ký")
        number = need(number, "Hãy ghi số hợp đồng hoặc thỏa thuận.")
        if fair.booth_contracts.filter(number=number).exists():
            raise Refused(f"Hợp đồng số {number} đã được ghi.")
        _check_free(booths)
        file = keep_file(fair, upload, kind=FairFileKind.CONTRACT, user=by.user, kept=kept) if upload else None
        contract = BoothContract.objects.create(
            fair=fair,
            creation_key=creation_key,
            number=number,
            signed_on=signed_on,
            party=need(party, "Hãy ghi bên cho thuê."),
            file=file,
            created_by=by.user,
        )
        fair.booths.filter(pk__in=[one.pk for one in booths]).update(contract=contract)
        touch(fair)
        record(
            action="fair.contract",
            by=by,
            subject=fair,
            thread=fair.thread,
            after={
                "số": number,
                "ngày": signed_on.isoformat(),
                "bên cho thuê": contract.party,
                "gian": sorted(one.number for one in booths),
            },
        )
    return contract


@transaction.atomic
def change_contract(
    *,
    fair_id: int,
    by: Actor,
    version: int,
    contract_id: int,
    booths: Collection[Booth],
    number: str,
    signed_on: date,
    party: str,
    reason: str,
) -> BoothContract | None:
    """Correct a contract and the booths it is for; without any it is taken away (None), its scan stays among the files.

    Raises NotAllowed, Stale, Refused.
    """
    fair = lock_fair(fair_id, by=by, permission=Permission.FAIR_MANAGE, version=version)
    if fair.state in {FairState.CLOSED, FairState.CANCELLED}:
        raise Refused(f"Hội chợ ở trạng thái «{fair.get_state_display()}»: không sửa hợp đồng.")
    contract = fair.booth_contracts.filter(pk=contract_id).first()
    if contract is None:
        raise Refused("Hợp đồng này đã được bỏ.")
    rules.check_past(signed_on, "Ngày ký")
    why = need(reason, "Hãy ghi lý do sửa hợp đồng.")
    before = _contract_told(contract)
    contract.number = need(number, "Hãy ghi số hợp đồng hoặc thỏa thuận.")
    contract.signed_on, contract.party = signed_on, need(party, "Hãy ghi bên cho thuê.")
    if fair.booth_contracts.exclude(pk=contract.pk).filter(number=contract.number).exists():
        raise Refused(f"Hợp đồng số {contract.number} đã được ghi.")
    chosen = _again(fair, booths)
    _check_free([one for one in chosen if one.contract_id != contract.pk])
    contract.booths.update(contract=None)
    fair.booths.filter(pk__in=[one.pk for one in chosen]).update(contract=contract)
    if chosen:
        contract.save()
    after = _contract_told(contract)
    if not chosen:
        contract.delete()
    touch(fair)
    record(
        action="fair.contract_change",
        by=by,
        subject=fair,
        thread=fair.thread,
        before=before,
        after=after if chosen else {"hợp đồng": "đã bỏ"},
        note=why,
    )
    return contract if chosen else None


def _contract_told(contract: BoothContract) -> dict[str, Any]:
    return {
        "số": contract.number,
        "ngày": contract.signed_on.isoformat(),
        "bên cho thuê": contract.party,
        "gian": sorted(contract.booths.order_by().values_list("number", flat=True)),
    }


def _again(fair: Fair, booths: Collection[Booth]) -> list[Booth]:
    """These booths as they are now that the fair is locked: a page showed them before somebody else came."""
    keys = [one.pk for one in booths]
    rows = fair.booths.select_for_update(of=("self",)).select_related("participant__establishment")
    found = list(rows.filter(pk__in=keys).order_by("pk"))
    free = [one.number for one in found if not one.holder_name]
    if len(found) < len(keys) or free:
        raise Refused(f"Gian {', '.join(free[:5]) or 'đã chọn'} không còn ai dùng: hãy tải lại trang.")
    return found


def _check_free(booths: Collection[Booth]) -> None:
    taken = [one.number for one in booths if one.contract_id is not None]
    if taken:
        raise Refused(f"Gian {', '.join(taken[:5])} đã có hợp đồng khác.")
