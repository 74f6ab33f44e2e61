"""The desk of the appraiser: what waits for whom, in which order, and what the page says of it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.appraisal.models import Level, Outcome
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.desk.review.queue import in_order, level_of, rows_of, waiting_for
from khuyencong.desk.views import review
from khuyencong.law import deadlines
from khuyencong.people.actors import Actor
from khuyencong.people.roles import STAFF, Role
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.states import ProjectState
from khuyencong.testing import advance_to, in_a_commune, judge, make_project

QUEUE = reverse("review_queue")
SO, CUC = ("dong-thap", "appraiser"), ("national", "appraiser")


def codes(page):
    return [row.project.code for row in page.context["page"].object_list]


def row_of(project, actor):
    (row,) = rows_of([project.pk], actor)
    return row


# --- what waits for whom ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ProjectState.values)
def test_queue_holds_what_the_table_of_transitions_waits_for(world, state):
    national = make_project(world, source="national", state=state)
    direct = make_project(world, source="national", unit="region", state="submitted")
    waits_at_so = {national.pk} if state == "submitted" else set()
    if state != "central_appraised":  # a local đề án never gets there
        local = make_project(world, state=state)
        waits_at_so |= {local.pk} if state == "submitted" else set()
    waits_at_cuc = {direct.pk, national.pk} if state == "base_appraised" else {direct.pk}
    assert set(waiting_for(world.actor(*SO)).values_list("pk", flat=True)) == waits_at_so
    assert set(waiting_for(world.actor(*CUC)).values_list("pk", flat=True)) == waits_at_cuc


def test_nobody_else_has_anything_waiting(world):
    make_project(world, state="submitted")
    make_project(world, source="national", state="base_appraised")
    for (agency, role), actor in world.actors.items():
        if (agency, role) not in {SO, CUC}:
            assert not waiting_for(actor).exists(), (agency, role)


def test_queue_opens_to_appraisers_only(world, visit, client):
    make_project(world, state="submitted")
    assert client.get(QUEUE).status_code == 302
    for (agency, role), actor in world.actors.items():
        page = visit(actor).get(QUEUE)
        assert page.status_code == (200 if role == "appraiser" else 403), (agency, role)
        if role == "appraiser":
            assert len(codes(page)) == (1 if agency == "dong-thap" else 0), agency
    assert {role.value for role in STAFF} > {"appraiser"}


def test_other_province_is_neither_listed_nor_counted_nor_filtered(world, visit):
    mine = make_project(world, state="submitted")
    theirs = make_project(world, state="submitted", province="25")
    client = visit(world.actor(*SO))
    for query in ({}, {"province": "25"}, {"findings": "xac-nhan"}, {"page": "2"}):
        page = client.get(QUEUE, query)
        text = page.content.decode()
        assert page.context["page"].paginator.count == len(codes(page)) <= 1
        assert theirs.code not in text
        assert theirs.name not in text
    assert codes(client.get(QUEUE)) == [mine.code]


# --- order and contents ----------------------------------------------------------------------------------------------


def test_most_urgent_first_then_who_has_waited_longest(world):
    actor, year = world.actor(*SO), today().year
    local = make_project(world, state="submitted")
    longer = make_project(world, state="submitted")
    Project.objects.filter(pk=longer.pk).update(submitted_on=today() - timedelta(days=9))
    next_year = make_project(world, state="submitted", source="national", year=year + 1)
    this_year = make_project(world, state="submitted", source="national", year=year)
    keys = in_order(waiting_for(actor), level_of(actor), on=today())
    assert keys == [this_year.pk, next_year.pk, longer.pk, local.pk]
    rows = rows_of(keys, actor)
    assert [row.days for row in rows] == [0, 0, 9, 0]
    assert rows[0].deadline == deadlines.registration_to_agency(year)
    assert rows[2].deadline is None
    assert rows[0].overdue == (today() >= date(year - 1, 6, 20))


def test_row_says_what_is_asked_what_is_allowed_and_what_stands_against_it(world):
    actor = world.actor(*SO)
    clean = in_a_commune(make_project(world, state="submitted", source="national", beneficiaries=2))
    row = row_of(clean, actor)
    assert (row.asked, row.allowed, row.returned) == (400 * MILLION, 600 * MILLION, 0)
    assert (row.blockers, row.to_confirm, row.is_clean, row.own) == (0, 0, True, False)
    dear = make_project(world, state="submitted", source="national", support=250 * MILLION)
    EstimateLine.objects.filter(project=dear).update(total=400 * MILLION, counterpart=150 * MILLION)
    row = row_of(dear, actor)
    assert (row.asked, row.allowed, row.is_clean) == (250 * MILLION, 200 * MILLION, False)
    assert row.blockers == 1
    assert row.findings[0].kind == "blocker"


def test_row_says_that_it_was_returned_and_what_waits_for_confirmation(world):
    project = make_project(world, state="returned", province="25")
    project = advance_to(world, project, "submitted")
    row = row_of(project, world.actor("phu-tho", "appraiser"))
    assert (row.returned, row.is_clean) == (1, False)
    assert row.to_confirm >= 1


def test_own_project_is_marked_and_cannot_be_chosen(world, visit):
    project = make_project(world, state="submitted")
    writer = world.actor("dong-thap-centre", "officer").user
    writer.memberships.update(agency=world.agencies["dong-thap"], role=Role.APPRAISER)
    actor = Actor(writer, world.agencies["dong-thap"], Role.APPRAISER, "thử")
    assert row_of(project, actor).own
    page = visit(actor).get(QUEUE)
    assert f'value="{project.pk}"' not in page.content.decode()
    assert "Của bạn" in page.content.decode()


def test_findings_of_many_are_those_of_each(world):
    """The batch answers as the page of one does."""
    from khuyencong.appraisal.actions import current_findings

    actor = world.actor(*CUC)
    made = [
        make_project(world, state="base_appraised", source="national", beneficiaries=number, support=amount * MILLION)
        for number, amount in ((1, 200), (3, 150), (2, 300))
    ]
    EstimateLine.objects.filter(project=made[2]).update(total=400 * MILLION, counterpart=100 * MILLION)
    for row in rows_of([one.pk for one in made], actor):
        project = Project.objects.get(pk=row.project.pk)
        assert set(row.findings) == set(current_findings(project, seen_by=actor))


# --- filters, sums, pages --------------------------------------------------------------------------------------------


def test_filters_stay_in_the_address(world, visit):
    local = make_project(world, state="submitted")
    national = in_a_commune(make_project(world, state="submitted", source="national"))
    again = advance_to(world, make_project(world, state="returned"), "submitted")
    dear = make_project(world, state="submitted", support=250 * MILLION)
    EstimateLine.objects.filter(project=dear).update(total=400 * MILLION, counterpart=150 * MILLION)
    client = visit(world.actor(*SO))

    def found(**query):
        return set(codes(client.get(QUEUE, query)))

    everything = {local.code, national.code, again.code, dear.code}
    assert found() == everything
    assert found(source="national") == {national.code}
    assert found(source="local", returned="chua") == {local.code, dear.code}
    assert found(returned="co") == {again.code}
    assert found(activity="machinery") == everything
    assert found(activity="trademark") == set()
    assert found(findings="chan") == {dear.code}
    assert found(findings="sach") == {national.code}
    assert local.code in found(findings="xac-nhan")
    assert found(findings="x") == found(source="x") == set()
    page = client.get(QUEUE, {"source": "local"})
    assert 'value="local" selected' in page.content.decode()


def test_national_appraiser_narrows_to_a_province(world, visit):
    one = make_project(world, state="base_appraised", source="national")
    other = make_project(world, state="base_appraised", source="national", province="25")
    client = visit(world.actor(*CUC))
    assert codes(client.get(QUEUE, {"province": "25"})) == [other.code]
    assert set(codes(client.get(QUEUE))) == {one.code, other.code}


def test_sums_are_of_all_that_was_found(world, visit, monkeypatch):
    monkeypatch.setattr(review, "PAGE_SIZE", 1)
    for _ in range(3):
        in_a_commune(make_project(world, state="submitted", source="national", support=100 * MILLION))
    client = visit(world.actor(*SO))
    page = client.get(QUEUE)
    assert (len(codes(page)), page.context["support"]) == (1, 300 * MILLION)
    assert "Tổng 3 đề án" in page.content.decode()
    assert client.get(QUEUE, {"findings": "sach"}).context["support"] == 300 * MILLION
    assert len({*codes(page), *codes(client.get(QUEUE, {"page": 2})), *codes(client.get(QUEUE, {"page": 3}))}) == 3


def test_filter_by_findings_says_how_many_it_has_not_looked_at(world, visit, monkeypatch):
    monkeypatch.setattr(review, "MOST_JUDGED", 1)
    for _ in range(3):
        in_a_commune(make_project(world, state="submitted", source="national"))
    page = visit(world.actor(*SO)).get(QUEUE, {"findings": "sach"})
    assert len(codes(page)) == 1
    assert "còn 2 đề án chưa xét" in page.content.decode()


@pytest.mark.parametrize("query", [{}, {"findings": "sach"}])
def test_queue_takes_as_many_queries_for_three_as_for_one(world, visit, query):
    client = visit(world.actor(*SO))
    counts = []
    for number in (1, 2):
        for _ in range(number):
            in_a_commune(make_project(world, state="submitted", source="national", beneficiaries=number))
        client.get(QUEUE, query)
        with CaptureQueriesContext(connection) as captured:
            assert len(codes(client.get(QUEUE, query))) == 2 * number - 1
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 27


def test_empty_queue_says_what_comes_here(world, visit):
    client = visit(world.actor(*SO))
    assert "Không có đề án nào chờ bạn thẩm định" in client.get(QUEUE).content.decode()
    assert "Không tìm thấy đề án nào" in client.get(QUEUE, {"source": "local"}).content.decode()


def test_what_was_judged_has_left_the_queue(world, visit):
    project = make_project(world, state="submitted", source="national")
    judge(world, project, Level.BASE, Outcome.AGREE)
    assert codes(visit(world.actor(*SO)).get(QUEUE)) == []
    assert codes(visit(world.actor(*CUC)).get(QUEUE)) == [project.code]
