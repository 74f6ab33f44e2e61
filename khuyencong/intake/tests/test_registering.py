"""Registering: what everybody sees is the same, what only the mailbox's owner learns is in the letter."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import Refused
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.intake import actions, spam
from khuyencong.intake.actions.registering import hash_of
from khuyencong.intake.models import Registration, RegistrationState
from khuyencong.intake.tests.registering import EMAIL, PASSWORD, fields, link_in, old_stamp, typed
from khuyencong.notices.models import Notice
from khuyencong.people.models import Membership, User
from khuyencong.testing import at_once, build_world, kinds, make_establishment
from tests.looking import whole_database

ADDRESS = "/dang-ky/?province=82"


@pytest.fixture
def send(world, django_capture_on_commit_callbacks):
    """`send(email=…)`: the form, as a browser sends it; the answer."""

    def post(**changed):
        with django_capture_on_commit_callbacks(execute=True):
            return Client().post(ADDRESS, typed(world, **changed))

    return post


@pytest.fixture
def known(world):
    """Somebody with an account."""
    user = world.actor("dong-thap", "leader").user
    user.email = "lanh.dao@example.com"
    user.save()
    return user


def errors_of(answer):
    return answer.context["form"].errors


# --- the answer tells nothing ----------------------------------------------------------------------------------------


def test_answer_is_the_same_whatever_is_known(world, send, known, registered):
    make_establishment(world, tax_code=made_up_tax_code(5))
    registered(email="da.gui@example.com")
    answers = [
        send(email="moi@example.com"),
        send(email=known.email),
        send(email=known.email.upper()),
        send(email="khac@example.com", tax_code=made_up_tax_code(5)),
        send(email="da.gui@example.com"),
        send(email="moi@example.com"),
        send(email="bay@example.com", website="http://bot.example"),
    ]
    for one in answers:
        del one.headers["X-Request-ID"]  # of each answer its own
    seen = {(one.status_code, one.url, one.content, tuple(sorted(one.headers.items()))) for one in answers}
    assert seen == {next(iter(seen))}
    assert answers[0].url == "/dang-ky/da-gui/"


def test_known_and_unknown_address_cause_the_same_work(send, known):
    """No password is hashed, one letter each, and a few queries more or less: what thirty tries an hour cannot tell apart."""
    work = []
    for email in ("moi@example.com", known.email):
        letters = len(mail.outbox)
        with CaptureQueriesContext(connection) as queries:
            send(email=email)
        work.append((len(queries), len(mail.outbox) - letters))
    assert [letters for _, letters in work] == [1, 1]
    assert abs(work[0][0] - work[1][0]) <= 8, work


def test_only_the_mailbox_learns_of_an_account(send, known):
    send(email=known.email)
    letter = mail.outbox[0]
    assert letter.to == [known.email]
    assert known.username in letter.body
    assert Registration.objects.count() == 0
    assert AuditEvent.objects.filter(action="registration.known_address", actor=known).exists()


def test_letter_repeats_nothing_that_was_typed(send):
    """Else anybody could write to any mailbox in our name."""
    send(name="Mua hàng tại https://evil.example", full_name="Trúng Thưởng https://evil.example")
    assert "evil.example" not in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].subject


def test_page_after_sending_needs_nothing(db, client):
    page = client.get("/dang-ky/da-gui/").content.decode()
    assert "Đã gửi thư" in page


# --- what is not taken -----------------------------------------------------------------------------------------------


def test_trap_keeps_and_sends_nothing(send):
    send(website="http://bot.example")
    assert Registration.objects.count() == 0
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("stamp", "says"),
    [("", spam.OLD_FORM), ("form:1:x", spam.OLD_FORM), (13 * 3600, spam.OLD_FORM), (0, spam.TOO_QUICK)],
)
def test_stamp_that_is_forged_old_or_too_fresh_is_said_and_nothing_is_lost(send, stamp, says):
    """A number is how many seconds ago the form was shown."""
    answer = send(stamp=stamp if isinstance(stamp, str) else old_stamp(stamp))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Bánh Tráng Mới" in answer.content.decode()
    assert Registration.objects.count() == 0


def test_shown_form_carries_a_stamp_that_is_soon_taken(world, client, monkeypatch):
    page = client.get(ADDRESS)
    stamp = page.context["form"].fresh_stamp
    assert spam.stamp_fault(stamp) == spam.TOO_QUICK
    monkeypatch.setattr(spam, "QUICKEST", timedelta(seconds=-1))
    assert spam.stamp_fault(stamp) == ""


def test_too_many_from_one_place_are_told_so(send, world):
    for number in range(spam.FROM_ONE_PLACE.most):
        assert send(email=f"n{number}@example.com").status_code == 302
    answer = send(email="nua@example.com")
    assert answer.status_code == 429
    assert "quá nhiều đăng ký" in answer.content.decode()
    assert not Registration.objects.filter(email="nua@example.com").exists()


def test_one_mailbox_gets_few_letters_and_nobody_is_told(send, world):
    answers = [send() for _ in range(spam.TO_ONE_ADDRESS.most + 2)]
    assert len(mail.outbox) == spam.TO_ONE_ADDRESS.most
    assert {(one.status_code, one.url) for one in answers} == {(302, "/dang-ky/da-gui/")}


def test_double_click_sends_one_letter(send):
    key = str(uuid4())
    send(creation_key=key)
    send(creation_key=key)
    assert len(mail.outbox) == 1
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"tax_code": "0100109107"}, "tax_code"),
        ({"tax_code": "abc"}, "tax_code"),
        ({"tax_code": ""}, "tax_code"),
        ({"email": "khong-phai-thu"}, "email"),
        ({"email": ""}, "email"),
        ({"phone": "gọi tôi"}, "phone"),
        ({"consent": ""}, "consent"),
        ({"name": ""}, "name"),
        ({"kind": "unknown"}, "kind"),
        ({"commune": "999999"}, "commune"),
        ({"creation_key": "x"}, "creation_key"),
    ],
)
def test_what_is_wrong_stands_at_its_field(send, changed, field):
    answer = send(**changed)
    assert answer.status_code == 422
    assert field in errors_of(answer)
    assert mail.outbox == []


def test_commune_of_another_province_is_refused(world, send):
    elsewhere = world.provinces["25"].communes.get()
    assert "commune" in errors_of(send(commune=elsewhere.pk))


def test_first_step_asks_for_the_province(world, client):
    assert "Cơ sở ở tỉnh" in client.get("/dang-ky/").content.decode()
    assert client.get("/dang-ky/?province=khong").status_code == 422
    assert client.get(ADDRESS).status_code == 200
    answer = client.post("/dang-ky/", typed(world))
    assert answer.status_code == 200  # back to the first step, nothing was written
    assert Registration.objects.count() == 0


# --- the link --------------------------------------------------------------------------------------------------------


@pytest.fixture
def link(send):
    send()
    return link_in(mail.outbox[-1])


def test_only_a_hash_of_the_secret_is_kept(link):
    token = link.split("/")[3]
    registration = Registration.objects.get()
    assert registration.token_hash == hash_of(token) != token
    assert len(token) >= 40
    assert token not in str(whole_database())


def test_looking_at_the_link_changes_nothing(link, client):
    before = whole_database()
    assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200
    assert whole_database() == before


def test_password_makes_an_account_that_waits(world, link, client):
    answer = client.post(link, {"password": PASSWORD, "again": PASSWORD})

    assert answer.status_code == 200
    user = User.objects.get(email=EMAIL)
    assert user.username == EMAIL
    assert user.check_password(PASSWORD)
    registration = Registration.objects.get()
    assert (registration.state, registration.user) == (RegistrationState.WAITING, user)
    assert not Membership.objects.filter(user=user).exists()
    told = set(Notice.objects.values_list("user__username", flat=True))
    assert told == {"dong-thap.officer", "dong-thap-centre.officer"}


@pytest.mark.parametrize(
    ("password", "again"), [("ngan", "ngan"), ("password123", "password123"), (PASSWORD, "khac han nhau"), ("", "")]
)
def test_weak_or_mistyped_password_is_refused(link, client, password, again):
    answer = client.post(link, {"password": password, "again": again})
    assert answer.status_code == 422
    assert not User.objects.filter(email=EMAIL).exists()


def test_link_works_once(link, client):
    client.post(link, {"password": PASSWORD, "again": PASSWORD})
    before = whole_database()
    for answer in (client.get(link), client.post(link, {"password": PASSWORD, "again": PASSWORD})):
        assert answer.status_code == 404
        assert "không còn dùng được" in answer.content.decode()
    assert whole_database() == before


def test_link_is_dead_after_three_days(link, client):
    Registration.objects.update(expires_at=timezone.now())
    assert client.get(link).status_code == 404
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 404


def test_link_that_never_was_looks_like_a_dead_one(link, client):
    dead = client.get("/dang-ky/xac-nhan/khong-co/").content
    Registration.objects.update(expires_at=timezone.now())
    assert client.get(link).content == dead


def test_registration_without_answer_is_forgotten(send, link):
    Registration.objects.update(expires_at=timezone.now())
    send(email="nguoi.sau@example.com")
    assert list(Registration.objects.values_list("email", flat=True)) == ["nguoi.sau@example.com"]


def test_second_letter_to_a_mailbox_that_has_an_account_by_now(world, send, client):
    send()
    send()
    first, second = (link_in(letter) for letter in mail.outbox)
    client.post(first, {"password": PASSWORD, "again": PASSWORD})
    answer = client.post(second, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 422
    assert "đã có tài khoản" in answer.content.decode()
    assert User.objects.filter(email=EMAIL).count() == 1


@pytest.mark.parametrize("email", ["a+b@example.com", f"{'a' * 50}@example.com"])
def test_address_that_can_be_no_user_name_gets_a_number(send, client, email):
    send(email=email)
    client.post(link_in(mail.outbox[0]), {"password": PASSWORD, "again": PASSWORD})
    registration = Registration.objects.get()
    assert registration.user.username == f"cs{registration.pk}"


def test_user_name_that_is_taken_is_told_to_nobody(world, send, client):
    User.objects.create(username=EMAIL, full_name="Trùng Tên")
    send()
    page = client.post(link_in(mail.outbox[0]), {"password": PASSWORD, "again": PASSWORD}).content.decode()
    assert f"cs{Registration.objects.get().pk}" in page


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_link_pressed_twice_at_once_makes_one_account():
    world = build_world()
    actions.register(creation_key=uuid4(), email=EMAIL, fields=fields(world), origin="web", token="bi-mat")

    def press():
        actions.confirm_registration(token="bi-mat", password=PASSWORD, origin="web")

    assert kinds(at_once(press, press)) == ["NoneType", "Refused"]
    assert User.objects.filter(email=EMAIL).count() == 1


# --- waiting ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def newcomer(registered):
    """A browser in which somebody is signed in whose registration waits."""
    registration = registered()
    client = Client()
    client.force_login(registration.user, backend="django.contrib.auth.backends.ModelBackend")
    return client, registration


def test_nothing_opens_until_an_officer_has_decided(newcomer):
    client, _ = newcomer
    for address in ("/", "/de-nghi/", "/co-so-cua-toi/", "/de-an/", "/thong-bao/", "/dinh-muc/", "/van-ban/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/dang-ky/cho-duyet/"), address
    assert client.post("/de-nghi/moi/", {"title": "x"}).status_code == 403
    page = client.get("/dang-ky/cho-duyet/").content.decode()
    assert "đang chờ duyệt" in page
    assert "Bánh Tráng Mới" in page
    assert "Đăng xuất" in page


def test_waiting_page_is_nobody_else_s(world, visit, client):
    assert client.get("/dang-ky/cho-duyet/").url == "/"
    assert visit(world.actor("dong-thap", "leader")).get("/dang-ky/cho-duyet/").url == "/"


def test_refused_one_reads_why_and_sends_again(newcomer, officer, world):
    client, registration = newcomer
    actions.refuse_registration(
        registration_id=registration.pk, by=officer, version=registration.version, reason="Mã số thuế của nơi khác."
    )
    assert "Mã số thuế của nơi khác." in client.get("/dang-ky/cho-duyet/").content.decode()
    assert client.get("/dang-ky/lai/").status_code == 200
    registration.refresh_from_db()
    data = {**typed(world, tax_code=made_up_tax_code(9)), "version": registration.version}
    assert client.post("/dang-ky/lai/", {**data, "version": 1}).status_code == 422
    answer = client.post("/dang-ky/lai/", data)
    assert answer.url == "/dang-ky/cho-duyet/"
    registration.refresh_from_db()
    assert (registration.state, registration.tax_code) == ("waiting", made_up_tax_code(9))
    assert client.get("/dang-ky/lai/").url == "/dang-ky/cho-duyet/"


def test_somebody_else_s_registration_cannot_be_sent_again(newcomer, officer, world):
    _, registration = newcomer
    actions.refuse_registration(
        registration_id=registration.pk, by=officer, version=registration.version, reason="Sai."
    )
    registration.refresh_from_db()
    with pytest.raises(Refused):
        actions.register_again(
            registration_id=registration.pk, user=officer.user, version=registration.version, fields={}, origin="web"
        )
