"""The preferred place that a đề án claims, held against the list of the province."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.areas.models import PreferredArea
from khuyencong.areas.tests.listing import preferred_of
from khuyencong.core.dates import today
from khuyencong.establishments.models import Establishment
from khuyencong.law.eligibility import Verdict
from khuyencong.places.models import Commune
from khuyencong.projects.eligibility import eligibility_of
from khuyencong.projects.models import Project
from khuyencong.projects.support import beneficiaries_of, reckon
from khuyencong.testing import make_project


@pytest.fixture
def keeper(world):
    """Who keeps the lists of Đồng Tháp."""
    return world.actor("dong-thap", "officer")


@pytest.fixture
def commune():
    return Commune.objects.get(code="29869")


@pytest.fixture
def project(world, commune):
    """A draft in the commune with a list."""
    made = make_project(world)
    Establishment.objects.update(commune=commune)
    return made


def claiming(project, code, **more):
    Project.objects.filter(pk=project.pk).update(priority_place=code, **more)
    return Project.objects.select_related("province").get(pk=project.pk)


def answer(project, name="priority_place", on=None):
    (found,) = eligibility_of(project, beneficiaries_of(project), on=on or today())
    return next((one for one in found.answers if one.topic == name), None)


def test_without_a_claim_and_a_row_nothing_is_said(project):
    assert answer(project) is None


def test_claim_that_stands_on_the_list_is_cited(project, keeper, commune):
    preferred_of(keeper, commune=commune)
    said = answer(claiming(project, "difficult_area"))
    assert (said.code, said.verdict, said.finding) == ("priority_place_listed", Verdict.YES, None)
    assert "QĐ 2/VÍ-DỤ" in said.sentence
    assert "Điều 6 Nghị định 45/2012/NĐ-CP" in said.article


def test_claim_that_the_list_does_not_have_needs_a_decision(world, project, keeper):
    preferred_of(keeper, commune=None, priority_place="poor_district")
    preferred_of(keeper, commune=None, to_on=today() - timedelta(days=1), end_document="QĐ 3/VÍ-DỤ")
    preferred_of(world.actor("phu-tho", "officer"))
    preferred_of(keeper, commune=make_other(world))
    project = claiming(project, "difficult_area")
    said = answer(project)
    assert (said.code, said.verdict, said.finding.kind) == (
        "priority_place_not_listed",
        Verdict.CHECK,
        "needs_approval",
    )
    assert "Nơi này có trong danh sách khác: Tỉnh Đồng Tháp – Huyện nghèo" in said.sentence
    findings = reckon(project, beneficiaries_of(project), project.lines.all(), on=today()).findings
    assert [one.kind for one in findings if one.code == "priority_place_not_listed"] == ["needs_approval"]


def make_other(world):
    from khuyencong.places.tests.deciding import make_commune

    return make_commune(world.provinces["82"], "29870", "Xã Thử Hai")


def test_claim_where_no_list_is_kept_warns(project):
    said = answer(claiming(project, "difficult_area"))
    assert (said.code, said.finding.kind) == ("priority_place_no_list", "warning")
    assert "khoản 1 Điều 6 Nghị định 45/2012/NĐ-CP" in said.article


def test_row_that_nobody_claims_is_pointed_out(project, keeper, commune):
    preferred_of(keeper, commune=commune)
    said = answer(project)
    assert (said.code, said.finding.kind) == ("priority_place_unclaimed", "warning")


def test_list_alone_makes_a_difficult_area_for_minerals_by_the_day(project, keeper, commune):
    project = claiming(project, "", sector="minerals")
    assert answer(project, "trade").verdict is Verdict.CHECK
    preferred_of(keeper, commune=commune, from_on=today())
    assert answer(project, "trade").verdict is Verdict.YES
    assert answer(project, "trade", today() - timedelta(days=1)).verdict is Verdict.CHECK


def test_claim_still_counts_for_minerals(project):
    assert answer(claiming(project, "difficult_area", sector="minerals"), "trade").verdict is Verdict.YES


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_is_asked_once_whatever_the_number(world, keeper, commune, rows):
    project = make_project(world, beneficiaries=rows)
    Establishment.objects.update(commune=commune)
    codes = ["difficult_area", "poor_district", "new_countryside_commune"]
    for code in codes[:rows]:
        preferred_of(keeper, commune=commune, priority_place=code)
    people = beneficiaries_of(project)
    with CaptureQueriesContext(connection) as captured:
        assert len(eligibility_of(project, people, on=today())) == rows
    table = PreferredArea._meta.db_table
    assert [table in one["sql"] for one in captured].count(True) == 1


def test_form_says_what_the_list_has(world, keeper, commune, project, visit):
    preferred_of(keeper, commune=commune)
    page = visit(world.actor("dong-thap-centre", "officer")).get(f"{project.get_absolute_url()}sua/").content.decode()
    assert "Danh sách của tỉnh có" not in page
    claiming(project, "", commune=commune)
    page = visit(world.actor("dong-thap-centre", "officer")).get(f"{project.get_absolute_url()}sua/").content.decode()
    assert "Danh sách của tỉnh có: Xã Thử Nghiệm Đồng Tháp – Địa bàn có điều kiện kinh tế - xã hội khó khăn" in page
