"""Entered norms in «Việc của tôi»: for whoever may confirm them, and for whoever must put them right."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.desk.work import norm_tasks
from khuyencong.normbook import actions
from khuyencong.normbook.tests.entering import enter, norm, version
from khuyencong.people.roles import STAFF

AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
EVERYBODY = [(agency, role.value) for agency in AGENCIES for role in STAFF]


def who_has_work(world):
    return {who for who in EVERYBODY if norm_tasks(world.actor(*who))}


@pytest.mark.parametrize(
    ("state", "waits_for"),
    [
        ("draft", set()),
        ("sent", {("dong-thap", "appraiser"), ("dong-thap", "leader")}),
        ("returned", {("dong-thap", "officer")}),
        ("confirmed", set()),
        ("revoked", set()),
    ],
)
def test_a_document_waits_for_those_who_have_to_act(world, state, waits_for):
    enter(world, state=state)
    assert who_has_work(world) == waits_for


def test_a_document_does_not_wait_for_those_who_had_a_hand_in_it(world):
    appraiser = world.actor("dong-thap", "appraiser")
    document = enter(world, state="returned")
    actions.update_document(
        document_id=document.pk, by=appraiser, version=version(document), fields={}, norms=[norm(cap=200)]
    )
    actions.send_document(document_id=document.pk, by=world.actor("dong-thap", "officer"), version=version(document))
    assert who_has_work(world) == {("dong-thap", "leader")}


def test_the_page_leads_to_the_one_next_step(world, visit):
    document = enter(world, state="sent", title="Mức chi <b>mới</b>")
    page = visit(world.actor("dong-thap", "leader")).get(reverse("work")).content.decode()
    assert "Định mức đang chờ bạn (1)" in page
    assert reverse("norm_entry_confirm", args=[document.pk]) in page
    assert "Mức chi &lt;b&gt;mới&lt;/b&gt;" in page
    assert "Không có việc nào đang chờ bạn" not in page
    assert (
        "Định mức đang chờ bạn"
        not in visit(world.actor("dong-thap", "accountant")).get(reverse("work")).content.decode()
    )


def test_a_returned_document_says_why(world, visit):
    document = enter(world, state="returned")
    page = visit(world.actor("dong-thap", "officer")).get(reverse("work")).content.decode()
    assert "Sai khoản." in page
    assert reverse("norm_entry_edit", args=[document.pk]) in page


@pytest.mark.parametrize(("role", "state"), [("leader", "sent"), ("officer", "returned"), ("accountant", "sent")])
def test_three_documents_take_as_many_queries_as_one(world, visit, role, state):
    client = visit(world.actor("dong-thap", role))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            enter(world, state=state)
        client.get(reverse("work"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("work"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
