"""Two days or two places side by side; what changes on which day."""

from datetime import date

import pytest
from django.urls import reverse

from khuyencong.normbook.tests.browsing import look, new_province, old_province, text_of
from khuyencong.normbook.tests.entering import enter, enter_national, norm
from khuyencong.normbook.views import compare as view
from khuyencong.places.models import CityStatus, Province


@pytest.fixture
def client(world, visit):
    return visit(world.actor("dong-thap", "accountant"))


def compared(client, **query):
    return look(client, "norm_compare", **query).context["comparison"]


# --- side by side ----------------------------------------------------------------------------------------------------


def test_two_days_of_the_nation(client):
    found = compared(client, first="10/05/2018", second="11/05/2018")
    told = {one.activity.code: one.sentence for one in found.differing}
    assert told["machinery"].endswith("mức tối đa 200 → 300 triệu đồng/cơ sở (+50 %)")
    assert told["demonstration_model"].endswith("mức tối đa 500 → 1.000 triệu đồng/mô hình (+100 %)")
    assert "enterprise_founding" in {one.activity.code for one in found.regrounded}
    page = text_of(look(client, "norm_compare", first="10/05/2018", second="11/05/2018"))
    assert "200 → 300 triệu đồng/cơ sở (+50 %)" in page
    assert page.index("Khác mức") < page.index("Cùng mức, khác căn cứ")


def test_two_provinces_on_one_day(client, world):
    new_province(world, "66", "Đắk Lắk")
    found = compared(client, first="22/11/2026", place="82", other="66")
    told = {one.activity.code: one.sentence for one in found.differing}
    assert told["demonstration_model"].endswith("1.000 → 800 triệu đồng/mô hình (−20 %)")
    assert told["cleaner_production_model"].endswith("500 → 400 triệu đồng/mô hình (−20 %)")
    assert found.after.on == date(2026, 11, 22)


def test_province_against_the_nation(client):
    found = compared(client, first="22/11/2026", place="82", other="national")
    assert {"machinery", "technology_transfer"} <= {one.activity.code for one in found.regrounded}
    assert "trademark" in {one.activity.code for one in found.differing}


def test_same_day_and_place_asks_for_a_second(client):
    assert "Chọn hai ngày hoặc hai nơi" in text_of(look(client, "norm_compare"))
    assert compared(client, first="01/01/2020", second="01/01/2020").is_one


def test_merged_province_without_its_own_document_points_to_its_old_ones(client, world):
    old_province(world, "82", "Tiền Giang", "82")
    warning = "chọn địa bàn tỉnh cũ để tính cả định mức còn áp dụng ở đó"
    assert warning in text_of(look(client, "norm_compare", first="22/11/2026", place="82", other="national"))
    assert warning not in text_of(look(client, "norm_compare", first="22/11/2026", place="87@2025", other="national"))
    found = compared(client, first="22/11/2026", place="87@2025", other="82@2025")
    assert "machinery" in {one.activity.code for one in found.differing}


def test_every_activity_stands_once(client):
    found = compared(client, first="01/06/2017", second="22/11/2026")
    sections = (found.differing, found.regrounded, found.same, found.neither)
    codes = [one.activity.code for section in sections for one in section]
    assert len(codes) == len(set(codes)) == len(found.changes)


# --- what changes when -----------------------------------------------------------------------------------------------


def days(client, which, **query):
    return {one.on: one for one in look(client, "norm_changes", **query).context[which]}


def test_past_is_a_calendar_newest_first(client):
    past = days(client, "past")
    assert list(past) == sorted(past, reverse=True)
    turn = past[date(2018, 5, 11)]
    assert [one.what for one in turn.happenings if one.things[0].document_id == "tt-28-2018"] == ["Có hiệu lực"]
    assert [one.what for one in turn.happenings if one.things[0].document_id == "ttlt-26-2014"] == ["Hết hiệu lực"]
    assert turn.turns[0].label == "Khuyến công quốc gia"
    assert "machinery" in {one.activity.code for one in turn.turns[0].differing}
    assert date(2025, 10, 15) in past


def test_day_shows_what_is_before_and_after(client):
    page = text_of(look(client, "norm_changes", day="11/05/2018"))
    assert "mức tối đa 200 → 300 triệu đồng/cơ sở (+50 %)" in page
    assert "So sánh 10/05/2018 và 11/05/2018" in page
    link = f"{reverse('norm_compare')}?first=10/05/2018&amp;second=11/05/2018&amp;place=national"
    assert link in look(client, "norm_changes", day="11/05/2018").content.decode()


def test_day_on_which_nothing_changes_leads_to_the_nearest(client):
    answer = look(client, "norm_changes", day="12/05/2018", province="national")
    assert "Ngày này không có gì thay đổi" in text_of(answer)
    assert answer.context["previous"] == date(2018, 5, 11)
    assert answer.context["following"] == date(2018, 8, 16)


def test_new_activities_and_trades_begin_on_their_day(client):
    day = look(client, "norm_changes", day="15/10/2025").context["chosen"]
    named = {thing.label for one in day.happenings for thing in one.things}
    assert {"Chuyển đổi số trong hoạt động khuyến công", "Công nghệ cao"} <= named
    assert any(not one.verified for one in day.happenings)


def test_province_that_becomes_a_city(client, world):
    CityStatus.objects.create(
        province=world.provinces["25"], passed_on=date(2026, 8, 24), document="99/2026/QH16", verified=False
    )
    page = text_of(look(client, "norm_changes", day="24/08/2026"))
    assert "Trở thành thành phố trực thuộc trung ương: Phú Thọ" in page
    assert date(2026, 8, 24) not in days(client, "past", province="82")
    assert date(2026, 8, 24) in days(client, "past", province="25")


def test_coming_day_of_a_confirmed_document(client, world):
    enter_national(world, norm("machinery", 60, 400), state="confirmed", replaces=["tt-28-2018"])
    coming = days(client, "coming")
    assert list(coming) == [date(2030, 1, 1)]
    told = {one.activity.code: one.sentence for one in coming[date(2030, 1, 1)].turns[0].differing}
    assert "tỷ lệ tối đa 50 % → 60 %; mức tối đa 300 → 400 triệu đồng/cơ sở (+33,33 %)" in told["machinery"]
    assert "→ chưa có" in told["consulting"]
    assert "Chưa ghi thay đổi nào sau hôm nay" not in text_of(look(client, "norm_changes"))


def test_draft_changes_nothing(client, world):
    enter(world, norm("machinery"), state="sent")
    assert days(client, "coming") == {}
    assert "Chưa ghi thay đổi nào sau hôm nay" in text_of(look(client, "norm_changes"))


def test_what_is_past_was_once_to_come(client, monkeypatch):
    monkeypatch.setattr(view, "today", lambda: date(2018, 5, 1))
    assert next(iter(days(client, "coming"))) == date(2018, 5, 11)
    assert date(2018, 5, 11) not in days(client, "past")


def test_resolution_of_a_merged_province_tells_each_site(client, world):
    """New Đồng Tháp gives up what the old one had; old Tiền Giang gets its first norm."""
    old_province(world, "82", "Tiền Giang", "82")
    enter(world, norm("machinery", 40, 250), state="confirmed")
    turns = {turn.label: turn for turn in days(client, "coming")[date(2030, 1, 1)].turns}
    assert set(turns) == {"Đồng Tháp trước 01/07/2025", "Tiền Giang trước 01/07/2025"}
    there = {one.activity.code: one for one in turns["Đồng Tháp trước 01/07/2025"].differing}
    assert "mức tối đa 300 → 250 triệu đồng/cơ sở (−16,67 %)" in there["machinery"].sentence
    assert there["demonstration_model"].terms[0].after == "chưa đọc được mức"
    first = {one.activity.code: one for one in turns["Tiền Giang trước 01/07/2025"].differing}
    assert first["machinery"].terms[0].text == "chưa có → 40 %, tối đa 250 triệu đồng/cơ sở"


def test_mergers_are_a_day_of_the_calendar(client):
    assert Province.objects.filter(valid_from=date(2025, 7, 1)).exists()
    assert "Sáp nhập" in text_of(look(client, "norm_changes", day="01/07/2025"))


def test_days_off_of_the_year_say_which_were_not_read(client):
    page = text_of(look(client, "norm_changes", day="11/05/2018"))
    assert "Ngày nghỉ lễ năm 2018" in page
    assert "Quốc khánh: 02/09/2018" in page
    swapped = [
        one.days for one in look(client, "norm_changes", day="01/06/2015").context["days_off"] if "bù" in one.note
    ]
    assert swapped == ["02/01/2015", "16/02/2015", "29/04/2015"]
    this_year = look(client, "norm_changes").context["days_off"]
    assert {"Tết Âm lịch", "Giỗ Tổ Hùng Vương"} <= {one.name for one in this_year}


@pytest.mark.parametrize("day", ["01/01/1990", "31/12/2100"])
def test_days_at_the_ends_of_the_calendar_open(client, day):
    look(client, "norm_changes", day=day)
    look(client, "norm_compare", first=day)
    look(client, on=day, province="82")
