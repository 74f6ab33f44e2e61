"""Agencies: created from data, with names that depend on the day."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from khuyencong.people.actions import load_agencies
from khuyencong.people.models import Agency, AgencyKind, AgencyName, AgencyParent
from khuyencong.people.queries import national_agency
from khuyencong.places.models import Commune, Province, Region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("agencies")]


def test_agencies_of_the_whole_country():
    kinds = [
        (AgencyKind.NATIONAL, 1),
        (AgencyKind.REGIONAL_CENTRE, 3),
        (AgencyKind.DEPARTMENT, 34),
        (AgencyKind.CENTRE, 34),
    ]
    now = Agency.objects.active_on(dt.date(2026, 1, 1))
    assert [(kind, now.filter(kind=kind).count()) for kind, _ in kinds] == kinds
    before = Agency.objects.active_on(dt.date(2025, 6, 30))
    assert [before.filter(kind=kind).count() for kind, _ in kinds] == [1, 3, 63, 63]


def everything():
    tables = (Agency, AgencyName, AgencyParent)
    return [model_to_dict(row) for table in tables for row in table.objects.order_by("pk")]


def test_load_again_changes_nothing():
    Agency.objects.filter(code="ttkc-25").update(name="Trung tâm Khuyến công và Tư vấn phát triển công nghiệp Phú Thọ")
    before = everything()
    assert load_agencies() == 0
    assert everything() == before


def test_load_adds_no_dates_to_what_was_corrected():
    """A name or a parent that users gave is not given one by the pattern besides."""
    name, other = "Trung tâm Xúc tiến và Khuyến công", Agency.objects.get(code="cuc")
    AgencyName.objects.filter(agency__code="ttkc-31").delete()
    AgencyParent.objects.filter(agency__code="ttkc-31").delete()
    Agency.objects.filter(code="ttkc-31").update(name=name, parent=other)
    load_agencies()
    corrected = Agency.objects.get(code="ttkc-31")
    assert (corrected.name, corrected.parent) == (name, other)
    assert not corrected.names.exists()
    assert not corrected.parents.exists()


def test_load_makes_no_second_department_beside_one_of_another_code():
    Agency.objects.filter(code="ttkc-01").delete()
    Agency.objects.filter(code="sct-01").update(code="so-ha-noi")
    assert load_agencies() == 1
    department = Agency.objects.get(kind="department", province__key="01")
    assert Agency.objects.get(code="ttkc-01").parent == department


def test_agency_of_a_merged_province_was_succeeded():
    """Each of the 52 provinces that merged had a department and a centre; nothing says more than the pattern of names."""
    old = Agency.objects.filter(active_to=dt.date(2025, 6, 30))
    assert old.count() == 2 * 52
    centre = old.get(code="ttkc-15-2025")  # Yên Bái; 15 is the code of Lào Cai now
    assert (centre.name, centre.parent.code) == ("Trung tâm Khuyến công tỉnh Yên Bái", "sct-15-2025")
    assert centre.successor == Agency.objects.get(code="ttkc-15")
    assert centre.successor.active_from == dt.date(2025, 7, 1)
    assert not AgencyName.objects.filter(agency__in=old, verified=True).exists()
    assert not AgencyParent.objects.filter(verified=True).exists()
    assert not old.filter(successor=None).exists()
    assert not old.filter(successor__active_to__isnull=False).exists()


@pytest.mark.parametrize(
    ("code", "on", "parent"),
    [
        ("ttkc-15-2025", dt.date(2024, 1, 1), "sct-15-2025"),
        ("ttkc-15-2025", dt.date(2025, 7, 1), None),
        ("ttkc-15", dt.date(2025, 7, 1), "sct-15"),
        ("ttkc-15", dt.date(2025, 6, 30), None),
        ("ttkc-01", dt.date(2013, 1, 1), "sct-01"),  # Hà Nội took part in no merger
        ("ttkv-2", dt.date(2013, 1, 1), "cuc"),
        ("sct-15", dt.date(2026, 1, 1), None),
    ],
)
def test_parent_by_date(code, on, parent):
    found = Agency.objects.get(code=code).parent_on(on)
    assert (found and found.code) == parent


def test_parent_without_dates_is_that_of_today():
    department = Agency.objects.get(code="sct-25")
    service = Agency.objects.create(code="dv", kind="service", name="x", short_name="x", parent=department)
    assert service.parent_on(dt.date(2015, 1, 1)) == department


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
    found = Agency.objects.search("so cong thuong phu tho")
    assert sorted(row.code for row in found) == ["sct-25", "sct-25-2025"]
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


@pytest.mark.parametrize(
    ("agency", "expected"),
    [
        ("cuc", {"cuc", "ttkv-1", "sct-25", "ttkc-25", "sct-17-2025", "ttkc-17-2025", "sct-31", "xa", "chu", "dv"}),
        ("ttkv-1", {"ttkv-1"}),
        ("sct-25", {"sct-25", "ttkc-25", "sct-17-2025", "ttkc-17-2025", "xa", "chu", "dv"}),
        ("ttkc-25", {"ttkc-25", "ttkc-17-2025", "chu", "dv"}),
        ("sct-31", {"sct-31"}),
        ("xa", {"xa"}),
        ("chu", {"chu"}),
    ],
)
def test_an_agency_answers_for_itself_what_it_succeeded_and_what_stands_below(actor, agency, expected):
    """The list and the single record agree."""
    phu_tho, sct, ttkc = (
        Province.objects.get(key="25"),
        *Agency.objects.filter(code__in=["sct-25", "ttkc-25"]).order_by("code"),
    )
    commune = Commune.objects.filter(province=phu_tho).first()
    more = {"name": "x", "short_name": "x", "province": phu_tho}
    Agency.objects.create(code="xa", kind="commune", commune=commune, parent=sct, **more)
    Agency.objects.create(code="dv", kind="service", parent=ttkc, **more)
    Agency.objects.create(code="chu", kind="establishment", **more)
    codes = ("cuc", "ttkv-1", "sct-25", "ttkc-25", "sct-17-2025", "ttkc-17-2025", "sct-31", "xa", "chu", "dv")
    somebody = actor("administrator", agency)
    rows = Agency.objects.filter(code__in=codes)
    assert {row.code for row in rows & Agency.objects.in_scope_of(somebody)} == expected
    assert {row.code for row in rows if row.is_in_scope(somebody)} == expected
