"""The first proof: password; what is counted, and what nobody learns."""

from statistics import median
from time import perf_counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.models import AuditEvent
from khuyencong.people.models import User
from khuyencong.signin.limits import NAME_FROM_STRANGERS, NAMES_FROM_ADDRESS
from khuyencong.signin.models import Attempt
from khuyencong.signin.tests.conftest import PASSWORD, is_in, letters_to, told

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


def test_password_alone_is_enough_without_a_second_factor(enter):
    client = enter()
    assert (client.answer.status_code, client.answer.url) == (302, "/")
    assert is_in(client)


def test_session_gets_a_new_key_with_signing_in(enter):
    client = Client()
    client.get(reverse("outside_begin"))
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    enter(client=client)
    assert client.session.session_key != before


@pytest.mark.parametrize("name", ["khong.co", "{person}"])
def test_unknown_and_wrong_look_the_same(person, name):
    name = name.format(person=person.username)
    page = Client().post(reverse("login"), {"username": name, "password": "sai sai sai"})
    assert page.status_code == 200
    assert WRONG in page.content.decode()
    shown = page.content.decode().replace(name, "").split("<main")[1]
    other = Client().post(reverse("login"), {"username": "ai.do", "password": "sai sai sai"})
    without_keys = [[line for line in text.splitlines() if "csrfmiddlewaretoken" not in line] for text in (
        shown, other.content.decode().replace("ai.do", "").split("<main")[1])]  # fmt: skip
    assert without_keys[0] == without_keys[1]


def test_lockout_comes_for_unknown_names_as_well(person):
    answers = {}
    for name in (person.username, "khong.co"):
        sent = [Client().post(reverse("login"), {"username": name, "password": "x" * 12}) for _ in range(6)]
        answers[name] = [one.status_code for one in sent]
    assert answers[person.username] == answers["khong.co"] == [200, 200, 200, 200, 429, 429]


def test_one_address_cannot_try_many_names(person):
    def sends(name, password, address="10.0.0.7"):
        data = {"username": name, "password": password}
        return Client().post(reverse("login"), data, REMOTE_ADDR=address)

    for number in range(NAMES_FROM_ADDRESS.most):
        assert sends(f"nguoi.{number}", "matkhau123").status_code == 200
    answer = sends(person.username, PASSWORD)
    assert answer.status_code == 429
    assert NAMES_FROM_ADDRESS.sentence in answer.content.decode()
    assert sends(person.username, PASSWORD, "10.0.0.8").status_code == 302
    # It opens again by itself when the tries are past.
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - NAMES_FROM_ADDRESS.within)
    assert sends(person.username, PASSWORD).status_code == 302


def test_a_network_of_ipv6_is_one_place(person):
    """A customer has 2^64 addresses: trying from each of them is still trying from one place."""
    answers = [
        Client().post(
            reverse("login"), {"username": person.username, "password": "x" * 12}, REMOTE_ADDR=f"2001:db8::{number:x}"
        )
        for number in range(1, 8)
    ]
    assert [one.status_code for one in answers][-2:] == [429, 429]


def test_one_name_tried_from_everywhere_is_stopped_but_not_for_its_person(
    person, settings, django_capture_on_commit_callbacks
):
    settings.AXES_ENABLED = False  # each place has its own five; here there are many places
    own = Client()
    assert own.post(reverse("login"), {"username": person.username, "password": PASSWORD}).status_code == 302
    own.post(reverse("people:logout"))
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(NAME_FROM_STRANGERS.most):
            sent = {"username": person.username, "password": f"đoán {number}"}
            assert Client().post(reverse("login"), sent, REMOTE_ADDR=f"10.0.{number}.7").status_code == 200
    stranger = Client().post(
        reverse("login"), {"username": person.username, "password": PASSWORD}, REMOTE_ADDR="10.9.9.9"
    )
    assert stranger.status_code == 429
    assert NAME_FROM_STRANGERS.sentence in stranger.content.decode()
    assert AuditEvent.objects.filter(action="auth.strangers_stopped", subject_id=person.pk).count() == 1
    assert "thiết bị lạ" in letters_to(person.email)[-1].body
    assert own.post(reverse("login"), {"username": person.username, "password": PASSWORD}).status_code == 302
    assert "known-for" in own.cookies
    assert own.cookies["known-for"]["httponly"]
    # Sealed for this name alone: another one's browser is a stranger, and a made-up mark is none.
    other = Client()
    other.cookies["known-for"] = own.cookies["known-for"].value[:-2] + "xx"
    assert other.post(reverse("login"), {"username": person.username, "password": PASSWORD}).status_code == 429
    Attempt.objects.filter(kind=NAME_FROM_STRANGERS.kind).update(at=timezone.now() - NAME_FROM_STRANGERS.within)
    assert other.post(reverse("login"), {"username": person.username, "password": PASSWORD}).status_code == 302


def test_an_office_that_mistypes_is_not_locked_out(person):
    """The same few names again and again from one address count once each."""
    for _ in range(4):
        for number in range(6):
            Client().post(reverse("login"), {"username": f"nguoi.{number}", "password": "x" * 12})
    assert Client().post(reverse("login"), {"username": person.username, "password": PASSWORD}).status_code == 302


def test_switched_off_person_is_out_at_once(enter, person):
    client = enter()
    assert is_in(client)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("my_account")).status_code == 302
    assert enter().answer.status_code == 200


@pytest.mark.one_database
def test_unknown_name_takes_as_long_as_a_wrong_password(person, settings):
    """Without the hashing that both do, one of them would be many times as fast."""

    def time_of(name, number):
        began = perf_counter()
        Client().post(reverse("login"), {"username": name, "password": "x" * 12}, REMOTE_ADDR=f"10.1.{number}.1")
        return perf_counter() - began

    pairs = [(time_of(person.username, number), time_of(f"ai.{number}", number)) for number in range(12)]
    known, unknown = (median(times) for times in zip(*pairs, strict=True))
    assert 0.4 < known / unknown < 2.5


def test_login_is_written_down_once(enter):
    enter()
    assert told("auth.login") == 1
    enter("sai mật khẩu")
    assert told("auth.failed") == 1
