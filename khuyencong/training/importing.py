"""A list of learners from an Excel file: read whole, and taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import Read, as_text, text
from khuyencong.documents.incoming.kinds import ListKind, names_of
from khuyencong.documents.incoming.refused import refused_list
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.documents.incoming.sheet import Line, SheetColumn, read_list
from khuyencong.documents.lists import Aid, FilledList, ListColumn, list_workbook
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.ethnic_groups import ethnic_groups
from khuyencong.establishments.importing import values
from khuyencong.places.models import Commune
from khuyencong.training.identity import identity_number
from khuyencong.training.models import Course

MOST_ROWS: Final = 1_000
# Digits of an identity number that Excel has kept as a number: one or two zeros are missing before twelve (001 to 096).
LOST: Final = (10, 11)
# Key → heading, and what else people write (folded). "name" is the column by which rows are told from totals.
COLUMNS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "name": ("Họ và tên", ("ho ten", "ten", "ho va ten hoc vien", "ten hoc vien", "dai bieu", "hoc vien")),
    "birth_year": ("Năm sinh", ("ngay sinh", "ngay thang nam sinh", "ngay, thang, nam sinh", "sinh nam")),
    "gender": ("Giới tính", ("nam nu", "nam/nu", "gioi")),
    "ethnicity": ("Dân tộc", ()),
    "identity_number": (
        "Số căn cước",
        ("cccd", "so cccd", "so can cuoc cong dan", "cmnd", "so cmnd", "can cuoc", "cccd/cmnd"),
    ),
    "commune": ("Xã, phường", ("xa", "phuong", "xa phuong", "xa/phuong", "xa phuong dac khu")),
    "place_text": ("Địa chỉ", ("noi o", "cho o", "dia chi lien he", "ap", "thon")),
    "phone": ("Điện thoại", ("so dien thoai", "sdt", "dt", "dien thoai lien he")),
    "workplace": ("Nơi làm việc", ("don vi", "co so", "don vi cong tac", "co quan", "noi cong tac")),
    "salaried": ("Hưởng lương ngân sách", ("huong luong", "huong luong tu ngan sach", "can bo")),
}
_HEADINGS: Final = {key: heading for key, (heading, _) in COLUMNS.items()}
KIND: Final = ListKind(
    names=names_of(COLUMNS),
    heading_of_key=_HEADINGS.__getitem__,
    money=(),
    things="người",
    missing="Không thấy dòng tiêu đề: tệp phải có cột «Họ và tên» và ít nhất một cột nữa như trong tệp mẫu.",
    most_rows=MOST_ROWS,
)
_WIDTHS: Final = {"name": 30, "commune": 24, "place_text": 30, "workplace": 34, "identity_number": 18}


@dataclass
class LearnerList:
    """A file that was read: rows that can be taken, and those that cannot with why."""

    columns: tuple[SheetColumn, ...]
    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[ReadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def errors(self) -> list[tuple[int, str, str, str]]:
        """For the page: row, cell, column, sentence."""
        return [(row.number, one.cell, one.column, one.sentence) for row in self.refused for one in row.errors]

    def back(self) -> bytes:
        """The refused rows as a file, each with what is wrong in it."""
        rows = [(row.line, row.errors) for row in self.refused]
        return refused_list("Học viên", self.columns, rows, width_of=lambda key: _WIDTHS.get(key, 16))


def communes_of(course: Course) -> list[Commune]:
    """Today's communes of the province of the đề án; one query."""
    province = course.project.province
    rows = Commune.objects.filter(province=province.current_id or province.pk, valid_to__isnull=True)
    return list(rows.order_by("sort_key"))


def read_learners(content: bytes, course: Course) -> LearnerList:
    """The people in an .xlsx file; Refused where it holds no such list. An identity card stands once in file and class."""
    sheet = read_list(content, KIND)
    by_name: dict[str, list[Commune]] = {}
    for one in communes_of(course):
        for words in {fold(one.name), fold(_bare(one.name))}:
            by_name.setdefault(words, []).append(one)
    there = dict(course.learners.listed().exclude(identity_number="").values_list("identity_number", "number"))
    found = LearnerList(sheet.columns, notes=list(sheet.notes))
    seen: dict[str, int] = {}
    for line in sheet.lines:
        row = _read(line, sheet.columns, by_name)
        number = row.values.get("identity_number", "")
        if number and number in there:
            row.refuse("identity_number", f"Người có số này đã đứng thứ {there[number]} trong danh sách của lớp.")
        elif number and number in seen:
            row.refuse("identity_number", f"Số này đã có ở dòng {seen[number]}.")
        elif number:
            seen[number] = row.number
        if row.errors:
            found.refused.append(row)
        else:
            found.rows.append(row.values)
        found.notes += [f"Dòng {row.number}: {note}" for note in row.notes]
    return found


def _bare(name: str) -> str:
    """«Mỹ Lợi» of «Xã Mỹ Lợi»."""
    for kind in ("Xã ", "Phường ", "Đặc khu "):
        if name.startswith(kind):
            return name.removeprefix(kind)
    return name


def _read(line: Line, columns: Sequence[SheetColumn], communes: Mapping[str, list[Commune]]) -> ReadRow:
    row = ReadRow(line, columns={column.key: column for column in columns if column.key})
    readers = _readers(communes)
    for key, column in row.columns.items():
        value = line.cells.get(column.index)
        if value is None:
            continue
        read = row.read(key, value, readers[key])
        if read is not None:
            row.values[key] = read.value
    if "name" not in row.values and not row.failed("name"):
        row.refuse("name", "Hãy ghi họ và tên.")
    return row


def _readers(communes: Mapping[str, list[Commune]]) -> dict[str, Callable[[CellValue], Read]]:
    return {
        "name": lambda value: text(value, longest=120),
        "birth_year": values.birth_year,
        "gender": values.gender,
        "ethnicity": lambda value: text(value, longest=40),
        "identity_number": _identity,
        "commune": lambda value: _commune(value, communes),
        "place_text": lambda value: text(value, longest=300),
        "phone": lambda value: Read(str(values.phone(value).value)[:20]),
        "workplace": lambda value: text(value, longest=300),
        "salaried": values.yes_or_no,
    }


def _identity(value: CellValue) -> Read:
    """The digits; what Excel kept as a number has lost the zero with which the numbers of many provinces begin."""
    if isinstance(value, int) and not isinstance(value, bool):
        digits = str(value)
        if len(digits) in LOST:
            return Read(digits.zfill(12), f"Số căn cước {digits} được đọc là {digits.zfill(12)}.")
    return Read(identity_number(as_text(value)))


def _commune(value: CellValue, communes: Mapping[str, list[Commune]]) -> Read:
    words = as_text(value)
    found = communes.get(fold(words), [])
    if len(found) != 1:
        why = "có nhiều xã, phường tên như vậy" if found else "tỉnh của đề án không có xã, phường này hôm nay"
        raise ValueError(f"«{shown(words, 40)}»: {why}; ghi cả «Xã» hoặc «Phường», hoặc để trống và ghi vào «Địa chỉ».")
    return Read(found[0])


def template(course: Course) -> bytes:
    """An empty list to fill in, with today's communes of the province to choose from."""
    choices = {"commune": "Xã, phường!A", "ethnicity": "Dân tộc!A", "gender": "Giới tính!A"}
    columns = [
        ListColumn((heading,), width=_WIDTHS.get(key, 16), choices=choices.get(key, ""))
        for key, (heading, _) in COLUMNS.items()
    ]
    aids = (
        Aid("Xã, phường", ("Xã, phường, đặc khu",), [(one.name,) for one in communes_of(course)], (40,)),
        Aid("Dân tộc", ("Dân tộc",), [(name,) for name in ethnic_groups().names], (30,)),
        Aid("Giới tính", ("Giới tính",), [("Nữ",), ("Nam",)], (16,)),
    )
    return list_workbook(FilledList("Học viên", columns), aids, room=500)
