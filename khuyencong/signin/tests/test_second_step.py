"""The second step: codes of an app, recovery codes, what is counted."""

import pytest
from django.test import Client
from django.urls import reverse

from khuyencong.people.models import User
from khuyencong.signin.actions.steps import Outcome, pass_with_code
from khuyencong.signin.flow import PATIENCE, WAITING
from khuyencong.signin.limits import SECOND_STEP
from khuyencong.signin.models import AuthenticatorApp, RecoveryCode
from khuyencong.signin.sealing import UnreadableError, seal, unseal
from khuyencong.signin.tests.conftest import is_in, told
from khuyencong.testing import at_once

STEP = "/dang-nhap/buoc-hai/"


def type_code(client, code):
    return client.post(STEP, {"code": code})


def test_password_alone_does_not_sign_in(enter, app):
    client = enter(next="/de-an/")
    assert client.answer.url == STEP
    assert not is_in(client)
    answer = type_code(client, app.code())
    assert (answer.status_code, answer.url) == (302, "/de-an/")
    assert is_in(client)
    assert told("auth.second_factor.used") == told("auth.login") == 1


def test_wrong_password_never_reaches_the_second_step(enter, app):
    client = enter("sai mật khẩu")
    assert client.answer.status_code == 200
    assert client.get(STEP).url == "/dang-nhap/"


def test_code_counts_once(enter, app):
    code = app.code()
    assert type_code(enter(), code).status_code == 302
    assert type_code(enter(), code).status_code == 422
    app.clock.forward(30)
    assert type_code(enter(), app.code()).status_code == 302


def test_older_code_than_the_last_does_not_count(enter, app):
    """The window allows for clocks that differ; a code seen over a shoulder earlier is refused all the same."""
    assert type_code(enter(), app.code(steps=1)).status_code == 302
    assert type_code(enter(), app.code()).status_code == 422


@pytest.mark.parametrize(("steps", "status"), [(-1, 302), (0, 302), (1, 302), (-2, 422), (2, 422)])
def test_clocks_may_differ_by_half_a_minute(enter, app, steps, status):
    assert type_code(enter(), app.code(steps=steps)).status_code == status


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_code_may_be_typed_with_blanks(enter, app, written):
    code = app.code()
    assert type_code(enter(), written.format(code[:3], code[3:])).status_code == 302


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "١٢٣٤٥٦", "đ" * 40, "x" * 500, "\x00"])
def test_odd_codes_get_a_sentence(enter, app, code):
    client = enter()
    answer = type_code(client, code)
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"]
    assert not is_in(client)


def test_recovery_code_counts_once_however_it_is_typed(enter, app):
    first = app.codes[0]
    assert len(app.codes) == 10
    answer = enter().post(STEP, {"code": first.upper().replace("-", " ")}, follow=True)
    assert "còn 9 mã" in answer.content.decode()
    assert type_code(enter(), first).status_code == 422
    assert told("auth.recovery_used") == 1


def test_recovery_codes_and_secrets_lie_in_no_readable_form(app):
    stored = AuthenticatorApp.objects.get()
    assert app.secret not in stored.sealed_secret
    hashes = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert len(hashes) == 10
    assert not any(code.replace("-", "") in one for code in app.codes for one in hashes)


def test_recovery_code_of_another_person_opens_nothing(enter, app, leader):
    assert pass_with_code(user=leader, code=app.codes[0], origin="test") is Outcome.WRONG


def test_guessing_is_locked_whatever_the_address(enter, app):
    client = enter()
    for _ in range(SECOND_STEP.most - 1):
        assert type_code(client, "000000").status_code == 422
    assert type_code(client, "000000").status_code == 429
    assert told("auth.second_factor.locked") == 1
    for address in ("10.0.0.1", "10.0.0.2"):
        answer = enter().post(STEP, {"code": app.code()}, REMOTE_ADDR=address)
        assert answer.status_code == 429
        assert SECOND_STEP.sentence in answer.content.decode()


def test_right_code_forgets_the_wrong_ones(enter, app):
    for _ in range(3):
        client = enter()
        for _ in range(SECOND_STEP.most - 2):
            type_code(client, "000000")
        app.clock.forward(60)
        assert type_code(client, app.code()).status_code == 302


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_one_code_sent_twice_at_once_counts_once(transactional_db, app, person):
    code, outcomes = app.code(), []
    at_once(*[lambda: outcomes.append(pass_with_code(user=person, code=code, origin="test"))] * 3)
    assert sorted(one.value for one in outcomes) == ["passed", "wrong", "wrong"]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_guesses_sent_at_once_are_all_counted(transactional_db, app, person):
    outcomes = []
    at_once(*[lambda: outcomes.append(pass_with_code(user=person, code="000000", origin="test"))] * 8)
    assert outcomes.count(Outcome.WRONG) == SECOND_STEP.most - 1


def test_second_step_does_not_wait_for_ever(enter, app):
    client = enter()
    session = client.session
    session[WAITING]["at"] -= PATIENCE
    session.save()
    answer = client.post(STEP, {"code": app.code()}, follow=True)
    assert "hãy đăng nhập lại" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("change", ["password", "is_active"])
def test_second_step_ends_with_the_account_or_a_new_password(enter, app, person, change):
    client = enter()
    if change == "password":
        person.set_password("một câu khác hẳn")
        person.save()
    else:
        User.objects.filter(pk=person.pk).update(is_active=False)
    assert type_code(client, app.code()).url == "/dang-nhap/"
    assert not is_in(client)


def test_second_step_without_the_first_leads_to_it(app):
    assert Client().get(STEP).url == "/dang-nhap/"
    assert Client().post(STEP, {"code": app.code()}).url == "/dang-nhap/"


def test_secret_of_another_site_key_opens_nothing_and_breaks_nothing(enter, app, settings):
    sealed = seal("abc", purpose="x")
    assert unseal(sealed, purpose="x") == "abc"
    with pytest.raises(UnreadableError):
        unseal(sealed, purpose="y")
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(UnreadableError):
        unseal(sealed, purpose="x")
    assert type_code(enter(), app.code()).status_code == 422


def test_address_to_go_on_to_is_one_of_ours(enter, app):
    client = enter(next="//evil.example/")
    assert type_code(client, app.code()).url == "/"


def test_page_of_the_second_step_names_nobody(enter, app, person):
    """Between the steps nothing of the account is shown."""
    page = enter().get(STEP).content.decode()
    assert person.username not in page
    assert person.full_name not in page
    assert reverse("people:logout") not in page
