"""Agencies: created from data, with names that depend on the day."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from khuyencong.people.actions import load_agencies
from khuyencong.people.models import Agency, AgencyKind, AgencyName
from khuyencong.people.queries import national_agency
from khuyencong.places.models import Province, Region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("agencies")]


def test_agencies_of_the_whole_country():
    kinds = [
        (AgencyKind.NATIONAL, 1),
        (AgencyKind.REGIONAL_CENTRE, 3),
        (AgencyKind.DEPARTMENT, 34),
        (AgencyKind.CENTRE, 34),
    ]
    assert [(kind, Agency.objects.filter(kind=kind).count()) for kind, _ in kinds] == kinds


def test_load_again_changes_nothing():
    Agency.objects.filter(code="ttkc-25").update(name="Trung tâm Khuyến công và Tư vấn phát triển công nghiệp Phú Thọ")
    before = [model_to_dict(row) for row in (*Agency.objects.order_by("pk"), *AgencyName.objects.order_by("pk"))]
    assert load_agencies() == 0
    assert [
        model_to_dict(row) for row in (*Agency.objects.order_by("pk"), *AgencyName.objects.order_by("pk"))
    ] == before


def test_centre_stands_under_its_department():
    centre = Agency.objects.get(code="ttkc-25")
    assert (centre.name, centre.short_name) == ("Trung tâm Khuyến công tỉnh Phú Thọ", "TTKC Phú Thọ")
    assert centre.parent.name == "Sở Công Thương tỉnh Phú Thọ"
    assert centre.province.key == "25"


def test_regional_centres_stand_under_the_national_agency():
    centres = Agency.objects.filter(kind=AgencyKind.REGIONAL_CENTRE).order_by("code")
    assert [centre.region for centre in centres] == [Region.NORTH, Region.CENTRAL, Region.SOUTH]
    assert {centre.parent for centre in centres} == {national_agency()}


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (dt.date(2012, 5, 21), "Cục Công nghiệp địa phương"),
        (dt.date(2014, 1, 1), "Cục Công nghiệp địa phương"),
        (dt.date(2023, 6, 1), "Cục Công Thương địa phương"),
        (dt.date(2026, 11, 22), "Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công"),
    ],
)
def test_national_agency_by_date(on, name):
    assert national_agency().name_on(on) == name
    assert not AgencyName.objects.filter(agency=national_agency(), verified=True).exists()


def test_confirmed_day_of_change_replaces_the_day_seen():
    new = AgencyName.objects.get(name=national_agency().name)
    new.from_on, new.verified = dt.date(2025, 3, 1), True
    new.save()
    assert national_agency().name_on(dt.date(2025, 2, 28)) == "Cục Công Thương địa phương"
    assert national_agency().name_on(dt.date(2025, 3, 1)) == national_agency().name


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("sct-75", dt.date(2026, 4, 23), "Sở Công Thương tỉnh Đồng Nai"),
        ("sct-75", dt.date(2026, 4, 24), "Sở Công Thương thành phố Đồng Nai"),
        ("sct-79", dt.date(2020, 1, 1), "Sở Công Thương Thành phố Hồ Chí Minh"),
        ("sct-31", dt.date(2026, 1, 1), "Sở Công Thương thành phố Hải Phòng"),
    ],
)
def test_department_by_date(code, on, name):
    assert Agency.objects.get(code=code).name_on(on) == name


@pytest.mark.parametrize("count", [1, 3])
def test_names_of_a_list_take_two_queries(count, django_assert_num_queries):
    with django_assert_num_queries(2):
        rows = list(Agency.objects.prefetch_related("names")[:count])
        assert all(row.name_on(dt.date(2020, 1, 1)) for row in rows)


def test_search_and_activity():
    assert [row.code for row in Agency.objects.search("so cong thuong phu tho")] == ["sct-25"]
    Agency.objects.filter(code="sct-25").update(active_to=dt.date(2026, 6, 30))
    assert not Agency.objects.active_on(dt.date(2026, 7, 1)).filter(code="sct-25").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "a", "kind": "department"},
        {"code": "a", "kind": "regional_centre"},
        {"code": "a", "kind": "national"},
        {"code": "a", "kind": "ministry"},
        {"code": "cuc", "kind": "service"},
        {"code": "a", "kind": "service", "active_from": dt.date(2026, 2, 1), "active_to": dt.date(2026, 1, 1)},
    ],
)
def test_database_refuses(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Agency.objects.create(name="x", short_name="x", **fields)


def test_agency_of_a_closed_province_belongs_to_the_one_of_today():
    old = Province.objects.get(key="17@2025")
    agency = Agency.objects.create(code="ttkc-hb", kind="centre", name="x", short_name="x", province=old)
    assert agency.home_province_id == old.current_id != old.pk
