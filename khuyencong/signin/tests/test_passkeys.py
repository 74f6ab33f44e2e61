"""Passkeys as a second step and alone; answers that are wrong in each way they can be."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from khuyencong.people.models import User
from khuyencong.signin.models import Passkey
from khuyencong.signin.tests.conftest import PASSWORD, give_password, is_in, told
from khuyencong.signin.tests.telephone import Key

NEW, ASK, USE = "/tai-khoan-cua-toi/hai-lop/khoa/", "/dang-nhap/khoa/bat-dau/", "/dang-nhap/khoa/"


@pytest.fixture
def key(enter):
    """A passkey of the person."""
    return register(enter())


def register(client, key=None, name="khóa của tôi"):
    key = key or Key()
    answer = key.create(client.post(f"{NEW}bat-dau/").json())
    client.answer = client.post(NEW, {"name": name, "credential": answer})
    return key


def use(client, key, **more):
    return client.post(USE, {"credential": key.get(client.post(ASK).json()), **more})


def test_first_passkey_comes_with_recovery_codes(enter):
    client = enter()
    register(client)
    assert client.answer.url == reverse("my_recovery_codes")
    assert len(client.get(client.answer.url).context["codes"]) == 10
    assert told("auth.second_factor.added") == 1
    register(client, name="khóa thứ hai")
    assert client.answer.url == reverse("my_factors")
    assert [one.name for one in Passkey.objects.all()] == ["khóa của tôi", "khóa thứ hai"]


def test_passkey_alone_signs_in(key):
    client = Client()
    answer = use(client, key, next="/de-an/")
    assert (answer.status_code, answer.url) == (302, "/de-an/")
    assert is_in(client)
    assert told("auth.second_factor.used") == 1


def test_passkey_is_a_second_step(enter, key):
    client = enter(next="/de-an/")
    assert client.answer.url == "/dang-nhap/buoc-hai/"
    assert 'data-passkey="get"' in client.get(client.answer.url).content.decode()
    options = client.post(ASK).json()["publicKey"]
    assert len(options["allowCredentials"]) == 1
    assert use(client, key).url == "/de-an/"
    assert is_in(client)


def test_options_name_nobodys_keys_before_a_password(key):
    """The question is the same for everybody, so it says nothing about accounts."""
    options = Client().post(ASK).json()["publicKey"]
    assert not options.get("allowCredentials")
    assert options["userVerification"] == "required"
    assert options["rpId"] == "testserver"


def refused(client, answer):
    assert answer.status_code == 302
    assert answer.url in {"/dang-nhap/", "/dang-nhap/buoc-hai/"}
    assert not is_in(client)


def test_answer_counts_once(key):
    client = Client()
    answer = key.get(client.post(ASK).json())
    assert client.post(USE, {"credential": answer}).url == "/"
    client.post(reverse("people:logout"))
    refused(client, client.post(USE, {"credential": answer}))


def test_answer_to_another_browser_opens_nothing(key):
    one, other = Client(), Client()
    answer = key.get(one.post(ASK).json())
    other.post(ASK)
    refused(other, other.post(USE, {"credential": answer}))
    assert told("auth.passkey_failed") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"verified": False},
        {"origin": "http://evil.example"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver:8000"},
        {"origin": "http://a.testserver"},
        {"handle": "b3RoZXI"},
        {"credential_id": b"another key!"},
        {"count": 0},
    ],
)
def test_wrong_answer_opens_nothing(key, change):
    use(Client(), key)  # so that the count is above what a copy would say
    for name, value in change.items():
        setattr(key, name, value)
    client = Client()
    refused(client, use(client, key))


def test_signature_of_another_key_opens_nothing(key):
    key.private = Key().private
    client = Client()
    refused(client, use(client, key))


def test_key_that_never_counts_works_every_time(enter):
    key = register(enter(), Key(counts=False))
    for _ in range(2):
        assert use(Client(), key).url == "/"


@pytest.mark.parametrize(
    "sent", ["", "{}", "[]", "null", "x", '"x"', "[" * 5000, "{" * 50_000, json.dumps({"id": "x"}), "\x00"]
)
def test_odd_answers_open_nothing(key, enter, sent):
    client = Client()
    client.post(ASK)
    refused(client, client.post(USE, {"credential": sent}))
    refused(client, client.post(USE, {"credential": sent}))
    client = Client()
    use(client, key)
    client.post(f"{NEW}bat-dau/")
    assert client.post(NEW, {"name": "x", "credential": sent}).status_code == 422
    assert Passkey.objects.count() == 1


def test_key_made_for_another_site_or_without_finger_is_not_taken(enter):
    for wrong in (Key(origin="http://evil.example"), Key(verified=False)):
        client = enter()
        register(client, wrong)
        assert client.answer.status_code == 422
    assert not Passkey.objects.exists()


def test_same_key_is_not_taken_twice(enter, key, leader):
    client = enter(user=leader)
    register(client, key)
    assert client.answer.status_code == 422
    assert Passkey.objects.count() == 1


def test_key_of_somebody_else_is_no_second_step(enter, key, leader, world):
    other = give_password(world.actor("dong-thap", "appraiser").user, "x@soct.example")
    client = enter(user=other)
    its = register(client)
    client = enter()
    client.post(ASK)
    refused(client, use(client, its))


def test_key_of_a_closed_account_opens_nothing(key, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = Client()
    refused(client, use(client, key))


def test_key_is_bound_to_the_name_of_the_site(key, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example", "127.0.0.1"]
    client = Client(headers={"Host": "other.example"})
    options = client.post(ASK).json()
    assert options["publicKey"]["rpId"] == "other.example"
    key.origin = "http://other.example"
    refused(client, client.post(USE, {"credential": key.get(options)}))
    # Opened by a number no key can work, and none is offered.
    by_number = Client(headers={"Host": "127.0.0.1:8000"})
    assert by_number.post(ASK).status_code == 404
    assert "data-passkey" not in by_number.get("/dang-nhap/").content.decode()


def test_removed_key_opens_nothing(enter, key, person):
    client = enter()
    use(client, key)
    page = client.get(reverse("my_factors")).content.decode()
    assert "khóa của tôi" in page
    assert client.post(f"{NEW}{Passkey.objects.get().pk}/bo/").status_code == 302
    assert told("auth.second_factor.removed") == 1
    client = Client()
    refused(client, use(client, key))
    assert enter().answer.url == "/"
    assert person.check_password(PASSWORD)


def test_key_of_somebody_else_cannot_be_removed(enter, key, leader):
    client = enter(user=leader)
    assert client.post(f"{NEW}{Passkey.objects.get().pk}/bo/").status_code == 404
    assert Passkey.objects.count() == 1
