"""The Excel files that go out: the empty list of proposals, and the rows that were refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from khuyencong.core.dates import today
from khuyencong.documents.incoming.refused import refused_list
from khuyencong.documents.incoming.rows import RowError
from khuyencong.documents.incoming.sheet import Line, SheetColumn
from khuyencong.documents.lists import Aid, FilledList, ListColumn, list_workbook
from khuyencong.establishments.importing.files import CHOICES, COMMUNES, GUIDE, communes_aid, province_names
from khuyencong.establishments.importing.lists import Lists
from khuyencong.law.catalogue import activity_choices, sector_choices
from khuyencong.programmes.models import FundingSource, Spending
from khuyencong.projects.importing.fields import FIELD, FIELDS, MAX_ROWS
from khuyencong.projects.models import ProjectKind

SHEET: Final = "Đề án"
# Where each list to choose from stands.
_PLACES: Final = {
    "communes": f"{COMMUNES}!A",
    "sources": f"{CHOICES}!A",
    "activities": f"{CHOICES}!B",
    "kinds": f"{CHOICES}!C",
    "sectors": f"{CHOICES}!D",
    "spending": f"{CHOICES}!E",
    "provinces": f"{CHOICES}!F",
    "provinces_before": f"{CHOICES}!G",
    "yes_no": f"{CHOICES}!H",
}
_HOW_TO: Final = (
    (
        "Cách dùng",
        "Mỗi đề án một dòng ở trang «Đề án», từ dòng 2; mỗi tệp một năm. Bỏ cột, đổi thứ tự cột được; giữ tiêu đề.",
    ),
    (
        "Đề án nhóm",
        "Mỗi cơ sở một dòng, cùng «Mã nhóm» (hoặc cùng tên, khi cột «Loại» ghi Đề án nhóm). Điều chung chỉ cần ghi ở dòng đầu.",
    ),
    (
        "Cơ sở thụ hưởng",
        "Phải có trong hệ thống trước (Cơ sở → Nhập từ Excel); nhận ra theo mã số thuế, không có thì theo tên và xã.",
    ),
    (
        "Nhập lại",
        "Nhập lại đúng tệp này không lập thêm đề án nào: đề án cùng năm, nguồn, tên và cơ sở được coi là đã có.",
    ),
    ("Dòng lỗi", "Dòng không nhận được trả về trong tệp có thêm cột «Lỗi»: sửa rồi nhập lại chính tệp ấy."),
    ("Sau khi lập", "Mỗi đề án là bản nháp: mở ra soạn tiếp, đính kèm giấy tờ rồi mới gửi thẩm định."),
    ("Không nên", "Không gộp ô, không dùng công thức, không xóa dòng tiêu đề."),
)


def template_workbook(lists: Lists) -> bytes:
    """The empty list: notes on the headings, lists to choose from, and a sheet that says how to fill it in."""
    columns = [
        ListColumn(
            (field.heading,),
            kind=field.kind,
            width=field.width,
            note=field.note,
            choices=_PLACES.get(field.choices, ""),
        )
        for field in FIELDS
    ]
    return list_workbook(FilledList(SHEET, columns), _aids(lists), room=MAX_ROWS)


def _aids(lists: Lists) -> list[Aid]:
    columns = [
        [str(label) for label in FundingSource.labels],
        [label for _, label in activity_choices(today())],
        [str(label) for label in ProjectKind.labels],
        [label for _, label in sector_choices(today())],
        [str(label) for label in Spending.labels],
        *province_names(lists),
        ["Có", "Không"],
    ]
    headings = (
        "Nguồn kinh phí", "Nội dung hoạt động", "Loại", "Ngành nghề", "Tính chất chi", "Tỉnh, thành phố",
        "Tỉnh trước 01/07/2025", "Có / Không",
    )  # fmt: skip
    rows = [[column[at] if at < len(column) else "" for column in columns] for at in range(max(map(len, columns)))]
    guide = [*_HOW_TO, *((field.heading, field.note) for field in FIELDS if field.note)]
    return [
        communes_aid(lists),
        Aid(CHOICES, headings, rows, (26, 70, 16, 70, 24, 22, 24, 12)),
        Aid(GUIDE, ("Mục", "Cách ghi"), guide, (32, 100)),
    ]


def refused_workbook(
    sheet_name: str, columns: Sequence[SheetColumn], refused: Iterable[tuple[Line, Sequence[RowError]]]
) -> bytes:
    """The rows that were refused, to be corrected and brought back; see `documents.incoming.refused`."""
    return refused_list(sheet_name, columns, refused, width_of=lambda key: FIELD[key].width)
