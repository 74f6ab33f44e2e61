"""Which province a code or a name means, by the data files alone."""

from datetime import date

import pytest

from khuyencong.places.actions import load_places
from khuyencong.places.lookup import find_province, norm_keys
from khuyencong.places.models import Province


@pytest.mark.parametrize(
    ("text", "on", "key"),
    [
        ("87", "2017-06-01", "87@2025"),
        ("82", "2017-06-01", "82@2025"),
        ("82", "2026-06-01", "82"),
        ("87", "2026-06-01", "87@2025"),
        ("87@2025", "2026-06-01", "87@2025"),
        ("38", "2017-06-01", "38"),
        ("38@2025", "2026-06-01", "38"),
        ("dong thap", "2017-06-01", "87@2025"),
        ("Tỉnh Đồng Tháp", "2026-06-01", "82"),
        ("HOÀ BÌNH", "2026-06-01", "17@2025"),
        ("TP. Hồ Chí Minh", "2026-06-01", "79"),
        ("Bà Rịa – Vũng Tàu", "2017-06-01", "77@2025"),
        ("Huế", "2026-06-01", "46"),
        ("TP.HCM", "2017-06-01", "79@2025"),
        ("Tỉnh Thừa Thiên Huế", "2017-06-01", "46"),
    ],
)
def test_province_is_the_one_of_that_day(text, on, key):
    assert find_province(text, date.fromisoformat(on)).key == key


def test_site_decides_which_of_two_provinces_a_code_means():
    named, keys = norm_keys(date(2017, 6, 1), province="82", site="87")
    assert (named.key, keys) == ("82", ("82", "87@2025"))
    assert norm_keys(date(2026, 6, 1), site="87")[1] == ("82", "87@2025")
    assert norm_keys(date(2026, 6, 1)) == (None, ())
    with pytest.raises(ValueError, match=r"Tỉnh Hòa Bình .* không phải là một phần của Tỉnh Đồng Tháp"):
        norm_keys(date(2026, 6, 1), province="82", site="17")


@pytest.mark.parametrize("text", ["99", "8", "082", "82@2024", "Đồng", "", "tỉnh", "x" * 1000, "\x00"])
def test_unknown_province_gets_a_sentence(text):
    with pytest.raises(ValueError, match=r"^Không có tỉnh, thành phố «.{0,60}»\."):
        find_province(text, date(2026, 6, 1))


@pytest.mark.parametrize(("text", "hint"), [("Đồng Tháo", "Đồng Tháp"), ("UBND tỉnh Cà Mau", "Cà Mau")])
def test_name_that_comes_near_is_proposed(text, hint):
    with pytest.raises(ValueError, match=f"Có phải ý là {hint}"):
        find_province(text, date(2026, 6, 1))


@pytest.mark.django_db
def test_keys_and_names_are_those_of_the_database():
    load_places()
    for province in Province.objects.select_related("current"):
        for on in (province.valid_from or date(2025, 6, 30), province.valid_to or date(2026, 11, 22)):
            for text in (province.key, province.code, province.name, province.short_name):
                found = find_province(text, on)
                assert (found.key, found.short_name) == (province.key, province.short_name), (text, on)
                assert found.current_key == province.current.key
