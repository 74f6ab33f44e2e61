"""Who asks too often waits, with a sentence and a number of seconds; nobody else does."""

import inspect
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from khuyencong.core import rates
from khuyencong.core.rates import FILE_PAGES, FILES, PUBLIC_READS, PUBLIC_WRITES, SEARCHES, Rate

FAR = {"REMOTE_ADDR": "203.0.113.7"}
HANDS_OUT = re.compile(r"\b(take_away|hand_out|FileResponse|StreamingHttpResponse)\(")


@pytest.fixture(autouse=True)
def _few(settings, monkeypatch):
    """Three of everything, in windows that do not end while the test runs."""
    settings.RATE_LIMITS = True
    cache.clear()
    monkeypatch.setattr(rates.time, "time", lambda: 1_000_000_030)
    for one in (PUBLIC_READS, PUBLIC_WRITES, rates.READS, rates.WRITES, SEARCHES, FILES):
        name = next(name for name, value in vars(rates).items() if value is one)
        monkeypatch.setattr(rates, name, Rate(one.name, 3, one.seconds, one.sentence))
    yield
    cache.clear()


def statuses(ask, times=5):
    return [ask().status_code for _ in range(times)]


@pytest.mark.django_db
def test_without_an_account_by_address(world):
    address = reverse("portal_check")
    assert statuses(lambda: Client().get(address, **FAR)) == [200, 200, 200, 429, 429]
    answer = Client().get(address, **FAR)
    assert PUBLIC_READS.sentence in answer.content.decode()
    assert answer["Retry-After"] == str(60 - 1_000_000_030 % 60)
    assert answer["Cache-Control"] == "no-store"
    assert Client().get(address, REMOTE_ADDR="203.0.113.8").status_code == 200
    assert 429 not in statuses(lambda: Client().get(address))  # this machine
    assert statuses(lambda: Client().post(reverse("portal_feedback"), {}, **FAR)) == [422, 422, 422, 429, 429]
    assert Client().post(reverse("password_forgotten"), {"who": "an"}, **FAR).status_code == 429


@pytest.mark.django_db
def test_with_an_account_by_person(world, visit):
    page, other = visit(world.actor("dong-thap", "officer")), visit(world.actor("dong-thap", "leader"))
    assert statuses(lambda: page.get(reverse("search"))) == [200, 200, 200, 429, 429]
    assert statuses(lambda: page.get(reverse("projects_xlsx"))) == [200, 200, 200, 429, 429]
    assert statuses(lambda: page.get(reverse("projects"))) == [200, 200, 200, 429, 429]
    assert other.get(reverse("search")).status_code == 200


@pytest.mark.django_db
def test_a_refusal_of_another_kind_says_how_long_too(client, monkeypatch, settings):
    settings.RATE_LIMITS = False
    from khuyencong.signin.views import reset

    monkeypatch.setattr(reset, "reached", lambda *_: True)
    answer = client.post(reverse("password_forgotten"), {"who": "an"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")


def _views(resolver):
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from _views(one)
        else:
            yield one.name or "", inspect.unwrap(one.callback)


def test_every_address_that_hands_out_a_file_is_known_by_its_name():
    missing = {
        name
        for name, view in _views(get_resolver())
        if not name.startswith("api-") and inspect.isfunction(view) and HANDS_OUT.search(inspect.getsource(view))
    }
    # A page that reads a list and gives refused rows back; data for everybody, kept in front.
    missing -= {"roster_import"}
    assert {name for name in missing if not FILE_PAGES.search(name)} == set()
