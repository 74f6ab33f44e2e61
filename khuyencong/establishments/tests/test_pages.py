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
        answer = client.get(reverse("establishment", args=[beneficiary.establishment_id]))
        return answer.content.decode(), project

    return get


def test_department_sees_the_project_of_its_province(page_for):
    html, project = page_for("dong-thap")

    assert project.get_absolute_url() in html
    assert "ngoài phạm vi" not in html


def test_regional_centre_only_learns_that_there_is_a_project_of_others(page_for):
    html, project = page_for("region")

    assert project.code not in html
    assert project.name not in html
    assert "1 đề án ngoài phạm vi của bạn" in html
