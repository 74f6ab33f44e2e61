"""What a password must be, and changing it."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from khuyencong.people.models import User
from khuyencong.signin.tests.conftest import PASSWORD, is_in, letters_to, told

NEW = "gạo nếp cái hoa vàng"


@pytest.mark.one_database
@pytest.mark.parametrize(
    "password",
    [
        "ngắn quá",
        "password123",
        "1234567890",
        "0987654321",
        "aaaaaaaaaaaa",
        "121212121212",
        "matkhau123",
        "Mật khẩu 2026",
        "M@tkhau2026!",
        "khuyencong2026",
        "Khuyến Công @ 2026",
        "khuyen-cong-123",
        "congthuong123",
        "SoCongThuong2026",
        "dongthap2026",
        "Anh Yêu Em 123",
        "vietnam123456",
        "quantri@2026",
        "canbo.mau2026",
        "Cán Bộ Mẫu 1990",
        "0912345678",
        "x" * 129,
    ],
)
def test_password_that_everybody_tries_is_refused(password):
    user = User(username="canbo.mau", full_name="Cán Bộ Mẫu", email="canbo@soct.example", phone="0912 345 678")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    assert all(sentence.endswith((".", "được.")) for sentence in refused.value.messages)


@pytest.mark.one_database
@pytest.mark.parametrize(
    "password",
    [
        NEW,
        PASSWORD,
        "correct horse battery staple",
        "toàn chữ thường thôi",
        "830571926413",
        "khuyến công làng chiếu Định Yên",
        "x" * 122 + "yzw123",
    ],
)
def test_long_and_own_password_is_taken_whatever_it_is_made_of(password):
    validate_password(password, User(username="canbo.mau", full_name="Cán Bộ Mẫu"))


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post(reverse("my_password"), {"old": old, "password": new, "again": again or new})


def test_change_ends_every_other_session(enter, person, django_capture_on_commit_callbacks):
    here, there = enter(), enter()
    with django_capture_on_commit_callbacks(execute=True):
        assert change(here).url == reverse("my_account")
    assert is_in(here)
    assert not is_in(there)
    assert enter().answer.status_code == 200
    assert enter(NEW).answer.status_code == 302
    assert "vừa được đổi" in letters_to(person.email)[0].body
    assert told("password.changed") == 1


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"old": "sai mật khẩu"}, "old"),
        ({"old": ""}, "old"),
        ({"new": "matkhau123"}, "password"),
        ({"new": "ngắn"}, "password"),
        ({"again": "một câu khác hẳn"}, "again"),
        ({"new": "x" * 100_000}, "password"),
    ],
)
def test_change_is_refused_at_its_field(enter, person, changed, where):
    client = enter()
    answer = change(client, **changed)
    assert answer.status_code == 422
    assert answer.context["form"].errors[where]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_old_password_cannot_be_guessed_at_the_form(enter):
    client = enter()
    for _ in range(5):
        change(client, old="sai mật khẩu")
    assert "15 phút" in change(client).content.decode()
    assert not told("password.changed")
