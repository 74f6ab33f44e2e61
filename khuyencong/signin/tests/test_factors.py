"""The pages where factors are set up: fresh proof, one-time secrets, wrong codes."""

import pytest
from django.urls import reverse

from khuyencong.signin.models import AuthenticatorApp, RecoveryCode
from khuyencong.signin.sessions import CONFIRMED_AT, FRESH_FOR
from khuyencong.signin.tests.conftest import PASSWORD, letters_to, told
from khuyencong.signin.tests.telephone import Telephone

CONFIRM = "/tai-khoan-cua-toi/xac-nhan/"


def grow_stale(client):
    session = client.session
    session[CONFIRMED_AT] -= FRESH_FOR.total_seconds()
    session.save()


def add(client, clock):
    page = client.get(reverse("my_app"))
    telephone = Telephone(page.context["secret"].replace(" ", ""), clock)
    client.answer = client.post(reverse("my_app"), {"sealed": page.context["sealed"], "code": telephone.code()})
    return telephone


def test_app_is_added_with_its_first_code(enter, clock, person, django_capture_on_commit_callbacks):
    client = enter()
    with django_capture_on_commit_callbacks(execute=True):
        add(client, clock)
    assert client.answer.url == reverse("my_recovery_codes")
    assert AuthenticatorApp.objects.get().user == person
    assert len(letters_to(person.email)) == 1
    assert told("auth.second_factor.added") == 1


def test_looking_at_the_page_stores_no_secret(enter):
    client = enter()
    before = dict(client.session.items())
    first, second = (client.get(reverse("my_app")).context["secret"] for _ in range(2))
    assert first != second
    assert dict(client.session.items()) == before
    assert not AuthenticatorApp.objects.exists()


def test_page_of_the_secret_is_not_kept_by_the_browser(enter, clock):
    client = enter()
    assert "no-store" in client.get(reverse("my_app"))["Cache-Control"]
    add(client, clock)
    assert "no-store" in client.get(reverse("my_recovery_codes"))["Cache-Control"]


def test_wrong_first_code_keeps_the_secret_on_the_page(enter):
    client = enter()
    page = client.get(reverse("my_app"))
    answer = client.post(reverse("my_app"), {"sealed": page.context["sealed"], "code": "000000"})
    assert answer.status_code == 422
    assert answer.context["secret"] == page.context["secret"]
    assert not AuthenticatorApp.objects.exists()


@pytest.mark.parametrize("sealed", ["", "x", "đ", "\x00", "gAAAAA"])
def test_secret_that_is_not_from_our_page_is_not_taken(enter, sealed):
    answer = enter().post(reverse("my_app"), {"sealed": sealed, "code": "123456"})
    assert answer.status_code == 422
    assert "hãy quét mã mới" in answer.content.decode()


def test_secret_shown_to_somebody_else_is_not_taken(enter, leader, clock):
    page = enter(user=leader).get(reverse("my_app"))
    telephone = Telephone(page.context["secret"].replace(" ", ""), clock)
    data = {"sealed": page.context["sealed"], "code": telephone.code()}
    assert enter().post(reverse("my_app"), data).status_code == 422


def test_new_telephone_replaces_the_old_one_and_keeps_the_codes(enter, app, person):
    client = enter()
    client.post(client.answer.url, {"code": app.code()})
    before = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    add(client, app.clock)
    assert client.answer.url == reverse("my_factors")
    assert AuthenticatorApp.objects.count() == 1
    assert set(RecoveryCode.objects.values_list("code_hash", flat=True)) == before


def test_new_codes_end_the_old_ones(enter, app):
    client = enter()
    client.post(client.answer.url, {"code": app.code()})
    answer = client.post(reverse("my_recovery_codes"), follow=True)
    fresh = answer.context["codes"]
    assert len(set(fresh) - set(app.codes)) == 10
    assert client.get(reverse("my_recovery_codes")).context["codes"] == []
    second = enter()
    assert second.post(second.answer.url, {"code": app.codes[0]}).status_code == 422
    assert second.post(second.answer.url, {"code": fresh[0]}).status_code == 302


def test_codes_without_a_factor_are_refused(enter):
    answer = enter().post(reverse("my_recovery_codes"), follow=True)
    assert "Hãy bật xác thực hai lớp trước" in answer.content.decode()
    assert not RecoveryCode.objects.exists()


@pytest.mark.parametrize("name", ["my_app", "my_passkey", "my_profile"])
def test_changes_ask_who_is_there_after_ten_minutes(enter, name):
    client = enter()
    assert client.get(reverse(name)).status_code == 200
    grow_stale(client)
    assert client.get(reverse(name)).url == f"{CONFIRM}?next={reverse(name).replace('/', '%2F')}"
    assert client.post(reverse(name), {}).status_code == 302
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": reverse(name)})
    assert answer.url == reverse(name)
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["my_app_remove", "my_recovery_codes"])
def test_buttons_ask_who_is_there_as_well(enter, app, name):
    client = enter()
    client.post(client.answer.url, {"code": app.code()})
    grow_stale(client)
    assert client.post(reverse(name)).url.startswith(CONFIRM)
    assert client.post(reverse("my_passkey_options")).status_code == 404
    assert AuthenticatorApp.objects.count() == 1


def test_wrong_password_does_not_confirm_and_is_limited(enter, person):
    client = enter()
    grow_stale(client)
    for _ in range(4):
        answer = client.post(CONFIRM, {"password": "sai mật khẩu"})
        assert "Mật khẩu không đúng" in answer.content.decode()
    assert "15 phút" in client.post(CONFIRM, {"password": "sai mật khẩu"}).content.decode()
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 422
    assert told("auth.confirm_failed") == 5


@pytest.mark.parametrize("many", [1, 3])
def test_pages_cost_the_same_with_many_factors_and_sessions(enter, person, many, django_assert_num_queries):
    clients = [enter() for _ in range(many)]
    for number in range(many):
        person.passkeys.create(name=f"khóa {number}", site="testserver", credential_id=bytes([number]), credential=b"")
    # The session, the user, the hats; sessions, app, keys, codes; unread notices.
    with django_assert_num_queries(8):
        page = clients[0].get(reverse("my_account"))
    assert len(page.context["sessions"]) == len(page.context["keys"]) == many
