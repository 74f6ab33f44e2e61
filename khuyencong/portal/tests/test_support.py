"""«Tôi được hỗ trợ gì?»: the answer is that of the law room, to the đồng, with its articles and what is not verified."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION, format_dong
from khuyencong.law.sheet import SupportQuery
from khuyencong.law.support import support_for
from khuyencong.normbook.book import current_book

WHO = {"loai": "household", "tinh": "82", "nganh": "agro_processing"}


def answer(**asked):
    found = Client().get(reverse("portal_support"), asked)
    assert found.status_code == 200
    return re.sub(r"\s+", " ", found.content.decode())


def test_five_questions(world):
    page = answer()
    for number in range(1, 6):
        assert f"{number}. " in page
    assert "Xã, phường, đặc khu" not in page  # asked once the province is known
    page = answer(**WHO)
    assert "Xã, phường, đặc khu" in page
    assert "Có thể đề nghị" in page
    assert "Mua máy móc, thiết bị tiên tiến" in page


@pytest.mark.parametrize("cost", [100 * MILLION, 800 * MILLION, 5_000 * MILLION])
def test_amount_is_that_of_the_law_room(world, cost):
    page = answer(**WHO, viec="machinery", tinh_cu="87@2025", chi_phi=str(cost))
    for source, keys in (("local", ("82", "87@2025")), ("national", ())):
        sheet = support_for(
            SupportQuery(
                activity="machinery", source=source, on=today(), province_keys=keys, beneficiary_name="",
                eligible_cost=cost, total_cost=cost, asked=cost,
            ),
            book=current_book(),
        )  # fmt: skip
        if sheet.allowed is not None:
            assert f"{format_dong(sheet.allowed)} đồng" in page, source
            assert sheet.norm.article in page
    assert "vượt mức được hỗ trợ" not in page  # nobody has asked for the whole cost
    assert "Giấy tờ chuẩn bị" in page
    assert "Trung tâm" in page
    assert "Tạm ứng trước khi nghiệm thu" in page


def test_who_gets_nothing_is_told_why(world):
    page = answer(**{**WHO, "loai": "industrial"}, viec="machinery")
    assert "Cơ sở không thuộc công nghiệp nông thôn" in page
    assert "Chưa được hỗ trợ" in page


def test_what_nobody_can_have_typed(world):
    for asked in (
        {"loai": "khong", "tinh": "82"},
        {"loai": "household", "tinh": "999"},
        {**WHO, "viec": "khong"},
        {**WHO, "chi_phi": "nhiều"},
        {**WHO, "chi_phi": "-5"},
        {**WHO, "xa": "x"},
    ):
        assert "Chưa trả lời được" in answer(**asked), asked
