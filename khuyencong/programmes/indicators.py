"""What programmes set targets for, and how each is counted from records; the law room's targets use the same codes.

Only what is recorded is counted. An indicator that no record answers yet says so (`Measure.NOTHING`) and is never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from khuyencong.law.catalogue import activity_name, catalogue


class Measure(StrEnum):
    """What is counted: of what was accepted (nghiệm thu), of what competitions recognised, of what classes and fairs recorded."""

    ESTABLISHMENTS = "establishments"
    PLACES = "places"
    PROJECTS = "projects"
    PRODUCTS = "products"
    HELD = "held"
    NOTHING = "nothing"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Measure.ESTABLISHMENTS: "Số cơ sở đã nghiệm thu, mỗi cơ sở tính một lần",
    Measure.PLACES: "Số lượt cơ sở đã nghiệm thu; đề án không có cơ sở thụ hưởng tính là một",
    Measure.PROJECTS: "Số đề án, nhiệm vụ đã nghiệm thu",
    Measure.PRODUCTS: (
        "Số sản phẩm được cấp giấy chứng nhận ở các kỳ bình chọn, mỗi sản phẩm tính một lần, không tính giấy đã thu hồi; "
        "của chương trình quốc gia là cấp khu vực và cấp quốc gia, của chương trình tỉnh là các cấp trong tỉnh"
    ),
    Measure.HELD: (
        "Theo hồ sơ lớp đã kết thúc (người có mặt), hội chợ đã xác nhận danh sách, sản phẩm thông tin đã đăng, phát, của đề án "
        "thuộc chương trình"
    ),
    Measure.NOTHING: "Hồ sơ chưa ghi số liệu này",
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """`content` is 1 to 9 as in NĐ 45/2012 Đ4, None for what runs through all; `activities` empty: of all activities."""

    code: str
    label: str
    unit: str
    content: int | None
    measure: Measure
    activities: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        return self.measure is not Measure.NOTHING

    @property
    def how(self) -> str:
        """In one sentence, how it is counted."""
        if not self.is_counted:
            return f"{self.measure.sentence}."
        if self.measure is Measure.HELD:
            return f"{self.measure.sentence}."
        if self.measure is Measure.PRODUCTS:
            return f"{self.measure.sentence} (TT 26/2014 Đ3.1, Đ17)."
        of = "mọi nội dung" if not self.activities else "; ".join(activity_name(code) for code in self.activities)
        return f"{self.measure.sentence}; nội dung: {of}."


OTHER = "other"
_E, _P, _D, _N = Measure.ESTABLISHMENTS, Measure.PLACES, Measure.PROJECTS, Measure.NOTHING
INDICATORS = (
    Indicator("supported_establishments", "Cơ sở được hỗ trợ", "cơ sở", None, _E),
    Indicator("projects", "Đề án, nhiệm vụ đã nghiệm thu", "đề án", None, _D),
    Indicator("vocational_training", "Đào tạo nghề, truyền nghề", "lao động", 1, Measure.HELD),
    Indicator("startup_training", "Đào tạo khởi sự doanh nghiệp", "người", 2, _N),
    Indicator("management_training", "Nâng cao năng lực quản lý", "người", 2, Measure.HELD),
    Indicator("enterprise_founding", "Thành lập doanh nghiệp", "doanh nghiệp", 2, _E, ("enterprise_founding",)),
    Indicator("demonstration_model", "Mô hình trình diễn kỹ thuật", "mô hình", 3, _P, ("demonstration_model",)),
    Indicator("replication_model", "Mô hình được nhân rộng", "mô hình", 3, _P, ("replication_model",)),
    Indicator("machinery", "Ứng dụng máy móc tiên tiến", "cơ sở", 3, _E, ("machinery",)),
    Indicator("technology_line", "Dây chuyền công nghệ", "cơ sở", 3, _E, ("technology_line",)),
    Indicator("technology_transfer", "Chuyển giao công nghệ", "cơ sở", 3, _E, ("technology_transfer",)),
    Indicator(
        "machinery_and_transfer",
        "Máy móc, dây chuyền, chuyển giao công nghệ",
        "cơ sở",
        3,
        _E,
        ("machinery", "technology_line", "technology_transfer"),
    ),
    Indicator("cleaner_production_model", "Mô hình sản xuất sạch hơn", "cơ sở", 3, _E, ("cleaner_production_model",)),
    Indicator(
        "cleaner_production_assessment",
        "Đánh giá sản xuất sạch hơn",
        "cơ sở",
        3,
        _E,
        ("cleaner_production_assessment",),
    ),
    Indicator("awarded_products", "Sản phẩm công nghiệp nông thôn tiêu biểu", "sản phẩm", 4, Measure.PRODUCTS),
    Indicator("fair_domestic_organise", "Hội chợ, triển lãm trong nước", "hội chợ", 4, Measure.HELD),
    Indicator("fair_abroad", "Hội chợ, triển lãm nước ngoài", "hội chợ", 4, Measure.HELD),
    Indicator("fair_domestic_join", "Cơ sở tham gia hội chợ trong nước", "cơ sở", 4, _E, ("fair_domestic_join",)),
    Indicator("trademark", "Xây dựng, đăng ký nhãn hiệu", "cơ sở", 4, _E, ("trademark",)),
    Indicator("showroom", "Phòng trưng bày sản phẩm", "phòng trưng bày", 4, _P, ("showroom",)),
    Indicator("consulting", "Tư vấn trợ giúp cơ sở", "cơ sở", 5, _E, ("consulting",)),
    Indicator("information", "Chương trình, ấn phẩm thông tin", "chương trình, ấn phẩm", 6, Measure.HELD),
    Indicator("linkage_cluster", "Cụm liên kết doanh nghiệp", "cụm liên kết", 7, _D, ("linkage_cluster",)),
    Indicator(
        "cluster_planning", "Quy hoạch chi tiết cụm công nghiệp", "cụm công nghiệp", 7, _D, ("cluster_planning",)
    ),
    Indicator(
        "cluster_infrastructure", "Hạ tầng cụm công nghiệp", "cụm công nghiệp", 7, _D, ("cluster_infrastructure",)
    ),
    Indicator("pollution_establishment", "Xử lý ô nhiễm tại cơ sở", "cơ sở", 7, _E, ("pollution_establishment",)),
    Indicator(
        "pollution_cluster", "Xử lý ô nhiễm tại cụm công nghiệp", "cụm công nghiệp", 7, _D, ("pollution_cluster",)
    ),
    Indicator("staff_training", "Cán bộ, cộng tác viên được tập huấn", "người", 9, Measure.HELD),
    Indicator("digital_transformation", "Chuyển đổi số tại cơ sở", "cơ sở", None, _E, ("digital_transformation",)),
    Indicator(
        "sustainable_production", "Sản xuất và tiêu dùng bền vững", "cơ sở", None, _E, ("sustainable_production",)
    ),
    Indicator(OTHER, "Chỉ tiêu khác của chương trình", "", None, _N),
)
_BY_CODE = {one.code: one for one in INDICATORS}


def indicator(code: str) -> Indicator:
    """The indicator of that code; for one that the catalogue does not know, one that nothing answers."""
    return _BY_CODE.get(code) or Indicator(code, code, "", None, Measure.NOTHING)


def is_indicator(code: str) -> bool:
    """Whether the catalogue has it."""
    return code in _BY_CODE


@cache
def indicator_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """For forms: the indicators under the contents of NĐ 45/2012 Đ4, in the order of the law; what is general first."""
    groups: dict[int | None, list[tuple[str, str]]] = {}
    for one in INDICATORS:
        if one.code != OTHER:
            groups.setdefault(one.content, []).append((one.code, one.label))
    found = [("Chung", groups.pop(None))]
    found += [(f"{number}. {catalogue().contents[number].name}", groups[number]) for number in sorted(_numbers(groups))]
    return [*found, ("Khác", [(OTHER, _BY_CODE[OTHER].label)])]


def _numbers(groups: dict[int | None, list[tuple[str, str]]]) -> list[int]:
    return [number for number in groups if number is not None]
