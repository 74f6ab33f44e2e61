"""Wards of Đồng Nai, Quảng Ninh and Bắc Ninh before and after they became centrally-run cities: with the real places."""

import datetime as dt

import pytest
from django.db import transaction

from khuyencong.areas.models import CraftVillage
from khuyencong.establishments.models import Establishment
from khuyencong.law.eligibility import Verdict
from khuyencong.places.actions import load_places
from khuyencong.places.models import Commune, CommuneKind, Province
from khuyencong.places.queries import is_city_on
from khuyencong.projects.eligibility import eligibility_of
from khuyencong.projects.models import Beneficiary, Project

NEW_RULE = dt.date(2025, 10, 15)  # NĐ 235/2025
# Key of the province, the day on which the National Assembly passed the resolution, its number (places/data).
CITIES = (
    ("75", dt.date(2026, 4, 24), "30/2026/QH16"),
    ("22", dt.date(2026, 8, 24), "36/2026/QH16"),
    ("24", dt.date(2026, 8, 24), "39/2026/QH16"),
)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    """All real places, loaded once for this module; each test rolls back to here."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        load_places()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _no_records(monkeypatch):
    """The establishments here are not stored: there is nothing that any of them could have received."""
    monkeypatch.setattr(
        "khuyencong.projects.eligibility.earlier_support_of_all",
        lambda asked, **_: {project.pk: {} for project, _ in asked},
    )


def place_answer(key, kind, on, *, activity="machinery", craft_village=None):
    """The answer about the place of a household in the first commune of that kind in the province."""
    province = Province.objects.select_related("current").get(key=key)
    commune = Commune.objects.filter(province=province, kind=kind).order_by("code").first()
    household = Establishment(
        name="Hộ kinh doanh Thử", kind="household", province=province, commune=commune, craft_village=craft_village
    )
    project = Project(activity=activity, sector="agro_processing", year=on.year)
    (found,) = eligibility_of(project, [Beneficiary(establishment=household)], on=on)
    return next(answer for answer in found.answers if answer.topic == "place")


@pytest.mark.parametrize(("key", "passed_on", "document"), CITIES)
def test_ward_loses_its_support_on_the_day_the_province_became_a_city(key, passed_on, document):
    day_before = passed_on - dt.timedelta(days=1)
    assert not is_city_on(Province.objects.get(key=key), day_before)
    before = place_answer(key, CommuneKind.WARD, day_before)
    assert before.verdict is Verdict.YES
    assert before.verified

    assert is_city_on(Province.objects.get(key=key), passed_on)
    after = place_answer(key, CommuneKind.WARD, passed_on)
    assert after.verdict is Verdict.NO
    assert after.finding.kind == "blocker"
    assert "235/2025" in after.article


@pytest.mark.parametrize(("key", "passed_on", "document"), CITIES)
def test_day_of_effect_is_not_verified_and_the_answer_says_so(key, passed_on, document):
    after = place_answer(key, CommuneKind.WARD, passed_on)
    assert not after.verified
    assert document in after.sentence
    assert f"{passed_on:%d/%m/%Y}" in after.sentence
    assert "chờ xác minh" in after.sentence


@pytest.mark.parametrize(("key", "passed_on", "document"), CITIES)
def test_communes_and_craft_villages_of_the_new_cities_keep_it(key, passed_on, document):
    assert place_answer(key, CommuneKind.COMMUNE, passed_on).verdict is Verdict.YES
    village = CraftVillage(name="Làng nghề Thử", from_on=dt.date(2020, 1, 1))
    assert place_answer(key, CommuneKind.WARD, passed_on, craft_village=village).verdict is Verdict.YES
    village.to_on = passed_on - dt.timedelta(days=1)  # withdrawn the day before
    assert place_answer(key, CommuneKind.WARD, passed_on, craft_village=village).verdict is Verdict.NO
    assert place_answer(key, CommuneKind.WARD, passed_on, activity="cleaner_production_model").verdict is Verdict.YES


def test_ward_of_a_city_of_before_has_none_from_the_new_rule_on_and_that_is_verified():
    answer = place_answer("48", CommuneKind.WARD, NEW_RULE)
    assert answer.verdict is Verdict.NO
    assert answer.verified
    assert "chờ xác minh" not in answer.sentence


@pytest.mark.parametrize(("key", "passed_on", "document"), CITIES)
def test_before_the_new_rule_a_person_looks_at_the_class_of_the_place(key, passed_on, document):
    assert place_answer(key, CommuneKind.WARD, NEW_RULE - dt.timedelta(days=1)).verdict is Verdict.CHECK
