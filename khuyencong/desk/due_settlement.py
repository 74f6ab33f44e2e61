"""What falls due at the end of money: instalments of what is owed back, liquidation, reconciliation."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.law.deadlines import Deadline
from khuyencong.people.roles import Role
from khuyencong.settlement.queries import contracts_to_liquidate, instalments_due, years_to_reconcile

WHO = frozenset({Role.ACCOUNTANT})


def claim_dues(asked: Asked) -> Iterable[Due]:
    """Of each claim the first instalment that has not come, from a month before its day until it comes; two queries."""
    if not asked.roles & WHO:
        return
    for owed, day, amount in instalments_due(asked.actor.agency_ids, asked.on):
        claim = owed.claim
        sentence = f"Hạn nộp trả {format_dong(amount)} đồng: {format_date(day)}."
        yield Due(
            key=f"claim:{claim.pk}:{day.isoformat()}",
            title=f"Thu hồi {format_dong(amount)} đồng của {claim.project.implementing_unit.short_name}",
            url=reverse("claim", args=[claim.pk]),
            kind=DueKind.OWN,
            roles=WHO,
            agency=asked.actor.agency.short_name,
            deadline=Deadline(day, sentence, claim.article or claim.decision, verified=True, inclusive=True),
            about=claim.project.code,
        )


def liquidation_dues(asked: Asked) -> Iterable[Due]:
    """Contracts each đề án of which is settled, until they are liquidated (TT 36/2013 Đ18.2); two queries."""
    if not asked.roles & WHO:
        return
    for one in contracts_to_liquidate(asked.actor.agency_ids):
        found = None
        if one.by is not None:
            sentence = f"Thanh lý hợp đồng không chậm quá ngày {format_date(one.by)}."
            found = Deadline(one.by, sentence, "TT 36/2013 Đ18.2", verified=True, inclusive=True)
        yield Due(
            key=f"liquidate:{one.contract.pk}",
            title=f"Thanh lý hợp đồng {one.contract.number}",
            url=reverse("contract_liquidation", args=[one.contract.pk]),
            kind=DueKind.LEGAL,
            roles=WHO,
            agency=asked.actor.agency.short_name,
            deadline=found,
            about=one.about,
        )


def reconciliation_dues(asked: Asked) -> Iterable[Due]:
    """Years of a unit whose last contract is liquidated, until Mẫu số 10 is signed (TT 36/2013 Đ19.3); two queries."""
    if not asked.roles & WHO:
        return
    for one in years_to_reconcile(asked.actor.agency_ids):
        yield Due(
            key=f"reconcile:{one.payer_id}:{one.unit_id}:{one.year}",
            title=f"Đối chiếu kinh phí năm {one.year} với {one.unit}",
            url=reverse("reconciliation", args=[one.payer_id, one.unit_id, one.year]),
            kind=DueKind.LEGAL,
            roles=WHO,
            agency=asked.actor.agency.short_name,
        )
