"""What establishments are called to take part in: competitions of products that take entries, fairs that take names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from khuyencong.competitions.models import Round, RoundState
from khuyencong.fairs.models import Fair, FairState


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `until` is the last day on which one may answer. `document` is its paper, `how` says where to bring what."""

    kind: str
    title: str
    who: str
    where: str
    begins: dt.date | None
    until: dt.date
    document: str
    how: str


def called_now(on: dt.date) -> list[Call]:
    """Everything that may still be answered and that somebody has put on the portal, by its last day; two queries."""
    rounds = Round.objects.filter(state=RoundState.CALLED, on_portal=True, entries_until__gte=on).select_related(
        "agency", "province", "commune"
    )
    fairs = Fair.objects.filter(state=FairState.CALLED, on_portal=True, register_until__gte=on).select_related(
        "project__implementing_unit", "project__province"
    )
    found = [
        Call(
            kind="Bình chọn sản phẩm",
            title=one.name,
            who=one.agency.name,
            where=str(one.place),
            begins=one.entries_from,
            until=one.entries_until,
            document=one.call_number,
            how=one.where,
        )
        for one in rounds
        if one.entries_until is not None
    ]
    found += [
        Call(
            kind="Hội chợ, triển lãm",
            title=one.name,
            who=one.project.implementing_unit.name,
            where=", ".join(part for part in (one.place, one.country) if part),
            begins=one.starts_on,
            until=one.register_until,
            document=one.call_number,
            how=one.about,
        )
        for one in fairs
        if one.register_until is not None
    ]
    return sorted(found, key=lambda one: (one.until, one.title))
