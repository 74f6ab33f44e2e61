"""Two officers edit one đề án: the second is told and shown the difference, and nothing is lost."""

import re
from html import unescape

import pytest
from django.urls import reverse

from khuyencong.projects.actions import update_project
from khuyencong.projects.models import Project
from khuyencong.testing import make_project
from tests.looking import signed_in
from tests.posts import estimate_row

pytestmark = pytest.mark.django_db
OFFICER = ("dong-thap-centre", "officer")


def as_browser_sends(html):
    """The values of the page's main form as a browser would send them back untouched."""
    form = html[html.index('<form method="post" class="kc-form') :]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (kind is None or kind[1] != "checkbox" or " checked" in tag):
            data[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        data[name] = unescape(text).removeprefix("\n")
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = unescape(chosen[1]) if chosen else ""
    return data


def other_changes(world, project, **fields):
    project.refresh_from_db()
    return update_project(project_id=project.pk, by=world.actor(*OFFICER), version=project.version, fields=fields)


def test_second_of_two_editors_sees_the_difference_and_keeps_all_that_was_typed(world):
    project = make_project(world)
    client, url = signed_in(world.actor(*OFFICER)), reverse("project_write", args=[project.code, "thuyet-minh"])
    typed = as_browser_sends(client.get(url).text)
    other_changes(world, project, aims="Mục tiêu của đồng nghiệp.", necessity="Cần thiết theo đồng nghiệp.")
    typed |= {"necessity": "Cần thiết theo tôi.", "scale": "Quy mô của tôi."}
    answer = client.post(url, typed)
    assert answer.status_code == 422
    page = answer.text
    for shown in (
        "Những chỗ người khác vừa sửa",
        "Mục tiêu của đồng nghiệp.",
        "Cần thiết theo đồng nghiệp.",
        "Lần sửa gần nhất",
    ):
        assert shown in page
    held = as_browser_sends(page)
    assert held["aims"] == "Mục tiêu của đồng nghiệp."  # only the other touched it
    assert held["necessity"] == "Cần thiết theo tôi."  # both did: mine stays in the box
    assert held["scale"] == "Quy mô của tôi."
    assert Project.objects.get(pk=project.pk).scale != "Quy mô của tôi."
    assert client.post(url, held).status_code == 302
    saved = Project.objects.get(pk=project.pk)
    assert (saved.aims, saved.necessity, saved.scale) == (
        "Mục tiêu của đồng nghiệp.", "Cần thiết theo tôi.", "Quy mô của tôi.",
    )  # fmt: skip


def test_untouched_page_saves_what_it_showed(world):
    """What the browser sends back is what the form was opened with, for every kind of field."""
    project = make_project(world)
    client, url = signed_in(world.actor(*OFFICER)), reverse("project_write", args=[project.code, "thuyet-minh"])
    typed = as_browser_sends(client.get(url).text)
    other_changes(world, project, aims="Khác.")
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert [clash.label for clash in answer.context["form"].clashes] == ["Mục tiêu"]


def test_estimate_saved_by_another_stands_above_mine(world):
    project = make_project(world)
    client, url = signed_in(world.actor(*OFFICER)), reverse("project_estimate", args=[project.code])
    part = project.beneficiaries.get()
    row = estimate_row(
        0, content="Máy của tôi", beneficiary=part.pk, total="50 triệu", support="20 triệu", counterpart="30 triệu"
    )
    data = {"version": project.version, "dong-TOTAL_FORMS": 1, "dong-INITIAL_FORMS": 0, **row}
    other_changes(world, project, aims="Khác.")
    stored = project.lines.first().content
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "Dự toán đang lưu, do người khác vừa ghi" in answer.text
    assert stored in answer.text
    assert "Máy của tôi" in answer.text
    again = {**data, "version": answer.context["form"].data["version"]}
    assert client.post(url, again).status_code == 302
    assert [line.content for line in project.lines.all()] == ["Máy của tôi"]
