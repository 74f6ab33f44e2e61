"""The pages on which an administrator lets a system in."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from khuyencong.api.models import ApiToken, Delivery, Subscription
from khuyencong.api.tests.making import Caller, administrator_of, token_for
from khuyencong.api.tests.test_webhooks import Receiver, everything_sent, subscribed
from khuyencong.core.dates import format_date, today
from khuyencong.testing import make_project
from tests.looking import whole_database

pytestmark = pytest.mark.django_db


def fields(world, **more):
    return {
        "creation_key": "7f000000-0000-4000-8000-000000000002",
        "name": "Một cửa của tỉnh",
        "contact": "Phòng Công nghệ, 0900 000 000",
        "agency": world.agencies["dong-thap"].pk,
        "role": "officer",
        "scopes": ["projects:read", "places:read"],
        "expires_on": format_date(today() + timedelta(days=30)),
        "per_minute": "60",
    } | more


def test_a_system_is_let_in_and_out_again(world, visit):
    browser = visit(administrator_of(world, "dong-thap"))
    assert "Chưa có hệ thống nào" in browser.get(reverse("connections")).content.decode()

    refused = browser.post(reverse("connection_new"), fields(world, role="leader"))
    assert refused.status_code == 422
    page = browser.post(reverse("connection_new"), fields(world)).content.decode()
    secret = re.search(r"kc_[\w-]{40,}", page)[0]
    assert Caller(secret).get("/provinces").status_code == 200
    token = ApiToken.objects.get()
    shown = browser.get(reverse("connection", args=[token.pk])).content.decode()
    assert secret not in shown
    assert "Đọc đề án" in shown
    # A second click does not show it again.
    assert browser.post(reverse("connection_new"), fields(world)).status_code == 302
    assert ApiToken.objects.count() == 1

    revoke = reverse("connection_revoke", args=[token.pk])
    assert browser.post(revoke, {"version": token.version, "reason": ""}).status_code == 422
    assert browser.post(revoke, {"version": token.version, "reason": "Thay hệ thống"}).status_code == 302
    assert Caller(secret).get("/provinces").status_code == 401
    assert "Đã thu hồi" in browser.get(reverse("connections")).content.decode()


def test_addresses_are_kept_and_their_log_read(world, visit):
    token, _ = token_for(world, "dong-thap")
    browser = visit(administrator_of(world, "dong-thap"))
    new = reverse("subscription_new", args=[token.pk])
    form = {
        "creation_key": "7f000000-0000-4000-8000-000000000003",
        "address": "http://10.0.0.1/",
        "events": ["project.submit"],
    }
    assert browser.post(new, form).status_code == 422
    page = browser.post(new, form | {"address": "https://nhan.example.vn/tin"}).content.decode()
    assert "Chỉ hiện một lần" in page
    subscription = Subscription.objects.get()
    make_project(world, state="submitted")
    everything_sent(Receiver(500))
    where = reverse("subscription", args=[subscription.pk])
    assert "HTTP 500" in browser.get(where).content.decode()
    browser.post(reverse("delivery_resend", args=[Delivery.objects.get().pk]))
    everything_sent(Receiver())
    assert "Đã nhận" in browser.get(where).content.decode()
    browser.post(reverse("subscription_end", args=[subscription.pk]), {"version": subscription.version})
    assert "thôi nhận" in browser.get(where).content.decode()


def test_another_province_sees_none_of_it(world, visit):
    subscription, _ = subscribed(world)
    stranger = visit(administrator_of(world, "phu-tho"))
    assert subscription.token.name not in stranger.get(reverse("connections")).content.decode()
    for name, pk in (("connection", subscription.token_id), ("subscription", subscription.pk)):
        assert stranger.get(reverse(name, args=[pk])).status_code == 404
    assert visit(world.actor("dong-thap", "leader")).get(reverse("connections")).status_code == 403


def test_buttons_refuse_whoever_may_not_and_old_pages(world, visit):
    """Each form of these pages: a role that may not, another province, an old version, a second click."""
    subscription, _ = subscribed(world)
    token = subscription.token
    make_project(world, state="submitted")
    everything_sent(Receiver(500))
    letter = Delivery.objects.get()
    forms = {
        reverse("connection_new"): fields(world),
        reverse("connection_revoke", args=[token.pk]): {"version": token.version, "reason": "x"},
        reverse("subscription_new", args=[token.pk]): {"address": "https://a.example.vn", "events": ["project.submit"]},
        reverse("subscription_end", args=[subscription.pk]): {"version": subscription.version},
        reverse("delivery_resend", args=[letter.pk]): {},
    }
    leader, stranger = visit(world.actor("dong-thap", "leader")), visit(administrator_of(world, "phu-tho"))
    mine = visit(administrator_of(world, "dong-thap"))
    before = whole_database()
    for address, data in forms.items():
        assert leader.post(address, data).status_code == 403, address
        if address != reverse("connection_new"):
            assert stranger.post(address, data).status_code == 404, address
    # A connection for an agency that is not theirs cannot be chosen.
    assert stranger.post(reverse("connection_new"), fields(world)).status_code == 422
    for name, pk in (("connection_revoke", token.pk), ("subscription_end", subscription.pk)):
        mine.post(reverse(name, args=[pk]), {"version": 99, "reason": "x"})
    assert whole_database() == before

    end = reverse("subscription_end", args=[subscription.pk])
    for _ in range(2):
        mine.post(end, {"version": subscription.version})
    subscription.refresh_from_db()
    assert subscription.version == 2
    mine.post(reverse("delivery_resend", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.attempts == 1  # nothing more goes to an address that has ended
