"""Two versions of a programme side by side: what was added, dropped or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from khuyencong.programmes.models import ProgrammeMoney, ProgrammeTarget
from khuyencong.programmes.models.wanted import Wanted

ADDED, DROPPED, CHANGED, SAME = "Thêm", "Bỏ", "Đổi", "Giữ nguyên"
W = TypeVar("W", bound=Wanted)


@dataclass(frozen=True)
class Difference:
    """One line: what it is about, and its amount in each version ("" where it is not in that version)."""

    label: str
    before: str
    after: str
    unit_before: str = ""
    unit_after: str = ""

    @property
    def kind(self) -> str:
        if not self.before or not self.after:
            return DROPPED if self.before else ADDED
        return SAME if (self.before, self.unit_before) == (self.after, self.unit_after) else CHANGED

    @property
    def is_different(self) -> bool:
        return self.kind != SAME


def target_differences(before: Iterable[ProgrammeTarget], after: Iterable[ProgrammeTarget]) -> list[Difference]:
    """The targets of both, in the order of the later version; what was dropped comes last."""
    return [
        Difference(
            f"{one.label}, {one.period}",
            old.amount if old else "",
            new.amount if new else "",
            old.unit if old else "",
            new.unit if new else "",
        )
        for old, new, one in _paired(
            before, after, lambda row: (row.indicator, row.label, row.first_year, row.last_year)
        )
    ]


def money_differences(before: Iterable[ProgrammeMoney], after: Iterable[ProgrammeMoney]) -> list[Difference]:
    """The money of both by source, in đồng."""
    return [
        Difference(
            one.get_source_display(),
            old.amount if old else "",
            new.amount if new else "",
            "đồng" if old else "",
            "đồng" if new else "",
        )
        for old, new, one in _paired(before, after, lambda row: (row.source,))
    ]


def _paired(
    before: Iterable[W], after: Iterable[W], key: Callable[[W], tuple[object, ...]]
) -> list[tuple[W | None, W | None, W]]:
    """(old, new, the one that is there) by key."""
    old, new = {key(row): row for row in before}, {key(row): row for row in after}
    kept = [(old.get(name), row, row) for name, row in new.items()]
    return [*kept, *((row, None, row) for name, row in old.items() if name not in new)]
