"""The columns that a list of establishments may have: how they are headed, what stands in them, how it is read.

The first six are fixed, and so is their order in the template; the others may come in any order or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final, Literal

from khuyencong.core.text import fold, shown
from khuyencong.documents.incoming.cells import Read, as_text, text
from khuyencong.documents.reading import CellValue
from khuyencong.establishments.importing import values
from khuyencong.establishments.importing.kinds import kind_of
from khuyencong.establishments.importing.lists import Lists, bare
from khuyencong.establishments.tax_code import HELP

CellKind = Literal["text", "int", "dong", "degrees"]
Reader = Callable[[CellValue, Lists, int], Read]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: `key` is the attribute of the entry, or what `rows` makes of it; `also` other headings, folded.

    `personal` values are masked in an export, and kept out of what is remembered of a row that was written.
    """

    key: str
    heading: str
    note: str
    read: Reader
    also: Sequence[str] = ()
    kind: CellKind = "text"
    choices: str = ""  # which list of the template
    width: float = 18
    personal: bool = False


def _plain(reader: Callable[[CellValue], Read]) -> Reader:
    """A reader that needs neither a list nor a unit."""
    return lambda value, _lists, _unit: reader(value)


def _text(longest: int) -> Reader:
    return _plain(partial(text, longest=longest))


def _money(least: int) -> Reader:
    return lambda value, _lists, unit: values.dong(value, unit=unit, least=least)


def _kind(value: CellValue, _lists: Lists, _unit: int) -> Read:
    found = kind_of(as_text(value))
    if found is None:
        raise ValueError(
            f"Không có loại hình «{shown(as_text(value), 40)}»: hãy chọn trong danh sách của tệp mẫu, "
            "ví dụ Hộ kinh doanh, Hợp tác xã, Doanh nghiệp nhỏ và vừa."
        )
    return Read(found.value)


def _commune_code(value: CellValue, lists: Lists, _unit: int) -> Read:
    """Today's code; five digits always, so that zeros lost at the front are known to be zeros."""
    typed = as_text(value)
    code = typed.rjust(5, "0") if typed.isascii() and typed.isdigit() else typed
    if code in lists.communes_elsewhere:
        raise ValueError(f"{lists.communes_elsewhere[code]}, ngoài địa bàn của cơ quan bạn.")
    if code not in lists.communes:
        raise ValueError(f"Không có xã, phường, đặc khu nào đang mang mã «{shown(typed, 20)}»: tra ở trang «Mã xã».")
    return Read(lists.communes[code])


def _province(value: CellValue, lists: Lists, _unit: int) -> Read:
    typed = as_text(value)
    found = lists.provinces.get(bare(typed)) or lists.provinces.get(typed)
    if found is None:
        raise ValueError(f"Không có tỉnh, thành phố «{shown(typed, 40)}» (tên từ 01/07/2025).")
    return Read(found)


def _sector(value: CellValue, lists: Lists, _unit: int) -> Read:
    return sector_of(as_text(value), lists)


def sector_of(typed: str, lists: Lists) -> Read:
    """The sector whose code or name it is, or the only one whose name has these words."""
    return one_of(typed, lists.sectors, "ngành nghề", "NĐ 45/2012 Đ5")


def one_of(typed: str, codes: Mapping[str, str], what: str, article: str) -> Read:
    """The code whose folded label (key of `codes`) it is, or the only one whose label has these words."""
    words = fold(typed)
    if words in codes:
        return Read(codes[words])
    near = {code for label, code in codes.items() if words and f" {words}" in f" {label}"}
    if len(near) != 1:
        raise ValueError(f"Không rõ {what} «{shown(typed, 40)}»: hãy chọn trong danh sách của tệp mẫu.")
    return Read(near.pop(), f"«{shown(typed, 40)}» được hiểu là một {what} của {article}: hãy xem lại.")


def _sectors(value: CellValue, lists: Lists, _unit: int) -> Read:
    parts = [part.strip() for part in as_text(value).split(";") if part.strip()]
    found = [sector_of(part, lists) for part in parts]
    return Read([one.value for one in found], " ".join(dict.fromkeys(one.note for one in found if one.note)))


ETHNIC_NOTE: Final = "Dùng khi xét ưu tiên (NĐ 235/2025)."
FIXED: Final = 6

FIELDS: Final[tuple[Field, ...]] = (
    Field("name", "Tên cơ sở", "Bắt buộc. Ghi như trong giấy đăng ký.", _plain(values.name), (
        "ten", "ten co so cnnt", "ten co so cong nghiep nong thon", "ten don vi", "ten doanh nghiep", "don vi",
        "co so", "co so cnnt", "co so cong nghiep nong thon", "ten co so san xuat", "ten co so san xuat kinh doanh",
        "ten doanh nghiep co so", "ten co so doanh nghiep", "doanh nghiep", "ten co so ten",
    ), width=44),
    Field("kind", "Loại hình", "Bắt buộc khi thêm mới. Chọn trong danh sách; ghi HKD, HTX, DNNVV cũng được.", _kind, (
        "loai hinh co so", "loai hinh doanh nghiep", "loai hinh to chuc", "loai hinh hoat dong", "loai co so", "loai",
        "loai hinh kinh doanh",
    ), choices="kinds", width=28),
    Field("tax_code", "Mã số thuế", f"{HELP} Cột này ở dạng chữ để không mất số 0.", _plain(values.tax_code), (
        "mst", "ma thue", "ma so doanh nghiep", "msdn", "ma so thue ma so doanh nghiep", "mst msdn", "so thue",
        "ma so thue mst",
    ), personal=True),
    Field("commune", "Mã xã", "5 chữ số của xã, phường, đặc khu từ 01/07/2025: tra ở trang «Mã xã».", _commune_code, (
        "ma xa phuong", "ma xa phuong dac khu", "ma don vi hanh chinh", "ma dvhc", "ma dvhc cap xa", "ma phuong xa",
    ), choices="communes", width=10),
    Field("place_text", "Địa chỉ", "Số nhà, đường, ấp, khu phố: ghi như trong giấy tờ.", _text(300), (
        "dia chi co so", "dia chi tru so", "tru so", "dia diem", "dia chi san xuat", "noi san xuat", "dia diem san xuat",
        "so nha duong", "dia chi so nha duong", "dia chi chi tiet",
    ), width=44),
    Field("workers", "Lao động", "Số lao động hiện có, số nguyên.", _plain(values.whole_number), (
        "so lao dong", "tong so lao dong", "tong lao dong", "lao dong tong so", "so lao dong tong so", "lao dong tong",
        "lao dong hien co", "so luong lao dong", "lao dong tong cong",
    ), kind="int", width=10),
    Field("commune_name", "Xã, phường, đặc khu", "Dùng khi không có mã xã; nếu ghi cả hai thì phải khớp nhau.", _text(60), (
        "xa phuong", "xa", "phuong xa", "xa phuong thi tran", "ten xa", "ten xa phuong", "ten xa phuong dac khu",
        "dia chi xa phuong", "dia chi xa", "xa phuong dac khu",
    ), width=26),
    Field("province", "Tỉnh, thành phố", "Không cần ghi khi đã có mã xã.", _province, (
        "tinh", "tinh thanh pho", "tinh tp", "thanh pho", "dia chi tinh",
    ), choices="provinces"),
    Field("province_before", "Tỉnh trước 01/07/2025", "Định mức cũ của tỉnh ấy còn áp dụng khi tỉnh mới chưa ban hành.", _text(60), (
        "tinh truoc sap nhap", "tinh cu", "thuoc tinh nao truoc 01/07/2025",
    ), choices="provinces_before"),
    Field("sector", "Ngành nghề", "Ngành nghề chính, chọn trong danh sách (NĐ 45/2012 Đ5).", _sector, (
        "nganh nghe chinh", "nganh", "nghe", "nganh nghe san xuat", "nganh nghe kinh doanh", "linh vuc", "nganh hang",
        "nganh nghe san xuat kinh doanh", "linh vuc san xuat",
    ), choices="sectors", width=40),
    Field("other_sectors", "Ngành nghề khác", "Nhiều ngành thì cách nhau bằng dấu chấm phẩy.", _sectors, width=30),
    Field("registration_number", "Số đăng ký", "Số giấy chứng nhận đăng ký hộ kinh doanh, hợp tác xã.", _text(40), (
        "so dkkd", "so dang ky kinh doanh", "dkkd", "giay dkkd", "so dang ky ho kinh doanh", "so gcn",
        "so giay chung nhan dang ky", "so dang ky ho kinh doanh hop tac xa",
    )),
    Field("contact", "Người liên hệ", "Họ và tên.", _text(120), (
        "dau moi lien he", "nguoi lien lac", "lien he", "lien he ho ten", "nguoi dau moi",
    ), width=24, personal=True),
    Field("phone", "Điện thoại", "Một số; cột này ở dạng chữ để không mất số 0.", _plain(values.phone), (
        "so dien thoai", "dt", "sdt", "so dt", "dien thoai lien he", "tel", "di dong", "lien he dien thoai",
        "chu co so dien thoai",
    ), personal=True),
    Field("email", "Thư điện tử", "Ví dụ ten@vi-du.vn.", _plain(values.email), (
        "email", "e mail", "dia chi email", "thu dien tu email",
    ), width=26, personal=True),
    Field("owner_name", "Chủ cơ sở", "Họ và tên chủ cơ sở hoặc người đại diện.", _text(120), (
        "chu doanh nghiep", "nguoi dai dien", "nguoi dai dien phap luat", "ho ten chu co so", "chu ho", "giam doc",
        "chu co so ho ten", "chu co so ho va ten", "nguoi dai dien theo phap luat", "dai dien", "ho va ten chu co so",
        "ten chu co so", "chu co so nguoi dai dien",
    ), width=26, personal=True),
    Field("owner_gender", "Giới tính chủ cơ sở", f"Nam hoặc Nữ. {ETHNIC_NOTE}", _plain(values.gender), (
        "gioi tinh", "gioi tinh cua chu co so", "chu co so gioi tinh",
    ), choices="genders", width=12),
    Field("owner_ethnicity", "Dân tộc chủ cơ sở", f"Ví dụ Kinh, Khmer. {ETHNIC_NOTE}", _text(40), (
        "dan toc", "dan toc cua chu co so", "chu co so dan toc",
    ), width=14),
    Field("owner_born_in", "Năm sinh chủ cơ sở", "Năm, ví dụ 1975.", _plain(values.birth_year), (
        "nam sinh", "ngay sinh", "ngay thang nam sinh", "chu co so nam sinh", "nam sinh cua chu co so", "chu co so ngay sinh",
    ), kind="int", width=12, personal=True),
    Field("owner_id_number", "Số định danh chủ cơ sở", "12 chữ số; cột này ở dạng chữ.", _plain(values.identity_number), (
        "so dinh danh", "so dinh danh ca nhan", "cccd", "so cccd", "can cuoc", "so can cuoc", "cccd chu co so",
        "chu co so cccd", "so can cuoc cong dan", "so dinh danh ca nhan cua chu co so",
    ), personal=True),
    Field("women_owned", "Do phụ nữ làm chủ", "Có hoặc Không, theo giấy tờ.", _plain(values.yes_or_no), (
        "co so do phu nu lam chu", "phu nu lam chu", "nu lam chu",
    ), choices="yes_no", width=12),
    Field("ethnic_minority_owned", "Do người dân tộc thiểu số làm chủ", "Có hoặc Không, theo giấy tờ.", _plain(values.yes_or_no), (
        "co so do nguoi dan toc thieu so lam chu", "dan toc thieu so lam chu", "dtts lam chu",
    ), choices="yes_no", width=14),
    Field("women_workers", "Lao động nữ", "Trong tổng số lao động.", _plain(values.whole_number), (
        "trong do lao dong nu", "so lao dong nu", "lao dong trong do nu", "lao dong nu", "so lao dong trong do nu",
        "trong do nu",
    ), kind="int", width=10),
    Field("ethnic_workers", "Lao động dân tộc thiểu số", "Trong tổng số lao động.", _plain(values.whole_number), (
        "trong do lao dong dan toc thieu so", "lao dong dtts", "lao dong trong do dan toc thieu so", "lao dong nguoi dtts",
        "lao dong dan toc thieu so", "lao dong trong do dtts",
    ), kind="int", width=12),
    Field("charter_capital", "Vốn điều lệ (đồng)", "Số đồng, hoặc ghi cả đơn vị: 500 triệu.", _money(1), (
        "von", "von dang ky", "von kinh doanh", "von dieu le",
    ), kind="dong"),
    Field("craft_village", "Làng nghề", "Tên trong danh mục làng nghề được công nhận của tỉnh.", _text(200), (
        "lang nghe duoc cong nhan", "thuoc lang nghe", "ten lang nghe",
    ), width=24),
    Field("latitude", "Vĩ độ", "Độ thập phân, ví dụ 10,4567.", _plain(values.degrees), ("lat", "latitude"), kind="degrees", width=12),
    Field("longitude", "Kinh độ", "Độ thập phân, ví dụ 105,6321.", _plain(values.degrees), (
        "long", "lng", "lon", "longitude",
    ), kind="degrees", width=12),
)  # fmt: skip

# Of one year each: «Doanh thu năm 2025 (triệu đồng)».
YEARLY: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "revenue": ("Doanh thu", ("doanh thu", "doanh thu tong", "tong doanh thu", "doanh so")),
    "tax_paid": ("Nộp ngân sách", ("nop ngan sach", "nop thue", "nop ngan sach nha nuoc", "nop nsnn", "thue da nop")),
}
BY_KEY: Final = {field.key: field for field in FIELDS}


def yearly_key(figure: str, year: int) -> str:
    """The key of a column of one year: "revenue:2025"."""
    return f"{figure}:{year}"


@cache
def split_yearly(key: str) -> tuple[str, int] | None:
    """Figure and year of a key like "revenue:2025"; None for a column of the entry itself."""
    figure, colon, year = key.partition(":")
    return (figure, int(year)) if colon else None


@cache
def field_of(key: str) -> Field:
    """The column of a key; of one year, one made for it."""
    yearly = split_yearly(key)
    if yearly is None:
        return BY_KEY[key]
    heading = f"{YEARLY[yearly[0]][0]} năm {yearly[1]} (đồng)"
    return Field(key, heading, "Số đồng, hoặc ghi cả đơn vị: 500 triệu.", _money(0), kind="dong")
