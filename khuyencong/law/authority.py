"""Who decides on a change of an approved đề án: TT 36/2013 Đ11, as data of `authority.yaml`.

The circular governs national money; for local money the same division is applied by analogy, and says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from khuyencong.core.errors import Refused
from khuyencong.law.values import SOURCES, in_force
from khuyencong.law.yamlfile import Item, read

AUTHORITY_FILE = Path(__file__).with_name("authority.yaml")


class Change(StrEnum):
    """What an adjustment changes, in the words of TT 36/2013 Đ11."""

    MORE_SUPPORT = "more_support"
    LESS_SUPPORT = "less_support"
    ACTIVITY = "activity"
    NEXT_YEAR = "next_year"
    TIME = "time"
    PLACE = "place"
    COOPERATION = "cooperation"
    BENEFICIARY = "beneficiary"
    NAMING = "naming"
    ESTIMATE = "estimate"
    OTHER = "other"
    ADDITION = "addition"
    STOP = "stop"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Change.MORE_SUPPORT: "Tăng tổng mức kinh phí hỗ trợ",
    Change.LESS_SUPPORT: "Giảm tổng mức kinh phí hỗ trợ",
    Change.ACTIVITY: "Thay đổi nội dung hoạt động khuyến công",
    Change.NEXT_YEAR: "Gia hạn thời gian thực hiện sang năm sau",
    Change.TIME: "Thay đổi thời gian thực hiện trong năm",
    Change.PLACE: "Thay đổi địa điểm",
    Change.COOPERATION: "Thay đổi đơn vị phối hợp",
    Change.BENEFICIARY: "Thay đổi đơn vị thụ hưởng",
    Change.NAMING: "Xác định đơn vị thụ hưởng của đề án nhóm",
    Change.ESTIMATE: "Điều chỉnh dự toán, không đổi tổng mức hỗ trợ",
    Change.OTHER: "Điều chỉnh khác",
    Change.ADDITION: "Bổ sung đề án vào kế hoạch",
    Change.STOP: "Ngừng thực hiện đề án",
}


class Level(StrEnum):
    """Who decides, from the lowest."""

    DEPARTMENT = "department"
    AGENCY = "agency"
    COMMITTEE = "committee"
    MINISTRY = "ministry"

    @property
    def label(self) -> str:
        return _LEVEL_LABELS[self]


_LEVEL_LABELS = {
    Level.DEPARTMENT: "Sở Công Thương",
    Level.AGENCY: "Cục",
    Level.COMMITTEE: "UBND tỉnh, thành phố",
    Level.MINISTRY: "Bộ Công Thương",
}
_ORDER = tuple(Level)


@dataclass(frozen=True, slots=True)
class Authority:
    """One line of the table: who decides on these changes, by which article, and whether anybody has read it there."""

    kinds: tuple[Change, ...]
    source: str
    level: Level
    article: str
    valid_from: date | None
    valid_to: date | None
    verified: bool
    group: bool = False
    appraised_by_department: bool = False
    note: str = ""

    def covers(self, kind: Change, case: Case, on: date) -> bool:
        """Whether this line speaks of such a change of such a đề án on a day."""
        return (
            kind in self.kinds
            and self.source == case.source
            and in_force(self.valid_from, self.valid_to, on)
            and (case.group or not self.group)
            and (case.appraised_by_department or not self.appraised_by_department)
        )


@dataclass(frozen=True, slots=True)
class Case:
    """What of a đề án the authority depends on."""

    source: str
    group: bool
    appraised_by_department: bool


def load_authorities(path: Path = AUTHORITY_FILE) -> tuple[Authority, ...]:
    """Read and check the table. Raises LawFileError with the line of the first mistake."""
    top = read(path)
    found = tuple(_authority(item) for item in top.items("rules"))
    top.finish()
    return found


@cache
def authorities() -> tuple[Authority, ...]:
    """The shipped table, read once."""
    return load_authorities()


def authority_for(kind: Change, case: Case, on: date) -> Authority:
    """The line that decides on one change. Refused where the law of that day names nobody."""
    found = next((one for one in authorities() if one.covers(kind, case, on)), None)
    if found is None:
        raise Refused(f"Chưa có quy định ai quyết định việc «{kind.label}» vào ngày này.", article="TT 36/2013 Đ11")
    return found


def highest(found: Collection[Authority]) -> Level:
    """The level that decides on several changes at once: the highest among them. ValueError for none."""
    return max((one.level for one in found), key=_ORDER.index)


def _authority(item: Item) -> Authority:
    kinds = []
    for text in item.texts("kinds"):
        if text not in set(Change):
            raise item.error(f"«{text}» không phải một loại điều chỉnh.", key="kinds")
        kinds.append(Change(text))
    found = Authority(
        kinds=tuple(kinds),
        source=item.one_of("source", SOURCES),
        level=Level(item.one_of("level", tuple(_ORDER))),
        article=item.text("article"),
        valid_from=item.day("from"),
        valid_to=item.day("to"),
        verified=item.flag("verified"),
        group=item.flag("group", default=False),
        appraised_by_department=item.flag("appraised_by_department", default=False),
        note=item.text("note", default=""),
    )
    item.finish()
    return found
