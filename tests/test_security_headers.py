"""Every kind of answer carries the security policy and its companions, and the policy allows nothing unsafe."""

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from khuyencong.config import read_config

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
pytestmark = pytest.mark.django_db


def policy_of(answer):
    return "; ".join(
        sorted((part.strip() for part in answer["Content-Security-Policy"].split(";")), key=_default_first)
    )


def _default_first(part):
    return (not part.startswith("default-src"), part)


@pytest.fixture
def page(world, visit):
    return visit(world.actor("dong-thap", "administrator"))


def _of_every_kind(page, monkeypatch):
    """(what it is, status, answer)."""
    anybody, foreign = Client(raise_request_exception=False), Client(enforce_csrf_checks=True)
    yield "signing in", 200, anybody.get(reverse("login"))
    yield "a page behind the login", 200, page.get(reverse("audit:event_list"))
    yield "a form that came back", 422, page.post(reverse("invite"), {})
    yield "the portal", 200, anybody.get(reverse("portal"))
    yield "open data", 200, anybody.get(reverse("open_data"))
    yield "sent to sign in", 302, anybody.get(reverse("projects"))
    yield "a file that was written", 200, page.get(reverse("audit:event_export"))
    yield "the description of the API", 200, anybody.get(reverse("api_docs"))
    yield "a refusal of the API", 401, anybody.get("/api/v1/projects")
    yield "alive", 200, anybody.get(reverse("server_live"))
    yield "not allowed", 403, page.get(reverse("plan_new"))
    yield "a forged form", 403, foreign.post(reverse("login"), {})
    yield "not there", 404, anybody.get("/khong-co/")
    yield "no such method", 405, page.get(reverse("notices_read"))
    yield "too much", 413, anybody.post(reverse("login"), {}, headers={"Content-Length": "99999999999"})
    monkeypatch.setattr("khuyencong.signin.views.reset.reached", lambda *_: True)
    yield "too often", 429, anybody.post(reverse("password_forgotten"), {"who": "an"})

    def broken(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("khuyencong.upkeep.views.examine", broken)
    broken_page = Client(raise_request_exception=False)
    broken_page.cookies = page.cookies
    yield "a failure", 500, broken_page.get(reverse("server_status"))


def test_every_kind_of_answer_carries_the_policy(page, monkeypatch):
    seen = 0
    for what, status, answer in _of_every_kind(page, monkeypatch):
        assert answer.status_code == status, what
        assert policy_of(answer) == POLICY, what
        assert {name: answer.get(name) for name in HEADERS} == HEADERS, what
        seen += 1
    assert seen == 17
    assert "unsafe" not in POLICY


def test_pages_behind_the_login_are_kept_by_nobody(page):
    assert page.get(reverse("audit:event_list"))["Cache-Control"] == "private, no-store"
    assert "geolocation=(self)" in page.get(reverse("work"))["Permissions-Policy"]
    assert "no-store" not in Client().get(reverse("portal"))["Cache-Control"]


@override_settings(DEBUG=False)
def test_a_name_that_is_not_ours_gets_no_page():
    assert Client().get(reverse("login"), headers={"Host": "xau.example"}).status_code == 400


def test_cookies_over_tls(tmp_path):
    """What `settings` does with HTTPS=1 is run in a process of its own."""
    import json
    import os
    import subprocess
    import sys

    code = (
        "import json; from khuyencong import settings as s; print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS > 30_000_000]))"
    )
    environment = {**os.environ, "HTTPS": "1", "KHUYENCONG_VAR": str(tmp_path), "ALLOWED_HOSTS": "kc.example"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == ["__Host-sessionid", "__Host-csrftoken", True, True, True, True]
    assert settings.SESSION_COOKIE_NAME == "sessionid" or read_config(os.environ, tmp_path).https
