"""The pages of places, as different people see them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.areas.models import CraftVillage, PreferredArea
from khuyencong.areas.queries import provinces_of_day
from khuyencong.areas.tests.listing import preferred_of, village_of
from khuyencong.places.models import CityStatus, Province, Region, RegionMembership
from khuyencong.places.tests.deciding import MERGER, decided, make_commune
from khuyencong.places.tests.test_queries import LAST_OLD_DAY, TODAY
from khuyencong.places.update import apply_decision
from khuyencong.testing import make_establishment

BEFORE, AFTER = date(2026, 2, 28), date(2026, 3, 1)


@pytest.fixture
def page(world, visit):
    """`page(url name, *args, who=…, **query)`: the answer to one address."""

    def get(name, *args, who=("dong-thap", "officer"), **query):
        return visit(world.actor(*who)).get(reverse(name, args=args), query)

    return get


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


# --- provinces on a day ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("regions")
def test_provinces_are_those_of_the_day(page):
    now, then = text(page("places", ngay="01/01/2026")), text(page("places", ngay="30/06/2025"))
    assert "Hòa Bình" not in now
    assert "Tỉnh Hòa Bình" in then
    assert "Tỉnh, thành phố ngày 30/06/2025" in then
    assert "2 tỉnh có khu vực chờ xác minh" in now
    assert "Nay thuộc" not in now
    assert reverse("place_province", args=["25"]) in then  # what it went into


@pytest.mark.usefixtures("regions")
def test_city_stands_with_its_document_and_the_mark(world, page):
    CityStatus.objects.create(province=world.provinces["82"], passed_on=date(2026, 2, 1), document="00/VÍ-DỤ")
    before, after = text(page("places", ngay="31/01/2026")), text(page("places", ngay="01/02/2026"))
    assert "Tỉnh Đồng Tháp" in before
    assert "Thành phố Đồng Tháp" in after
    assert "00/VÍ-DỤ, từ 01/02/2026" in after


@pytest.mark.parametrize("day", ["32/01/2026", "hôm nay", "1/1/1800"])
def test_day_that_cannot_be_read_is_said(page, day):
    answer = page("places", ngay=day)
    assert answer.status_code == 422
    assert "Chưa xem được" in answer.content.decode()


@pytest.mark.usefixtures("regions")
def test_provinces_of_a_decision_stand_on_their_days(page):
    apply_decision(decided(MERGER))
    assert "Tỉnh Gộp Thử" in text(page("places", ngay="01/03/2026"))
    then = text(page("places", ngay="28/02/2026"))
    rows = then.partition("<tbody>")[2]
    assert rows.count(reverse("place_province", args=["82-2026"])) == 2  # what both of them went into


@pytest.mark.usefixtures("places_of_all")
def test_all_real_provinces_with_the_sizes_of_regions():
    then, now = provinces_of_day(LAST_OLD_DAY), provinces_of_day(TODAY)
    assert (len(then.lines), len(now.lines)) == (63, 34)
    assert then.regions == {Region.NORTH: 28, Region.CENTRAL: 15, Region.SOUTH: 20}
    assert sum(now.regions.values()) == now.unverified_regions == 34
    assert sum(line.communes for line in now.lines) == 3321
    names = {line.name: line for line in now.lines}
    assert not names["Thành phố Đồng Nai"].city.verified
    assert names["Thành phố Hà Nội"].city.verified


@pytest.fixture
def places_of_all(db):
    from khuyencong.places.actions import load_places

    load_places()


# --- one province, one commune ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("regions")
def test_province_tells_how_it_came_about(world, page):
    CityStatus.objects.create(province=world.provinces["25"], passed_on=date(2026, 2, 1), document="00/VÍ-DỤ")
    html = text(page("place_province", "25", who=("national", "officer")))
    assert "Tỉnh Hòa Bình</a> (đến 30/06/2025)" in html
    assert "Tỉnh Phú Thọ (từ 01/07/2025 đến 31/01/2026)" in html
    assert "Thành phố Phú Thọ (từ 01/02/2026), 00/VÍ-DỤ" in html
    assert "Phía Bắc (từ 01/07/2025)" in html
    old = text(page("place_province", "17@2025"))
    assert "Trở thành" in old
    assert "Không có danh sách xã" in old
    assert page("place_province", "99").status_code == 404


@pytest.mark.usefixtures("regions")
def test_communes_of_a_province_are_found_without_diacritics_and_sorted(world, page):
    for number, name in enumerate(("Xã Ứng", "Phường An", "Xã Ẩn", "Xã Đa")):
        make_commune(world.provinces["82"], f"2990{number}", name)
    rows = page("place_province", "82").context["communes"].object_list
    assert [row.name for row in rows] == ["Phường An", "Xã Ẩn", "Xã Đa", "Xã Thử Nghiệm Đồng Tháp", "Xã Ứng"]
    found = page("place_province", "82", q="xa ung").context["communes"].object_list
    assert [row.name for row in found] == ["Xã Ứng"]
    assert "Không tìm thấy" in text(page("place_province", "82", q="không đâu"))
    for row in range(60):
        make_commune(world.provinces["82"], f"280{row:02}", f"Xã Số {row}")
    answer = page("place_province", "82", page="2")
    assert "51–65 trong 65" in text(answer)
    assert page("place_province", "82", q="x" * 500).status_code == 200


@pytest.mark.usefixtures("regions")
def test_commune_tells_what_became_of_it(page):
    apply_decision(decided({"rename_commune": "29869", "name": "Phường Tên Mới"}))
    old = text(page("place_commune", "29869"))
    assert "từ 01/07/2025 đến 28/02/2026" in old
    assert "Phường Tên Mới, Tỉnh Đồng Tháp" in old
    assert "10,0000, 105,0000" in old
    new = text(page("place_commune", "29869-2026"))
    assert "Kế tục" in new
    assert "Trước là Xã Thử Nghiệm Đồng Tháp" in new
    assert page("place_commune", "99999").status_code == 404


def test_commune_shows_the_areas_it_lies_in(officer, page, commune):
    village_of(officer, commune=commune)
    preferred_of(officer, commune=commune)
    preferred_of(officer, priority_place="poor_district")
    html = text(page("place_commune", "29869"))
    assert "Làng nghề Thử" in html
    assert "khó khăn và đặc biệt khó khăn" in html
    assert "Cả Tỉnh Đồng Tháp" in html


def test_lists_of_another_province_are_not_shown(officer, page, commune):
    village, area = village_of(officer, commune=commune), preferred_of(officer, commune=commune)
    for name, key in (("place_province", "82"), ("place_commune", "29869")):
        html = text(page(name, key, who=("phu-tho", "officer")))
        assert "Làng nghề Thử" not in html
        assert "QĐ 2/VÍ-DỤ" not in html
    assert page("craft_village", village.pk, who=("phu-tho", "officer")).status_code == 404
    assert page("preferred_area", area.pk, who=("phu-tho", "auditor")).status_code == 404


@pytest.mark.usefixtures("regions")
@pytest.mark.parametrize("name", ["places", "place_province", "place_commune", "craft_village", "preferred_area"])
def test_queries_do_not_grow(world, officer, commune, visit, name):
    village, area = village_of(officer, commune=commune), preferred_of(officer, commune=commune)
    args = {"places": [], "place_province": ["82"], "place_commune": ["29869"], "craft_village": [village.pk]}
    url = reverse(name, args=args.get(name, [area.pk]))
    client = visit(officer)
    client.get(url)

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    one = count()
    for number in range(3):
        row = Province.objects.create(
            code=f"7{number}", key=f"7{number}", name=f"Tỉnh {number}", short_name=str(number), kind="province"
        )
        RegionMembership.objects.create(province=row, region=Region.SOUTH)
        make_commune(world.provinces["82"], f"2990{number}", f"Xã Thêm {number}")
        village_of(officer, name=f"Làng {number}", commune=commune)
        preferred_of(
            officer,
            commune=commune,
            from_on=date(2010 + number, 1, 1),
            to_on=date(2010 + number, 2, 1),
            end_document="QĐ",
        )
        make_establishment(world, craft_village=village)
    assert count() == one


# --- buttons and forms -----------------------------------------------------------------------------------------------


def test_only_who_may_sees_the_buttons(officer, page):
    village = village_of(officer)
    assert reverse("craft_village_new") in text(page("place_province", "82"))
    assert reverse("place_region", args=["82"]) not in text(page("place_province", "82"))
    assert reverse("craft_village_new") not in text(page("place_province", "25"))
    assert reverse("craft_village_new") not in text(page("place_province", "82", who=("dong-thap", "leader")))
    assert reverse("craft_village_edit", args=[village.pk]) in text(page("craft_village", village.pk))
    assert "/sua/" not in text(page("craft_village", village.pk, who=("dong-thap", "auditor")))
    national = text(page("place_province", "82", who=("national", "administrator")))
    assert reverse("place_region", args=["82"]) in national


def test_village_goes_through_its_forms(world, officer, visit, commune):
    client = visit(officer)
    new = client.get(reverse("craft_village_new"))
    data = {
        "creation_key": new.context["form"]["creation_key"].value(), "name": "Làng nghề Mới", "kind": "village",
        "commune": commune.pk, "document": "QĐ 9", "from_on": "01/02/2024", "trade": "dệt chiếu",
    }  # fmt: skip
    village_url = client.post(reverse("craft_village_new"), data).url
    village = CraftVillage.objects.get()
    assert village_url == reverse("craft_village", args=[village.pk])
    end = {"version": 1, "end_document": "QĐ 10", "to_on": "31/12/2025"}
    assert client.post(reverse("craft_village_end", args=[village.pk]), end).status_code == 302
    page = text(client.get(village_url))
    assert "31/12/2025, QĐ 10" in page
    assert "Ghi chấm dứt" not in page
    corrected = {**data, "version": 2, "to_on": "30/11/2025", "end_document": "QĐ 10"}
    assert client.post(reverse("craft_village_edit", args=[village.pk]), corrected).status_code == 302
    village.refresh_from_db()
    assert village.to_on == date(2025, 11, 30)


def test_second_officer_is_shown_what_the_first_changed(world, officer, visit):
    village = village_of(officer)
    url, client = reverse("craft_village_edit", args=[village.pk]), visit(officer)
    opened = client.get(url).context["form"]
    data = {f"initial-{name}": "" for name in ()}
    data |= {
        "version": 1,
        "name": "Tên của người thứ hai",
        "kind": "village",
        "document": "QĐ 1/VÍ-DỤ",
        "from_on": "01/01/2020",
    }
    data |= {opened[name].html_initial_name: opened[name].initial or "" for name in ("name", "document")}
    CraftVillage.objects.filter(pk=village.pk).update(document="QĐ của người thứ nhất", version=2)
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "QĐ của người thứ nhất" in answer.content.decode()
    village.refresh_from_db()
    assert village.name == "Làng nghề Thử"


def test_preferred_area_goes_through_its_forms(officer, visit):
    client = visit(officer)
    new = client.get(reverse("preferred_area_new"))
    data = {
        "creation_key": new.context["form"]["creation_key"].value(), "priority_place": "difficult_area",
        "document": "QĐ 9", "from_on": "01/02/2024",
    }  # fmt: skip
    assert "hoặc đánh dấu cả tỉnh" in client.post(reverse("preferred_area_new"), data).content.decode()
    data["whole_province"] = "on"
    assert client.post(reverse("preferred_area_new"), data).status_code == 302
    area = PreferredArea.objects.get()
    assert (area.commune, str(area)) == (None, "Đồng Tháp")
    again = client.post(reverse("preferred_area_new"), {**data, "creation_key": "7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a60"})
    assert again.status_code == 422
    assert "đã có trong danh sách" in again.content.decode()


@pytest.mark.usefixtures("regions")
def test_region_goes_through_its_form(world, visit):
    client = visit(world.actor("national", "administrator"))
    url = reverse("place_region", args=["82"])
    form = client.get(url).context["form"]
    assert (form["from_on"].value(), form["version"].value()) == ("01/07/2025", 2)
    data = {"version": 2, "region": "central", "from_on": "01/01/2026", "document": "QĐ 7"}
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 422  # the second click
    assert RegionMembership.objects.filter(province=world.provinces["82"]).count() == 2
    assert client.get(reverse("place_region", args=["87@2025"])).status_code == 404
