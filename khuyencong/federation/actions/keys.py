"""Whose signatures are believed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.federation.door import locked
from khuyencong.federation.keys import check_public_key, fingerprint, own_public_key
from khuyencong.federation.models import TrustedKey
from khuyencong.federation.rules import NO_PROVINCE
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.periods.node import REPORTERS, receiver_of


@transaction.atomic
def trust_key(
    *, by: Actor, creation_key: UUID, agency: Agency, sender_code: str, public_key: str, compared_with: str
) -> TrustedKey:
    """Believe packages of an agency that are signed with this key, once somebody has compared it with theirs.

    The same key of the form twice gives the first one back. Raises NotAllowed, Refused.
    """
    try:
        public_key = check_public_key(public_key)
    except ValueError as error:
        raise Refused(str(error)) from None
    found = TrustedKey(
        creation_key=creation_key,
        receiver=by.agency,
        agency=agency,
        sender_code=sender_code.strip() or agency.code,
        public_key=public_key,
        fingerprint=fingerprint(public_key),
        compared_with=compared_with.strip(),
        added_by=by.user,
    )
    require(by, Permission.FEDERATION_KEYS, found)
    earlier = TrustedKey.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.added_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    _check(found, by)
    made = save_once(found, author="added_by")
    if made is not None:
        return made
    record(
        action="federation.trust",
        by=by,
        subject=found,
        thread=found.thread,
        after={
            "cơ quan": agency.name,
            "mã trong hệ thống gửi": found.sender_code,
            "dấu của khóa": found.fingerprint,
            "đã đối chiếu với": found.compared_with,
        },
    )
    return found


def _check(found: TrustedKey, by: Actor) -> None:
    if not found.compared_with:
        raise Refused("Hãy ghi đã đối chiếu khóa với ai, bằng cách nào.")
    if found.agency.kind not in REPORTERS or receiver_of(found.agency).pk not in by.agency_ids:
        raise Refused(f"{found.agency} không nộp báo cáo theo kỳ cho {by.agency}.")
    if found.agency.home_province_id is None:
        raise Refused(NO_PROVINCE.format(agency=found.agency))
    if found.agency_id in by.agency_ids or found.public_key == own_public_key():
        raise Refused("Đây là khóa của chính hệ thống này.")
    same = TrustedKey.objects.in_force().filter(
        receiver=found.receiver, fingerprint=found.fingerprint, sender_code=found.sender_code
    )
    if same.exists():
        raise Refused("Đã có khóa này với mã cơ quan này.")


@transaction.atomic
def revoke_key(*, key_id: int, by: Actor, version: int, reason: str) -> TrustedKey:
    """Believe it no more; what came before stays as it is. Raises NotAllowed, Stale, Refused."""
    found = locked(TrustedKey.objects.all(), key_id, by=by, permission=Permission.FEDERATION_KEYS, version=version)
    if found.revoked_on is not None:
        raise Refused("Khóa này đã thôi được tin.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do.")
    found.revoked_on, found.revoked_because = today(), reason.strip()
    found.version += 1
    found.save()
    record(
        action="federation.revoke",
        by=by,
        subject=found,
        thread=found.thread,
        after={"dấu của khóa": found.fingerprint},
        note=found.revoked_because,
    )
    return found
