"""Signing in through another service: whom its statement means, and which statements are worth nothing."""

import base64
import time

import pytest
from django.test import Client
from django.urls import reverse

from khuyencong import config_services
from khuyencong.people.models import User
from khuyencong.signin.models import OutsideIdentity, UserSession
from khuyencong.signin.oidc import forget_declarations
from khuyencong.signin.tests.conftest import is_in, told
from khuyencong.signin.tests.provider import CLIENT_ID, SECRET, Provider, new_key

BEGIN, RETURN = "/dang-nhap/mot-cua/", "/dang-nhap/mot-cua/ve/"
UNTRUSTED = "không hợp lệ nên không được chấp nhận"


@pytest.fixture
def provider(settings, person):
    """The province's service, which knows the person by the address."""
    forget_declarations()
    with Provider() as provider:
        provider.person["email"] = person.email
        settings.OIDC_PROVIDER = config_services.Provider(
            issuer=provider.issuer,
            client_id=CLIENT_ID,
            name="Một cửa của tỉnh",
            second_factor=False,
            client_secret=SECRET,
        )
        yield provider
    forget_declarations()


def come_back(provider, client=None, **question):
    """Press the button, sign in there, come back."""
    client = client or Client()
    asked = client.get(BEGIN, question)
    assert asked.status_code == 302, asked.content.decode()
    client.answer = client.get(RETURN + provider.sign_in(asked.url))
    return client


def refused(client, sentence):
    assert client.answer.status_code == 403
    assert sentence in client.answer.content.decode()
    assert not is_in(client)


def test_person_is_recognised_by_a_verified_address_and_from_then_on_by_the_link(provider, person):
    client = come_back(provider, next="/de-an/")
    assert (client.answer.status_code, client.answer.url) == (302, "/de-an/")
    assert is_in(client)
    assert OutsideIdentity.objects.get().user == person
    assert (told("auth.sso"), told("auth.sso_linked"), told("auth.login")) == (1, 1, 1)
    # The address may change on either side.
    provider.person["email"] = "khac@soct.example"
    assert is_in(come_back(provider))
    assert OutsideIdentity.objects.count() == 1


def test_question_has_all_that_protects_it(provider):
    come_back(provider)
    asked = provider.question
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT_ID, "S256")
    assert asked["redirect_uri"] == f"http://testserver{RETURN}"
    assert "openid" in asked["scope"].split()
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    basic = base64.b64decode(provider.asked[0]["authorization"].removeprefix("Basic ")).decode()
    assert basic.startswith(f"{CLIENT_ID}:")
    assert "client_secret" not in provider.asked[0]


def test_secret_goes_into_the_form_where_the_service_wants_it(provider):
    provider.declaration = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert is_in(come_back(provider))
    assert provider.asked[0]["client_secret"] == SECRET
    assert provider.asked[0]["authorization"] is None


@pytest.mark.parametrize("ways", [None, [], "client_secret_post", 5])
def test_a_service_that_says_nothing_sensible_of_its_ways_is_asked_in_the_usual_one(provider, ways):
    provider.declaration = {"token_endpoint_auth_methods_supported": ways}
    assert is_in(come_back(provider))
    assert provider.asked[0]["authorization"].startswith("Basic ")


def now():
    return int(time.time())


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT_ID, "another"]},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": 5},
    ],
    ids=str,
)
def test_statement_that_is_not_for_us_now_is_refused(provider, wrong):
    provider.claims = wrong
    refused(come_back(provider), UNTRUSTED)
    assert told("auth.sso_failed") == 1
    assert not OutsideIdentity.objects.exists()


def test_statement_for_several_says_who_asked(provider):
    provider.claims = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}
    assert is_in(come_back(provider))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_statement_that_anybody_could_have_made_is_refused(provider, algorithm):
    """Unsigned, or signed with a secret that we hold ourselves, whatever the service says it supports."""
    provider.algorithm = algorithm
    refused(come_back(provider), UNTRUSTED)


def test_statement_signed_by_another_key_is_refused(provider):
    provider.published = new_key()
    refused(come_back(provider), UNTRUSTED)


@pytest.mark.parametrize("header", [{"kid": "k2"}, {"kid": ""}])
def test_statement_signed_by_an_unknown_key_is_refused(provider, header):
    provider.header = header
    refused(come_back(provider), UNTRUSTED)


@pytest.mark.parametrize("token", ["x", "a.b.c", "e30.e30.", "đ.đ.đ"])
def test_odd_statements_are_refused(provider, token):
    provider.token = token
    refused(come_back(provider), UNTRUSTED)


def test_key_that_was_just_changed_is_fetched_anew(provider):
    assert is_in(come_back(provider))
    provider.key = new_key()
    provider.header = {"kid": "k1"}
    refused(come_back(provider), UNTRUSTED)  # same name, other key: the kept one counts for an hour
    forget_declarations()
    assert is_in(come_back(provider))


def test_answer_counts_once(provider):
    client = Client()
    back = RETURN + provider.sign_in(client.get(BEGIN).url)
    assert client.get(back).status_code == 302
    client.post(reverse("people:logout"))
    client.answer = client.get(back)
    refused(client, UNTRUSTED)


def test_answer_to_another_browser_is_refused(provider):
    """Whoever sends a victim the address of his own answer signs nobody in."""
    back = RETURN + provider.sign_in(Client().get(BEGIN).url)
    for client in (Client(), Client()):
        client.answer = client.get(back)
        refused(client, UNTRUSTED)
    client = Client()
    client.get(BEGIN)
    client.answer = client.get(back)
    refused(client, UNTRUSTED)


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?error=access_denied", "?code=x&state=%00"])
def test_odd_returns_are_refused(provider, query):
    client = Client()
    client.get(BEGIN)
    client.answer = client.get(RETURN + query)
    refused(client, UNTRUSTED)


def test_person_who_cancels_there_is_told(provider):
    client = Client()
    provider.sign_in(client.get(BEGIN).url)
    client.answer = client.get(f"{RETURN}?error=access_denied&state={provider.question['state']}")
    refused(client, "chưa đăng nhập xong")


@pytest.mark.parametrize("verified", [False, None, "false", 0, [], {}])
def test_address_that_is_not_verified_recognises_nobody(provider, verified):
    provider.person["email_verified"] = verified
    refused(come_back(provider), "Chưa có tài khoản nào ở đây")
    assert not OutsideIdentity.objects.exists()


def test_nobody_gets_an_account_by_itself(provider):
    before = User.objects.count()
    provider.person["email"] = "nguoi.la@soct.example"
    client = come_back(provider)
    refused(client, "thư mời")
    assert User.objects.count() == before
    assert told("auth.sso_unknown") == 1


def test_nobody_signs_in_as_another_system(provider, person):
    User.objects.filter(pk=person.pk).update(is_system=True)
    refused(come_back(provider), "Chưa có tài khoản nào ở đây")
    assert not OutsideIdentity.objects.exists()


def test_closed_account_looks_like_none(provider, person):
    come_back(provider)
    User.objects.filter(pk=person.pk).update(is_active=False)
    closed = come_back(provider)
    refused(closed, "Chưa có tài khoản nào ở đây")
    provider.person = {"sub": "u-2", "email": "nguoi.la@soct.example", "email_verified": True}
    unknown = come_back(provider)
    assert closed.answer.content == unknown.answer.content


def test_address_handed_on_to_a_successor_opens_nothing(provider):
    """Another person there with the same address: the account is tied to the first."""
    come_back(provider)
    provider.person["sub"] = "u-2"
    refused(come_back(provider), "Chưa có tài khoản nào ở đây")


def test_address_may_come_from_userinfo_of_the_same_person(provider, person):
    provider.person = {"sub": "u-1"}
    provider.userinfo = {"sub": "u-2", "email": person.email, "email_verified": True}
    refused(come_back(provider), "Chưa có tài khoản nào ở đây")
    provider.userinfo["sub"] = "u-1"
    assert is_in(come_back(provider))


def test_our_second_factor_is_asked_all_the_same(provider, app):
    client = come_back(provider, next="/de-an/")
    assert client.answer.url == "/dang-nhap/buoc-hai/"
    assert not is_in(client)
    assert client.post(client.answer.url, {"code": app.code()}).url == "/de-an/"


def test_second_factor_of_the_service_may_count(provider, leader, app, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    provider.person = {"sub": "u-9", "email": leader.email, "email_verified": True}
    assert come_back(provider).get(reverse("work")).url == reverse("my_factors")
    old = settings.OIDC_PROVIDER
    settings.OIDC_PROVIDER = config_services.Provider(
        issuer=old.issuer, client_id=old.client_id, name=old.name, second_factor=True, client_secret=SECRET
    )
    assert come_back(provider).get(reverse("work")).status_code == 200


def test_link_and_unlink_from_the_own_page(provider, enter, person):
    provider.person = {"sub": "u-7"}
    client = come_back(provider, enter())
    assert client.answer.url == reverse("my_account")
    assert OutsideIdentity.objects.get().user == person
    assert is_in(come_back(provider))
    client.post(reverse("outside_unlink"))
    assert not OutsideIdentity.objects.exists()
    refused(come_back(provider), "Chưa có tài khoản nào ở đây")


def test_person_of_another_account_cannot_be_linked(provider, enter, leader):
    come_back(provider)
    client = come_back(provider, enter(user=leader))
    assert "đã gắn với một tài khoản khác" in client.get(reverse("my_account")).content.decode()
    assert OutsideIdentity.objects.count() == 1


def test_question_of_a_visitor_does_not_link_who_signed_in_meanwhile(provider, enter, leader):
    client = Client()
    back = RETURN + provider.sign_in(client.get(BEGIN).url)
    enter(user=leader, client=client)
    assert client.get(back).status_code == 403
    assert not OutsideIdentity.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/"},
        {"token_endpoint": "http://evil.example/"},
        {"jwks_uri": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_service_that_points_to_unsafe_places_is_not_followed(provider, change):
    provider.declaration = change
    client = Client()
    asked = client.get(BEGIN)
    client.answer = client.get(RETURN + provider.sign_in(asked.url)) if asked.status_code == 302 else asked
    refused(client, UNTRUSTED)


@pytest.mark.parametrize("status", [500, 404, 302])
def test_service_that_does_not_answer_is_told_apart(provider, status):
    provider.status = status
    client = Client()
    client.answer = client.get(BEGIN)
    refused(client, "Không liên lạc được")


def test_service_that_is_not_there(provider, settings):
    settings.OIDC_PROVIDER = config_services.Provider(
        issuer="http://127.0.0.1:9", client_id=CLIENT_ID, name="x", second_factor=False, client_secret=SECRET
    )
    client = Client()
    client.answer = client.get(BEGIN)
    refused(client, "Không liên lạc được")


def test_button_only_where_there_is_a_service(provider, settings):
    assert "Một cửa của tỉnh" in Client().get(reverse("login")).content.decode()
    settings.OIDC_PROVIDER = None
    assert BEGIN not in Client().get(reverse("login")).content.decode()
    for address in (BEGIN, RETURN):
        assert Client().get(address).status_code == 404


def test_session_before_signing_in_holds_no_person(provider):
    Client().get(BEGIN)
    assert UserSession.objects.get().user is None
