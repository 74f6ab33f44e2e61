"""National programmes that the law room ships: their period, their targets and their money, as far as they were read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from khuyencong.law.regulations import regulations
from khuyencong.law.values import Document, Target
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, Programme, ProgrammeMoney, ProgrammeTarget
from khuyencong.programmes.models.wanted import ProgrammeSource

BUDGET = "budget"  # the code under which the law room ships the money of a programme
NATIONAL_PROGRAMME = "chương trình khuyến công quốc gia"
_PERIOD = re.compile(r"giai đoạn (\d{4})\s*[-–]\s*(\d{4})")


@dataclass(frozen=True)
class Shipped:
    """A national programme in the law room, and the years that it covers."""

    document: Document
    first_year: int
    last_year: int

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def name(self) -> str:
        """«Chương trình khuyến công quốc gia giai đoạn 2021 - 2025»: the title without what the decision does to it."""
        return self.document.title.removeprefix("Phê duyệt ")

    @property
    def decision(self) -> dict[str, str | date | None]:
        """What the decision form begins with; the officer in charge compares it."""
        return {
            "decision_number": self.document.number,
            "decision_on": self.document.issued_on,
            "decided_by": self.document.issuer,
            "effective_on": self.document.valid_from,
        }


def shipped_programmes() -> dict[str, Shipped]:
    """The national programmes of the law room by document id, latest first; without what ended before the records."""
    found = [
        Shipped(document, *_years(document))
        for document in regulations().documents.values()
        if NATIONAL_PROGRAMME in document.title.lower()
    ]
    recorded = [one for one in found if one.first_year >= FIRST_YEAR]
    return {one.id: one for one in sorted(recorded, key=lambda one: one.first_year, reverse=True)}


def not_yet_entered() -> list[Shipped]:
    """Those that no programme was taken from so far; one query."""
    taken = set(Programme.objects.exclude(law_document="").values_list("law_document", flat=True))
    return [one for one in shipped_programmes().values() if one.id not in taken]


def targets_of(shipped: Shipped) -> list[ProgrammeTarget]:
    """Its targets as rows that are not saved; each keeps its article and whether somebody has read it."""
    targets = [one for one in shipped.document.targets if one.code != BUDGET]
    return [_target(shipped, number, one) for number, one in enumerate(targets)]


def money_of(shipped: Shipped) -> list[ProgrammeMoney]:
    """Its money, as far as it was read: the law room has one sum for all sources."""
    return [
        ProgrammeMoney(
            source=ProgrammeSource.TOTAL,
            low=one.low,
            high=one.high,
            article=one.article,
            note=one.note,
            verified=one.verified,
        )
        for one in shipped.document.targets
        if one.code == BUDGET
    ]


def _target(shipped: Shipped, position: int, one: Target) -> ProgrammeTarget:
    # A target without days of its own has those of its document, which may begin before the period does.
    first = max(one.valid_from.year if one.valid_from else shipped.first_year, shipped.first_year)
    last = min(one.valid_to.year if one.valid_to else shipped.last_year, shipped.last_year)
    return ProgrammeTarget(
        position=position,
        indicator=one.code,
        label=one.label,
        unit=one.unit,
        low=one.low,
        high=one.high,
        first_year=first,
        last_year=last,
        article=one.article,
        note=one.note,
        verified=one.verified,
    )


def _years(document: Document) -> tuple[int, int]:
    """The period in the title, or else the years in which the document held."""
    named = _PERIOD.search(document.title)
    if named:
        return int(named[1]), int(named[2])
    first = document.valid_from.year if document.valid_from else FIRST_YEAR
    return first, document.valid_to.year if document.valid_to else min(first + 4, LAST_YEAR)
