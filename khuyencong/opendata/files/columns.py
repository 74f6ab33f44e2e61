"""The data sets that everybody may take away, and the dictionary of their columns: files, page and JSON are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from khuyencong.competitions.models import ProductGroup
from khuyencong.establishments.models import CertificateLevel, EstablishmentKind
from khuyencong.law.catalogue import activity_choices, sectors_on
from khuyencong.opendata.rules import PUBLISHABLE
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models.project import ProjectKind
from khuyencong.reporting.figures import FIGURES
from khuyencong.reporting.period import PeriodKind

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME: Final = "Creative Commons Ghi công 4.0 Quốc tế (CC BY 4.0)"

Type = Literal["chữ", "số nguyên", "đồng", "ngày"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `code` is its name in CSV and JSON, `label` its heading in Excel. Money is in whole đồng.

    `values` gives what may stand in it, by code, where that is a closed list.
    """

    code: str
    label: str
    type: Type
    explained: str
    values: Callable[[], Iterable[tuple[Any, Any]]] | None = None

    @property
    def allowed(self) -> dict[str, str]:
        """What may stand in it, with its words; empty where anything may."""
        return {str(code): str(label) for code, label in self.values()} if self.values else {}

    @property
    def excel(self) -> Literal["text", "int", "dong", "date"]:
        """What `documents.excel` calls this type."""
        kinds: dict[Type, Literal["text", "int", "dong", "date"]] = {
            "chữ": "text",
            "số nguyên": "int",
            "đồng": "dong",
            "ngày": "date",
        }
        return kinds[self.type]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table. `code` names its files: `de-an.csv`."""

    code: str
    title: str
    explained: str
    joins: str  # by which columns it is joined to the others
    fields: tuple[Field, ...]


def _sources() -> Iterable[tuple[Any, Any]]:
    return FundingSource.choices


def _kinds() -> Iterable[tuple[Any, Any]]:
    return EstablishmentKind.choices


def _sectors() -> Iterable[tuple[Any, Any]]:
    return ((one.code, one.name) for one in sectors_on())


PROJECTS: Final = Dataset(
    "de-an",
    "Đề án khuyến công đã công bố",
    "Mỗi dòng là một đề án mà cơ quan quản lý đã quyết định công bố.",
    "ma_de_an với bảng ho-tro; ma_tinh, ma_noi_dung, ma_nguon, ma_co_quan với bảng chi-tieu.",
    (
        Field("ma_de_an", "Mã đề án", "chữ", "Mã của đề án trong hệ thống, không đổi."),
        Field("ten", "Tên công khai", "chữ", "Tên do cơ quan công bố đặt; có thể ngắn hơn tên trong hồ sơ."),
        Field("nam", "Năm", "số nguyên", "Năm kế hoạch của đề án."),
        Field("ma_nguon", "Mã nguồn", "chữ", "Mã của nguồn kinh phí.", _sources),
        Field("nguon", "Nguồn kinh phí", "chữ", "Khuyến công quốc gia hoặc địa phương (NĐ 45/2012 Đ11)."),
        Field("ma_loai", "Mã loại", "chữ", "Mã của loại đề án.", lambda: ProjectKind.choices),
        Field("loai", "Loại", "chữ", "Đề án, đề án nhóm, đề án điểm hoặc nhiệm vụ."),
        Field("ma_noi_dung", "Mã nội dung", "chữ", "Mã của nội dung hoạt động trong danh mục của hệ thống.", activity_choices),
        Field("noi_dung", "Nội dung hoạt động", "chữ", "Nội dung hoạt động khuyến công (NĐ 45/2012 Đ4)."),
        Field("ma_nganh_nghe", "Mã ngành nghề", "chữ", "Mã của ngành nghề trong danh mục; trống khi không áp dụng.", _sectors),
        Field("nganh_nghe", "Ngành nghề", "chữ", "Ngành nghề (NĐ 45/2012 Đ5); trống khi không áp dụng."),
        Field("ma_tinh", "Mã tỉnh", "chữ", "Mã của tỉnh, thành phố theo địa giới hiện nay."),
        Field("tinh", "Tỉnh, thành phố", "chữ", "Theo địa giới hiện nay, kể cả đề án của tỉnh trước sáp nhập."),
        Field("ma_xa", "Mã xã", "chữ", "Mã của xã, phường, đặc khu; trống cùng với tên."),
        Field("xa", "Xã, phường, đặc khu", "chữ", "Chỉ ghi khi mọi cơ sở thụ hưởng của đề án được phép nêu tên."),
        Field("ma_don_vi", "Mã đơn vị thực hiện", "chữ", "Mã của đơn vị trong hệ thống, không đổi."),
        Field("don_vi_thuc_hien", "Đơn vị thực hiện", "chữ", "Cơ quan, tổ chức thực hiện đề án."),
        Field("ma_co_quan", "Mã cơ quan giữ kinh phí", "chữ", "Mã của cơ quan trong hệ thống, không đổi."),
        Field("co_quan_cap", "Cơ quan giữ kinh phí", "chữ", "Cơ quan phê duyệt và cấp kinh phí khuyến công."),
        Field("quyet_dinh", "Số quyết định", "chữ", "Quyết định phê duyệt kế hoạch; trống khi hồ sơ cũ không ghi."),
        Field("ngay_phe_duyet", "Ngày phê duyệt", "ngày", "Ngày của quyết định; trống khi hồ sơ không ghi quyết định."),
        Field("ngay_ghi_so", "Ngày ghi sổ", "ngày", "Ngày ghi sổ lần phê duyệt đầu tiên; của hồ sơ cũ có thể là cuối năm."),
        Field("bat_dau", "Bắt đầu", "ngày", "Thời gian thực hiện theo đề án."),
        Field("ket_thuc", "Kết thúc", "ngày", "Thời gian thực hiện theo đề án."),
        Field("ma_trang_thai", "Mã trạng thái", "chữ", "Mã của trạng thái.", lambda: [(one.value, one.label) for one in PUBLISHABLE]),
        Field("trang_thai", "Trạng thái", "chữ", "Đề án đang ở bước nào khi bản dữ liệu này được làm."),
        Field("so_co_so", "Số cơ sở thụ hưởng", "số nguyên", "Số cơ sở trong đề án; 0 khi đề án không hỗ trợ riêng cơ sở nào."),
        Field("kinh_phi_phe_duyet", "Kinh phí khuyến công phê duyệt", "đồng", "Sau các lần điều chỉnh giảm."),
        Field("da_chi", "Đã chi", "đồng", "Tạm ứng và thanh toán trừ thu hồi."),
        Field("quyet_toan", "Quyết toán", "đồng", "Kinh phí khuyến công được quyết toán; 0 khi chưa quyết toán."),
        Field("von_khac", "Vốn đối ứng, nguồn khác", "đồng", "Phần cơ sở và nguồn khác đóng góp, theo dự toán."),
        Field("tom_tat", "Tóm tắt", "chữ", "Lời của cơ quan công bố."),
        Field("ket_qua", "Kết quả", "chữ", "Lời của cơ quan công bố."),
        Field("nghiem_thu", "Đã nghiệm thu", "chữ", "Máy, thiết bị và số lượng theo biên bản nghiệm thu; ngày là ngày nghiệm thu sau cùng."),
        Field("ngay_cong_bo", "Ngày công bố", "ngày", "Ngày đề án được công bố lần gần nhất."),
    ),
)  # fmt: skip

SUPPORT: Final = Dataset(
    "ho-tro",
    "Hỗ trợ theo cơ sở thụ hưởng",
    "Mỗi dòng là một cơ sở trong một đề án đã công bố. Doanh nghiệp, hợp tác xã được nêu tên; hộ kinh doanh, cá nhân chỉ nêu "
    "loại hình và tỉnh, trừ khi đã đồng ý bằng văn bản.",
    "ma_de_an với bảng de-an; ma_so_thue với bảng san-pham.",
    (
        Field("ma_de_an", "Mã đề án", "chữ", "Như trong bảng đề án."),
        Field("so_thu_tu", "Số thứ tự", "số nguyên", "Số của cơ sở trong đề án, từ 1, không đổi; cơ sở đã thôi thụ hưởng để lại chỗ trống."),
        Field("nam", "Năm", "số nguyên", "Năm kế hoạch của đề án."),
        Field("ma_nguon", "Mã nguồn", "chữ", "Mã của nguồn kinh phí.", _sources),
        Field("nguon", "Nguồn kinh phí", "chữ", "Khuyến công quốc gia hoặc địa phương."),
        Field("ma_noi_dung", "Mã nội dung", "chữ", "Mã của nội dung hoạt động trong danh mục của hệ thống.", activity_choices),
        Field("noi_dung", "Nội dung hoạt động", "chữ", "Nội dung hoạt động khuyến công."),
        Field("ma_loai_hinh", "Mã loại hình", "chữ", "Mã của loại hình cơ sở.", _kinds),
        Field("loai_hinh", "Loại hình cơ sở", "chữ", "Doanh nghiệp, hợp tác xã, hộ kinh doanh…"),
        Field("ten_co_so", "Tên cơ sở", "chữ", "Trống khi cơ sở không được phép nêu tên."),
        Field("ma_so_thue", "Mã số thuế", "chữ", "Của doanh nghiệp, hợp tác xã; không bao giờ là số của một người."),
        Field("ma_tinh", "Mã tỉnh", "chữ", "Mã của tỉnh, thành phố theo địa giới hiện nay."),
        Field("tinh", "Tỉnh, thành phố", "chữ", "Tỉnh của cơ sở theo địa giới hiện nay."),
        Field("ma_xa", "Mã xã", "chữ", "Trống khi cơ sở không được phép nêu tên."),
        Field("xa", "Xã, phường, đặc khu", "chữ", "Trống khi cơ sở không được phép nêu tên."),
        Field("kinh_phi_phe_duyet", "Kinh phí khuyến công phê duyệt", "đồng", "Phần của cơ sở này, sau điều chỉnh giảm."),
    ),
)  # fmt: skip

PRODUCTS: Final = Dataset(
    "san-pham",
    "Sản phẩm công nghiệp nông thôn tiêu biểu",
    "Mỗi dòng là một giấy chứng nhận đã thông báo kết quả và chưa bị thu hồi. Hộ kinh doanh, cá nhân không được nêu tên, cả trên trang "
    "sản phẩm tiêu biểu và trong kết quả tìm.",
    "ma_so_thue với bảng ho-tro; ma_tinh với các bảng khác.",
    (
        Field("so_giay", "Số giấy chứng nhận", "chữ", "Ghi như trên giấy."),
        Field("san_pham", "Tên sản phẩm", "chữ", "Sản phẩm hoặc bộ sản phẩm, không kèm tên của hộ, cá nhân."),
        Field("ma_nhom", "Mã nhóm", "chữ", "Mã của nhóm sản phẩm.", lambda: ProductGroup.choices),
        Field("nhom", "Nhóm sản phẩm", "chữ", "Bốn nhóm của TT 26/2014 Đ5."),
        Field("ma_cap", "Mã cấp", "chữ", "Mã của cấp bình chọn.", lambda: CertificateLevel.choices),
        Field("cap", "Cấp", "chữ", "Cấp bình chọn."),
        Field("nam", "Năm", "số nguyên", "Năm của kỳ bình chọn."),
        Field("ma_loai_hinh", "Mã loại hình", "chữ", "Mã của loại hình cơ sở.", _kinds),
        Field("loai_hinh", "Loại hình cơ sở", "chữ", "Doanh nghiệp, hợp tác xã, hộ kinh doanh…"),
        Field("ten_co_so", "Tên cơ sở", "chữ", "Trống khi cơ sở là hộ kinh doanh, cá nhân."),
        Field("ma_so_thue", "Mã số thuế", "chữ", "Của doanh nghiệp, hợp tác xã; không bao giờ là số của một người."),
        Field("ma_tinh", "Mã tỉnh", "chữ", "Mã của tỉnh, thành phố theo địa giới hiện nay."),
        Field("tinh", "Tỉnh, thành phố", "chữ", "Tỉnh của cơ sở theo địa giới hiện nay."),
        Field("ngay_cap", "Ngày cấp", "ngày", "Ngày của giấy chứng nhận."),
        Field("gia_tri_den", "Có giá trị đến hết ngày", "ngày", "Hết ngày này thì giấy hết giá trị."),
    ),
)

INDICATORS: Final = Dataset(
    "chi-tieu",
    "Chỉ tiêu trong báo cáo đã khóa",
    "Mỗi dòng là một nội dung và một nguồn trong báo cáo theo kỳ đã khóa của một cơ quan. Báo cáo của cấp trên đã gồm số của "
    "cấp dưới: không cộng các cơ quan với nhau, không cộng các kỳ với nhau.",
    "ma_co_quan, ma_tinh, ma_noi_dung, ma_nguon với bảng de-an.",
    (
        Field("ma_co_quan", "Mã cơ quan", "chữ", "Mã của cơ quan trong hệ thống, không đổi khi tên đổi."),
        Field("co_quan", "Cơ quan báo cáo", "chữ", "Tên của cơ quan vào ngày chốt số liệu."),
        Field("ma_tinh", "Mã tỉnh", "chữ", "Tỉnh của cơ quan theo địa giới hiện nay; trống với cơ quan trung ương."),
        Field("dia_ban", "Địa bàn", "chữ", "Địa bàn của báo cáo."),
        Field("ma_ky", "Mã kỳ", "chữ", "Mã của loại kỳ.", lambda: PeriodKind.choices),
        Field("so_ky", "Số của kỳ", "số nguyên", "Tháng hoặc quý thứ mấy; 1 với kỳ khác."),
        Field("ky", "Kỳ", "chữ", "Tháng, quý, 6 tháng, 9 tháng hoặc năm."),
        Field("nam", "Năm", "số nguyên", "Năm báo cáo."),
        Field("so_lieu_den", "Số liệu đến ngày", "ngày", "Ngày chốt số liệu."),
        Field("ma_nguon", "Mã nguồn", "chữ", "Mã của nguồn kinh phí.", _sources),
        Field("nguon", "Nguồn kinh phí", "chữ", "Khuyến công quốc gia hoặc địa phương."),
        Field(
            "ma_noi_dung",
            "Mã nội dung",
            "chữ",
            "Mã của nội dung hoạt động trong danh mục của hệ thống.",
            activity_choices,
        ),
        Field("noi_dung", "Nội dung hoạt động", "chữ", "Nội dung hoạt động khuyến công."),
        *(
            Field(one.code, one.label, "đồng" if one.is_money else "số nguyên", f"{one.explained} ({one.unit}).")
            for one in FIGURES
        ),
    ),
)

DATASETS: Final = (PROJECTS, SUPPORT, PRODUCTS, INDICATORS)


# The fields of the 360Giving package that are filled, beside what its standard says of them.
GRANT: Final = {
    "id": "Mã của khoản hỗ trợ: mã đề án và số của cơ sở trong đề án, không đổi; số 0 là phần không của riêng cơ sở nào.",
    "amountAwarded": "Số tiền phê duyệt của cơ sở, đồng, sau điều chỉnh giảm.",
    "awardDate": "Ngày của quyết định; khi hồ sơ không ghi quyết định thì là ngày ghi sổ, và description nói vậy.",
    "recipientOrganization": "Doanh nghiệp, hợp tác xã (id theo mã số thuế, chung cho mọi khoản), hoặc cơ sở không nêu tên.",
    "recipientIndividual": "Hộ kinh doanh, nghệ nhân không nêu tên; id của riêng khoản ấy.",
    "fundingOrganization": "Cơ quan giữ kinh phí: ma_co_quan của bảng de-an.",
    "grantProgramme": "Nguồn kinh phí: ma_nguon của bảng de-an.",
    "classifications": "Nội dung hoạt động: ma_noi_dung của bảng de-an.",
}


def dictionary() -> list[dict[str, object]]:
    """The dictionary as plain data; `gia_tri` are the codes that may stand in a column, with their words."""
    return [
        {
            "ma": one.code,
            "ten": one.title,
            "mo_ta": one.explained,
            "noi_voi": one.joins,
            "cot": [
                {
                    "ma": field.code,
                    "ten": field.label,
                    "kieu": field.type,
                    "mo_ta": field.explained,
                    **({"gia_tri": field.allowed} if field.values else {}),
                }
                for field in one.fields
            ],
        }
        for one in DATASETS
    ]
