"""«Tôi được hỗ trợ gì?»: the answer is that of the law room, to the đồng, with its articles and what is not verified."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION, format_dong
from khuyencong.law.sheet import SupportQuery
from khuyencong.law.support import support_for
from khuyencong.law.values import UNREAD_ARTICLE
from khuyencong.normbook.book import all_documents, current_book
from khuyencong.people.models import Agency
from khuyencong.places.models import CityStatus, Commune, CommuneKind, Province
from khuyencong.portal.support import Asked, Money

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


def test_in_a_city_the_commune_decides_and_is_asked_for(world):
    CityStatus.objects.create(province=world.provinces["82"])
    city = WHO
    page = answer(**city, viec="machinery")
    assert "hãy chọn xã, phường" in page
    assert "Có thể, cán bộ cần xem thêm" in page
    ward = Commune.objects.get(province=world.provinces["82"])
    Commune.objects.filter(pk=ward.pk).update(kind=CommuneKind.WARD)
    page = answer(**city, viec="machinery", xa=ward.key)
    assert "Chưa được hỗ trợ" in page
    assert "Nhiều nhất" not in page
    assert page.index("Vì sao?") < page.index("Nếu đủ điều kiện")
    page = answer(**city, viec="machinery", xa=ward.key, lang_nghe="on")
    assert "cán bộ sẽ xem quyết định" in page


def test_what_is_not_for_such_an_owner_is_refused(world):
    page = answer(**WHO, viec="cluster_infrastructure", chi_phi="3000000000")
    assert "Chỉ hỗ trợ chủ đầu tư" in page
    assert "Nhiều nhất" not in page
    assert "Chưa trả lời được" in answer(**WHO, viec="competition_prize")


def test_what_was_only_read_in_the_press_is_doubtful(world):
    unread = [norm for document in all_documents() for norm in document.norms if norm.article == UNREAD_ARTICLE]
    assert unread
    assert all(norm.doubtful for norm in unread)


def test_no_amount_where_the_share_was_not_read(world):
    norms = [norm for document in all_documents() for norm in document.norms]
    norm = next(one for one in norms if one.rate is None and one.cap and one.pending and not one.tiers)
    asked = Asked(kind="household", province=Province.objects.get(key="82"), cost=5 * norm.cap)
    sheet = support_for(
        SupportQuery(
            activity=norm.activity, source=norm.source, on=norm.valid_from or today(),
            province_keys=(norm.scope,) if norm.scope else (), beneficiary_name="",
            eligible_cost=asked.cost, total_cost=asked.cost, asked=asked.cost,
        ),
        book=current_book(),
    )  # fmt: skip
    assert sheet.allowed
    assert Money("", "", "", doubtful=True, sheet=sheet, advance=None).allowed is None


def test_which_old_province_is_asked_before_saying_that_there_is_nothing(world):
    old = Province.objects.get(key="87@2025")
    old.pk, old.code, old.key = None, "80", "80@2025"
    old.save()
    page = answer(**WHO, viec="machinery")
    assert "Hãy chọn tỉnh cũ" in page
    assert "Hãy chọn tỉnh cũ" not in answer(**WHO, viec="machinery", tinh_cu="87@2025")


def test_when_papers_and_office_are_the_owners(world):
    centre = world.agencies["dong-thap-centre"]
    Agency.objects.filter(pk=centre.pk).update(phone="0277 000 0001", address="Số 1, đường Ví Dụ")
    page = answer(**WHO, viec="machinery", tinh_cu="87@2025", chi_phi="800000000")
    assert "trước ngày 20/06" in page
    assert "Bạn viết:" in page
    assert "tel:02770000001" in page
    assert "1,5 lần mức trần" in page
    founding = answer(**WHO, viec="enterprise_founding")
    assert "chỉ hỗ trợ doanh nghiệp thành lập ở địa bàn khó khăn" in founding
    assert "Có thể, cán bộ cần xem thêm" in founding
