"""«Tài khoản của tôi»: addresses, and who may change what."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.people.models import User
from khuyencong.signin.sessions import CONFIRMED_AT, FRESH_FOR
from khuyencong.signin.tests.conftest import letters_to, told

NEW = "moi@soct.example"


@pytest.fixture
def change(enter, django_capture_on_commit_callbacks):
    """`change(email=…, phone=…)`: what the form of the person sends."""
    client = enter()

    def change(**fields):
        with django_capture_on_commit_callbacks(execute=True):
            client.answer = client.post(reverse("my_profile"), fields)
        return client

    return change


def link_in(letter):
    return re.search(r"https?://[^/]+(/tai-khoan-cua-toi/thu/\S+)", letter.body).group(1)


def press(client, address, capture):
    with capture(execute=True):
        return client.post(address, follow=True)


def test_page_shows_who_i_am_and_my_hats(enter, person):
    page = enter().get(reverse("my_account")).content.decode()
    for text in (person.full_name, person.username, person.email, "Chuyên viên"):
        assert text in page


def test_telephone_changes_at_once_and_is_masked_in_the_trail(change, person):
    change(email=person.email, phone="0912 345 678")
    person.refresh_from_db()
    assert person.phone == "0912 345 678"
    event = AuditEvent.objects.get(action="account.profile")
    assert event.after == {"điện thoại": "•••• ••• 678"}
    assert mail.outbox == []


def test_address_changes_with_the_letter_only(change, person, django_capture_on_commit_callbacks):
    client = change(email=NEW, phone="")
    person.refresh_from_db()
    assert person.email == "can.bo@soct.example"
    address = link_in(letters_to(NEW)[0])
    assert client.get(address).status_code == 200
    person.refresh_from_db()
    assert person.email == "can.bo@soct.example"  # looking at the link changes nothing: programs do that as well
    assert "đã có hiệu lực" in press(client, address, django_capture_on_commit_callbacks).content.decode()
    person.refresh_from_db()
    assert person.email == NEW
    # The old address is told, so that a stranger's doing is noticed.
    assert "vừa được đổi thành m•••@soct.example" in letters_to("can.bo@soct.example")[0].body
    assert told("account.email") == 1
    press(client, address, django_capture_on_commit_callbacks)
    assert told("account.email") == 1


def test_link_of_a_letter_is_for_this_person_alone(change, person, enter, leader, django_capture_on_commit_callbacks):
    change(email=NEW, phone="")
    stranger = enter(user=leader)
    answer = press(stranger, link_in(letters_to(NEW)[0]), django_capture_on_commit_callbacks)
    assert "hết hạn hoặc không đúng" in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_address_of_another_account_looks_the_same_and_its_owner_is_told(change, person, leader):
    first = change(email=leader.email.upper(), phone="")
    assert first.answer.url == reverse("my_account")
    assert "Đã gửi một thư" in first.get(reverse("my_account")).content.decode()
    letter = mail.outbox[0]
    assert letter.to[0].lower() == leader.email
    assert "tai-khoan-cua-toi" not in letter.body
    person.refresh_from_db()
    assert person.email == "can.bo@soct.example"


def test_address_taken_meanwhile_is_refused(change, person, leader, django_capture_on_commit_callbacks):
    client = change(email=NEW, phone="")
    User.objects.filter(pk=leader.pk).update(email=NEW)
    answer = press(client, link_in(letters_to(NEW)[0]), django_capture_on_commit_callbacks)
    assert "không dùng được cho tài khoản của bạn" in answer.content.decode()
    person.refresh_from_db()
    assert person.email == "can.bo@soct.example"


def test_address_is_not_taken_away(change, person):
    assert change(email="", phone="").answer.status_code == 422
    person.refresh_from_db()
    assert person.email


@pytest.mark.parametrize("email", ["khong phai thu", "a@", "x" * 300 + "@b.example", "a@b.example\nBcc: c@d.example"])
def test_odd_addresses_get_a_sentence(change, email):
    assert change(email=email, phone="").answer.status_code == 422
    assert mail.outbox == []


def test_name_is_not_ones_own_to_change(change, person):
    change(email=person.email, phone="", full_name="Giám đốc Sở", username="giamdoc", is_active="")
    before = person.full_name
    person.refresh_from_db()
    assert (person.full_name, person.is_active) == (before, True)


def test_letters_are_limited(change):
    answers = [change(email=f"moi{number}@soct.example", phone="").answer.status_code for number in range(5)]
    assert answers == [302, 302, 302, 422, 422]


def test_change_after_a_pause_asks_for_the_password_first(change, person):
    client = change(email=person.email, phone="")
    session = client.session
    session[CONFIRMED_AT] -= FRESH_FOR.total_seconds()
    session.save()
    assert client.post(reverse("my_profile"), {"email": NEW, "phone": ""}).url.startswith(
        "/tai-khoan-cua-toi/xac-nhan/"
    )
    assert mail.outbox == []


def test_script_in_a_name_is_text(enter, person):
    User.objects.filter(pk=person.pk).update(full_name="<script>alert(1)</script>", phone='"><img src=x>')
    page = enter().get(reverse("my_account")).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
