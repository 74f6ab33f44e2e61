"""The calculation that was frozen at the last submission beside the same calculation by the law of another day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from khuyencong.core.findings import Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.law.differences import Difference, differences
from khuyencong.law.support import CalculationSheet
from khuyencong.projects.models import Project, SupportSheet
from khuyencong.projects.support import BeneficiarySheet


@dataclass(frozen=True)
class Recalculated:
    """One share of the estimate, as frozen and as computed now; a side is None where the share is only in the other."""

    name: str
    before: CalculationSheet | None
    after: CalculationSheet | None

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What changed, in words; empty where nothing of substance did, or where there is nothing to compare with."""
        return differences(self.before, self.after) if self.before and self.after else ()

    @property
    def is_same(self) -> bool:
        """Whether both sides are there and nothing of substance differs."""
        return self.before is not None and self.after is not None and not self.differences

    @property
    def finding(self) -> Finding | None:
        """What whoever decides must know: the law of today allows less than it did when the đề án was submitted."""
        if self.before is None or self.after is None or self.before.allowed is None:
            return None
        then, now = self.before.allowed, self.after.allowed
        if now is not None and now >= then:
            return None
        left = "không còn tính được số" if now is None else f"chỉ còn {format_dong(now)} đồng"
        sentence = f"{self.name}: tính lại hôm nay, mức hỗ trợ tối đa {left}; khi gửi là {format_dong(then)} đồng."
        return Warning_("lower_today", sentence, self.after.norm.citation if self.after.norm else "")


@dataclass(frozen=True)
class Recalculation:
    """All shares of a đề án, frozen against computed now."""

    rows: tuple[Recalculated, ...]

    @property
    def changed(self) -> list[Recalculated]:
        return [one for one in self.rows if not one.is_same]

    @property
    def same(self) -> int:
        """How many shares have not changed."""
        return sum(one.is_same for one in self.rows)

    @property
    def findings(self) -> list[Finding]:
        """One for each share that the law of today allows less."""
        return [one.finding for one in self.rows if one.finding is not None]


def stored_sheets(project: Project) -> list[SupportSheet]:
    """The sheets of the last submission, in one query; none before the first."""
    return list(project.sheets.filter(submission=project.submission)) if project.submission else []


def recalculated(stored: Iterable[SupportSheet], now: Sequence[BeneficiarySheet]) -> Recalculation:
    """Both sides paired by beneficiary; one that has left the đề án, or is new in it, stands on its own side only."""
    left: dict[tuple[int | None, str], list[CalculationSheet]] = {}
    for row in stored:
        left.setdefault(_key(row.beneficiary_id, row.calculation), []).append(row.calculation)
    found = []
    for one in now:
        beneficiary = one.share.beneficiary
        before = left.get(_key(beneficiary.pk if beneficiary else None, one.sheet))
        found.append(Recalculated(one.sheet.query.beneficiary_name, before.pop(0) if before else None, one.sheet))
    # Two that have left may bear the same name.
    gone = [Recalculated(sheet.query.beneficiary_name, sheet, None) for same in left.values() for sheet in same]
    return Recalculation((*found, *gone))


def _key(beneficiary_id: int | None, sheet: CalculationSheet) -> tuple[int | None, str]:
    """A sheet whose beneficiary was removed has lost its key: then its name tells it from the common share."""
    return beneficiary_id, "" if beneficiary_id is not None else sheet.query.beneficiary_name
