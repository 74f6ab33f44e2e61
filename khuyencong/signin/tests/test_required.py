"""Where the site asks leaders, accountants and administrators for a second factor."""

import pytest
from django.test import Client
from django.urls import reverse

from khuyencong.core.errors import Refused
from khuyencong.people.models import Membership
from khuyencong.signin.actions.factors import add_app, remove_all_factors, remove_app
from khuyencong.signin.models import RecoveryCode
from khuyencong.signin.tests.conftest import is_in, told
from khuyencong.signin.tests.telephone import Telephone

FACTORS = "/tai-khoan-cua-toi/hai-lop/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        ("leader", True),
        ("accountant", True),
        ("administrator", True),
        ("officer", False),
        ("appraiser", False),
        ("auditor", False),
    ],
)
def test_roles_that_need_a_second_factor(world, visit, role, asked):
    client = visit(world.actor("dong-thap", role))
    answer = client.get(reverse("work"))
    assert (answer.status_code, answer.get("Location")) == ((302, FACTORS) if asked else (200, None))


def test_nothing_else_opens_until_then(world, visit):
    client = visit(world.actor("dong-thap", "leader"))
    for name in ("projects", "plans", "my_account", "my_profile", "my_password", "people:matrix"):
        assert client.get(reverse(name)).url == FACTORS, name
    for name in ("people:switch", "my_sessions_end", "project_new"):
        assert client.post(reverse(name), {}).url == FACTORS, name
    asked = client.get(reverse("projects"), headers={"HX-Request": "true"})
    assert (asked.status_code, asked["HX-Redirect"]) == (204, FACTORS)
    for name in ("my_factors", "my_app", "my_passkey", "my_recovery_codes", "my_confirm"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.get("/khong-co/").status_code == 404
    assert client.post(reverse("people:logout")).status_code == 302


def test_any_hat_counts_not_only_the_one_worn(world, visit):
    officer = world.actor("dong-thap", "officer")
    Membership.objects.create(user=officer.user, agency=world.agencies["dong-thap-centre"], role="accountant")
    assert visit(officer).get(reverse("work")).url == FACTORS


def test_role_given_during_a_session_counts_at_once(world, visit):
    officer = world.actor("dong-thap", "officer")
    client = visit(officer)
    assert client.get(reverse("work")).status_code == 200
    Membership.objects.create(user=officer.user, agency=officer.agency, role="leader")
    assert client.get(reverse("work")).url == FACTORS


def test_setting_up_leads_on_to_the_page_asked_for(enter, leader, clock):
    client = enter(user=leader, next="/de-an/")
    assert client.answer.url == "/de-an/"
    assert client.get("/de-an/").url == FACTORS
    page = client.get(reverse("my_app"))
    telephone = Telephone(page.context["secret"].replace(" ", ""), clock)
    answer = client.post(reverse("my_app"), {"sealed": page.context["sealed"], "code": telephone.code()})
    assert answer.url == reverse("my_recovery_codes")
    page = client.get(answer.url)
    assert len(page.context["codes"]) == 10
    assert 'href="/de-an/"' in page.content.decode()
    assert client.get("/de-an/").status_code == 200
    # Shown once.
    assert client.get(reverse("my_recovery_codes")).context["codes"] == []
    # From now on each sign-in asks for it.
    clock.forward(60)
    client = enter(user=leader)
    assert client.get("/de-an/").url == "/dang-nhap/?next=/de-an/"
    client.post(client.answer.url, {"code": telephone.code()})
    assert client.get("/de-an/").status_code == 200


def test_last_factor_stays_where_the_role_needs_one(leader, person, clock, settings):
    for user in (leader, person):
        telephone = Telephone.new(clock)
        add_app(user=user, secret=telephone.secret, code=telephone.code(), origin="test")
    with pytest.raises(Refused, match="lãnh đạo bắt buộc"):
        remove_app(user=leader, origin="test")
    remove_app(user=person, origin="test")
    assert not RecoveryCode.objects.filter(user=person).exists()
    settings.REQUIRE_SECOND_FACTOR = False
    remove_app(user=leader, origin="test")
    assert told("auth.second_factor.removed") == 2


def test_who_lost_everything_starts_again(enter, leader, clock):
    telephone = Telephone.new(clock)
    add_app(user=leader, secret=telephone.secret, code=telephone.code(), origin="test")
    remove_all_factors(user=leader, origin="lệnh", note="Mất điện thoại, đã gặp trực tiếp.")
    client = enter(user=leader)
    assert client.get(reverse("work")).url == FACTORS


def test_without_the_setting_nobody_is_asked(world, visit, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    assert visit(world.actor("dong-thap", "leader")).get(reverse("work")).status_code == 200


def test_anonymous_visitors_go_to_sign_in(world):
    assert Client().get(reverse("projects")).url.startswith("/dang-nhap/")
    assert Client().get(reverse("work")).url == reverse("portal")  # strangers are led to what is public
    assert not is_in(Client())
