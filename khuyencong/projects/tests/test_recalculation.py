"""What was frozen at submission beside the same calculation today: nothing changed, or what did, in words."""

import pytest
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.normbook.tests.entering import enter, norm
from khuyencong.projects import actions
from khuyencong.projects.recalculation import recalculated, stored_sheets
from khuyencong.projects.support import beneficiaries_of, sheets_for
from khuyencong.testing import make_project


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def compared(project):
    now = sheets_for(project, beneficiaries_of(project), project.lines.all(), on=today())
    return recalculated(stored_sheets(project), now)


def new_resolution(world, *, cap):
    """From today on the province has a norm of its own: half, at most `cap` triệu."""
    day = {"valid_from": today(), "issued_on": today()}
    return enter(world, norm("machinery", 50, cap), state="confirmed", **day)


def test_nothing_to_compare_before_the_first_submission(world):
    assert stored_sheets(make_project(world)) == []


def test_nothing_changes_while_the_law_and_the_project_stay(world):
    project = make_project(world, state="submitted", beneficiaries=3)
    found = compared(project)
    assert (found.changed, found.same, found.findings) == ([], 3, [])


def test_lower_norm_is_told_and_found(world):
    project = make_project(world, state="submitted", beneficiaries=2)
    document = new_resolution(world, cap=150)
    found = compared(project)
    assert len(found.changed) == 2
    told = {one.label: (one.before, one.after) for one in found.changed[0].differences}
    assert told["Mức trần"] == ("300.000.000 đồng", "150.000.000 đồng")
    assert document.number in told["Văn bản định mức"][1]
    assert [one.code for one in found.findings] == ["lower_today"] * 2
    assert "chỉ còn 150.000.000 đồng" in found.findings[0].sentence
    assert "300.000.000 đồng" in found.findings[0].sentence
    assert document.number in found.findings[0].article


def test_higher_norm_is_told_but_is_no_finding(world):
    project = make_project(world, state="submitted", total=800 * MILLION)
    new_resolution(world, cap=390)
    found = compared(project)
    assert [one.label for one in found.changed[0].differences][:1] == ["Văn bản định mức"]
    assert found.findings == []


def test_beneficiary_that_came_or_went_after_the_return_stands_alone(world, officer):
    project = make_project(world, state="returned", beneficiaries=2)
    gone = project.beneficiaries.select_related("establishment").first()
    actions.remove_beneficiary(project_id=project.pk, by=officer, version=project.version, beneficiary_id=gone.pk)
    found = compared(project)
    assert [(one.name, one.after) for one in found.changed] == [(gone.establishment.name, None)]
    assert found.same == 1


def test_appraiser_sees_the_lower_norm_before_agreeing_and_cannot_agree_to_more(world, visit):
    small = make_project(world, state="submitted", support=100 * MILLION)
    large = make_project(world, state="submitted", support=200 * MILLION)
    new_resolution(world, cap=150)
    client = visit(world.actor("dong-thap", "appraiser"))
    for project, blocked in ((small, False), (large, True)):
        answer = client.get(reverse("project_appraise", args=[project.code, "base"]))
        page = answer.content.decode()
        assert [one.code for one in answer.context["findings"]] == ["lower_today"]
        assert "So với khi gửi" in page
        assert "150.000.000 đồng" in page
        assert ("vượt mức được hỗ trợ tối đa" in page) is blocked


def test_unreadable_number_is_lower_too(world):
    """The province's own resolution without this activity ends the search: nothing can be computed any more."""
    project = make_project(world, state="submitted")
    day = {"valid_from": today(), "issued_on": today()}
    enter(world, norm("demonstration_model", 30, 800), state="confirmed", **day)
    (finding,) = compared(project).findings
    assert "không còn tính được số" in finding.sentence


def test_two_of_one_name_that_have_left_both_stand_there(world):
    project = make_project(world, state="submitted", beneficiaries=2)
    for row in project.sheets.all():
        query = row.sheet["query"] | {"beneficiary_name": "Hộ kinh doanh An"}
        project.sheets.filter(pk=row.pk).update(beneficiary=None, sheet=row.sheet | {"query": query})
    gone = [one for one in compared(project).rows if one.after is None]
    assert [one.name for one in gone] == ["Hộ kinh doanh An"] * 2


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_frozen_calculation_that_cannot_be_read_is_said_on_the_page(world, visit, officer, state):
    project = make_project(world, state=state)
    project.sheets.update(sheet={"version": 0})
    answer = visit(officer).get(f"{project.get_absolute_url()}?tab=du-toan")
    assert answer.status_code == 409
    assert "không đọc được" in answer.content.decode()
