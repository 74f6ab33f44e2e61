"""What the records know about the beneficiaries is asked of the law, and its answers stop or warn."""

from datetime import timedelta

import pytest

from khuyencong.areas.tests.listing import village_of
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.establishments.models import Establishment
from khuyencong.law.eligibility import Verdict
from khuyencong.places.models import CityStatus, Commune
from khuyencong.projects import actions
from khuyencong.projects.eligibility import eligibility_of
from khuyencong.projects.models import Project
from khuyencong.projects.support import beneficiaries_of, reckon
from khuyencong.testing import make_project


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def again(world, officer, earlier, *, state="draft"):
    """Another project for the establishment of `earlier`."""
    place = earlier.beneficiaries.get().establishment
    project = make_project(world, beneficiaries=2)
    first = project.beneficiaries.first()
    actions.remove_beneficiary(project_id=project.pk, by=officer, version=project.version, beneficiary_id=first.pk)
    project.refresh_from_db()
    actions.add_beneficiary(
        project_id=project.pk,
        by=officer,
        version=project.version,
        establishment=place,
        commits_own_capital=True,
        declares_no_other_support=True,
    )
    return Project.objects.get(pk=project.pk), place


def topic(project, name, beneficiary=0):
    answers = eligibility_of(project, beneficiaries_of(project), on=today())[beneficiary].answers
    return next(one for one in answers if one.topic == name)


# --- support that the records know of -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["submitted", "returned", "approved", "settled", "stopped"])
def test_earlier_support_for_the_same_activity_is_named(world, officer, state):
    earlier = make_project(world, state=state, support=150 * MILLION, total=400 * MILLION)
    project, place = again(world, officer, earlier)
    answer = topic(project, "earlier_support", 1)
    assert answer.verdict is Verdict.CHECK
    for words in (earlier.code, str(earlier.year), "150.000.000 đồng", earlier.get_state_display().lower()):
        assert words in answer.sentence, words
    findings = reckon(project, beneficiaries_of(project), project.lines.all(), on=today()).findings
    assert [one.kind for one in findings if one.code == "earlier_support"] == ["needs_approval"]
    assert any(one.sentence.startswith(f"{place.name}: ") for one in findings if one.code == "earlier_support")


@pytest.mark.parametrize("state", ["draft", "withdrawn", "rejected"])
def test_project_that_came_to_nothing_is_no_earlier_support(world, officer, state):
    project, _ = again(world, officer, make_project(world, state=state))
    assert topic(project, "earlier_support", 1).verdict is Verdict.YES


# --- place, trade ----------------------------------------------------------------------------------------------------


def test_ward_of_a_new_city_stops_the_submission_from_its_day_on(world, officer):
    """The same draft: submitted the day before, refused on the day of the resolution."""
    ward = Commune.objects.get(province=world.provinces["82"])
    Commune.objects.filter(pk=ward.pk).update(kind="ward")
    first, second = make_project(world), make_project(world)
    Establishment.objects.update(commune=ward)
    city = CityStatus.objects.create(
        province=world.provinces["82"], passed_on=today() + timedelta(days=1), document="00/2026/QH16"
    )
    actions.submit(project_id=first.pk, by=officer, version=first.version)
    CityStatus.objects.filter(pk=city.pk).update(passed_on=today())
    with pytest.raises(Refused, match="Phường của thành phố trực thuộc Trung ương") as refusal:
        actions.submit(project_id=second.pk, by=officer, version=second.version)
    assert "00/2026/QH16" in str(refusal.value)
    assert "235/2025" in refusal.value.findings[0].article
    Establishment.objects.update(craft_village=village_of(world.actor("dong-thap", "officer"), commune=ward))
    actions.submit(project_id=second.pk, by=officer, version=second.version)


def test_difficult_area_of_the_project_counts_for_minerals(world, officer):
    project = make_project(world)
    actions.update_project(project_id=project.pk, by=officer, version=project.version, fields={"sector": "minerals"})
    project.refresh_from_db()
    assert topic(project, "trade").verdict is Verdict.CHECK
    actions.update_project(
        project_id=project.pk, by=officer, version=project.version, fields={"priority_place": "difficult_area"}
    )
    project.refresh_from_db()
    assert topic(project, "trade").verdict is Verdict.YES
