"""The Excel files that go out: the empty template, the rows that were refused, and the list as it stands.

All three have the headings that an import knows, so that each can be filled in or corrected and brought back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from khuyencong.core.dates import today
from khuyencong.core.personal import HIDDEN
from khuyencong.core.text import sort_key
from khuyencong.documents.incoming.refused import refused_list
from khuyencong.documents.incoming.rows import RowError
from khuyencong.documents.incoming.sheet import Line, SheetColumn
from khuyencong.documents.lists import Aid, FilledList, ListColumn, ListValue, list_workbook
from khuyencong.establishments.importing.fields import FIELDS, Field, field_of, split_yearly, yearly_key
from khuyencong.establishments.importing.lists import Lists
from khuyencong.establishments.importing.plan import shown_value
from khuyencong.establishments.importing.sheet import MAX_ROWS
from khuyencong.establishments.models import Establishment, EstablishmentKind, Gender, YearFigure
from khuyencong.establishments.personal import Eyes
from khuyencong.law.catalogue import sector_choices
from khuyencong.places.models import Commune

SHEET: Final = "Cơ sở"
COMMUNES, CHOICES, GUIDE = "Mã xã", "Danh mục", "Hướng dẫn"
YEARS_SHOWN: Final = 2
# Where each list to choose from stands.
_PLACES: Final[dict[str, str]] = {
    "communes": f"{COMMUNES}!A",
    "kinds": f"{CHOICES}!A",
    "sectors": f"{CHOICES}!B",
    "provinces": f"{CHOICES}!C",
    "provinces_before": f"{CHOICES}!D",
    "yes_no": f"{CHOICES}!E",
    "genders": f"{CHOICES}!F",
}
_HOW_TO: Final = (
    (
        "Cách dùng",
        "Ghi mỗi cơ sở một dòng ở trang «Cơ sở», từ dòng 2. Có thể bỏ cột không dùng, đổi thứ tự cột; giữ tiêu đề.",
    ),
    ("Ô để trống", "Cơ sở đã có trong hệ thống thì ô để trống không thay đổi hồ sơ."),
    ("Cơ sở đã có", "Được nhận ra theo mã số thuế; không có thì theo tên (không kể dấu, chữ hoa) trong cùng xã."),
    ("Nhập lại", "Nhập lại đúng tệp này không làm thay đổi gì."),
    ("Dòng lỗi", "Dòng không nhận được trả về trong tệp có thêm cột «Lỗi»: sửa rồi nhập lại chính tệp ấy."),
    ("Không nên", "Không gộp ô, không dùng công thức, không xóa dòng tiêu đề."),
)


def shown_keys(on: date) -> list[str]:
    """The keys of all columns that a file of that day has: those of the entry, then the last two full years."""
    years = range(on.year - YEARS_SHOWN, on.year)
    return [
        *(field.key for field in FIELDS),
        *(yearly_key(figure, year) for year in years for figure in ("revenue", "tax_paid")),
    ]


def template_workbook(lists: Lists) -> bytes:
    """The empty list: notes on the headings, lists to choose from, and a sheet that says how to fill it in."""
    columns = [_column(field_of(key)) for key in shown_keys(today())]
    return list_workbook(FilledList(SHEET, columns), _aids(lists), room=MAX_ROWS)


def _column(field: Field) -> ListColumn:
    return ListColumn(
        (field.heading,),
        kind=field.kind,
        width=field.width,
        note=field.note,
        choices=_PLACES[field.choices] if field.choices else "",
    )


def _aids(lists: Lists) -> list[Aid]:
    """The sheets beside the list, for the importer's province or the nation."""
    columns = [
        [str(kind.label) for kind in EstablishmentKind if kind is not EstablishmentKind.UNKNOWN],
        [label for _, label in sector_choices()],
        *province_names(lists),
        ["Có", "Không"],
        [str(gender.label) for gender in Gender],
    ]
    depth = max(map(len, columns))
    guide = [*_HOW_TO, *((field.heading, field.note) for field in FIELDS)]
    return [
        communes_aid(lists),
        Aid(
            CHOICES,
            ("Loại hình", "Ngành nghề", "Tỉnh, thành phố", "Tỉnh trước 01/07/2025", "Có / Không", "Giới tính"),
            [[column[at] if at < len(column) else "" for column in columns] for at in range(depth)],
            (32, 70, 22, 24, 12, 12),
        ),
        Aid(GUIDE, ("Mục", "Cách ghi"), guide, (32, 100)),
    ]


def communes_aid(lists: Lists) -> Aid:
    """The communes of today with their codes, for the importer's province or the nation."""
    home = lists.home
    communes = sorted(
        (one for one in lists.communes.values() if home is None or one.province_id == home.pk),
        key=lambda one: (one.province.sort_key, one.sort_key),
    )
    return Aid(
        COMMUNES,
        ("Mã xã", "Xã, phường, đặc khu", "Tỉnh, thành phố"),
        [(one.code, one.name, one.province.short_name) for one in communes],
        (10, 36, 24),
    )


def province_names(lists: Lists) -> tuple[list[str], list[str]]:
    """The provinces of today and those of before 01/07/2025 that a list of this importer may name."""
    home = lists.home
    provinces = sorted({one.pk: one for one in lists.provinces.values()}.values(), key=lambda one: one.sort_key)
    before = {one.pk: one for some in lists.provinces_before.values() for one in some}
    old = [one for one in before.values() if home is None or one.current_id == home.pk]
    return (
        [one.short_name for one in provinces if home is None or one.pk == home.pk],
        sorted((one.short_name for one in old), key=sort_key),
    )


def refused_workbook(
    sheet_name: str, columns: Sequence[SheetColumn], refused: Iterable[tuple[Line, Sequence[RowError]]]
) -> bytes:
    """The rows that were refused, to be corrected and brought back; see `documents.incoming.refused`."""
    return refused_list(sheet_name, columns, refused, width_of=lambda key: field_of(key).width)


def export_workbook(
    entries: Iterable[Establishment], figures: Mapping[tuple[int, int], YearFigure], *, eyes: Eyes
) -> bytes:
    """Entries as an import would bring them, what is personal only for eyes that may see it.

    `entries` come with the places they refer to; `figures` by (entry, year).
    """
    keys = shown_keys(today())
    columns = [ListColumn((field.heading,), kind=field.kind, width=field.width) for field in map(field_of, keys)]
    rows = ([_exported(entry, key, figures, eyes) for key in keys] for entry in entries)
    return list_workbook(FilledList(SHEET, columns, rows))


def _exported(entry: Establishment, key: str, figures: Mapping[tuple[int, int], YearFigure], eyes: Eyes) -> ListValue:
    yearly = split_yearly(key)
    if yearly is not None:
        figure = figures.get((entry.pk, yearly[1]))
        return getattr(figure, yearly[0]) if figure else None
    if key in _UNITS_OF_TODAY:
        return _UNITS_OF_TODAY[key](entry)
    value = getattr(entry, key)
    if field_of(key).personal:
        return _seen(key, value, eyes)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else shown_value(key, value)


def _commune(entry: Establishment) -> Commune | None:
    return entry.commune and (entry.commune.current or entry.commune)


# A place is written as it is called today, so that the list can come back.
_UNITS_OF_TODAY: Final[dict[str, Callable[[Establishment], str]]] = {
    "commune": lambda entry: commune.code if (commune := _commune(entry)) else "",
    "commune_name": lambda entry: commune.name if (commune := _commune(entry)) else "",
    "province": lambda entry: (entry.province.current or entry.province).short_name,
}


def _seen(key: str, value: str | int | None, eyes: Eyes) -> ListValue:
    """A value of a person for these eyes; what is masked holds a dot, by which an import knows to leave it alone."""
    if value is None or value == "" or eyes.see_all:
        return value
    if isinstance(value, int):
        return eyes.year(value)
    match key:
        case "email":
            return eyes.email(value)
        case "contact" | "owner_name":
            return f"{eyes.name(value)} {HIDDEN * 3}"
        case "tax_code":
            return eyes.tax_code(value)
    return eyes.number(value)
