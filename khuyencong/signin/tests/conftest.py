from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.signin.actions.factors import add_app
from khuyencong.signin.tests.telephone import Telephone

PASSWORD = "máy sấy lạnh xoài"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Only the test of time waits for it."""
    monkeypatch.setattr("khuyencong.signin.views.reset.ANSWER_AFTER", 0.0)


@pytest.fixture
def person(world):
    """Somebody with a password and an address, and a role that needs no second factor."""
    return give_password(world.actor("dong-thap", "officer").user, "can.bo@soct.example")


@pytest.fixture
def leader(world):
    """The same with a role that needs one."""
    return give_password(world.actor("dong-thap", "leader").user, "lanh.dao@soct.example")


def give_password(user, email):
    user.email = email
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def app(person, clock):
    """The person's telephone, with an app that is in use."""
    telephone = Telephone.new(clock)
    telephone.codes = add_app(user=person, secret=telephone.secret, code=telephone.code(), origin="test")
    clock.forward(60)
    return telephone


@pytest.fixture
def clock(monkeypatch):
    """What pyotp takes for the time: moved by hand, so that no test waits for the next code."""

    class Clock:
        now = 1_800_000_000

        def forward(self, seconds):
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr("pyotp.totp.time", SimpleNamespace(time=lambda: clock.now))
    return clock


@pytest.fixture
def enter(person):
    """`enter(PASSWORD)`: a browser in which the login page was filled in; `.answer` is what it got."""

    def enter(password=PASSWORD, *, user=person, client=None, **more):
        client = client or Client()
        client.answer = client.post(
            reverse("login"), {"username": user.username, "password": password, **more}, headers={"User-Agent": FIREFOX}
        )
        return client

    return enter


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def is_in(client):
    """Whether somebody is signed in there."""
    return client.get(reverse("my_account")).status_code == 200


def told(action):
    """How often the audit trail says so."""
    return AuditEvent.objects.filter(action=action).count()


def letters_to(address):
    return [letter for letter in mail.outbox if letter.to == [address]]
