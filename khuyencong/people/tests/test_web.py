"""Signing in, hats, guards."""

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client, RequestFactory
from django.urls import reverse

from khuyencong.core.errors import NotAllowed
from khuyencong.people import views
from khuyencong.people.models import Membership, User
from khuyencong.people.permissions import Permission
from khuyencong.people.web import declared, next_or, opens_to, public, signed_in
from khuyencong.signin.lockout import SENTENCE, counted_name

pytestmark = pytest.mark.django_db

PASSWORD = "máy xay bột 2026"
WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


@pytest.fixture
def person(hire):
    membership = hire("officer", "ttkc-25")
    membership.user.set_password(PASSWORD)
    membership.user.save()
    return membership.user


def sign_in(client, username, password, **more):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def test_login_lands_on_the_page_asked_for(client, person):
    answer = sign_in(client, person.username, PASSWORD, next="/de-an/?trang=2")
    assert (answer.status_code, answer.url) == (302, "/de-an/?trang=2")


def test_login_ignores_an_address_of_somebody_else(client, person):
    assert sign_in(client, person.username, PASSWORD, next="//evil.example/").url == resolve_url(
        settings.LOGIN_REDIRECT_URL
    )


def test_login_in_capitals(client, person):
    assert sign_in(client, person.username.upper(), PASSWORD).status_code == 302


def test_unknown_wrong_and_closed_accounts_get_the_same_sentence(client, person):
    closed = User.objects.create_user("closed", PASSWORD, full_name="Đã Nghỉ", is_active=False)
    for username, password in ((person.username, "x"), ("nobody", PASSWORD), (closed.username, PASSWORD)):
        answer = sign_in(client, username, password)
        assert answer.status_code == 200
        assert WRONG in answer.content.decode()


def test_empty_and_endless_passwords_get_a_message(client, person):
    assert "Hãy nhập mật khẩu." in sign_in(client, person.username, "").content.decode()
    assert sign_in(client, person.username, "x" * 300).context["form"].errors["password"]


def test_sixth_try_is_locked_out_whatever_the_case_and_the_password(client, person):
    for name in ("U", "u") * 2:
        sign_in(client, person.username.replace("u", name), "wrong")
    assert sign_in(client, person.username, "wrong").status_code == 429
    answer = sign_in(client, person.username, PASSWORD)
    assert answer.status_code == 429
    assert SENTENCE in answer.content.decode()


def test_lockout_counts_one_name():
    assert counted_name(None, {"username": " An.NV "}) == "an.nv"
    assert counted_name(RequestFactory().post("/", {"username": "AN"})) == "an"


def test_password_is_kept_as_argon2(person):
    assert person.password.startswith("argon2$")


def test_logout_only_by_post(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("people:logout")).status_code == 405
    assert client.post(reverse("people:logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_forged_logout_without_token_is_refused(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("people:logout")).status_code == 403
    assert "_auth_user_id" in client.session


@pytest.fixture
def two_hats(client, hire):
    first = hire("officer", "ttkc-25")
    second = hire("leader", "sct-25", user=first.user)
    client.force_login(first.user, backend="django.contrib.auth.backends.ModelBackend")
    return first, second


def current(client):
    return client.get(reverse("people:matrix")).wsgi_request.actor


def test_first_hat_is_worn_until_another_is_chosen(client, two_hats):
    first, second = two_hats
    assert (current(client).role, current(client).agency) == ("officer", first.agency)
    answer = client.post(reverse("people:switch"), {"membership": second.pk, "next": "/de-an/"})
    assert (answer.status_code, answer.url) == (302, "/de-an/")
    assert (current(client).role, current(client).agency) == ("leader", second.agency)
    assert current(client).origin == "web 127.0.0.1"


def test_hat_of_another_person_does_not_exist(client, two_hats, hire):
    stranger = hire("administrator", "cuc")
    for wanted in (stranger.pk, "", "x", "-1"):
        assert client.post(reverse("people:switch"), {"membership": wanted}).status_code == 404
    assert current(client).role == "officer"


def test_hat_taken_away_is_worn_no_longer(client, two_hats):
    _, second = two_hats
    client.post(reverse("people:switch"), {"membership": second.pk})
    Membership.objects.filter(pk=second.pk).update(is_active=False)
    assert current(client).role == "officer"


@pytest.mark.parametrize("hats", [1, 3])
def test_actor_costs_one_query(client, hire, hats, django_assert_num_queries):
    user = hire("administrator", "ttkc-25").user
    for agency in ("sct-25", "cuc")[: hats - 1]:
        hire("leader", agency, user=user)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_num_queries(4):  # session, user, memberships, and the unread notices under the bell
        actor = current(client)
        assert actor.agency.home_province_id
        assert str(actor)


def test_forwarded_address_is_not_believed(client, two_hats):
    answer = client.get(reverse("people:matrix"), headers={"X-Forwarded-For": "8.8.8.8"})
    assert answer.wsgi_request.actor.origin == "web 127.0.0.1"


def test_matrix_page_for_administrators_only(client, hire):
    for role, status in (("administrator", 200), ("leader", 403)):
        client.force_login(hire(role, "sct-25").user, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(reverse("people:matrix"))
        assert answer.status_code == status
        assert ("Duyệt chi" in answer.content.decode()) is (status == 200)


def test_matrix_page_of_one_role_and_its_legend(client, hire):
    client.force_login(hire("administrator", "cuc").user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("people:matrix"), {"role": "owner"}).content.decode()
    assert "Đề nghị hỗ trợ" in page
    assert "Duyệt chi" not in page
    assert "Tổ chức của người dùng là chính cơ sở" in page
    assert "Duyệt chi" in client.get(reverse("people:matrix"), {"role": "khong"}).content.decode()


def request(user=None, actor=None, method="get", **more):
    made = getattr(RequestFactory(), method)("/de-an/KC-1/?tab=x", **more)
    made.user, made.actor = user or AnonymousUser(), actor
    return made


@opens_to(Permission.PAYMENT_APPROVE)
def guarded(request, code):
    return HttpResponse(f"{request.actor.role} {code}")


def test_anonymous_is_sent_to_sign_in_and_back():
    answer = guarded(request(), code="KC-1")
    assert (answer.status_code, answer.url) == (302, f"{reverse('login')}?next=/de-an/KC-1/%3Ftab%3Dx")


def test_anonymous_post_comes_back_to_the_page_of_the_form():
    answer = guarded(request(method="post", HTTP_REFERER="http://testserver/de-an/KC-1/?tab=y"), code="KC-1")
    assert answer.url.endswith("?next=/de-an/KC-1/%3Ftab%3Dy")
    answer = guarded(request(method="post", HTTP_REFERER="http://evil.example/"), code="KC-1")
    assert answer.url.endswith(f"?next={resolve_url(settings.LOGIN_REDIRECT_URL)}")


def test_anonymous_htmx_request_moves_the_whole_page():
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/de-an/"}
    answer = guarded(request(headers=asked), code="KC-1")
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == f"{reverse('login')}?next=%2Fde-an%2F"


def test_user_without_a_hat_is_told(hire):
    user = User.objects.create_user("moi", full_name="Mới Vào")
    with pytest.raises(NotAllowed, match="chưa được giao vai trò"):
        guarded(request(user), code="KC-1")


def test_guard_asks_the_matrix(actor):
    leader, officer = actor("leader", "sct-25"), actor("officer", "sct-25")
    assert guarded(request(leader.user, leader), code="KC-1").content == b"leader KC-1"
    with pytest.raises(NotAllowed):
        guarded(request(officer.user, officer), code="KC-1")


def test_views_declare_who_may_open_them():
    assert declared(guarded) == "payment_approve"
    assert declared(signed_in(lambda request: HttpResponse())) == "signed_in"
    assert declared(public(lambda request: HttpResponse())) == "public"
    assert declared(lambda request: HttpResponse()) is None
    assert [declared(view) for view in (views.logout, views.switch, views.matrix)] == [
        "public", "signed_in", "matrix_view",
    ]  # fmt: skip


@pytest.mark.parametrize(("wanted", "lands"), [("/x/", "/x/"), ("http://evil.example/", "/y/"), ("", "/y/")])
def test_next_or(wanted, lands):
    assert next_or(RequestFactory().post("/", {"next": wanted}), "/y/") == lands


def test_user_needs_a_name():
    with pytest.raises(ValueError, match="không được để trống"):
        User.objects.create_user("  ")
