"""Pages kept before Django: what is kept, for whom, how long; by a clock of the test and without waiting."""

import gzip

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import RequestFactory
from django.urls import reverse

from khuyencong.core.web import KEPT_SECONDS
from khuyencong.opendata.actions import withdraw_publication
from khuyencong.opendata.tests.publishing import TEXTS, published
from khuyencong.portal.kept import MOST_BYTES, MOST_PAGES, KeptPages

PUBLIC = f"public, max-age={KEPT_SECONDS}"


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


class Application:
    """Answers with the number of times that it was asked."""

    def __init__(self, headers=(("Cache-Control", PUBLIC),), body=b"trang ", status="200 OK"):
        self.headers, self.body, self.status, self.asked = list(headers), body, status, 0

    def __call__(self, environ, start_response):
        self.asked += 1
        body = self.body + str(self.asked).encode()
        start_response(self.status, [*self.headers, ("Content-Length", str(len(body)))])
        return [body]


def ask(application, path="/cong/", **environ):
    """Status, headers and body of one request."""
    told = []
    whole = RequestFactory().get(path).environ | environ
    body = b"".join(application(whole, lambda status, headers, *_: told.extend([status, dict(headers)])))
    return told[0], told[1], body


@pytest.fixture
def open_connection():
    """Django's own application ends a request by looking after connections; here the test still needs its own."""
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    yield
    for one in signals:
        one.connect(close_old_connections)


@pytest.fixture
def clock():
    return Clock()


def test_a_public_page_is_made_once_in_half_a_minute(clock):
    django = Application()
    pages = KeptPages(django, clock=clock)
    status, headers, body = ask(pages)
    assert (status, body, headers["Age"]) == ("200 OK", b"trang 1", "0")
    assert headers["Cache-Control"] == PUBLIC
    assert set(headers["Vary"].split(", ")) == {"Cookie", "Accept-Encoding"}
    clock.now += KEPT_SECONDS - 1
    _, headers, body = ask(pages)
    assert (body, headers["Age"]) == (b"trang 1", str(KEPT_SECONDS - 1))
    _, headers, zipped = ask(pages, HTTP_ACCEPT_ENCODING="gzip, deflate")
    assert (gzip.decompress(zipped), headers["Content-Encoding"]) == (b"trang 1", "gzip")
    assert int(headers["Content-Length"]) == len(zipped)
    status, _, nothing = ask(pages, HTTP_IF_NONE_MATCH=headers["ETag"])
    assert (status, nothing) == ("304 Not Modified", b"")
    clock.now += 1
    assert ask(pages)[2] == b"trang 2"


def test_a_link_that_was_shared_is_the_same_page(clock):
    pages = KeptPages(Application(), clock=clock)
    told = ask(pages, "/cong/de-an/?nam=2026")[2]
    for address in ("?nam=2026&fbclid=x", "?utm_source=zalo&nam=2026", "?nam=2026&zarsrc=1&gclid=2"):
        assert ask(pages, f"/cong/de-an/{address}")[2] == told, address
    assert ask(pages, "/cong/de-an/?nam=2025")[2] != told


def test_nobody_gets_the_page_of_another(clock):
    """With a session, under another name of the site, as a form, for another question: each is asked of Django."""
    django = Application()
    pages = KeptPages(django, clock=clock)
    ask(pages)
    for environ in (
        {"HTTP_COOKIE": "a=1; sessionid=x"},
        {"HTTP_COOKIE": "sessionid="},
        {"HTTP_HOST": "khac.example"},
        {"REQUEST_METHOD": "POST"},
        {"QUERY_STRING": "q=x"},
        {"wsgi.url_scheme": "https"},
    ):
        before = django.asked
        ask(pages, **environ)
        assert django.asked == before + 1, environ
    before = django.asked
    ask(pages, HTTP_COOKIE="csrftoken=x; notsessionid=y")
    assert django.asked == before


@pytest.mark.parametrize(
    "django",
    [
        Application(headers=()),
        Application(headers=[("Cache-Control", "private, no-store")]),
        Application(headers=[("Cache-Control", "public, max-age=3600")]),
        Application(headers=[("Cache-Control", PUBLIC), ("Set-Cookie", "a=1")]),
        Application(status="404 Not Found"),
        Application(body=b"x" * 600_000),
    ],
)
def test_what_is_not_everybodys_is_not_kept(django, clock):
    pages = KeptPages(django, clock=clock)
    assert ask(pages)[2].endswith(b"1")
    assert ask(pages)[2].endswith(b"2")


def test_memory_has_a_bound(clock):
    pages = KeptPages(Application(body=b"y" * 100_000), clock=clock)
    for number in range(MOST_PAGES + 50):
        ask(pages, f"/cong/tim/?q={number}")
    assert len(pages._pages) <= MOST_PAGES
    assert sum(one.size for one in pages._pages.values()) == pages._bytes <= MOST_BYTES
    assert ask(pages, "/cong/?" + "x" * 600)[2].endswith(str(pages.application.asked).encode())


def test_what_is_withdrawn_is_gone_within_a_minute(world, clock, open_connection):
    """On every page of the portal that named it."""
    publication = published(world)
    pages = KeptPages(get_wsgi_application(), clock=clock)
    addresses = [
        reverse("portal"),
        reverse("portal_projects"),
        reverse("portal_project", args=[publication.project.code]),
        reverse("portal_search") + "?q=may+say",
    ]
    for address in addresses:
        status, headers, body = ask(pages, address)
        assert (status, headers["Cache-Control"]) == ("200 OK", PUBLIC), address
        assert TEXTS["title"] in body.decode()
    withdraw_publication(
        project_id=publication.project_id, by=world.actor("dong-thap", "officer"), version=publication.version,
        reason="Xem lại.",
    )  # fmt: skip
    clock.now += KEPT_SECONDS - 1
    assert TEXTS["title"] in ask(pages, addresses[0])[2].decode()  # as it was kept
    clock.now += 1
    for address in addresses:
        status, _, body = ask(pages, address)
        assert TEXTS["title"] not in body.decode(), address
        assert status == ("404 Not Found" if publication.project.code in address else "200 OK")
    # Whoever kept it after us counts the age that we told, so that half a minute is the longest anywhere.
    assert KEPT_SECONDS * 2 <= 60


def test_the_id_of_one_request_is_given_to_no_other(clock):
    pages = KeptPages(Application(headers=(("Cache-Control", PUBLIC), ("X-Request-ID", "0a" * 16))), clock=clock)
    for _ in range(2):
        assert "X-Request-ID" not in ask(pages)[1]
