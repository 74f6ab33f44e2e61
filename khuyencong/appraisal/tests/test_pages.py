"""The page on which a đề án is appraised."""

import pytest
from django.urls import reverse

from khuyencong.appraisal.models import POINTS, Appraisal
from khuyencong.core.dates import format_date, today
from khuyencong.testing import complete, make_project

POINTS_MET = {f"point_{number}": "dat" for number in POINTS}


def url(project, level="base"):
    return reverse("project_appraise", args=[project.code, level])


def answer(project, **values):
    return {
        "version": project.version,
        "outcome": "agree",
        "appraised_on": format_date(today()),
        "norm_confirmed": "on",
        **POINTS_MET,
        **values,
    }


def test_the_page_shows_what_the_appraiser_needs(world, visit):
    project = make_project(world, state="submitted", beneficiaries=2)
    page = visit(world.actor("dong-thap", "appraiser")).get(url(project))
    text = page.content.decode()
    assert page.status_code == 200
    assert len(page.context["sheets"]) == 2
    for words in (
        project.code,
        project.name,
        "400.000.000 đồng",
        "cong-van-de-nghi.pdf",
        project.aims,
        "TT 36/2013 Đ9.1",
    ):
        assert words in text, words
    for number, (title, _) in POINTS.items():
        assert f"{number}. {title}" in text
    assert not page.context["form"].errors


def test_the_box_for_unverified_norms_is_there_only_when_needed(world, visit):
    with_box = make_project(world, province="25", state="submitted")
    page = visit(world.actor("phu-tho", "appraiser")).get(url(with_box))
    assert "norm_confirmed" in page.context["form"].fields
    refused = visit(world.actor("phu-tho", "appraiser")).post(url(with_box), answer(with_box, norm_confirmed=""))
    assert refused.status_code == 422
    assert "đối chiếu với văn bản gốc" in refused.content.decode()


def test_agree_with_the_five_points(world, visit, everything):
    project = make_project(world, state="submitted")
    client = visit(world.actor("dong-thap", "appraiser"))
    response = client.post(
        url(project), answer(project, point_2_comment="Đơn giá hợp lý", minutes_number="BB-7", by_council="on")
    )
    assert response.status_code == 302
    assert response["Location"].endswith("?tab=tham-dinh")
    found = Appraisal.objects.get()
    assert (found.minutes_number, found.by_council, found.outcome) == ("BB-7", True, "agree")
    assert found.points.get(number=2).comment == "Đơn giá hợp lý"
    once = everything()
    again = client.post(url(project), answer(project))
    assert again.status_code == 422
    assert "đã được thay đổi" in again.content.decode()
    assert client.get(url(project)).status_code == 409
    assert everything() == once


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(world, visit, everything):
    project = make_project(world, state="submitted")
    client = visit(world.actor("dong-thap", "appraiser"))
    before = everything()
    data = answer(project, appraised_on="2026-01-01", outcome="khac", comment="Đã đi xem tại chỗ")
    del data["point_3"]
    response = client.post(url(project), data)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"point_3", "appraised_on", "outcome"}
    assert "Đã đi xem tại chỗ" in response.content.decode()
    refused = client.post(url(project), answer(project, outcome="return"))
    assert refused.status_code == 422
    assert "phải ghi lý do" in refused.content.decode()
    assert everything() == before


def test_the_way_back_shows_the_earlier_appraisal(world, visit):
    project = make_project(world, state="submitted")
    client = visit(world.actor("dong-thap", "appraiser"))
    client.post(url(project), answer(project, outcome="return", comment="Thiếu báo giá"))
    project.refresh_from_db()
    assert project.state == "returned"
    from khuyencong.projects.actions import submit

    complete(world, project)
    submit(project_id=project.pk, by=world.actor("dong-thap-centre", "officer"), version=project.version)
    assert "Thiếu báo giá" in client.get(url(project)).content.decode()


def test_who_may_open_it(world, visit, client, everything):
    project = make_project(world, state="submitted")
    before = everything()
    assert client.get(url(project)).status_code == 302
    assert client.post(url(project), answer(project)).status_code == 302
    for place, role, level, status in (
        ("dong-thap", "officer", "base", 403),
        ("dong-thap", "leader", "base", 403),
        ("phu-tho", "appraiser", "base", 404),
        ("region", "appraiser", "base", 404),
        ("national", "appraiser", "base", 403),
        ("national", "appraiser", "central", 403),
        ("dong-thap-centre", "appraiser", "base", 403),
        ("dong-thap", "appraiser", "central", 403),
        ("dong-thap", "appraiser", "khac", 404),
    ):
        browser = visit(world.actor(place, role))
        assert browser.get(url(project, level)).status_code == status, (place, role, level)
        assert browser.post(url(project, level), answer(project)).status_code == status, (place, role, level)
    assert everything() == before


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_for_three_beneficiaries_as_for_one(
    world, visit, django_assert_num_queries, rows
):
    project = make_project(world, state="submitted", beneficiaries=rows)
    client = visit(world.actor("dong-thap", "appraiser"))
    # session, user, memberships; project, beneficiaries, lines; norms, cities, earlier support; frozen sheets,
    # attachments, earlier appraisals, visits to the spot, an open agenda; similar đề án (in sight, out of it), prices of the same machine
    with django_assert_num_queries(42):
        assert len(client.get(url(project)).context["sheets"]) == rows
