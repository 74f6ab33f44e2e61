"""A return carries numbered items and a day; the đề án comes back when every item is answered."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from khuyencong.appraisal import actions
from khuyencong.appraisal.models import CompletionItem, CompletionRequest, Level, Outcome
from khuyencong.appraisal.tests.meeting import ONE_UNMET
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.law.workdays import add_working_days
from khuyencong.projects.actions import submit
from khuyencong.testing import make_project


def returned(world, *, source="local", unit="", **values):
    project = make_project(world, state="submitted", source=source, unit=unit)
    level = Level.CENTRAL if unit else Level.BASE
    agency = "national" if unit else "dong-thap"
    given = {"comment": "Hồ sơ còn thiếu", "completion": ["Thiếu báo giá", "Thiếu bản vẽ"], **values}
    actions.appraise(
        project_id=project.pk,
        by=world.actor(agency, "appraiser"),
        version=project.version,
        level=level,
        outcome=Outcome.RETURN,
        points=ONE_UNMET,
        appraised_on=today(),
        **given,
    )
    project.refresh_from_db()
    return project


def answer(world, project, answers, who=("dong-thap-centre", "officer")):
    project.refresh_from_db()
    return actions.answer_completion(
        project_id=project.pk, by=world.actor(*who), version=project.version, answers=answers
    )


def send(world, project, who=("dong-thap-centre", "officer")):
    project.refresh_from_db()
    return submit(project_id=project.pk, by=world.actor(*who), version=project.version)


def test_the_day_is_counted_in_working_days(world):
    project = returned(world, completion_days=10)
    request = project.completion_requests.get()
    assert request.due_on == add_working_days(today(), 10).on
    assert list(request.items.values_list("number", "text")) == [(1, "Thiếu báo giá"), (2, "Thiếu bản vẽ")]
    assert not request.is_late(request.due_on)
    assert request.is_late(add_working_days(request.due_on, 1).on)


def test_without_items_the_reason_is_what_must_be_put_right(world):
    project = returned(world, completion=[], comment="Thiếu báo giá\nSai đơn giá")
    request = project.completion_requests.get()
    assert [one.text for one in request.items.all()] == ["Thiếu báo giá", "Sai đơn giá"]
    assert (request.due_on, request.is_late(today())) == (None, False)


@pytest.mark.parametrize(("source", "unit"), [("local", ""), ("national", ""), ("national", "region")])
def test_it_comes_back_only_when_every_item_is_answered(world, source, unit):
    who = (unit or "dong-thap-centre", "officer")
    project = returned(world, source=source, unit=unit)
    with pytest.raises(Refused, match="Chưa trả lời điểm 1"):
        send(world, project, who)
    answer(world, project, {1: "Có báo giá mới."}, who)
    with pytest.raises(Refused, match="Chưa trả lời điểm 2"):
        send(world, project, who)
    answer(world, project, {2: "Có bản vẽ."}, who)
    send(world, project, who)
    project.refresh_from_db()
    assert (project.state, project.submission) == ("submitted", 2)
    with pytest.raises(Refused, match="không sửa được nội dung"):
        answer(world, project, {1: "Nữa"}, who)


def test_an_answer_can_be_taken_back(world):
    project = returned(world)
    answer(world, project, {1: "Có", 2: "Có"})
    answer(world, project, {2: ""})
    item = CompletionItem.objects.get(number=2)
    assert (item.answer, item.answered_by, item.answered_at) == ("", None, None)


def test_a_draft_has_nothing_to_answer(world):
    project = make_project(world)
    with pytest.raises(Refused, match="không có yêu cầu"):
        answer(world, project, {1: "Có"})


def test_only_the_unit_answers_and_from_the_current_page(world):
    project = returned(world)
    for who in (("dong-thap", "appraiser"), ("dong-thap-centre", "leader"), ("phu-tho-centre", "officer")):
        with pytest.raises(NotAllowed):
            answer(world, project, {1: "Có"}, who)
    with pytest.raises(Stale):
        actions.answer_completion(
            project_id=project.pk, by=world.actor("dong-thap-centre", "officer"), version=99, answers={}
        )


def test_the_database_holds_what_a_request_must_be(world):
    project = returned(world, completion_days=3)
    for table, values in ((CompletionItem, {"answer": "Có"}), (CompletionItem, {"number": 1}),
                          (CompletionRequest, {"due_on": "2020-01-01"})):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            table.objects.update(**values)
    assert project.completion_requests.count() == 1


def test_the_unit_sees_the_items_answers_them_and_the_appraiser_reads_them(world, visit):
    project = returned(world, completion_days=5)
    client = visit(world.actor("dong-thap-centre", "officer"))
    home = client.get(project.get_absolute_url()).content.decode()
    url = reverse("project_completion", args=[project.code])
    assert url in home
    assert "Chưa trả lời điểm 1" in home
    page = client.get(url).content.decode()
    for words in ("1. Thiếu báo giá", "2. Thiếu bản vẽ", "5 ngày làm việc sau ngày"):
        assert words in page
    sent = client.post(url, {"version": project.version, "item_1": "Báo giá ở tệp mới", "item_2": "Bản vẽ kèm theo"})
    assert sent["Location"].endswith("?tab=tham-dinh")
    again = client.post(url, {"version": project.version, "item_1": "Khác", "item_2": ""})
    assert again.status_code == 422
    assert "đã được thay đổi" in again.content.decode()
    send(world, project)
    page = visit(world.actor("dong-thap", "appraiser")).get(reverse("project_appraise", args=[project.code, "base"]))
    assert "Báo giá ở tệp mới" in page.content.decode()


def test_the_form_of_the_appraisal_makes_the_request(world, visit):
    project = make_project(world, state="submitted")
    points = {f"point_{number}": "dat" for number in range(1, 6)}
    data = {"version": project.version, "outcome": "return", "comment": "Thiếu", "appraised_on": f"{today():%d/%m/%Y}"}
    data |= points | {"completion": "- Một\n\n2. Hai", "completion_days": "7"}
    url = reverse("project_appraise", args=[project.code, "base"])
    assert visit(world.actor("dong-thap", "appraiser")).post(url, data).status_code == 302
    request = project.completion_requests.get()
    assert [one.text for one in request.items.all()] == ["Một", "2. Hai"]
    assert request.working_days == 7


def test_the_tab_shows_the_clock_standing_still(world, visit):
    project = returned(world)
    page = visit(world.actor("dong-thap", "appraiser")).get(project.get_absolute_url(), {"tab": "tham-dinh"})
    readings = {one.hands: one.running for one in page.context["clock"]}
    assert readings == {"base": False, "unit": True}
    assert "Thời gian đã dùng" in page.content.decode()
