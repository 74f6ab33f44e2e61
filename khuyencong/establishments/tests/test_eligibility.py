"""May this establishment be supported on that day: by its place then, its kind and its trade."""

from datetime import date

import pytest

from khuyencong.areas.models import CraftVillage, PreferredArea
from khuyencong.establishments.eligibility import commune_on, site_of, standings
from khuyencong.law.answers import EarlierSupport, Match
from khuyencong.law.catalogue import activities_on, activity
from khuyencong.law.eligibility import Verdict
from khuyencong.places.models import CityStatus, Commune
from khuyencong.testing import make_establishment

SINCE = date(2025, 10, 15)  # NĐ 235/2025
YES, NO, CHECK = Verdict.YES, Verdict.NO, Verdict.CHECK


@pytest.fixture
def commune(world):
    return Commune.objects.get(province=world.provinces["82"])


@pytest.fixture
def found(world, commune):
    return make_establishment(world, commune=commune)


def standing(found, on=SINCE, code="machinery", **more):
    (one,) = standings(found, [activity(code)], site=site_of(found, on=on), **more)
    return one


def place(found, on=SINCE, code="machinery"):
    return next(answer for answer in standing(found, on, code).answers if answer.topic == "place")


def area_fields(world):
    return {
        "province": world.provinces["82"], "document": "QĐ 1/QĐ-UBND", "from_on": date(2020, 1, 1),
        "entered_by": world.actor("dong-thap", "officer").user, "entered_for": world.agencies["dong-thap"],
    }  # fmt: skip


def test_household_in_a_commune_may_and_what_a_project_asks_is_left_open(found):
    one = standing(found)
    assert one.verdict is YES
    assert {answer.topic for answer in one.asked_later} == {"own_capital", "earlier_support"}
    assert all(answer.article for answer in one.answers)


def test_before_the_new_rule_a_person_looks_at_the_place(found):
    assert standing(found, date(2025, 10, 14)).verdict is CHECK


def test_ward_of_a_city_only_inside_a_craft_village_of_that_day(world, found, commune):
    CityStatus.objects.create(province=world.provinces["82"], verified=True)
    Commune.objects.filter(pk=commune.pk).update(kind="ward")
    found.commune.refresh_from_db()
    assert place(found).code == "ward_of_city"
    assert standing(found).verdict is NO
    assert standing(found, code="cleaner_production_model").verdict is YES
    found.craft_village = CraftVillage.objects.create(
        name="Làng nghề Thử", to_on=date(2026, 6, 30), end_document="QĐ 2", **area_fields(world)
    )
    assert place(found).code == "craft_village"
    assert place(found, date(2026, 6, 30)).verdict is YES
    assert place(found, date(2026, 7, 1)).code == "ward_of_city"


def test_city_whose_first_day_is_not_verified_is_doubted(world, found, commune):
    CityStatus.objects.create(
        province=world.provinces["82"], document="9/NQ", passed_on=date(2026, 1, 5), verified=False
    )
    Commune.objects.filter(pk=commune.pk).update(kind="ward")
    found.commune.refresh_from_db()
    answer = place(found, date(2026, 2, 1))
    assert (answer.verdict, answer.verified) == (NO, False)
    assert "9/NQ" in answer.sentence
    assert place(found, date(2026, 1, 4)).verdict is YES


def test_unit_of_the_day_is_asked(world, found, commune):
    """A commune that became a ward on 01/01/2027 counts as a commune until then."""
    CityStatus.objects.create(province=world.provinces["82"], verified=True)
    ward = Commune.objects.create(
        code="99999", key="99999", name="Phường Mới", kind="ward", province=world.provinces["82"], latitude=10,
        longitude=105, folded="phuong moi", sort_key="1", valid_from=date(2027, 1, 1),
    )  # fmt: skip
    ward.current = ward
    ward.save()
    Commune.objects.filter(pk=commune.pk).update(valid_to=date(2026, 12, 31), current=ward)
    found.commune.refresh_from_db()
    assert commune_on(found.commune, date(2026, 12, 31)) == commune
    assert commune_on(found.commune, date(2027, 1, 1)) == ward
    assert (place(found, date(2026, 12, 31)).verdict, place(found, date(2027, 1, 1)).verdict) == (YES, NO)


def test_unit_that_was_split_is_unknown_afterwards(found, commune):
    Commune.objects.filter(pk=commune.pk).update(valid_to=date(2026, 12, 31), was_split=True)
    found.commune.refresh_from_db()
    assert commune_on(found.commune, date(2027, 1, 1)) is None
    assert place(found, date(2027, 1, 1)).code == "place_unknown"


@pytest.mark.parametrize(
    ("listed", "verdict"), [("nothing", CHECK), ("another", CHECK), ("commune", YES), ("province", YES)]
)
def test_minerals_by_the_list_of_difficult_areas(world, found, commune, listed, verdict):
    found.sector = "minerals"
    other = Commune.objects.create(
        code="99998", key="99998", name="Xã Khác", kind="commune", province=world.provinces["82"], latitude=10,
        longitude=105, folded="xa khac", sort_key="1",
    )  # fmt: skip
    where = {"another": other, "commune": commune, "province": None}
    if listed in where:
        PreferredArea.objects.create(
            commune=where[listed], priority_place="difficult_area", **(area_fields(world) | {"from_on": SINCE})
        )
    assert standing(found).verdict is verdict


def test_activities_with_the_same_answers_stand_together(found, django_assert_num_queries):
    all_of_them = [one for one in activities_on(SINCE) if one.per_beneficiary]
    with django_assert_num_queries(2):
        groups = standings(found, all_of_them, site=site_of(found, on=SINCE))
    assert sum(len(one.activities) for one in groups) == len(all_of_them) > len(groups)
    assert len({one.answers for one in groups}) == len(groups)


def test_support_of_before_is_a_doubt_for_its_activity_alone(found):
    earlier = {"machinery": (EarlierSupport("đề án Thử, năm 2024", Match.UNSURE),)}
    assert standing(found, earlier=earlier).verdict is CHECK
    assert standing(found, code="trademark", earlier=earlier).verdict is YES
