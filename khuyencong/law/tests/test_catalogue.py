from datetime import date

from khuyencong.law.catalogue import (
    activities_on,
    activity,
    activity_choices,
    activity_name,
    catalogue,
    sector_choices,
    sectors_on,
)

BEFORE, SINCE = date(2025, 10, 14), date(2025, 10, 15)


def test_catalogue_covers_the_nine_contents():
    assert set(catalogue().contents) == set(range(1, 10))
    assert {found.content for found in activities_on(BEFORE)} == set(range(1, 10))


def test_activities_of_the_new_decree_begin_with_it():
    new = {found.code for found in activities_on(SINCE)} - {found.code for found in activities_on(BEFORE)}
    assert new == {"digital_transformation", "sustainable_production"}
    assert len(sectors_on(SINCE)) - len(sectors_on(BEFORE)) == 5


def test_activity_per_beneficiary_and_unit():
    assert (activity("machinery").per_beneficiary, activity("machinery").unit) == (True, "cơ sở")
    assert not activity("information").per_beneficiary
    assert activity("nothing") is None


def test_activity_name_of_an_unknown_code_is_the_code():
    assert activity_name("nothing") == "nothing"
    assert activity_name("machinery") == "Ứng dụng máy móc, thiết bị tiên tiến"


def test_choices_are_pairs_for_forms():
    assert ("machinery", "Ứng dụng máy móc, thiết bị tiên tiến") in activity_choices(BEFORE)
    assert "handicraft" in dict(sector_choices())


def test_priority_places_keep_the_order_of_the_law():
    assert [place.order for place in catalogue().priority_places.values()] == [1, 2, 3, 4]
    assert next(iter(catalogue().priority_trades.values())).code == "certified_key_export_local"
