"""What a contract names a day for: the points of its schedule, and guarantees that run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.finance.models import IN_FORCE, Contract, Guarantee, Milestone
from khuyencong.law.deadlines import Deadline
from khuyencong.people.roles import Role

KEEPERS = frozenset({Role.OFFICER, Role.ACCOUNTANT})
UNIT = frozenset({Role.OFFICER})


def milestone_dues(asked: Asked) -> Iterable[Due]:
    """The points of the schedule that are not done: of the unit, and of the payer that keeps the schedule; one query."""
    if not asked.roles & KEEPERS:
        return
    rows = Milestone.objects.filter(_mine(asked), contract__state__in=IN_FORCE, done_on__isnull=True)
    for one in rows.select_related("contract", "project"):
        about = one.project.code if one.project else one.contract.number
        title = f"Mốc hợp đồng {one.contract.number}: {one.content}"
        sentence = f"Mốc của hợp đồng ngày {format_date(one.on)}, {format_dong(one.amount)} đồng."
        yield from _due(asked, f"milestone:{one.pk}", title, one.contract, one.on, sentence, about)


def guarantee_dues(asked: Asked) -> Iterable[Due]:
    """Guarantees that are neither released nor replaced: the day on which they run out; one query."""
    if not asked.roles & KEEPERS:
        return
    rows = Guarantee.objects.filter(_mine(asked), contract__state__in=IN_FORCE, released_on__isnull=True)
    for one in rows.select_related("contract"):
        title = f"Bảo lãnh sắp hết hiệu lực: {one.issuer}, số {one.number}"
        sentence = (
            f"Bảo lãnh {format_dong(one.amount)} đồng có hiệu lực đến {format_date(one.to_on)}: gia hạn hoặc giải tỏa."
        )
        yield from _due(asked, f"guarantee:{one.pk}", title, one.contract, one.to_on, sentence, one.contract.number)


def _mine(asked: Asked) -> Q:
    own = asked.actor.agency_ids
    return Q(contract__payer__in=own) | Q(contract__unit__in=own)


def _due(asked: Asked, key: str, title: str, contract: Contract, on: date, sentence: str, about: str) -> Iterable[Due]:
    pays = contract.payer_id in asked.actor.agency_ids
    roles = asked.roles & (KEEPERS if pays else UNIT)
    if roles:
        deadline = Deadline(on, sentence, contract.title, verified=True, inclusive=True)
        agency = asked.actor.agency.short_name
        url = contract.get_absolute_url()
        yield Due(key, title, url, DueKind.CONTRACT, roles, agency, deadline=deadline, about=about)
