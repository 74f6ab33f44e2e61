"""The list of documents, and the page of one."""

from datetime import date

import pytest
from django.urls import reverse

from khuyencong.law.parameters import NAMES, parameter_text
from khuyencong.law.regulations import regulations
from khuyencong.normbook.book import all_documents
from khuyencong.normbook.reading.library import SECTIONS, waiting
from khuyencong.normbook.tests.browsing import look, old_province, text_of
from khuyencong.normbook.tests.entering import enter, norm, tiered


@pytest.fixture
def client(world, visit):
    return visit(world.actor("dong-thap", "accountant"))


def found(client, **query):
    return [row.document.id for row in look(client, "norm_documents", **query).context["page"].object_list]


def test_every_document_is_listed_newest_first(client):
    listed = found(client)
    assert set(listed) == set(regulations().documents)
    begins = [regulations().documents[one].valid_from for one in listed]
    known = [day for day in begins if day]
    assert known.index(date(2026, 1, 1)) < known.index(date(2018, 5, 11)) < known.index(date(2012, 7, 5))


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("28/2018", "tt-28-2018"),
        ("phu tho 23/2025", "phu-tho-23-2025"),
        ("thap dong 08/2024", "dong-thap-08-2024"),
        ("NGHI QUYET dak lak", "dak-lak-2025"),
        ("tt-36-2013", "tt-36-2013"),
    ],
)
def test_words_find_numbers_titles_and_issuers(client, question, first):
    assert first in found(client, q=question)


def test_words_that_fit_nothing_say_so(client):
    assert "Không tìm thấy văn bản nào" in text_of(look(client, "norm_documents", q="khong co dau"))


def test_level_and_province(client, world):
    national = found(client, level="national")
    assert "tt-28-2018" in national
    assert "dak-lak-2025" not in national
    assert set(national) | set(found(client, level="local")) == set(regulations().documents)
    assert set(found(client, level="25")) >= {"phu-tho-23-2025", "hoa-binh-20-2019"}  # its own, and of old Hòa Bình
    old_province(world, "82", "Tiền Giang", "82")
    assert set(found(client, level="87@2025")) == {"dong-thap-08-2024", "dong-thap-29-2014"}
    assert found(client, level="82@2025") == []


def test_in_force_on_a_day(client):
    assert "ttlt-26-2014" in found(client, on="10/05/2018")
    assert "tt-28-2018" not in found(client, on="10/05/2018")
    assert "tt-28-2018" in found(client, on="11/05/2018")
    assert "hai-duong" not in found(client, on="11/05/2018")  # its first day was not read


def test_verified_or_not(client):
    done, open_ones = found(client, verified="yes"), found(client, verified="no")
    assert set(done) | set(open_ones) == set(regulations().documents)
    assert "nd-45-2012" in done
    assert {"tt-28-2018", "phu-tho-23-2025", "hai-duong", "dak-lak-2025"} <= set(open_ones)
    told = waiting(regulations().documents["dak-lak-2025"])
    assert told == "chưa đọc được điều, khoản của 3 giá trị"


def test_odd_page_number_shows_something(client):
    for page in ("x", "0", "-1", "999", "9" * 80):
        assert found(client, page=page)


# --- one document ----------------------------------------------------------------------------------------------------


def test_every_document_has_a_page_with_all_its_values(client):
    for document in all_documents():
        page = text_of(look(client, "norm_document", document.id))
        assert document.name in page
        assert document.title in page
        for name, _ in SECTIONS:
            for value in getattr(document, name):
                assert value.article in page


def test_circular_of_2018(client):
    page = text_of(look(client, "norm_document", "tt-28-2018"))
    for word in (
        "Bộ Tài chính",
        "28/03/2018",
        "đang có hiệu lực, từ 11/05/2018",
        "50 %, tối đa 300 triệu đồng/cơ sở",
        "tối đa 400 triệu đồng/lần",
        "Hệ số ưu tiên tối đa",
        "1,5 lần mức hỗ trợ",
        "Thay thế",
        "Thông tư liên tịch 26/2014/TTLT-BTC-BCT",
        "Được sửa đổi, bổ sung bởi",
        "Thông tư 64/2024/TT-BTC",
        "Là căn cứ của",
        "Nghị quyết 08/2024/NQ-HĐND của Hội đồng nhân dân tỉnh Đồng Tháp",
    ):
        assert word in page, word


def test_relations_are_told_from_both_ends(client):
    replaced = look(client, "norm_document", "ttlt-26-2014").content.decode()
    assert "Được thay thế bởi" in replaced
    assert reverse("norm_document", args=["tt-28-2018"]) in replaced
    assert "Căn cứ vào" in text_of(look(client, "norm_document", "dong-thap-08-2024"))


def test_decree_lists_what_it_added(client):
    page = text_of(look(client, "norm_document", "nd-235-2025"))
    assert "Chuyển đổi số trong hoạt động khuyến công" in page
    assert "Công nghệ cao" in page


def test_source_is_a_link_that_tells_nobody_where_it_came_from(client):
    page = look(client, "norm_document", "tt-28-2018").content.decode()
    assert 'href="https://english.luatvietnam.vn/' in page
    assert 'rel="noopener noreferrer external"' in page
    assert "văn bản pháp điển" in text_of(look(client, "norm_document", "nd-45-2012"))


def test_every_shipped_parameter_has_a_name_and_a_value():
    for document in regulations().documents.values():
        for one in document.parameters:
            assert one.code in NAMES
            assert one.unit in parameter_text(one)


@pytest.mark.parametrize("document_id", ["x", "e", "e0", "e1", "e" + "9" * 18, "e" + "9" * 60, "e-1", "TT-28-2018"])
def test_unknown_document_is_not_there(client, document_id):
    look(client, "norm_document", document_id, status=404)


# --- entered ones ----------------------------------------------------------------------------------------------------


def test_confirmed_document_stands_beside_the_shipped_ones(world, client):
    document = enter(world, norm("machinery", 40, 250), tiered(), state="confirmed")
    assert document.document_id in found(client, q=document.number)
    page = look(client, "norm_document", document.document_id)
    told = text_of(page)
    for word in (
        "Đã xác nhận",
        "40 %, tối đa 250 triệu đồng/cơ sở",
        "đến 10 tỷ đồng: tối đa 5 triệu đồng/doanh nghiệp",
        "có hiệu lực từ 01/01/2030",
        "Đồng Tháp",
        "nghi-quyet.pdf",
    ):
        assert word in told, word
    assert reverse("norm_entry_file", args=[document.pk]) in page.content.decode()


def test_draft_is_seen_by_its_own_agencies_only_and_counts_nowhere(world, visit, client):
    document = enter(world, norm("machinery"), state="draft")
    assert document.document_id not in found(client)
    told = text_of(look(client, "norm_document", document.document_id))
    assert "Các mức dưới đây không được dùng để tính" in told
    assert "Dự thảo" in told
    look(visit(world.actor("phu-tho", "officer")), "norm_document", document.document_id, status=404)


def test_revoked_document_says_why(world, visit):
    document = enter(world, norm("machinery"), state="revoked")
    told = text_of(look(visit(world.actor("phu-tho", "officer")), "norm_document", document.document_id))
    assert "Đã hủy bỏ" in told
    assert "Nhập hai lần." in told


def test_document_replaced_by_an_entered_one_ends_the_day_before(world, client):
    enter(world, norm("machinery"), province="87@2025", state="confirmed", replaces=["dong-thap-08-2024"])
    page = text_of(look(client, "norm_document", "dong-thap-08-2024"))
    assert "11/07/2024 – 31/12/2029" in page
    assert "Được thay thế bởi" in page


def test_correction_is_offered_to_the_department_of_the_province(world, visit):
    address = f"{reverse('norm_entry_new')}?corrects=dong-thap-08-2024"
    for who, offered in (
        (("dong-thap", "officer"), True),
        (("dong-thap", "appraiser"), True),
        (("dong-thap", "leader"), False),
        (("phu-tho", "officer"), False),
        (("national", "officer"), False),
    ):
        page = look(visit(world.actor(*who)), "norm_document", "dong-thap-08-2024").content.decode()
        assert (address in page) is offered, who
    assert (
        address.replace("dong-thap-08-2024", "hai-duong")
        not in look(visit(world.actor("national", "officer")), "norm_document", "hai-duong").content.decode()
    )


def test_keepers_of_norms_have_a_tab_for_entering(world, visit):
    for role, shown in (("officer", True), ("leader", True), ("accountant", False)):
        page = look(visit(world.actor("dong-thap", role)), "norm_documents").content.decode()
        assert (f'href="{reverse("norm_entries")}"' in page) is shown
