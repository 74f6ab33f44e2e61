"""How much of what a đề án asks for it may get today, and the estimate with less than that.

The estimate is the single truth: what is granted stands in its lines as support, the beneficiary pays the rest. Each
line keeps what was asked for, so that the same amount always gives the same lines, whatever was granted before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from khuyencong.core.money import split
from khuyencong.law.norms import NormBook
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.support import counts_by_beneficiary, sheets_for


@dataclass(frozen=True)
class Limit:
    """One share of a year's estimate: its lines, and the most that the law leaves for it (đồng; None: it gives no number)."""

    lines: tuple[EstimateLine, ...]
    allowed: int | None

    @property
    def asked(self) -> int:
        return sum(line.asked_support for line in self.lines)

    @property
    def most(self) -> int:
        """The most that may be granted: never more than was asked for, nor than the law allows."""
        return self.asked if self.allowed is None else min(self.asked, self.allowed)


def limits_of(
    project: Project,
    beneficiaries: Sequence[Beneficiary],
    lines: Iterable[EstimateLine],
    *,
    year: int,
    on: date,
    book: NormBook,
) -> list[Limit]:
    """What each share of the estimate asks of the money of one budget year, by the law of the day `on`; no query.

    The law limits a share over all years of the đề án: a year may get what the other years leave of it (TT 36/2013 Đ2.3).
    `lines` are restored in memory to what was asked for. Beneficiaries as `support.beneficiaries_of` reads them.
    """
    rows = [_restored(line) for line in lines]
    whole = not counts_by_beneficiary(project)
    found = []
    for one in sheets_for(project, beneficiaries, rows, on=on, book=book):
        key = one.share.beneficiary.pk if one.share.beneficiary else None
        mine = [line for line in rows if whole or line.beneficiary_id == key]
        of_year = tuple(line for line in mine if (line.year or project.year) == year)
        elsewhere = sum(line.asked_support for line in mine) - sum(line.asked_support for line in of_year)
        allowed = one.sheet.allowed
        if of_year:
            found.append(Limit(of_year, None if allowed is None else max(0, allowed - elsewhere)))
    return found


def grant(limits: Sequence[Limit], amount: int) -> None:
    """Set the lines in memory so that their support adds up to `amount` đồng, at most the sum of what the limits let pass.

    Every share gets its part of what it could get, every line its part of what it asked for, in whole đồng by the
    largest remainder; the total of a line stays, the beneficiary pays the difference. ValueError for an amount beyond.
    """
    if amount > sum(limit.most for limit in limits):
        raise ValueError(amount)
    for limit, part in zip(limits, split(amount, [limit.most for limit in limits]), strict=True):
        asked = [line.asked_support for line in limit.lines]
        for line, wanted, support in zip(limit.lines, asked, split(part, asked), strict=True):
            line.counterpart += line.support - support
            line.support = support
            line.asked = wanted if support < wanted else None


def _restored(line: EstimateLine) -> EstimateLine:
    line.counterpart -= line.asked_support - line.support
    line.support, line.asked = line.asked_support, None
    return line
