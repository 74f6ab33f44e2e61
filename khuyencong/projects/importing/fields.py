"""The columns that a list of proposals may have: how they are headed, what stands in them, how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Final

from khuyencong.core.dates import today
from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import Read, as_text, day, long_text, text
from khuyencong.documents.incoming.kinds import ListKind, names_of
from khuyencong.documents.incoming.sheet import SheetRead, read_list
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.importing.fields import BY_KEY, Field, Reader, one_of
from khuyencong.establishments.importing.lists import Lists
from khuyencong.establishments.importing.values import dong, whole_number, yes_or_no
from khuyencong.law.catalogue import activity_choices
from khuyencong.programmes.models import FundingSource, Spending
from khuyencong.projects.models import ProjectKind
from khuyencong.projects.models.project import LONG_TEXT, MOST_BENEFICIARIES

MAX_ROWS: Final = 1_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

# Folded; what people write beside the label and the code.
_KINDS: Final = {
    "de an don": ProjectKind.SINGLE, "don": ProjectKind.SINGLE, "nhom": ProjectKind.GROUP, "diem": ProjectKind.FLAGSHIP,
    "de an lap theo nhom": ProjectKind.GROUP, "nhiem vu khuyen cong": ProjectKind.TASK,
}  # fmt: skip
_SOURCES: Final = {
    "quoc gia": FundingSource.NATIONAL, "kcqg": FundingSource.NATIONAL, "qg": FundingSource.NATIONAL,
    "trung uong": FundingSource.NATIONAL, "dia phuong": FundingSource.LOCAL, "kcdp": FundingSource.LOCAL,
    "dp": FundingSource.LOCAL, "tinh": FundingSource.LOCAL,
}  # fmt: skip
_SPENDING: Final = {
    "thuong xuyen": Spending.RECURRENT, "dau tu": Spending.INVESTMENT, "dau tu phat trien": Spending.INVESTMENT,
}  # fmt: skip


def _plain(reader: Callable[[CellValue], Read]) -> Reader:
    return lambda value, _lists, _unit: reader(value)


def _one_line(longest: int) -> Reader:
    return _plain(partial(text, longest=longest))


def _name(value: CellValue) -> Read:
    if not isinstance(value, str):
        raise ValueError(f"«{shown(as_text(value))}» không phải là tên đề án: ô này chứa số, ngày hoặc công thức.")  # noqa: TRY004  # a sentence for a cell, like the others
    return text(value, longest=500)


def _money(value: CellValue, _lists: Lists, unit: int) -> Read:
    return dong(value, unit=unit)


def _day(value: CellValue) -> Read:
    read = day(value)
    if not _FIRST_YEAR <= read.value.year <= _LAST_YEAR:
        raise ValueError(f"Năm của ngày phải từ {_FIRST_YEAR} đến {_LAST_YEAR}.")
    return read


def _year(value: CellValue) -> Read:
    return whole_number(value, most=_LAST_YEAR)


def _planned(value: CellValue) -> Read:
    read = whole_number(value, most=MOST_BENEFICIARIES)
    if not read.value:
        raise ValueError(f"Phải từ 1 đến {MOST_BENEFICIARIES}.")
    return read


def _choice(labels: Mapping[str, str], also: Mapping[str, str], what: str) -> Reader:
    """A reader of one of few words: code → label, and what else people write."""
    codes = {fold(label): code for code, label in labels.items()} | {fold(code): code for code in labels} | dict(also)

    def read(value: CellValue) -> Read:
        found = codes.get(fold(as_text(value)))
        if found is None:
            offered = ", ".join(labels.values())
            raise ValueError(f"Không có {what} «{shown(as_text(value), 40)}»: hãy ghi một trong {offered}.")
        return Read(str(found))

    return _plain(read)


@cache
def _activities(_on: object) -> dict[str, str]:
    """Folded code or name → code, of the activities of a day."""
    return {fold(words): code for code, label in activity_choices(today()) for words in (code, label)}


def _activity(value: CellValue) -> Read:
    return one_of(as_text(value), _activities(today()), "nội dung hoạt động", "NĐ 45/2012 Đ4")


def _texts(key: str, heading: str, note: str, *also: str) -> Field:
    return Field(key, heading, note, _plain(partial(long_text, longest=LONG_TEXT)), also, width=40)


def _taken(key: str, heading: str, note: str, *also: str, width: int = 18) -> Field:
    """A column of the list of establishments, under this list's own heading too."""
    known = BY_KEY[key]
    return Field(key, heading, note, known.read, (*known.also, *also), choices=known.choices, width=width)


_DONG: Final = "Số đồng, hoặc ghi cả đơn vị: 300 triệu."
_YES: Final = "Có hoặc Không; chỉ ghi Có khi đã có văn bản cam kết của cơ sở."

FIELDS: Final[tuple[Field, ...]] = (
    Field("name", "Tên đề án", "Bắt buộc.", _plain(_name), (
        "ten", "de an", "ten nhiem vu", "ten de an nhiem vu", "ten de an khuyen cong", "ten de an nhiem vu khuyen cong",
    ), width=50),
    Field("source", "Nguồn kinh phí", "Bắt buộc. Chọn trong danh sách; không đổi được sau khi lập.", _choice(
        dict(FundingSource.choices), _SOURCES, "nguồn kinh phí"
    ), ("nguon", "nguon von", "nguon khuyen cong"), choices="sources", width=24),
    Field("activity", "Nội dung hoạt động", "Bắt buộc. Chọn trong danh sách (NĐ 45/2012 Đ4).", _plain(_activity), (
        "noi dung", "hoat dong", "noi dung ho tro", "noi dung khuyen cong",
    ), choices="activities", width=40),
    _taken("tax_code", "Mã số thuế", "Của cơ sở thụ hưởng đã có trong hệ thống. Cột này ở dạng chữ.",
           "ma so thue co so", "ma so thue cua co so"),
    Field("establishment", "Cơ sở thụ hưởng", "Tên như trong hệ thống; dùng khi không có mã số thuế.", _one_line(300), (
        "ten co so", "ten co so thu huong", "don vi thu huong", "co so cnnt", "co so", "doanh nghiep", "ten co so cnnt",
        "ten doanh nghiep", "co so cong nghiep nong thon", "ten don vi thu huong", "ten cnnt",
    ), width=36),
    Field("support", "Kinh phí khuyến công (đồng)", _DONG, _money, (
        "kpkc", "ho tro", "kinh phi ho tro", "de nghi ho tro", "kinh phi de nghi ho tro", "von khuyen cong",
        "kinh phi khuyen cong ho tro", "kinh phi khuyen cong de nghi", "kinh phi ho tro tu khuyen cong", "kinh phi kpkc",
        "kinh phi ho tro khuyen cong", "tong kinh phi kinh phi khuyen cong",
    ), kind="dong"),
    Field("counterpart", "Cơ sở đóng góp (đồng)", _DONG, _money, (
        "doi ung", "von doi ung", "kinh phi doi ung", "don vi thu huong dong gop", "dong gop", "von cua co so",
        "kinh phi co so dong gop", "kinh phi don vi thu huong dong gop", "co so doi ung",
    ), kind="dong"),
    Field("other", "Nguồn khác (đồng)", _DONG, _money, (
        "khac", "kinh phi khac", "von khac", "kinh phi nguon khac",
    ), kind="dong"),
    Field("total", "Tổng kinh phí (đồng)", "Để trống thì bằng tổng các nguồn; đã ghi thì phải bằng (Mẫu số 1).", _money, (
        "tong", "tong so", "tong von", "kinh phi tong so", "tong muc dau tu", "kinh phi tong", "tong kinh phi thuc hien",
        "tong kinh phi tong so",
    ), kind="dong"),
    Field("kind", "Loại", "Để trống: Đề án; có mã nhóm thì Đề án nhóm.", _choice(
        dict(ProjectKind.choices), _KINDS, "loại đề án"
    ), ("loai de an", "loai hinh de an", "hinh thuc"), choices="kinds", width=14),
    Field("group", "Mã nhóm", "Các dòng cùng mã là một đề án nhiều cơ sở; mã chỉ dùng trong tệp này.", _one_line(40), (
        "nhom", "ma de an nhom", "so nhom",
    ), width=10),
    _taken("commune", "Mã xã", "Nơi thực hiện; để trống thì lấy xã của cơ sở.", width=10),
    _taken("commune_name", "Xã, phường, đặc khu", "Dùng khi không có mã xã.", width=26),
    _taken("province", "Tỉnh, thành phố", "Chỉ cần khi đơn vị làm ở nhiều tỉnh."),
    _taken("province_before", "Tỉnh trước 01/07/2025", "Để trống thì lấy theo hồ sơ cơ sở."),
    Field("place_text", "Địa điểm thực hiện", "Số nhà, đường, ấp, khu phố.", _one_line(300), (
        "dia diem", "dia chi", "noi thuc hien", "dia diem trien khai",
    ), width=36),
    _taken("sector", "Ngành nghề", "Chọn trong danh sách (NĐ 45/2012 Đ5); để trống thì lấy theo cơ sở.", width=36),
    Field("spending", "Tính chất chi", "Để trống: chi thường xuyên.", _choice(
        dict(Spending.choices), _SPENDING, "tính chất chi"
    ), ("loai chi", "tinh chat nguon von"), choices="spending", width=22),
    Field("item", "Nội dung chi", "Tên dòng dự toán, ví dụ tên máy; để trống: tên đề án.", _one_line(500), (
        "hang muc", "may moc thiet bi", "ten may moc thiet bi", "hang muc chi", "noi dung du toan",
    ), width=36),
    Field("starts_on", "Bắt đầu", "Ngày/tháng/năm.", _plain(_day), (
        "ngay bat dau", "thoi gian bat dau", "tu ngay", "thoi gian thuc hien tu", "thoi gian tu ngay",
        "thoi gian thuc hien bat dau", "thoi gian thuc hien tu ngay",
    ), width=14),
    Field("ends_on", "Kết thúc", "Ngày/tháng/năm.", _plain(_day), (
        "ngay ket thuc", "thoi gian ket thuc", "den ngay", "thoi gian thuc hien den", "thoi gian den ngay",
        "thoi gian thuc hien ket thuc", "thoi gian thuc hien den ngay",
    ), width=14),
    Field("year", "Năm kế hoạch", "Nếu ghi thì phải là năm đã chọn khi gửi tệp.", _plain(_year), ("nam",), kind="int", width=10),
    Field("cooperating_unit", "Đơn vị phối hợp", "", _one_line(300), ("phoi hop",), width=30),
    Field("planned_beneficiaries", "Số cơ sở dự kiến", "Chỉ cho đề án nhóm chưa nêu hết tên cơ sở.", _plain(_planned), (
        "so co so thu huong du kien", "so co so",
    ), kind="int", width=10),
    _texts("beneficiary_criteria", "Tiêu chí chọn cơ sở", "Chỉ cho đề án nhóm.", "tieu chi chon co so thu huong"),
    _texts("necessity", "Sự cần thiết", "Vì sao cần làm, dựa vào văn bản nào.", "su can thiet va can cu", "can cu"),
    _texts("aims", "Mục tiêu", "Kết quả cụ thể cần đạt."),
    _texts("scale", "Quy mô", "Bao nhiêu máy, công suất, diện tích, số người."),
    _texts("superior", "Đặc điểm vượt trội", "Công nghệ, máy móc, sản phẩm hơn hiện trạng ở điểm nào."),
    _texts("organisation", "Tổ chức thực hiện", "Phân công giữa các đơn vị."),
    _texts("effects", "Hiệu quả", "Kinh tế, xã hội, môi trường.", "hieu qua de an"),
    _texts("sustainability", "Tính bền vững", "Sau khi hết hỗ trợ, ai vận hành, bằng nguồn nào."),
    Field("commits_own_capital", "Cam kết đầu tư đủ vốn", _YES, _plain(yes_or_no), ("cam ket von doi ung",), choices="yes_no", width=12),
    Field("declares_no_other_support", "Cam kết chưa được hỗ trợ", _YES, _plain(yes_or_no), (), choices="yes_no", width=12),
    Field("note", "Ghi chú", "Giữ ở dòng dự toán.", _one_line(300), width=30),
)  # fmt: skip
FIELD: Final = {field.key: field for field in FIELDS}

PROPOSALS: Final = ListKind(
    names=names_of({field.key: (field.heading, field.also) for field in FIELDS}),
    heading_of_key=lambda key: FIELD[key].heading,
    money=frozenset(field.key for field in FIELDS if field.kind == "dong"),
    things="đề án",
    missing=(
        "Không tìm thấy dòng tiêu đề của danh sách: cần có cột «Tên đề án» và ít nhất một cột nữa của tệp mẫu "
        "(Nguồn kinh phí, Nội dung hoạt động…). Hãy tải tệp mẫu và chép danh sách vào đó."
    ),
    most_rows=MAX_ROWS,
)


def read_proposals(content: bytes) -> SheetRead:
    """The list of proposals in an .xlsx file. Raises Refused with a Vietnamese sentence where there is none to read."""
    return read_list(content, PROPOSALS)
