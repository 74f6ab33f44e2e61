"""The list of đề án and the pages on which one is written."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.projects.models import Project
from khuyencong.testing import make_establishment, make_project

MINE = "dong-thap-centre"


def queries_for(client, address, **query):
    """How many queries the page takes."""
    client.get(address, query)  # whatever is only read once
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, query).status_code == 200
    return len(captured)


def listed(client, **query):
    """Codes on the page of the list."""
    page = client.get(reverse("projects"), query).content.decode()
    return {code for code in Project.objects.values_list("code", flat=True) if f"/de-an/{code}/" in page}


@pytest.mark.parametrize("agency", [MINE, "national"])
def test_list_takes_as_many_queries_for_three_as_for_one(world, visit, agency):
    client = visit(world.actor(agency, "officer"))
    make_project(world, state="submitted")
    one = queries_for(client, reverse("projects"))
    make_project(world, state="submitted", source="national", beneficiaries=2)
    make_project(world, state="in_progress")
    assert len(listed(client)) == 3
    assert queries_for(client, reverse("projects")) == one <= 9


def test_estimate_page_takes_as_many_queries_for_three_as_for_one(world, visit):
    client = visit(world.actor(MINE, "officer"))
    urls = [reverse("project_estimate", args=[make_project(world, beneficiaries=number).code]) for number in (2, 4)]
    client.get(urls[0])  # what is read once for all pages
    counts = [queries_for(client, url) for url in urls]
    # Most are for the list of steps: what the law says of everything that stands in the đề án.
    assert counts[0] == counts[1] <= 35


def test_list_shows_each_agency_its_own(world, visit):
    here, there = make_project(world), make_project(world, province="25")
    direct = make_project(world, source="national", unit="region")
    expected = {
        "national": {here.code, there.code, direct.code},
        "dong-thap": {here.code, direct.code},
        "dong-thap-centre": {here.code, direct.code},
        "phu-tho": {there.code},
        "region": {direct.code},
    }
    for agency, codes in expected.items():
        assert listed(visit(world.actor(agency, "auditor"))) == codes, agency


def test_list_is_searched_without_marks_by_name_code_and_beneficiary(world, visit):
    client = visit(world.actor(MINE, "officer"))
    first, second = make_project(world), make_project(world)
    first.name = "Lò nung gạch tuynel"
    first.save()
    place = first.beneficiaries.get().establishment
    place.name = "Công ty TNHH Cơ khí Đúc Thanh Phương"
    place.save()
    for text in ("lo nung", "LÒ NUNG", "gạch lò", "co khi duc thanh phuong", "Thanh Phương đúc", first.code.lower()):
        assert listed(client, q=text) == {first.code}, text
    assert listed(client, q="") == {first.code, second.code}
    assert listed(client, q="không có đâu") == set()


def test_list_is_filtered_by_its_address(world, visit):
    client = visit(world.actor(MINE, "officer"))
    draft, running = make_project(world), make_project(world, state="in_progress", source="national")
    cases = (
        ({"source": "local"}, {draft.code}),
        ({"state": "in_progress"}, {running.code}),
        ({"group": "committed"}, {running.code}),
        ({"year": str(draft.year)}, {draft.code, running.code}),
        ({"year": "2014"}, set()),
        ({"year": "abc"}, set()),
        ({"source": "x"}, set()),
        ({"province": "82"}, {draft.code, running.code}),
        ({"province": "25"}, set()),
        ({"activity": "machinery", "source": "national"}, {running.code}),
    )
    for query, codes in cases:
        assert listed(client, **query) == codes, query


def test_sums_of_the_list_are_of_all_that_was_found(world, visit, monkeypatch):
    monkeypatch.setattr("khuyencong.projects.views.listing.PAGE_SIZE", 1)
    for _ in range(2):
        make_project(world, support=200 * MILLION, total=600 * MILLION)
    answer = visit(world.actor(MINE, "officer")).get(reverse("projects"))
    assert len(answer.context["page"].object_list) == 1
    assert answer.context["sums"] == {"total": 1200 * MILLION, "support": 400 * MILLION, "counterpart": 800 * MILLION}


def test_empty_list_says_what_to_do(world, visit):
    page = visit(world.actor(MINE, "officer")).get(reverse("projects")).content.decode()
    assert "Chưa có đề án nào" in page
    assert reverse("project_new") in page


# --- writing ---------------------------------------------------------------------------------------------------------


def test_project_is_written_page_by_page(world, visit):
    """From an empty form to a draft with beneficiary and estimate, as an officer does it."""
    client = visit(world.actor(MINE, "officer"))
    key = client.get(reverse("project_new")).context["form"]["creation_key"].value()
    answer = client.post(
        reverse("project_new"),
        {
            "creation_key": key, "name": "Hỗ trợ máy sấy", "source": "local", "kind": "single", "activity": "machinery",
            "year": today().year, "province": world.provinces["82"].pk,
        },
    )  # fmt: skip
    project = Project.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("project_write", args=[project.code, "thuyet-minh"]))
    place = make_establishment(world)
    form = client.get(reverse("project_beneficiary_add", args=[project.code])).context["form"]
    assert [str(one) for one in form.fields["establishment"].queryset] == [place.name]
    client.post(
        reverse("project_beneficiary_add", args=[project.code]), {"version": project.version, "establishment": place.pk}
    )
    project.refresh_from_db()
    part = project.beneficiaries.get()
    rows = {
        "version": project.version, "dong-TOTAL_FORMS": "3", "dong-INITIAL_FORMS": "0",
        "dong-0-content": "Máy sấy", "dong-0-beneficiary": part.pk, "dong-0-total": "600 triệu",
        "dong-0-support": "200 triệu", "dong-0-counterpart": "400 triệu", "dong-0-in_cost_base": "on",
        "dong-1-content": "Bỏ", "dong-1-total": "1 triệu", "dong-1-other": "1 triệu", "dong-1-DELETE": "on",
        "dong-2-in_cost_base": "on",
    }  # fmt: skip
    answer = client.post(reverse("project_estimate", args=[project.code]), rows)
    assert answer.status_code == 302
    line = project.lines.get()
    assert (line.content, line.beneficiary, line.support, line.in_cost_base) == ("Máy sấy", part, 200 * MILLION, True)


def test_refused_form_keeps_what_was_typed(world, visit):
    client = visit(world.actor(MINE, "officer"))
    project = make_project(world)
    rows = {
        "version": project.version - 1, "dong-TOTAL_FORMS": "1", "dong-INITIAL_FORMS": "0",
        "dong-0-content": "Máy ép viên", "dong-0-total": "616 triệu", "dong-0-support": "616 triệu",
    }  # fmt: skip
    answer = client.post(reverse("project_estimate", args=[project.code]), rows)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Máy ép viên" in page
    assert "616 triệu" in page
    assert "Chưa có gì được ghi" in page


def test_half_of_a_declared_norm_is_refused_at_the_field(world, visit):
    client = visit(world.actor(MINE, "officer"))
    project = make_project(world)
    data = {
        "version": project.version, "name": project.name, "kind": "single", "activity": "machinery", "year": today().year,
        "declared_norm_document": "Nghị quyết 1",
    }  # fmt: skip
    answer = client.post(reverse("project_edit", args=[project.code]), data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"declared_norm_article", "declared_norm_percent"}
    data |= {"declared_norm_article": "Điều 1", "declared_norm_percent": "33,5"}
    assert client.post(reverse("project_edit", args=[project.code]), data).status_code == 302
    project.refresh_from_db()
    assert str(project.declared_norm_percent) == "33.50"


# --- choosing a beneficiary among thousands --------------------------------------------------------------------------


def offered(client, project, **asked):
    page = client.get(reverse("project_beneficiary_add", args=[project.code]), asked).content.decode()
    select = page[page.index('id="id_establishment"') :]
    return re.findall(r'<option value="\d+"[^>]*>([^<]*)<', select[: select.index("</select>")]), page


def test_establishments_to_choose_from_are_searched_where_they_are_many(world, visit, monkeypatch):
    monkeypatch.setattr("khuyencong.projects.views.writing.MOST_OFFERED", 2)
    client = visit(world.actor(MINE, "officer"))
    project = make_project(world, beneficiaries=2)
    names = ["Xưởng Ánh", "Xưởng Bình", "Xưởng Đông"]
    made = [make_establishment(world, name=name) for name in names]
    make_establishment(world, name="Xưởng Á Đông", province="25")
    rows, page = offered(client, project, tim="xuong")
    assert (rows, "thu hẹp" in page) == (names[:2], True)
    rows, page = offered(client, project, tim="dong xuong")
    assert (rows, "1 cơ sở tìm được" in page) == (["Xưởng Đông"], True)
    assert offered(client, project, tim="khong co")[0] == []
    # What was chosen stays chosen, whatever is listed, and one that was never listed may be sent.
    data = {"version": project.version, "establishment": made[2].pk, "place_text": "x" * 400}
    answer = client.post(reverse("project_beneficiary_add", args=[project.code]), data)
    assert answer.status_code == 422
    assert f'<option value="{made[2].pk}" selected>Xưởng Đông' in answer.content.decode()
    answer = client.post(reverse("project_beneficiary_add", args=[project.code]), data | {"place_text": ""})
    assert answer.status_code == 302
    assert project.beneficiaries.filter(establishment=made[2]).exists()


def test_few_establishments_are_all_listed_without_a_search(world, visit):
    project = make_project(world)
    one = make_establishment(world, name="Xưởng Ánh")
    rows, page = offered(visit(world.actor(MINE, "officer")), project)
    assert (rows, "Tìm cơ sở theo tên" in page) == ([one.name], False)
