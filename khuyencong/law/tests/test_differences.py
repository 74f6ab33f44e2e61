"""What a stored sheet and one of another day say differently."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from khuyencong.law.differences import Difference, differences
from khuyencong.law.norms import NormBook
from khuyencong.law.support import sheet_from_dict, support_for
from khuyencong.law.tests.cases import TR, declared, local_query, norm, query

MODEL = query(activity="demonstration_model", eligible_cost=4000 * TR, total_cost=5000 * TR, asked=500 * TR)


def changed(old, new, **books):
    found = differences(support_for(old), support_for(new, **books))
    return {one.label: (one.before, one.after) for one in found}


@pytest.mark.parametrize("days", [(date(2019, 1, 1), date(2026, 1, 1)), (date(2016, 1, 1), date(2018, 5, 10))])
def test_same_law_on_another_day_is_no_difference(days):
    first, second = (support_for(replace(MODEL, on=day)) for day in days)
    assert differences(first, second) == ()


@pytest.mark.parametrize("change", [{"beneficiary_name": "Tên khác"}, {"province_keys": ("01",)}])
def test_names_are_no_difference(change):
    assert changed(MODEL, replace(MODEL, **change)) == {}


def test_norm_of_2018_beside_that_of_2014():
    assert changed(replace(MODEL, on=date(2018, 5, 10)), replace(MODEL, on=date(2018, 5, 11))) == {
        "Văn bản định mức": ("Thông tư liên tịch 26/2014/TTLT-BTC-BCT", "Thông tư 28/2018/TT-BTC"),
        "Điều, khoản": ("điểm b khoản 2 Điều 6", "khoản 2 Điều 8"),
        "Mức trần": ("500.000.000 đồng", "1.000.000.000 đồng"),
        "Được hỗ trợ tối đa": ("500.000.000 đồng", "1.000.000.000 đồng"),
    }


def test_inputs_that_changed():
    after = replace(MODEL, activity="machinery", total_cost=900 * TR, eligible_cost=400 * TR, asked=100 * TR)
    found = changed(MODEL, after)
    assert found["Nội dung hỗ trợ"] == ("Xây dựng mô hình trình diễn kỹ thuật", "Ứng dụng máy móc, thiết bị tiên tiến")
    assert found["Tổng kinh phí"] == ("5.000.000.000 đồng", "900.000.000 đồng")
    assert found["Chi phí hợp lệ"] == ("4.000.000.000 đồng", "400.000.000 đồng")
    assert found["Đề nghị hỗ trợ"] == ("500.000.000 đồng", "100.000.000 đồng")
    assert found["Tỷ lệ"] == ("30 %", "50 %")
    assert found["Đơn vị tính"] == ("mô hình", "cơ sở")


def test_multiplier_and_its_findings():
    after = replace(MODEL, priority_multiplier=Fraction(3, 2), priority_approved=True, priority_basis="Huyện nghèo")
    found = changed(MODEL, after)
    assert found["Hệ số ưu tiên"] == ("1", "1,5")
    assert found["Điều cần xác nhận"] == ("không có", "Hệ số ưu tiên tối đa của giai đoạn này chờ xác minh.")


def test_norm_that_came_and_norm_that_went():
    without, with_one = local_query(), local_query()
    book = NormBook([norm()])
    came = changed(without, with_one, book=book)
    assert came["Định mức"][0].startswith("chưa có định mức")
    assert came["Định mức"][1].startswith("Điều 3 Nghị quyết 1/2026/NQ-HĐND: 50 %, tối đa 300 triệu đồng/cơ sở")
    assert came["Được hỗ trợ tối đa"] == ("không có", "250.000.000 đồng")
    assert came["Điều ngăn lại"][1] == "không có"
    went = differences(support_for(with_one, book=book), support_for(without))
    assert Difference("Được hỗ trợ tối đa", "250.000.000 đồng", "không có") in went


def test_no_norm_on_either_day_is_no_difference():
    assert changed(local_query(), local_query(on=date(2026, 3, 1))) == {}


def test_norm_that_was_confirmed_or_became_recoverable():
    old = support_for(local_query(), book=NormBook([norm(verified=False)]))
    new = support_for(local_query(), book=NormBook([norm(recoverable=True)]))
    found = {one.label: (one.before, one.after) for one in differences(old, new)}
    assert found["Xác minh định mức"] == ("chờ xác minh", "đã xác minh")
    assert found["Thu hồi"] == ("không thu hồi", "có thu hồi")
    assert found["Điều cần xác nhận"][1] == "không có"
    assert found["Điều cần biết"][0] == "không có"


def test_tier_that_changed():
    regional, national = (
        query(activity="association", on=date(2016, 1, 1), asked=TR, tier=tier) for tier in ("cấp vùng", "cấp quốc gia")
    )
    assert changed(regional, national)["Bậc áp dụng"] == ("cấp vùng", "cấp quốc gia")


def test_finding_with_other_amounts_is_the_same_finding():
    """The amounts are inputs, and told as such."""
    old, new = (local_query(asked=amount * TR, declared=declared(50, 100)) for amount in (150, 160))
    assert set(changed(old, new)) == {"Đề nghị hỗ trợ"}


def test_stored_sheet_compares_as_well_as_a_fresh_one():
    sheet = support_for(MODEL)
    assert differences(sheet_from_dict(sheet.as_dict()), sheet) == ()
