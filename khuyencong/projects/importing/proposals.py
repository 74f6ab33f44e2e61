"""Rows put together to đề án: a row of its own, or the rows of one đề án nhóm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid5

from khuyencong.core.money import format_dong
from khuyencong.core.text import fold
from khuyencong.documents.incoming.rows import ReadRow, RowError
from khuyencong.establishments.models import Establishment
from khuyencong.law.catalogue import activity_name
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.importing.rows import MONEY
from khuyencong.projects.models import Project, ProjectKind
from khuyencong.projects.models.proposals import ProposalOutcome

# What may differ between the rows of one đề án: each is one establishment with its line of the estimate.
OWN: Final = frozenset({
    "establishment", "tax_code", "commune", "province_before", "place_text", "item", "note", "total", *MONEY,
    "commits_own_capital", "declares_no_other_support", "year",
})  # fmt: skip
COPIED: Final = (
    "name", "kind", "activity", "sector", "spending", "cooperating_unit", "planned_beneficiaries", "beneficiary_criteria",
    "necessity", "aims", "scale", "superior", "organisation", "effects", "sustainability", "starts_on", "ends_on",
)  # fmt: skip
NEEDED: Final = {
    "name": "Thiếu tên đề án.",
    "source": "Thiếu nguồn kinh phí: ghi Khuyến công quốc gia hoặc Khuyến công địa phương.",
    "activity": "Thiếu nội dung hoạt động (NĐ 45/2012 Đ4).",
}
ONLY_GROUP: Final = ("planned_beneficiaries", "beneficiary_criteria")
# The rows of a list name the đề án that they make: the same row always makes the same key.
_NAMESPACE: Final = UUID("6d0c1c1f-52f5-5a0b-9a51-5f2ad1b6f0c2")


@dataclass(slots=True)
class Proposal:
    """One đề án of the list; `parts` are the establishments of its rows, None for a row that names none."""

    rows: list[ReadRow]
    parts: list[Establishment | None] = field(default_factory=list)
    existing: Project | None = None

    @property
    def first(self) -> ReadRow:
        return self.rows[0]

    @property
    def number(self) -> int:
        return self.first.number

    @property
    def errors(self) -> list[RowError]:
        return [error for row in self.rows for error in row.errors]

    @property
    def outcome(self) -> ProposalOutcome:
        if self.errors:
            return ProposalOutcome.REFUSED
        return ProposalOutcome.EXISTS if self.existing else ProposalOutcome.CREATE

    @property
    def kind(self) -> str:
        values = self.first.values
        kind: str = values.get("kind", ProjectKind.GROUP.value if "group" in values else ProjectKind.SINGLE.value)
        return kind

    @property
    def source(self) -> str:
        source: str = self.first.values.get("source", "")
        return source

    @property
    def folded(self) -> str:
        return fold(self.first.name)

    @property
    def establishment(self) -> Establishment | None:
        """The one of a đề án that is not put together of several rows."""
        return self.parts[0] if self.parts and not self.is_group else None

    @property
    def is_group(self) -> bool:
        return self.kind == ProjectKind.GROUP or len(self.rows) > 1

    @property
    def identity(self) -> tuple[str, str, int]:
        """By what a đề án of one unit and year is known: its money, its name, and for a single one its establishment."""
        return self.source, self.folded, self.establishment.pk if self.establishment else 0

    def creation_key(self, *, unit_id: int, year: int) -> UUID:
        """The key that the same row always gets, so that the database too refuses a second đề án of it."""
        return uuid5(_NAMESPACE, "|".join(map(str, (unit_id, year, *self.identity))))

    def province(self, home: Province | None) -> Province | None:
        """Where it is carried out: as the row says, else the unit's own province, else that of the establishment."""
        named: Province | None = self.first.values.get("province")
        of_part = next((part.province for part in self.parts if part), None)
        return named or home or (of_part and (of_part.current or of_part))

    def fields(self, year: int) -> dict[str, Any]:
        """What `create_project` writes; what the rows of a group do not agree on is left open."""
        found: dict[str, Any] = {}
        for row in self.rows:
            found = {key: value for key, value in row.values.items() if key in COPIED} | found
        places = {row.values.get("commune") or _commune_of(part) for row, part in self._pairs}
        before = {row.values.get("province_before") or (part and part.province_before) for row, part in self._pairs}
        texts = {row.values.get("place_text", "") for row in self.rows}
        sectors = {part.sector for part in self.parts if part}
        return {
            "kind": self.kind,
            "sector": sectors.pop() if len(sectors) == 1 else "",
            **found,
            "year": year,
            "commune": places.pop() if len(places) == 1 else None,
            "province_before": before.pop() if len(before) == 1 else None,
            "place_text": texts.pop() if len(texts) == 1 else "",
        }

    @property
    def _pairs(self) -> list[tuple[ReadRow, Establishment | None]]:
        return list(zip(self.rows, self.parts or [None] * len(self.rows), strict=True))

    def told(self, row: ReadRow) -> list[list[str]]:
        """What a row would make, as label and text."""
        at = self.rows.index(row)
        part = self.parts[at] if self.parts else None
        values = row.values
        lines = [
            ["Loại", str(ProjectKind(self.kind).label)],
            ["Nguồn kinh phí", str(FundingSource(self.source).label)],
            ["Nội dung hoạt động", activity_name(values.get("activity", self.first.values["activity"]))],
            ["Cơ sở thụ hưởng", part.name if part else "chưa nêu"],
        ]
        if "total" in values:
            lines.append(["Tổng kinh phí", f"{format_dong(values['total'])} đồng"])
            lines.append(["Kinh phí khuyến công", f"{format_dong(values.get('support', 0))} đồng"])
        return lines


def _commune_of(part: Establishment | None) -> Any:
    return part and part.commune and (part.commune.current or part.commune)


def group_rows(rows: Iterable[ReadRow]) -> list[Proposal]:
    """The đề án of the list in its order: rows of one «mã nhóm», or of one name that are of several establishments.

    Of a đề án nhóm (or điểm, or nhiệm vụ) without «mã nhóm», rows with the same name and money belong together; rows of
    plain đề án never do, since many have one name. What the first row says need not be said again; rows that contradict
    it are refused.
    """
    found: list[Proposal] = []
    known: dict[tuple[str, ...], Proposal] = {}
    for row in rows:
        key = _key(row)
        mine = known.get(key) if key else None
        if mine is None:
            mine = Proposal([])
            found.append(mine)
            if key:
                known[key] = mine
        mine.rows.append(row)
    for one in found:
        _check_first(one)
        _refuse_contradictions(one)
    return found


def _key(row: ReadRow) -> tuple[str, ...] | None:
    values = row.values
    if "group" in values:
        return ("mã", fold(values["group"]))
    if values.get("kind", ProjectKind.SINGLE) == ProjectKind.SINGLE or not row.name:
        return None
    return ("tên", values["kind"], values.get("source", ""), fold(row.name))


def _check_first(one: Proposal) -> None:
    row = one.first
    for key, sentence in NEEDED.items():
        if key not in row.values and not row.failed(key):
            row.refuse(key, sentence)
    if "group" in row.values and one.kind == ProjectKind.SINGLE:
        row.refuse("kind", "Có mã nhóm thì không phải đề án đơn: hãy ghi Đề án nhóm, hoặc bỏ mã nhóm.")
    for each in one.rows:
        for key in ONLY_GROUP:
            if key in each.values and one.kind != ProjectKind.GROUP:
                each.refuse(key, "Chỉ ghi cho đề án nhóm (TT 36/2013 Đ10.1.a).")


def _refuse_contradictions(one: Proposal) -> None:
    for row in one.rows[1:]:
        for key, value in row.values.items():
            mine = one.first.values.get(key)
            if key not in OWN and mine is not None and _comparable(value) != _comparable(mine):
                row.refuse(
                    key, f"Khác với dòng {one.number} của cùng đề án: hãy ghi như nhau, hoặc chỉ ghi ở dòng đầu."
                )


def _comparable(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def refuse_whole(proposals: Sequence[Proposal]) -> None:
    """With one row of a đề án refused, the others go back with it: half a group is not what was meant."""
    for one in proposals:
        bad = [row.number for row in one.rows if row.errors]
        for row in one.rows:
            if bad and not row.errors:
                row.refuse("name", f"Dòng {bad[0]} của cùng đề án có lỗi: sửa dòng ấy rồi nhập lại cả nhóm.")
