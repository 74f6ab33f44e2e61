"""How an action takes hold of a certificate or a complaint; of a round: `competitions.door`.

Order of locks: round, certificate or complaint, establishments by their keys, head of the audit chain.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date

from khuyencong.competitions.models import Certificate, Complaint
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused, Stale
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "{} đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_certificate(certificate_id: int, permission: Permission, *, by: Actor, version: int) -> Certificate:
    """The certificate, locked. Raises NotAllowed, Stale."""
    found = Certificate.objects.with_all().select_for_update(of=("self",)).get(pk=certificate_id)
    require(by, permission, found)
    if found.version != version:
        raise Stale(STALE.format("Giấy chứng nhận"))
    return found


def lock_complaint(complaint_id: int, *, by: Actor, version: int) -> Complaint:
    """The complaint, locked. Raises NotAllowed where the actor's agency does not run the round, Stale."""
    found = (
        Complaint.objects.select_related("round__agency", "entry").select_for_update(of=("self",)).get(pk=complaint_id)
    )
    require(by, Permission.COMPETITION_MANAGE, found.round)
    if found.version != version:
        raise Stale(STALE.format("Khiếu nại"))
    return found


def lock_establishments(keys: Iterable[int]) -> dict[int, Establishment]:
    """The entries of the register with these keys, locked in order."""
    rows = Establishment.objects.select_for_update(of=("self",)).filter(pk__in=set(keys)).order_by("pk")
    return {one.pk: one for one in rows}


def in_order(*days: tuple[str, date | None]) -> None:
    """Refused where one of these named days is before the one that stands before it; unknown days are passed over."""
    known = [(name, day) for name, day in days if day is not None]
    for (before, first), (name, day) in itertools.pairwise(known):
        if day < first:
            raise Refused(
                f"{name} ({format_date(day)}) không được trước {before[:1].lower()}{before[1:]} ({format_date(first)})."
            )
