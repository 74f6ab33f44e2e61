"""What stands on the page of an establishment."""

import pytest
from django.urls import reverse

from khuyencong.places.models import Region, RegionMembership
from khuyencong.testing import make_project


@pytest.fixture
def page_for(world, client):
    """The page of the establishment of a local đề án, as somebody sees it, and that đề án."""
    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    project = make_project(world, state="submitted")
    beneficiary = project.beneficiaries.get()

    def get(agency: str) -> tuple[str, object]:
        client.force_login(world.actor(agency, "officer").user)
        answer = client.get(reverse("establishment", args=[beneficiary.establishment_id]), {"tab": "ho-tro"})
        return answer.content.decode(), project

    return get


def test_department_sees_the_project_of_its_province(page_for):
    html, project = page_for("dong-thap")

    assert project.get_absolute_url() in html
    assert "ngoài phạm vi" not in html


def test_regional_centre_learns_who_gave_what_in_a_project_of_others_and_no_more(page_for):
    """So that nobody pays twice: the agency, the year, the item and the amount."""
    html, project = page_for("region")

    assert project.code not in html
    assert project.name not in html
    line = project.lines.get()
    for known in (project.funder.name, str(project.year), line.content, "200.000.000"):
        assert known in html, known
