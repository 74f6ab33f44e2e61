"""One decision for several đề án: each is judged by itself, and what is refused leaves the others as they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from khuyencong.appraisal.models import Appraisal, Level, Outcome
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import MILLION
from khuyencong.desk.review import bulk
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.testing import in_a_commune, judge, make_project

BULK, DONE = reverse("review_bulk"), reverse("review_done")
SO, CUC = ("dong-thap", "appraiser"), ("national", "appraiser")


def national(world, state="submitted", **values):
    """A đề án against which the law says nothing: of national money, in a known commune."""
    project = make_project(world, state=state, source="national", **values)
    return in_a_commune(project)


def answer(*projects, **values):
    return {
        "chon": [project.pk for project in projects],
        "version": [project.version for project in projects],
        "outcome": "agree",
        "appraised_on": format_date(today()),
        "read": "on",
        **values,
    }


def decided(client, data):
    """The page of results, after everything went through or some of it."""
    answered = client.post(BULK, data)
    assert (answered.status_code, answered["Location"]) == (302, DONE)
    return client.get(DONE)


def states(*projects):
    return [Project.objects.get(pk=project.pk).state for project in projects]


def test_page_lists_each_of_the_chosen_with_its_findings(world, visit):
    clean, unclear = national(world), make_project(world, state="submitted")
    page = visit(world.actor(*SO)).get(BULK, {"chon": [clean.pk, unclear.pk]})
    text = page.content.decode()
    assert page.status_code == 200
    assert "2 đề án đã chọn, 1 đề án không vướng" in text
    assert "Quy định hôm nay không vướng điều nào" in text
    assert page.context["rows"][1].findings
    for finding in page.context["rows"][1].findings:
        assert escape(finding.sentence) in text
    for project in (clean, unclear):
        assert project.name in text
    assert [row.project.version for row in page.context["rows"]] == [clean.version, unclear.version]


def test_agreeing_to_several_judges_each_by_itself(world, visit):
    one, other = national(world), national(world)
    page = decided(visit(world.actor(*SO)), answer(one, other, minutes_number="BB-7", comment="Đạt cả"))
    assert states(one, other) == ["base_appraised", "base_appraised"]
    for project in (one, other):
        appraisal = Appraisal.objects.get(project=project)
        assert (appraisal.outcome, appraisal.minutes_number, appraisal.comment) == ("agree", "BB-7", "Đạt cả")
        assert [point.met for point in appraisal.points.all()] == [True] * 5
        assert AuditEvent.objects.filter(thread=project.thread, action="project.base_agree").count() == 1
        assert project.code in page.content.decode()


def test_returning_several_says_the_same_reason_to_each(world, visit):
    one, other = national(world), make_project(world, state="submitted")
    data = answer(one, other, outcome="return", unmet=["2", "5"], comment="Thiếu báo giá")
    decided(visit(world.actor(*SO)), data)
    assert states(one, other) == ["returned", "returned"]
    for project in (one, other):
        appraisal = Appraisal.objects.get(project=project)
        assert appraisal.comment == "Thiếu báo giá"
        assert [point.number for point in appraisal.points.all() if not point.met] == [2, 5]


def test_central_level_decides_on_several(world, visit):
    one, other = national(world, state="base_appraised"), national(world, state="submitted", unit="region")
    decided(visit(world.actor(*CUC)), answer(one, other))
    assert states(one, other) == ["central_appraised", "central_appraised"]


def test_what_is_refused_leaves_the_others_as_they_are(world, visit):
    clean, dear, unclear, changed, gone = (
        national(world), national(world, support=250 * MILLION), make_project(world, state="submitted"),
        national(world), national(world),
    )  # fmt: skip
    EstimateLine.objects.filter(project=dear).update(total=400 * MILLION, counterpart=150 * MILLION)
    data = answer(clean, dear, unclear, changed, gone)
    Project.objects.filter(pk=changed.pk).update(version=changed.version + 1)
    judge(world, gone, Level.BASE, Outcome.RETURN)
    page = decided(visit(world.actor(*SO)), data)
    assert states(clean, dear, unclear, changed, gone) == [
        "base_appraised", "submitted", "submitted", "submitted", "returned",
    ]  # fmt: skip
    refused = {one.project.code: one.refused for one in page.context["refused"]}
    assert [project.code for project in page.context["done"]] == [clean.code]
    assert "vượt mức" in refused[dear.code]
    assert "đối chiếu với văn bản gốc" in refused[unclear.code]
    assert "đã được thay đổi" in refused[changed.code]
    assert "đã được thay đổi" in refused[gone.code]
    for sentence in refused.values():
        assert sentence[:40] in page.content.decode()


def test_second_click_does_nothing_twice(world, visit):
    one, other = national(world), national(world)
    data, client = answer(one, other), visit(world.actor(*SO))
    decided(client, data)
    seq = AuditEvent.objects.count()
    again = client.post(BULK, data)
    assert again.status_code == 422
    assert again.content.decode().count("đã được thay đổi") == 2
    assert "Hiện không chờ bạn thẩm định" in again.content.decode()
    assert (AuditEvent.objects.count(), Appraisal.objects.count()) == (seq, 2)


def test_own_project_is_refused_and_the_others_are_written(world, visit):
    own, other = national(world), national(world, unit="dong-thap")
    writer = world.actor("dong-thap-centre", "officer").user
    writer.memberships.update(agency=world.agencies["dong-thap"], role=Role.APPRAISER)
    actor = Actor(writer, world.agencies["dong-thap"], Role.APPRAISER, "thử")
    page = visit(actor).get(BULK, {"chon": [own.pk]})
    assert "Bạn đã lập hoặc gửi đề án này" in page.content.decode()
    data = answer(own, other, outcome="return", unmet=["1"], comment="Thiếu")
    (refused,) = decided(visit(actor), data).context["refused"]
    assert refused.project.code == own.code
    assert "Người lập hoặc gửi đề án không được thẩm định" in refused.refused
    assert states(own, other) == ["submitted", "returned"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "refuse"}, "outcome"),
        ({"read": ""}, "read"),
        ({"appraised_on": "x"}, "appraised_on"),
        ({"outcome": "return", "comment": "Thiếu"}, "unmet"),
        ({"outcome": "return", "unmet": ["6"], "comment": "Thiếu"}, "unmet"),
        ({"outcome": "return", "unmet": ["1"], "comment": "  "}, "comment"),
        ({"unmet": ["1"]}, "unmet"),
    ],
)
def test_form_that_is_not_complete_writes_nothing_and_keeps_what_was_typed(world, visit, values, field):
    project = national(world)
    page = visit(world.actor(*SO)).post(BULK, answer(project, minutes_number="BB-99", **values))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "BB-99" in page.content.decode()
    assert (states(project), Appraisal.objects.count()) == (["submitted"], 0)


@pytest.mark.parametrize("versions", [[], [1], ["x", "y"], ["9" * 40, ""], [0, 0], [1, 2, 3]])
def test_versions_that_do_not_belong_to_the_chosen_write_nothing(world, visit, versions):
    one, other = national(world), national(world)
    page = visit(world.actor(*SO)).post(BULK, answer(one, other, version=versions))
    assert page.status_code == 422
    assert states(one, other) == ["submitted", "submitted"]


@pytest.mark.parametrize("ask", ["get", "post"])
def test_another_province_does_not_exist_and_nothing_of_the_rest_is_written(world, visit, ask):
    mine, theirs = national(world), national(world, province="25")
    answered = getattr(visit(world.actor(*SO)), ask)(BULK, answer(mine, theirs))
    assert answered.status_code == 404
    for odd in ("x", "", "-1", "9" * 40, "①", "%00"):
        assert getattr(visit(world.actor(*SO)), ask)(BULK, {"chon": [odd]}).status_code == 404, odd
    assert states(mine, theirs) == ["submitted", "submitted"]


@pytest.mark.parametrize("ask", ["get", "post"])
def test_who_may_decide_on_several(world, visit, client, ask):
    project = make_project(world, state="submitted")
    data = answer(project)
    assert getattr(client, ask)(BULK, data).status_code == 302
    for (agency, role), actor in world.actors.items():
        if (agency, role) == SO:
            continue
        unseen = role == "appraiser" and agency in {"phu-tho", "phu-tho-centre", "region"}
        answered = getattr(visit(actor), ask)(BULK, data)
        assert answered.status_code == (404 if unseen else 403), (agency, role)
    assert (states(project), Appraisal.objects.count()) == (["submitted"], 0)


def test_results_are_those_of_the_person_and_within_sight(world, visit):
    project = national(world)
    client = visit(world.actor(*SO))
    assert "chưa ghi kết quả chung" in client.get(DONE).content.decode()
    assert project.code in decided(client, answer(project)).content.decode()
    assert project.code not in visit(world.actor(*CUC)).get(DONE).content.decode()
    Project.objects.filter(pk=project.pk).update(province=world.provinces["25"])
    assert project.code not in client.get(DONE).content.decode()
    assert visit(world.actor("dong-thap", "officer")).get(DONE).status_code == 403


def test_what_waits_at_the_other_level_is_not_decided_on(world, visit):
    project = national(world)
    client = visit(world.actor(*CUC))
    assert "Hiện không chờ bạn thẩm định" in client.get(BULK, answer(project)).content.decode()
    page = client.post(BULK, answer(project))
    assert page.status_code == 422
    assert "Không thể làm bước này" in page.content.decode()
    assert states(project) == ["submitted"]


def test_nothing_or_too_much_chosen_is_said(world, visit, monkeypatch):
    client = visit(world.actor(*SO))
    assert "Chưa chọn đề án nào" in client.get(BULK).content.decode()
    assert client.post(BULK, answer()).status_code == 422
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 1)
    one, other = national(world), national(world)
    assert client.get(BULK, {"chon": [one.pk, other.pk]}).status_code == 409
    assert client.post(BULK, answer(one, other)).status_code == 409
    assert states(one, other) == ["submitted", "submitted"]


def test_what_no_longer_waits_is_named_and_cannot_be_sent(world, visit):
    done, open_ = national(world, state="base_appraised"), national(world)
    page = visit(world.actor(*SO)).get(BULK, {"chon": [done.pk, open_.pk]})
    assert [project.code for project in page.context["gone"]] == [done.code]
    assert f'name="chon" value="{done.pk}"' not in page.content.decode()


def test_page_takes_as_many_queries_for_three_as_for_one(world, visit):
    client, chosen, counts = visit(world.actor(*SO)), [], []
    for number in (1, 2):
        chosen += [national(world, beneficiaries=number).pk for _ in range(number)]
        client.get(BULK, {"chon": chosen})
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(BULK, {"chon": chosen}).context["rows"]) == len(chosen)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 26
