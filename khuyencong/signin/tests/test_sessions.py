"""Where one is signed in, and ending it."""

import datetime as dt

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.urls import reverse
from django.utils import timezone

from khuyencong.signin.models import UserSession
from khuyencong.signin.sessions import SEEN_AT, SEEN_EVERY, device_of
from khuyencong.signin.tests.conftest import is_in, told

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
PHONE = "Mozilla/5.0 (Linux; Android 15; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("said", "device"),
    [(EDGE, "Edge, Windows"), (PHONE, "Chrome, Android"), ("", "Thiết bị không rõ"), ("curl/8", "Thiết bị không rõ"), ("\x00" * 900, "Thiết bị không rõ")],
)  # fmt: skip
def test_device_as_people_call_it(said, device):
    assert device_of(said) == device


def end(client, session, **more):
    return client.post(reverse("my_session_end", args=[session.handle]), more)


def listed(client):
    return client.get(reverse("my_account")).context["sessions"]


def test_list_says_where_and_since_when(enter):
    client = enter()
    enter()
    here, there = sorted(listed(client), key=lambda one: not one.here)
    assert (here.here, there.here) == (True, False)
    assert here.device == "Firefox, Linux"
    assert here.address == "127.0.0.1"
    assert timezone.now() - here.signed_in_at < dt.timedelta(minutes=1)


def test_list_never_shows_the_key_of_a_session(enter):
    client = enter()
    page = client.get(reverse("my_account")).content.decode()
    assert client.session.session_key not in page
    assert client.session.session_key not in str(UserSession.objects.get())


def test_one_session_is_ended(enter):
    here, there = enter(), enter()
    other = next(one for one in listed(here) if not one.here)
    assert end(here, other).url == reverse("my_account")
    assert is_in(here)
    assert not is_in(there)
    assert told("session.ended") == 1
    assert end(here, other).status_code == 404


def test_ending_the_own_session_is_signing_out(enter):
    client = enter()
    assert end(client, listed(client)[0]).url == "/dang-nhap/"
    assert not is_in(client)
    assert told("auth.logout") == 1


def test_session_of_somebody_else_does_not_exist(enter, leader):
    mine, theirs = enter(), enter(user=leader)
    assert end(mine, listed(theirs)[0]).status_code == 404
    assert is_in(theirs)
    assert len(listed(mine)) == 1


def test_all_others_are_ended(enter, leader):
    here, there, stranger = enter(), enter(), enter(user=leader)
    here.post(reverse("my_sessions_end"), {"others": "1"})
    assert [is_in(one) for one in (here, there, stranger)] == [True, False, True]
    assert told("session.ended_all") == 1


def test_out_everywhere_is_out_here_too(enter):
    here, there = enter(), enter()
    assert here.post(reverse("my_sessions_end")).url == "/dang-nhap/"
    assert [is_in(one) for one in (here, there)] == [False, False]


def test_session_in_use_is_not_written_with_every_page(enter, django_assert_num_queries):
    client = enter()
    before = UserSession.objects.get().seen_at
    client.get(reverse("my_factors"))
    assert UserSession.objects.get().seen_at == before
    session = client.session
    session[SEEN_AT] -= int(SEEN_EVERY.total_seconds())
    session.save()
    client.get(reverse("my_factors"))
    assert UserSession.objects.get().seen_at > before - SEEN_EVERY


def test_session_ends_eight_hours_after_signing_in_however_busy(enter):
    client = enter()
    row = UserSession.objects.get()
    assert row.expire_date == row.signed_in_at + dt.timedelta(hours=8)
    session = client.session
    session["anything"] = 1
    session.save()
    assert UserSession.objects.get().expire_date == row.expire_date
    UserSession.objects.update(expire_date=timezone.now())
    assert not is_in(client)


def test_expired_sessions_are_swept_with_the_next_sign_in(enter):
    enter()
    UserSession.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    enter()
    assert UserSession.objects.count() == 1


def test_ended_session_is_not_written_back_by_a_request_under_way(enter):
    """A page that was being made when the session ended must not bring it to life again."""
    client = enter()
    session = client.session
    session["anything"] = 1
    UserSession.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not UserSession.objects.exists()
