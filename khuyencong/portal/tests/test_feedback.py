"""A question through the portal: taken once, held back in floods, answered by the agency it went to, by letter."""

import re
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.rates import network_of
from khuyencong.desk.due import dues, question
from khuyencong.intake.tests.registering import old_stamp
from khuyencong.notices.models import Notice
from khuyencong.people.models import Membership
from khuyencong.portal.actions import FROM_ONE_PERSON, FROM_ONE_PLACE
from khuyencong.portal.models import Feedback, FeedbackState
from khuyencong.signin.limits import count
from tests.looking import whole_database

QUESTION = "Cơ sở của tôi mua máy thì hỏi ai?"


def typed(**changed):
    """A whole question as a browser sends it."""
    return {
        "province": "82", "question": QUESTION, "name": "Bà Hỏi", "email": "hoi@example.com", "phone": "", "website": "",
        "about": "", "stamp": old_stamp(), "creation_key": str(uuid4()), **changed,
    }  # fmt: skip


def send(**changed):
    return Client().post(reverse("portal_feedback"), typed(**changed))


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


@pytest.fixture
def asked(world):
    send()
    return Feedback.objects.get()


def test_asked_once_and_told_to_the_centre(world, officer):
    key = str(uuid4())
    (receipt,) = {send(creation_key=key).url for _ in range(2)}
    found = Feedback.objects.get()
    page = Client().get(receipt).content.decode()
    assert f"Câu hỏi số {found.pk}" in page
    assert world.agencies["dong-thap-centre"].name in page
    assert QUESTION not in Client().get(receipt[:-2] + "xx").content.decode()
    assert (found.agency, found.state) == (world.agencies["dong-thap-centre"], FeedbackState.NEW)
    assert QUESTION in Notice.objects.get(user=officer.user).sentence
    assert [one.title for one in dues(question(officer, on=today())) if QUESTION in one.title]
    send(province="")
    assert Feedback.objects.first().agency == world.agencies["national"]


def test_what_is_no_question(world):
    before = whole_database()
    page = Client().get(reverse("portal_feedback") + "?province=82&de-an=KC-1")
    assert "no-cache" in page["Cache-Control"]
    assert re.search(r'name="about" value="KC-1"', page.content.decode())
    assert send(website="http://example.com").status_code == 302  # a machine is thanked
    for changed, says in (
        ({"email": ""}, "thư điện tử hoặc điện thoại"),
        ({"question": " "}, "Hãy nhập"),
        ({"phone": "abc"}, "chữ số"),
        ({"stamp": "x"}, "mở quá lâu"),
        ({"province": "99"}, "không có trong danh sách"),
    ):
        answer = send(**changed)
        assert answer.status_code == 422, changed
        assert says in answer.content.decode(), changed
    assert "quá nhanh" in send(stamp=old_stamp(0)).content.decode()
    assert whole_database() == before


def test_flood_from_one_place_waits(world):
    for _ in range(FROM_ONE_PERSON.most):
        assert send().status_code == 302
    answer = send()
    assert answer.status_code == 429
    assert QUESTION in answer.content.decode()  # nothing typed is lost
    assert send(email="khac@example.com").status_code == 302  # a neighbour behind the same address is not kept waiting
    for number in range(FROM_ONE_PLACE.most - FROM_ONE_PERSON.most - 1):
        count(FROM_ONE_PLACE, "2001:db8::/64", what=str(number))
        count(FROM_ONE_PLACE, "127.0.0.1", what=str(number))
    assert send(email="nua@example.com").status_code == 429
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") == "2001:db8::/64"


def test_question_reaches_somebody(world):
    Membership.objects.filter(agency=world.agencies["dong-thap-centre"]).update(is_active=False)
    send()
    assert Feedback.objects.get().agency == world.agencies["dong-thap"]


def test_answer_is_read_behind_the_receipt(world, officer, visit):
    receipt = send(email="", phone="0277 000 0000").url
    feedback = Feedback.objects.get()
    visit(officer).post(reverse("feedback_answer", args=[feedback.pk]), {"version": "1", "answer": "Hỏi Trung tâm."})
    assert "Hỏi Trung tâm." in Client().get(receipt).content.decode()


def test_answered_by_letter(world, asked, officer, visit, django_capture_on_commit_callbacks):
    browser = visit(officer)
    assert QUESTION in browser.get(reverse("feedbacks")).content.decode()
    assert "hoi@example.com" in browser.get(asked.get_absolute_url()).content.decode()
    address = reverse("feedback_answer", args=[asked.pk])
    assert browser.post(address, {"version": "1", "answer": " "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(address, {"version": "1", "answer": "Hỏi Trung tâm."}).url == asked.get_absolute_url()
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by, asked.version) == (FeedbackState.ANSWERED, officer.user, 2)
    assert asked.mailed_at is not None
    (letter,) = [one for one in mail.outbox if one.to == ["hoi@example.com"]]
    assert "Hỏi Trung tâm." in letter.body
    assert QUESTION in letter.body
    again = browser.post(address, {"version": "1", "answer": "Lần nữa."})
    assert again.status_code == 422
    assert browser.get(address).status_code == 409


def test_closed_with_a_reason(world, asked, officer, visit):
    browser, address = visit(officer), reverse("feedback_close", args=[asked.pk])
    assert browser.post(address, {"version": "1", "reason": " "}).status_code == 422
    browser.post(address, {"version": "1", "reason": "Quảng cáo."})
    asked.refresh_from_db()
    assert (asked.state, asked.closed_because) == (FeedbackState.CLOSED, "Quảng cáo.")
    assert not mail.outbox


def test_only_the_agency_that_was_asked(world, asked, visit):
    strangers = [
        (visit(world.actor(agency, role)), agency, status)
        for agency, role, status in (
            ("dong-thap-centre", "appraiser", 403),
            ("dong-thap", "officer", 404),
            ("phu-tho-centre", "officer", 404),
            ("national", "officer", 404),
        )
    ]
    before = whole_database()
    for browser, agency, status in strangers:
        assert browser.get(asked.get_absolute_url()).status_code == status, agency
        for name, field in (("feedback_answer", "answer"), ("feedback_close", "reason")):
            answer = browser.post(reverse(name, args=[asked.pk]), {"version": "1", field: "x"})
            assert answer.status_code == status, (agency, name)
    assert whole_database() == before


def test_list_takes_as_many_queries_for_three_as_for_one(world, asked, officer, visit, django_assert_max_num_queries):
    browser = visit(officer)
    for _ in range(2):
        with django_assert_max_num_queries(14):
            browser.get(reverse("feedbacks"))
        for _ in range(2):
            send()
