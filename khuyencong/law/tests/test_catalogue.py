from datetime import date

import pytest

from khuyencong.law.catalogue import (
    activities_on,
    activity,
    activity_choices,
    activity_name,
    catalogue,
    sector_choices,
    sectors_on,
)
from khuyencong.law.regulations import regulations

BEFORE, SINCE = date(2025, 10, 14), date(2025, 10, 15)


def test_catalogue_covers_the_nine_contents():
    assert set(catalogue().contents) == set(range(1, 10))
    assert {found.content for found in activities_on(BEFORE)} - {None} == set(range(1, 10))


def test_every_activity_carries_out_a_point_of_its_content():
    points = {
        code: content.number
        for content in catalogue().contents.values()
        for part in content.parts
        for code in part.activities
    }
    without = {code for code, found in catalogue().activities.items() if found.content is None}
    assert without == {"contest", "digital_transformation", "sustainable_production"}
    assert set(points) == set(catalogue().activities) - without


@pytest.mark.parametrize(
    ("number", "points"),
    [
        (1, [""]),
        (7, ["điểm a", "điểm b", "điểm c"]),
        (8, ["điểm a", "điểm b", "điểm c"]),
        (9, ["điểm a", "điểm b", "điểm c", "điểm d", "điểm đ"]),
    ],
)
def test_points_of_a_content_follow_the_letters_of_the_decree(number, points):
    parts = catalogue().contents[number].parts
    letters = list(
        dict.fromkeys(part.article.partition(" khoản")[0] if part.article.startswith("điểm") else "" for part in parts)
    )
    assert letters == points
    assert all(f"khoản {number} Điều 4 Nghị định 45/2012/NĐ-CP" in part.article for part in parts)


def test_parts_have_articles_and_days():
    entries = [*catalogue().contents.values(), *catalogue().activities.values(), *catalogue().priority_trades.values()]
    parts = [part for entry in entries for part in entry.parts]
    assert len(parts) > 60
    assert all(part.article and part.text and part.in_force(date(2014, 4, 8)) for part in parts if part.verified)


def test_every_entry_cites_a_document_in_force_on_its_first_day():
    known = catalogue()
    entries = [*known.activities.values(), *known.sectors.values(), *known.priority_places.values()]
    entries += [*known.priority_trades.values(), *known.priority_owners.values()]
    parts = [part for entry in (*entries, *known.contents.values()) for part in entry.parts]
    for one in (*entries, *parts):
        cited = [found for found in regulations().documents.values() if found.number and found.number in one.article]
        assert any(found.valid_from and found.valid_from <= one.valid_from for found in cited), one


@pytest.mark.parametrize(
    ("day", "lowest"), [((2025, 6, 30), "competition_district"), ((2025, 7, 1), "competition_commune")]
)
def test_lowest_competition_is_of_the_commune_since_july_2025(day, lowest):
    found = {one.code for one in activities_on(date(*day))} & {"competition_district", "competition_commune"}
    assert found == {lowest}


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


def test_priority_trades_are_ordered_but_for_cleaner_production():
    orders = {code: trade.order for code, trade in catalogue().priority_trades.items()}
    assert orders == {
        "certified_key_export_local": 1,
        "mechanical_chemical_agro_supporting": 2,
        "cleaner_production": None,
    }
    assert [len(trade.parts) for trade in catalogue().priority_trades.values()] == [5, 3, 0]


def test_owners_have_priority_since_the_new_decree():
    owners = catalogue().priority_owners
    assert set(owners) == {"women_owned", "ethnic_minority_owned"}
    assert not any(owner.in_force(BEFORE) for owner in owners.values())
    assert all(owner.in_force(SINCE) for owner in owners.values())
