"""The secret address of a person's calendar: who gets it, what it opens, and that nothing can be learnt at it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.deadlines.actions import make_feed
from khuyencong.deadlines.actions.person import MOST_FEEDS
from khuyencong.deadlines.feeds import ASKED, MISSED
from khuyencong.deadlines.models import CalendarFeed, FeedScope
from khuyencong.deadlines.tests.calendar_reader import read
from khuyencong.deadlines.tests.making import make_deadline
from khuyencong.people.models import Agency, Membership
from khuyencong.testing import make_project

SO = "dong-thap"
WRONG = "A" * 43


def hat_of(actor):
    return Membership.objects.get(user=actor.user, agency=actor.agency, role=actor.role)


def feed(world, who=(SO, "officer"), scope=FeedScope.MINE):
    """An address (path) and its row."""
    actor = world.actor(*who)
    row, token = make_feed(user=actor.user, membership=hat_of(actor), scope=scope, origin="thử")
    return reverse("calendar_feed", args=[token]), row


def titles(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    return [one["SUMMARY"] for one in read(answer.content)[1]]


def test_secret_is_shown_once_and_stored_nowhere(world, visit, django_capture_on_commit_callbacks):
    actor = world.actor(SO, "officer")
    actor.user.email = "can.bo@example.com"
    actor.user.save()
    client = visit(actor)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("feed_new"), {"membership": hat_of(actor).pk, "scope": "mine"})
    page = answer.content.decode()
    (token,) = set(re.findall(r"/lich/nguon/([\w-]{43})\.ics", page))
    assert "no-store" in answer["Cache-Control"]
    assert Client().get(reverse("calendar_feed", args=[token])).status_code == 200
    row = CalendarFeed.objects.get()
    assert token not in str(CalendarFeed.objects.values_list().get())
    assert token not in str(list(AuditEvent.objects.values_list()))
    assert (
        token
        not in client.get(reverse("reminders")).content.decode() + client.get(reverse("feed_new")).content.decode()
    )
    assert AuditEvent.objects.latest("seq").action == "feed.make"
    assert row.user == actor.user
    # Whoever did not do it learns of it, without the address.
    assert token not in mail.outbox[0].body
    assert "địa chỉ lịch" in mail.outbox[0].body


def test_feed_needs_no_session_and_starts_none(world):
    address, _ = feed(world)
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"].startswith("private")
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert Client().head(address).status_code == 200
    assert Client().post(address).status_code == 405


def test_feed_holds_what_its_hat_owes_and_nothing_of_other_provinces(world):
    make_deadline(world, title="Của chuyên viên", day=1)
    make_deadline(world, title="Của kế toán", day=1, role="accountant")
    make_deadline(world, who=("phu-tho", "officer"), title="Của Phú Thọ", day=1)
    project = make_project(world, state="in_progress", source="national")
    mine, _ = feed(world)
    whole, _ = feed(world, scope=FeedScope.AGENCY)
    auditor, _ = feed(world, who=(SO, "auditor"), scope=FeedScope.AGENCY)
    other, _ = feed(world, who=("phu-tho", "leader"), scope=FeedScope.AGENCY)
    assert {"Của chuyên viên"} <= set(titles(mine))
    assert not {"Của kế toán", "Của Phú Thọ"} & set(titles(mine))
    assert {"Của chuyên viên", "Của kế toán"} <= set(titles(whole)) == set(titles(auditor))
    unit, _ = feed(world, who=("dong-thap-centre", "officer"))
    assert any(project.name in one for one in titles(unit))
    assert not any(project.name in one or one in {"Của chuyên viên", "Của kế toán"} for one in titles(other))
    assert "Của Phú Thọ" in titles(other)


def test_auditor_owes_nothing(world):
    make_deadline(world)
    address, _ = feed(world, who=(SO, "auditor"))
    assert titles(address) == []


def test_done_work_says_so(world, visit):
    made = make_deadline(world, rule="day", on_day=today(), title="Việc hôm nay")
    visit(world.actor(SO, "officer")).post(
        reverse("agency_deadline_done", args=[made.pk]), {"version": 1, "on": today().isoformat()}
    )
    address, _ = feed(world)
    of_law = [one for one in titles(address) if "Đăng ký" in one or "Báo cáo" in one]
    assert sorted(titles(address)) == sorted(["Đã xong: Việc hôm nay", *of_law])


def spoil(world, address, row, how):
    """Make the address good for nothing, in one of the ways."""
    if how == "revoked":
        client = Client()
        client.force_login(row.user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(reverse("feed_revoke", args=[row.pk])).status_code == 302
    elif how == "hat taken":
        Membership.objects.filter(pk=row.membership_id).update(is_active=False)
    elif how == "hat over":
        Membership.objects.filter(pk=row.membership_id).update(to_on=today() - timedelta(days=1))
    elif how == "account closed":
        row.user.is_active = False
        row.user.save()
    elif how == "agency closed":
        Agency.objects.filter(pk=world.agencies[SO].pk).update(active_to=today() - timedelta(days=1))
    elif how == "no staff":
        Membership.objects.filter(pk=row.membership_id).update(role="owner")


WAYS = ["revoked", "hat taken", "hat over", "account closed", "agency closed", "no staff"]


@pytest.mark.parametrize("how", WAYS)
def test_address_that_is_good_no_more_answers_like_one_that_never_was(world, how):
    address, row = feed(world)
    assert Client().get(address).status_code == 200
    spoil(world, address, row, how)
    gone, never = Client().get(address), Client().get(reverse("calendar_feed", args=[WRONG]))
    assert gone.status_code == never.status_code == 404
    # Every answer has an id of its own, under which the log tells of it.
    ids = [one.headers.pop("X-Request-ID")[1].encode() for one in (gone, never)]
    assert ids[0] != ids[1]
    assert gone.content.replace(ids[0], b"") == never.content.replace(ids[1], b"")
    assert dict(gone.headers) == dict(never.headers)


@pytest.mark.parametrize("token", ["x", "A" * 42, "A" * 44, "..%2f", "%00" * 43, "ế" * 43, "A" * 3000])
def test_what_has_not_the_shape_of_a_secret_is_not_looked_up(world, token):
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(f"/lich/nguon/{token}.ics").status_code == 404
    assert not any("calendarfeed" in one["sql"] for one in captured)


def test_unknown_secrets_take_the_same_queries(world):
    feed(world)
    counts = set()
    for letter in "ABC":
        with CaptureQueriesContext(connection) as captured:
            Client().get(reverse("calendar_feed", args=[letter * 43]))
        counts.add(len(captured))
    assert len(counts) == 1


def test_whoever_tries_many_secrets_has_to_wait(world):
    address, _ = feed(world)
    for number in range(MISSED.most):
        assert Client().get(reverse("calendar_feed", args=[f"{number:043d}"])).status_code == 404
    assert Client().get(reverse("calendar_feed", args=[WRONG])).status_code == 429
    # A good address from there waits too, so that the answer says nothing; from elsewhere it works.
    waiting = Client().get(address)
    assert (waiting.status_code, waiting["Retry-After"]) == (429, "3600")
    assert Client(REMOTE_ADDR="10.1.1.1").get(address).status_code == 200


@pytest.mark.one_database
def test_program_that_asks_all_the_time_has_to_wait(world):
    address, _ = feed(world)
    other, _ = feed(world)
    for _ in range(ASKED.most):
        assert Client().get(address).status_code == 200
    assert Client().get(address).status_code == 429
    assert Client().get(other).status_code == 200


def test_address_of_somebody_else_cannot_be_taken_back_or_made(world, visit):
    _, row = feed(world)
    stranger = world.actor(SO, "leader")
    assert visit(stranger).post(reverse("feed_revoke", args=[row.pk])).status_code == 404
    assert CalendarFeed.objects.get().revoked_at is None
    answer = visit(stranger).post(reverse("feed_new"), {"membership": row.membership_id, "scope": "mine"})
    assert answer.status_code == 422
    with pytest.raises(Refused):
        make_feed(user=stranger.user, membership=row.membership, scope=FeedScope.MINE, origin="thử")


def test_nobody_keeps_more_addresses_than_anybody_needs(world):
    for _ in range(MOST_FEEDS):
        feed(world)
    with pytest.raises(Refused, match=str(MOST_FEEDS)):
        feed(world)


def test_feed_takes_as_many_queries_for_three_as_for_one(world):
    address, _ = feed(world, scope=FeedScope.AGENCY)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_project(world, state="submitted")
            make_deadline(world)
            make_deadline(world, rule="after_step", step="submitted", days=10, role="appraiser")
        with CaptureQueriesContext(connection) as captured:
            assert len(titles(address)) > 0
        counts.append(len(captured))
    assert counts[0] == counts[1]
