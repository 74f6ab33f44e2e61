"""Scope: which records are there for whom; the list and the single record agree."""

import itertools

import pytest

from khuyencong.people.models import Agency
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.places.models import Province

pytestmark = pytest.mark.django_db

# Agencies stand in for records here: they have a province, and `parent` plays the implementing unit.
HOA_BINH, PHU_THO, HAI_PHONG = "17@2025", "25", "31"


@pytest.fixture
def records(agencies):
    rows = {}
    for key, unit in itertools.product((HOA_BINH, PHU_THO, HAI_PHONG), ("ttkc-25", "ttkv-1")):
        name = f"{key}/{unit}"
        rows[name] = Agency.objects.create(
            code=name.replace("@", "-").replace("/", "-"),
            kind="service",
            name=name,
            short_name=name,
            province=Province.objects.get(key=key),
            parent=Agency.objects.get(code=unit),
        )
    return rows


def seen(actor, records, **paths):
    rows = Agency.objects.filter(pk__in=[row.pk for row in records.values()])
    return {row.name for row in rows.filter(province_scope(actor, **paths))}


@pytest.mark.parametrize(
    ("agency", "expected"),
    [
        ("cuc", {f"{key}/{unit}" for key in (HOA_BINH, PHU_THO, HAI_PHONG) for unit in ("ttkc-25", "ttkv-1")}),
        ("sct-25", {"17@2025/ttkc-25", "17@2025/ttkv-1", "25/ttkc-25", "25/ttkv-1"}),
        ("ttkc-25", {"17@2025/ttkc-25", "17@2025/ttkv-1", "25/ttkc-25", "25/ttkv-1", "31/ttkc-25"}),
        ("sct-31", {"31/ttkc-25", "31/ttkv-1"}),
        ("ttkv-1", {"17@2025/ttkv-1", "25/ttkv-1", "31/ttkv-1"}),
        ("ttkv-3", set()),
    ],
)
def test_records_with_implementing_unit(actor, records, agency, expected):
    someone = actor("officer", agency)
    assert seen(someone, records, implementing_unit="parent") == expected
    inside = {
        name
        for name, row in records.items()
        if is_inside(someone, province=row.province, implementing_unit_id=row.parent_id)
    }
    assert inside == expected


@pytest.mark.parametrize(("agency", "count"), [("cuc", 6), ("sct-25", 4), ("sct-31", 2), ("ttkv-1", 6), ("ttkv-3", 0)])
def test_records_without_implementing_unit(actor, records, agency, count):
    someone = actor("officer", agency)
    assert len(seen(someone, records)) == count
    assert sum(is_inside(someone, province=row.province) for row in records.values()) == count


def test_agency_without_province_sees_only_its_own(actor, records):
    Agency.objects.create(code="dich-vu", kind="service", name="Công ty tư vấn", short_name="Công ty tư vấn")
    someone = actor("officer", "dich-vu")
    assert seen(someone, records) == seen(someone, records, implementing_unit="parent") == set()
    assert not is_inside(someone, province=None)
