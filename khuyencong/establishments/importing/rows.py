"""One row of the list: what its cells mean together, or why they cannot be taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from khuyencong.core.personal import HIDDEN
from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.documents.incoming.sheet import Line, SheetColumn
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.importing.fields import field_of, split_yearly
from khuyencong.establishments.importing.lists import Lists, bare
from khuyencong.establishments.tax_code import check_tax_code
from khuyencong.places.models import Commune, Province

MASKED = "Ô có dấu • (dữ liệu đã che) được coi là để trống."


@dataclass(slots=True)
class Reading(ReadRow):
    """A row that was read: `values` by field of the entry; `figures` by (year, figure)."""

    figures: dict[tuple[int, str], int] = field(default_factory=dict)


def read_line(line: Line, columns: Sequence[SheetColumn], lists: Lists) -> Reading:
    """What a row says. Nothing is asked of the database: the lists are at hand."""
    row = Reading(line, columns={column.key: column for column in columns if column.key})
    for key, column in row.columns.items():
        value = line.cells.get(column.index)
        if value is None or _is_masked(value):
            if value is not None and MASKED not in row.notes:
                row.notes.append(MASKED)
            continue
        _read_cell(row, key, column, value, lists)
    if "name" not in row.values and not any(error.column == row.columns["name"].title for error in row.errors):
        row.refuse("name", "Thiếu tên cơ sở.")
    settle_place(row, lists)
    settle_names(row, lists)
    if row.errors:
        _check_code(row)
    return row


def _check_code(row: Reading) -> None:
    """Of a row that goes back anyway, a wrong tax code is said as well; of others only where it is to be written."""
    if row.values.get("tax_code"):
        try:
            check_tax_code(row.values["tax_code"], row.values.get("kind", ""))
        except ValueError as error:
            row.refuse("tax_code", str(error))


def _is_masked(value: CellValue) -> bool:
    return isinstance(value, str) and HIDDEN in value


def _read_cell(row: Reading, key: str, column: SheetColumn, value: CellValue, lists: Lists) -> None:
    read = row.read(key, value, lambda value: field_of(key).read(value, lists, column.unit))
    if read is None:
        return
    yearly = split_yearly(key)
    if yearly is None:
        row.values[key] = read.value
    else:
        row.figures[yearly[1], yearly[0]] = read.value


def settle_place(row: ReadRow, lists: Lists) -> None:
    """Commune and province from whichever of code, name and province is given; they must agree, and be the importer's."""
    values = row.values
    name: str = values.pop("commune_name", "")
    province: Province | None = values.get("province")
    commune: Commune | None = values.get("commune")
    if commune is None and name and not row.failed("commune"):
        commune = _commune_called(row, name, province or lists.home, lists)
    elif commune is not None and name and bare(name) != bare(commune.name):
        row.refuse("commune_name", f"Mã xã {commune.code} là {commune.name}, không phải «{shown(name, 40)}».")
    if commune is not None:
        values["commune"] = commune
        if province is not None and province.pk != commune.province_id:
            row.refuse(
                "province", f"{commune.name} (mã {commune.code}) thuộc {commune.province}, không thuộc {province}."
            )
        province = values["province"] = commune.province
    if province is not None and lists.home is not None and province.pk != lists.home.pk:
        key = "commune" if "commune" in row.columns and commune is not None else "province"
        row.refuse(key, f"{commune or province} ở {province.name}, ngoài địa bàn của cơ quan bạn.")


def _commune_called(row: ReadRow, name: str, province: Province | None, lists: Lists) -> Commune | None:
    """The commune of that name in the province; two of one name (a ward and a commune, say) are told apart by the whole name."""
    if province is None:
        row.refuse("commune_name", "Ghi mã xã hoặc tỉnh: nhiều tỉnh có xã cùng tên.")
        return None
    for words in (fold(name), bare(name)):
        found = [one for one in lists.commune_names.get(words, ()) if one.province_id == province.pk]
        if len(found) == 1:
            return found[0]
    sentence = "có nhiều xã, phường tên" if found else "không có xã, phường, đặc khu nào tên"
    row.refuse("commune_name", f"{province.name} {sentence} «{shown(name, 40)}»: hãy ghi mã xã.")
    return None


def settle_names(row: ReadRow, lists: Lists) -> None:
    """What is looked up inside a province: the province of before, and the craft village."""
    province: Province | None = row.values.get("province") or lists.home
    before: str = row.values.pop("province_before", "")
    village: str = row.values.pop("craft_village", "")
    if before:
        found = [
            one for one in lists.provinces_before.get(bare(before), ()) if province and one.current_id == province.pk
        ]
        if len(found) == 1:
            row.values["province_before"] = found[0]
        else:
            row.refuse(
                "province_before", f"«{shown(before, 40)}» không phải là tỉnh đã hợp thành {province or 'tỉnh này'}."
            )
    if village:
        villages = lists.craft_villages.get((province.pk, fold(village)), ()) if province else ()
        if len(villages) == 1:
            row.values["craft_village"] = villages[0]
        else:
            row.refuse(
                "craft_village",
                f"Danh mục làng nghề của {province or 'tỉnh'} {'có nhiều' if villages else 'không có'} làng nghề "
                f"tên «{shown(village, 60)}».",
            )


def refuse_repeats(rows: Iterable[Reading]) -> None:
    """Refuse a row that is for the same establishment as an earlier one: the same tax code, or name and commune.

    Two rows with one name in one commune and two tax codes are two establishments.
    """
    by_code: dict[str, int] = {}
    by_name: dict[tuple[str, int | None], int] = {}
    without_code: dict[tuple[str, int | None], int] = {}  # those of them without a tax code
    for row in rows:
        code: str = row.values.get("tax_code", "")
        if code and by_code.setdefault(code, row.number) != row.number:
            row.refuse("tax_code", f"Mã số thuế này đã có ở dòng {by_code[code]} của tệp.")
            continue
        if not row.name:
            continue
        commune = row.values.get("commune")
        key = fold(row.name), commune.pk if commune else None
        same = without_code.get(key) if code else by_name.get(key)
        if same is not None:
            row.refuse(
                "name",
                f"Cùng tên và cùng xã với dòng {same} của tệp: mỗi cơ sở một dòng, hoặc ghi mã số thuế của cả hai.",
            )
        by_name.setdefault(key, row.number)
        if not code:
            without_code.setdefault(key, row.number)
