"""Region membership: dated rows are closed and opened; what somebody has verified is never rewritten."""

from datetime import date

import pytest

from khuyencong.areas import actions
from khuyencong.areas.regions import version_of_regions
from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.places.models import Region, RegionMembership
from khuyencong.places.queries import region_on
from khuyencong.testing import at_once, kinds

pytestmark = pytest.mark.usefixtures("regions")
FIRST, LATER = date(2025, 7, 1), date(2026, 4, 1)


@pytest.fixture
def set_region(world):
    """`set_region(region, from_on)`: as the national administrator, on the page of this moment."""

    def act(region=Region.CENTRAL, from_on=LATER, *, who=("national", "administrator"), **changed):
        province = world.provinces["82"]
        version = version_of_regions(province.regions.all())
        values = {"version": version, "region": region, "from_on": from_on, "document": "QĐ 5/VÍ-DỤ", **changed}
        return actions.set_region(province_id=province.pk, by=world.actor(*who), **values)

    return act


def rows(world):
    return list(
        RegionMembership.objects.filter(province=world.provinces["82"]).values_list(
            "region", "from_on", "to_on", "verified"
        )
    )


def test_new_region_closes_what_held_and_opens_a_row(world, set_region):
    set_region()
    assert rows(world) == [
        ("south", FIRST, date(2026, 3, 31), False),
        ("central", LATER, None, True),
    ]
    assert region_on(world.provinces["82"], date(2026, 3, 31)) == Region.SOUTH
    assert region_on(world.provinces["82"], LATER) == Region.CENTRAL
    event = AuditEvent.objects.get(action="region.set")
    assert (event.before["region"], event.after["region"]) == ("south", "central")


def test_guess_is_settled_from_its_own_first_day(world, set_region):
    set_region(Region.NORTH, FIRST)
    assert rows(world) == [("north", FIRST, None, True)]
    with pytest.raises(Refused, match="Từ 01/07/2025 đã có văn bản"):
        set_region(Region.SOUTH, FIRST)
    assert rows(world) == [("north", FIRST, None, True)]


def test_days_that_overlap_are_refused(world, set_region):
    set_region()
    before = rows(world)
    for day in (date(2026, 3, 31), date(2025, 12, 1)):
        with pytest.raises(Refused, match="không được chồng lên"):
            set_region(Region.NORTH, day)
    with pytest.raises(Refused, match="không có vào ngày 30/06/2025"):
        set_region(Region.NORTH, date(2025, 6, 30))
    with pytest.raises(Refused, match="đã thuộc khu vực"):
        set_region(Region.CENTRAL, date(2026, 5, 1))
    assert rows(world) == before


def test_province_that_has_ended_keeps_its_regions(world):
    old = world.provinces["87@2025"]
    with pytest.raises(Refused, match="không còn đến nay"):
        actions.set_region(
            province_id=old.pk, by=world.actor("national", "administrator"), version=1, region=Region.NORTH,
            from_on=date(2024, 1, 1), document="QĐ",
        )  # fmt: skip


@pytest.mark.parametrize("who", [("national", "leader"), ("dong-thap", "administrator"), ("region", "administrator")])
def test_only_the_national_administrator_writes(set_region, who):
    with pytest.raises(NotAllowed):
        set_region(who=who)


def test_page_of_before_is_stale(world, set_region):
    set_region()
    with pytest.raises(Stale):
        set_region(Region.NORTH, date(2026, 9, 1), version=2)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told(world, set_region):
    version = version_of_regions(world.provinces["82"].regions.all())
    outcome = at_once(lambda: set_region(version=version), lambda: set_region(Region.NORTH, FIRST, version=version))
    assert kinds(outcome) == ["NoneType", "Stale"]
