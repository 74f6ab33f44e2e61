"""Norms by day, place and words; the page of one activity."""

from itertools import cycle

import pytest
from django.urls import reverse

from khuyencong.law.catalogue import activities_on
from khuyencong.normbook.tests.browsing import look, new_province, old_province, queries_of, text_of
from khuyencong.normbook.tests.entering import enter, enter_national, norm

TR = 10**6
NO_NORM = "Chưa có định mức"


@pytest.fixture
def client(world, visit):
    return visit(world.actor("dong-thap", "accountant"))


@pytest.fixture
def tien_giang(world):
    """Today's Đồng Tháp is made of two old provinces."""
    return old_province(world, "82", "Tiền Giang", "82")


def answers(client, code, **query):
    """The answers about one activity, by the label of their place."""
    page = look(client, **query).context["page"]
    row = next(row for row in page.rows if row.activity.code == code)
    return {answer.place.label: answer for answer in row.answers}


def only(client, code, **query):
    """The one answer where there is only one column."""
    (found,) = answers(client, code, **query).values()
    return found


# --- by date ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "code", "cap"),
    [
        ("01/06/2017", "machinery", 200),
        ("01/06/2019", "machinery", 300),
        ("10/05/2018", "demonstration_model", 500),
        ("11/05/2018", "demonstration_model", 1000),
        ("11/05/2018", "technology_line", 450),
    ],
)
def test_national_cap_of_a_day(client, on, code, cap):
    assert only(client, code, on=on).norm.cap == cap * TR


def test_page_says_in_words_what_the_cap_was(client):
    page = text_of(look(client, on="01/06/2017", q="may moc"))
    told = "«Ứng dụng máy móc, thiết bị tiên tiến»: 50 %, tối đa 200 triệu đồng/cơ sở"
    assert f"Ngày 01/06/2017, khuyến công quốc gia, {told}" in page


def test_without_a_day_it_is_today(client):
    page = look(client).context["page"]
    assert page.on.year >= 2026
    assert f'value="{page.on:%d/%m/%Y}"' in look(client).content.decode()


def test_activity_is_not_there_before_its_first_day(client):
    assert "Ứng dụng dây chuyền công nghệ" not in text_of(look(client, on="10/05/2018"))
    assert "Ứng dụng dây chuyền công nghệ" in text_of(look(client, on="11/05/2018"))
    nothing = text_of(look(client, on="01/01/2000"))
    assert "Không có nội dung nào như vậy" in nothing


def test_what_is_not_verified_says_so_with_the_reason(client):
    page = text_of(look(client, on="01/06/2019", q="day chuyen"))
    assert "Còn phần chờ xác minh" in page
    assert "tỷ lệ 50 % lấy theo mức máy móc" in page
    assert "Chờ xác minh" in text_of(look(client, on="01/06/2019", q="tu van tro giup"))


def test_page_leads_to_the_changes_around_it(client):
    page = look(client, on="01/06/2017").context["page"]
    assert (f"{page.previous:%d/%m/%Y}", f"{page.following:%d/%m/%Y}") == ("08/04/2014", "11/05/2018")


# --- by place --------------------------------------------------------------------------------------------------------


def test_each_old_province_of_a_new_one_keeps_its_own(client, tien_giang):
    """New Đồng Tháp: the norm of the old one still applies there, and the site in old Tiền Giang has none."""
    found = answers(client, "machinery", province="82", on="22/11/2026")
    there, elsewhere = found["Đồng Tháp trước 01/07/2025"], found["Tiền Giang trước 01/07/2025"]
    assert (there.norm.cap, there.norm.document_id) == (300 * TR, "dong-thap-08-2024")
    assert elsewhere.norm is None
    assert "không có định mức khuyến công địa phương" in elsewhere.reason.lower()
    page = text_of(look(client, province="82", on="22/11/2026"))
    for word in (
        "Đồng Tháp trước 01/07/2025",
        "Tiền Giang trước 01/07/2025",
        "50 %, tối đa 300 triệu đồng/cơ sở",
        NO_NORM,
    ):
        assert word in page


def test_one_old_province_can_be_looked_at_alone(client, tien_giang):
    there = only(client, "machinery", province="87@2025", on="22/11/2026")
    assert there.norm.cap == 300 * TR
    assert only(client, "machinery", province="82@2025", on="22/11/2026").norm is None
    page = text_of(look(client, province="82@2025", on="22/11/2026"))
    assert "địa bàn Tiền Giang trước 01/07/2025, nay thuộc Đồng Tháp" in page


def test_old_key_of_a_province_that_was_not_merged_means_todays(client):
    """In the small world Đồng Tháp is made of one province."""
    assert only(client, "machinery", province="87@2025", on="22/11/2026").place.key == "82"
    assert only(client, "machinery", province="82", on="22/11/2026").norm.cap == 300 * TR


def test_new_resolution_ends_what_the_old_provinces_had(world, client, tien_giang):
    enter(world, norm("machinery", 40, 250), state="confirmed")  # from 01/01/2030
    assert len(answers(client, "machinery", province="82", on="31/12/2029")) == 2
    both = answers(client, "machinery", province="82", on="01/01/2030")
    assert {label: answer.norm.cap for label, answer in both.items()} == {"Đồng Tháp": 250 * TR}
    assert "không còn dùng vì tỉnh hiện nay đã có văn bản" in text_of(look(client, province="82", on="01/01/2030"))


def test_dak_lak_on_the_day_of_its_resolution(world, client):
    new_province(world, "66", "Đắk Lắk")
    old_province(world, "66", "Đắk Lắk", "66")
    old_province(world, "54", "Phú Yên", "66")
    before = answers(client, "demonstration_model", province="66", on="25/07/2025")
    assert [answer.norm for answer in before.values()] == [None] * len(before)
    after = only(client, "demonstration_model", province="66", on="26/07/2025")
    assert (after.norm.cap, after.place.label) == (800 * TR, "Đắk Lắk")
    assert only(client, "cleaner_production_model", province="66", on="26/07/2025").norm.cap == 400 * TR


def test_resolution_that_was_not_read_stops_the_search(client):
    """Phú Thọ since 01/01/2026: never a norm of the old provinces, nor the national one."""
    found = only(client, "machinery", province="25", on="01/01/2026")
    assert found.norm is None
    assert "chưa đọc được mức" in found.reason
    page = text_of(look(client, province="25", on="01/01/2026"))
    assert "Nghị quyết 23/2025/NQ-HĐND của Hội đồng nhân dân tỉnh Phú Thọ: đang có hiệu lực, từ 01/01/2026" in page
    assert "chưa nội dung nào có mức bằng số" in page
    assert (
        "300" not in text_of(look(client, province="25", on="01/01/2026", q="may moc")).split("Văn bản của Phú Thọ")[1]
    )


def test_national_norm_is_never_shown_for_local_money(client, tien_giang):
    for row in look(client, province="82@2025", on="22/11/2026").context["page"].rows:
        assert row.answers[0].norm is None or row.answers[0].norm.common


# --- by words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["may moc", "MÁY MÓC", "moc  may", "tiên tiến thiết bị", "machinery"])
def test_words_in_any_order_without_diacritics(client, question):
    page = look(client, on="01/06/2019", q=question).context["page"]
    assert [row.activity.code for row in page.rows] == ["machinery"]


def test_words_find_articles_and_documents(client):
    by_article = look(client, on="01/06/2017", q="diem c khoan 2 dieu 6").context["page"].rows
    assert {"machinery", "technology_transfer"} <= {row.activity.code for row in by_article}
    assert look(client, on="01/06/2017", q="28/2018").context["page"].rows == ()
    assert "Không có nội dung nào như vậy" in text_of(look(client, q="zzz"))


def test_one_of_the_nine_contents(client):
    page = look(client, on="01/06/2019", content="8").context["page"]
    assert [group.title for group in page.groups] == ["8. Hợp tác quốc tế về khuyến công"]
    added = look(client, on="01/06/2026", content="0").context["page"].rows
    assert {"digital_transformation", "sustainable_production"} <= {row.activity.code for row in added}


def test_contents_stand_in_the_order_of_the_decree(client):
    titles = [group.title for group in look(client, on="01/06/2019").context["page"].groups]
    assert [title[0] for title in titles[:9]] == list("123456789")


# --- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["norms", "norm_compare", "norm_changes", "norm_documents"])
@pytest.mark.parametrize("value", ["31/02/2026", "2026-05-08", "x", "01/01/1800", "0" * 60, "\x00"])
def test_day_that_cannot_be_meant_gets_a_sentence(client, name, value):
    field = {"norm_compare": "first", "norm_changes": "day"}.get(name, "on")
    answer = look(client, name, status=422, **{field: value})
    assert "kc-field-error" in answer.content.decode()
    assert "page" not in answer.context


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("norms", "province"),
        ("norms", "content"),
        ("norm_compare", "place"),
        ("norm_compare", "other"),
        ("norm_changes", "province"),
        ("norm_documents", "level"),
        ("norm_documents", "verified"),
    ],
)
@pytest.mark.parametrize("value", ["xx", "82@1999", "\x00", "9" * 400, "<b>"])
def test_choice_that_is_none_gets_a_sentence(client, name, field, value):
    assert "kc-summary" in look(client, name, status=422, **{field: value}).content.decode()


def test_question_of_a_whole_book_gets_a_sentence(client):
    assert "Nhiều nhất 200 ký tự" in text_of(look(client, status=422, q="a" * 900))


# --- one activity ----------------------------------------------------------------------------------------------------


def test_activity_shows_its_history_with_articles(client):
    page = text_of(look(client, "norm_activity", "machinery", on="22/11/2026"))
    for word in (
        "Ứng dụng máy móc, thiết bị tiên tiến",
        "từ 11/05/2018",
        "50 %, tối đa 300 triệu đồng/cơ sở",
        "08/04/2014 – 10/05/2018",
        "50 %, tối đa 200 triệu đồng/cơ sở",
        "điểm c khoản 2 Điều 6 Thông tư liên tịch 26/2014/TTLT-BTC-BCT",
        "Nghị quyết 08/2024/NQ-HĐND của Hội đồng nhân dân tỉnh Đồng Tháp",  # a province with its own
        "Tối đa 70 %",  # the advance
        "điểm d khoản 2 Điều 13 Thông tư 36/2013/TT-BCT",
        "1,5 lần",  # priority
        "Hợp đồng mua máy móc",  # a paper of the remainder
    ):
        assert word in page, word


def test_activity_at_a_merged_province_answers_for_each_site(client, tien_giang):
    page = look(client, "norm_activity", "machinery", on="22/11/2026", province="82").context["page"]
    caps = {answer.place.label: answer.norm and answer.norm.cap for answer in page.local}
    assert caps == {"Đồng Tháp trước 01/07/2025": 300 * TR, "Tiền Giang trước 01/07/2025": None}


def test_every_activity_has_a_page_on_every_kind_of_day(client):
    days = cycle(("01/01/1995", "10/05/2018", "22/11/2026"))
    for activity, on in zip(activities_on(), days, strict=False):
        assert activity.name in text_of(look(client, "norm_activity", activity.code, on=on, province="25"))


def test_activity_before_it_existed_says_so(client):
    page = text_of(look(client, "norm_activity", "technology_line", on="10/05/2018"))
    assert NO_NORM in page
    assert "chưa tới ngày" in page


@pytest.mark.parametrize("code", ["x", "MACHINERY", "9" * 80, "machinery-"])
def test_unknown_activity_is_not_there(client, code):
    look(client, "norm_activity", code, status=404)


@pytest.mark.parametrize("tail", ["%00", "..%2f", "đ", "a b", "'"])
def test_odd_code_is_not_there(client, tail):
    assert client.get(f"{reverse('norms')}hoat-dong/{tail}/").status_code == 404
    assert client.get(f"{reverse('norm_documents')}{tail}/").status_code == 404


def test_who_may_enter_norms_is_led_to_the_correction(world, visit):
    address = f"{reverse('norm_entry_new')}?corrects=dong-thap-08-2024&amp;activity=machinery"
    national = f"{reverse('norm_entry_new')}?corrects=tt-28-2018&amp;activity=machinery"
    officer = look(visit(world.actor("dong-thap", "officer")), "norm_activity", "machinery").content.decode()
    assert address in officer
    assert national not in officer
    agency = look(visit(world.actor("national", "officer")), "norm_activity", "machinery").content.decode()
    assert national in agency
    assert address not in agency
    for who in (("dong-thap", "auditor"), ("dong-thap-centre", "officer"), ("phu-tho", "officer")):
        page = look(visit(world.actor(*who)), "norm_activity", "machinery").content.decode()
        assert address not in page
        assert national not in page


# --- whoever looks, and what it costs --------------------------------------------------------------------------------


def test_confirmed_norm_is_used_from_its_day_and_a_draft_never(world, client):
    enter_national(world, norm("machinery", 40, 250), state="confirmed", replaces=["tt-28-2018"])
    enter(world, norm("machinery", 30, 100), state="draft")
    assert only(client, "machinery", on="31/12/2029").norm.cap == 300 * TR
    assert only(client, "machinery", on="01/01/2030").norm.cap == 250 * TR
    assert only(client, "machinery", on="01/01/2030", province="82").norm.cap == 300 * TR


@pytest.mark.parametrize(
    ("name", "args", "query"),
    [
        ("norms", [], {}),
        ("norms", [], {"province": "82", "on": "01/01/2030"}),
        ("norm_activity", ["machinery"], {"province": "82"}),
        ("norm_documents", [], {}),
        ("norm_document", ["tt-28-2018"], {}),
        ("norm_compare", [], {"first": "31/12/2029", "second": "01/01/2030", "place": "82"}),
        ("norm_changes", [], {}),
        ("norm_changes", [], {"day": "01/01/2030"}),
    ],
)
def test_pages_take_as_many_queries_for_three_entered_documents_as_for_one(world, client, name, args, query):
    enter(world, norm("machinery"), state="confirmed")
    one = queries_of(client, name, *args, **query)
    enter(world, norm("demonstration_model"), state="confirmed")
    enter(world, norm("enterprise_founding"), norm("consulting"), state="confirmed")
    assert queries_of(client, name, *args, **query) == one <= 8
