"""The single numbers of the law in words: what each is called, and its value with its unit."""

from __future__ import annotations

from khuyencong.core.money import format_dong
from khuyencong.law.values import Parameter, multiplier_text, percent_text

# Documents write a number of councillors as one of two, «5 hoặc 7».
_COUNCIL = "Hội đồng bình chọn cấp {}: số thành viên, {}"
_LEVELS = {"commune": "xã", "district": "huyện", "province": "tỉnh", "region": "khu vực", "nation": "quốc gia"}
NAMES = {
    "priority_multiplier": "Hệ số ưu tiên tối đa",
    "advance_ceiling": "Tạm ứng tối đa trước nghiệm thu",
    "management_agency": "Chi quản lý của cơ quan quản lý khuyến công",
    "management_unit": "Chi quản lý của đơn vị thực hiện đề án",
    "management_unit_difficult": "Chi quản lý của đơn vị thực hiện đề án tại địa bàn đặc biệt khó khăn",
    "programme_years": "Thời gian của một chương trình",
    "ward_from_commune_years": "Phường lên từ xã còn được tính trong",
    "registration_sets": "Hồ sơ thẩm định cấp cơ sở",
    "agency_registration_sets": "Hồ sơ đăng ký gửi Cục",
    "flagship_activities": "Đề án điểm có từ",
    "fair_abroad_times_per_year": "Tham gia hội chợ ở nước ngoài",
    "many_workers": "Cơ sở sử dụng nhiều lao động",
    "local_material_share": "Nguyên liệu tại chỗ chiếm trên",
    "competition_levels": "Số cấp bình chọn",
    "competition_every_years": "Chu kỳ bình chọn",
    "competition_pass": "Điểm bình quân để được cấp giấy chứng nhận, từ",
    "certificate_years": "Thời hạn của giấy chứng nhận",
    "score_market": "Điểm tối đa: thị trường và sản xuất",
    "score_impact": "Điểm tối đa: kinh tế, kỹ thuật, xã hội, môi trường",
    "score_beauty": "Điểm tối đa: văn hóa, thẩm mỹ",
    "score_other": "Điểm tối đa: tiêu chí khác",
    "score_total": "Tổng điểm tối đa",
    "recoverable_support": "Kinh phí hỗ trợ có thu hồi",
    "non_recoverable_support": "Kinh phí hỗ trợ không thu hồi",
    **{f"council_{code}_low": _COUNCIL.format(level, "số nhỏ") for code, level in _LEVELS.items()},
    **{f"council_{code}_high": _COUNCIL.format(level, "số lớn") for code, level in _LEVELS.items()},
}


def parameter_name(code: str) -> str:
    """What a number is called; its bare code where it has no name here."""
    return NAMES.get(code, code)


def parameter_text(parameter: Parameter) -> str:
    """«1,5 lần mức hỗ trợ», «70 % kinh phí khuyến công hỗ trợ», «7.000.000.000 đồng»."""
    value, unit = parameter.value, parameter.unit
    if value < 1:
        return f"{percent_text(value)} {unit}"
    if value.denominator == 1:
        return f"{format_dong(value.numerator)} {unit}"
    return f"{multiplier_text(value)} {unit}"
