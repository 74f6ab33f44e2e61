"""Places on a day: before and after 01/07/2025, and after the cities of 2026."""

import datetime as dt
import json
import unicodedata

import pytest

from khuyencong.places import queries, sources
from khuyencong.places.models import Commune, Province, Region, RegionMembership

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

LAST_OLD_DAY = dt.date(2025, 6, 30)
FIRST_NEW_DAY = dt.date(2025, 7, 1)
TODAY = dt.date(2026, 11, 22)


def province(key):
    return Province.objects.get(key=key)


@pytest.mark.parametrize(("on", "count"), [(LAST_OLD_DAY, 63), (FIRST_NEW_DAY, 34), (TODAY, 34)])
def test_provinces_in_force(on, count):
    assert Province.objects.in_force(on).count() == count


def test_eleven_provinces_are_one_row_across_the_mergers():
    both = Province.objects.in_force(LAST_OLD_DAY) & Province.objects.in_force(FIRST_NEW_DAY)
    names = {row.short_name for row in both}
    assert names == {
        "Hà Nội", "Huế", "Lai Châu", "Điện Biên", "Sơn La", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Nghệ An", "Hà Tĩnh",
        "Cao Bằng",
    }  # fmt: skip
    assert all(row.current == row and row.is_today for row in both)


def test_every_province_leads_to_one_of_today():
    today = {row.pk for row in Province.objects.in_force(TODAY)}
    assert {row.current_id for row in Province.objects.all()} == today


@pytest.mark.parametrize(
    ("key", "name", "becomes"),
    [
        ("17@2025", "Tỉnh Hòa Bình", "Tỉnh Phú Thọ"),
        ("15@2025", "Tỉnh Yên Bái", "Tỉnh Lào Cai"),
        ("10@2025", "Tỉnh Lào Cai", "Tỉnh Lào Cai"),
        ("31@2025", "Thành phố Hải Phòng", "Thành phố Hải Phòng"),
        ("54@2025", "Tỉnh Phú Yên", "Tỉnh Đắk Lắk"),
    ],
)
def test_old_province_becomes(key, name, becomes):
    old = province(key)
    assert (old.name, old.current.name, old.is_today) == (name, becomes, False)


def test_same_code_names_two_provinces():
    assert [row.short_name for row in Province.objects.filter(code="15").order_by("key")] == ["Lào Cai", "Yên Bái"]


def test_region_sizes_before_the_mergers():
    assert queries.region_sizes(LAST_OLD_DAY) == {Region.NORTH: 28, Region.CENTRAL: 15, Region.SOUTH: 20}


def test_region_sizes_after_the_mergers_are_there_but_unverified():
    assert sum(queries.region_sizes(TODAY).values()) == 34
    assert not RegionMembership.objects.filter(verified=True).exists()


def test_old_binh_thuan_changed_region_by_joining_lam_dong():
    old = province("60@2025")
    assert queries.region_on(old, LAST_OLD_DAY) == Region.SOUTH
    assert queries.region_on(old, FIRST_NEW_DAY) is None
    assert queries.region_on(old.current, FIRST_NEW_DAY) == Region.CENTRAL
    assert queries.regions_on(LAST_OLD_DAY)[old.pk] == Region.SOUTH
    assert old.current in Province.objects.in_region(Region.CENTRAL, TODAY)


@pytest.mark.parametrize(
    ("key", "on", "is_city", "name"),
    [
        ("75", dt.date(2026, 4, 23), False, "Tỉnh Đồng Nai"),
        ("75", dt.date(2026, 4, 24), True, "Thành phố Đồng Nai"),
        ("75@2025", dt.date(2020, 1, 1), False, "Tỉnh Đồng Nai"),
        ("22", dt.date(2024, 1, 1), False, "Tỉnh Quảng Ninh"),
        ("22", dt.date(2026, 8, 24), True, "Thành phố Quảng Ninh"),
        ("24", dt.date(2026, 8, 23), False, "Tỉnh Bắc Ninh"),
        ("31@2025", dt.date(2019, 5, 1), True, "Thành phố Hải Phòng"),
        ("48", TODAY, True, "Thành phố Đà Nẵng"),
        ("25", TODAY, False, "Tỉnh Phú Thọ"),
    ],
)
def test_city_on(key, on, is_city, name):
    assert queries.is_city_on(province(key), on) is is_city
    assert queries.name_on(province(key), on) == name
    assert (province(key).pk in queries.cities_on(on)) is is_city


def test_cities_of_today_only_six_of_them_verified():
    today = Province.objects.in_force(TODAY).filter(pk__in=queries.cities_on(TODAY)).select_related("city_status")
    assert len(today) == 9
    assert {row.short_name for row in today if row.city_status.verified} == {
        "Hà Nội", "Huế", "Hải Phòng", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ",
    }  # fmt: skip
    assert province("75").city_status.from_on is None
    assert province("75").city_status.document == "30/2026/QH16"


def test_confirmed_day_of_effect_replaces_the_day_of_passing():
    status = province("75").city_status
    status.from_on = dt.date(2026, 7, 1)
    status.save()
    assert queries.is_city_on(province("75"), dt.date(2026, 6, 30)) is False
    assert queries.is_city_on(province("75"), dt.date(2026, 7, 1)) is True


def test_archipelagos_are_special_zones_of_da_nang_and_khanh_hoa():
    for name, owner in (("Đặc khu Hoàng Sa", "Đà Nẵng"), ("Đặc khu Trường Sa", "Khánh Hòa")):
        zone = Commune.objects.get(name=name)
        assert (zone.kind, zone.province.short_name) == ("special_zone", owner)


def test_map_has_all_provinces_and_both_archipelagos():
    features = json.loads(sources.OUTLINES.read_text(encoding="utf-8"))["features"]
    outlines = {feature["properties"]["code"] for feature in features if feature["geometry"]["type"] != "Point"}
    points = [feature["properties"] for feature in features if feature["geometry"]["type"] == "Point"]
    assert outlines == {row.code for row in Province.objects.in_force(TODAY)}
    assert [(point["code"], point["name"].split(" (")[0]) for point in points] == [
        ("48", "Quần đảo Hoàng Sa"),
        ("56", "Quần đảo Trường Sa"),
    ]


def test_communes_in_force():
    assert Commune.objects.in_force(TODAY).count() == 3321
    assert Commune.objects.in_force(LAST_OLD_DAY).count() == 0
    assert set(queries.communes_of(province("25")).values_list("province__short_name", flat=True)) == {"Phú Thọ"}


@pytest.mark.parametrize(
    "words", ["hoang sa", "HOÀNG SA", "sa hoàng", unicodedata.normalize("NFD", "Hoàng Sa đà nẵng")]
)
def test_commune_search_forgives(words):
    assert "Đặc khu Hoàng Sa" in [row.name for row in Commune.objects.search(words)]


def test_province_search():
    assert [row.key for row in Province.objects.search("hoa binh")] == ["17@2025"]
    assert Province.objects.search("%").count() == 0


def test_provinces_sorted_as_vietnamese_sorts():
    names = [row.short_name for row in queries.provinces_today()]
    assert names[0] == "An Giang"
    assert names.index("Cao Bằng") < names.index("Đà Nẵng") < names.index("Gia Lai")
    assert names.index("Đà Nẵng") < names.index("Đắk Lắk") < names.index("Điện Biên") < names.index("Đồng Nai")
