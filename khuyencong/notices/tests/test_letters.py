"""Letters leave after the transaction, carry whole addresses, and a server that is down stops nothing."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from khuyencong.notices import actions, letters
from khuyencong.notices.letters import public_address, send_letter
from khuyencong.notices.models import LONGEST_SENTENCE, Notice

ADDRESS = "can.bo@example.com"
DOWN = "khuyencong.notices.tests.test_letters.Down"


class Down(BaseEmailBackend):
    """A server that takes nothing."""

    def send_messages(self, email_messages):
        raise ConnectionRefusedError(f"no {email_messages[0].to}")


@pytest.fixture
def officer(world):
    user = world.actor("dong-thap", "officer").user
    user.email = ADDRESS
    user.save()
    return user


@pytest.fixture
def told(officer, django_capture_on_commit_callbacks):
    """`told(sentence)`: the officer is told, and the transaction ends."""

    def tell(sentence="Có đề nghị mới.", url="/de-nghi/"):
        with django_capture_on_commit_callbacks(execute=True):
            actions.notify(users=[officer], sentence=sentence, url=url)
        return Notice.objects.latest("pk")

    return tell


def long_ago(*notices, days=1):
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(created_at=timezone.now() - timedelta(days=days))


def test_notice_leaves_a_letter_with_a_whole_address(told, settings):
    settings.PUBLIC_URL = "https://khuyencong.example"
    notice = told()

    letter = mail.outbox[0]
    assert letter.to == [ADDRESS]
    assert "Có đề nghị mới." in letter.body
    assert "https://khuyencong.example/de-nghi/" in letter.body
    assert "https://khuyencong.example/thong-bao/" in letter.body
    assert notice.mailed_at is not None


def test_address_of_a_letter_is_never_that_of_a_request(settings):
    settings.PUBLIC_URL = ""
    settings.ALLOWED_HOSTS = [".khuyencong.example"]

    assert public_address("/de-nghi/") == f"http://khuyencong.example:{settings.CONFIG.port}/de-nghi/"


def test_each_person_gets_a_letter_of_their_own(world, officer, django_capture_on_commit_callbacks):
    other = world.actor("dong-thap-centre", "officer").user
    other.email = "nguoi.khac@example.com"
    other.save()
    with django_capture_on_commit_callbacks(execute=True):
        actions.notify(users=[officer, other, officer], sentence="Việc chung.")

    assert sorted(letter.to for letter in mail.outbox) == [[ADDRESS], ["nguoi.khac@example.com"]]
    for letter in mail.outbox:
        everything = letter.message().as_string()
        assert sum(address in everything for address in (ADDRESS, "nguoi.khac@example.com")) == 1


def test_nobody_is_written_to_before_the_end_of_the_transaction(officer, django_capture_on_commit_callbacks):
    def break_off():
        with transaction.atomic():
            actions.notify(users=[officer], sentence="Chưa chắc.")
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        break_off()
    assert mail.outbox == []
    assert Notice.objects.count() == 0


def test_server_that_is_down_stops_nothing_and_no_address_leaks(told, settings, caplog):
    settings.EMAIL_BACKEND = DOWN
    with caplog.at_level(logging.DEBUG):
        notice = told()

    assert notice.mailed_at is None
    assert "could not be sent" in caplog.text
    assert ADDRESS not in caplog.text


def test_person_without_address_is_told_in_the_system_only(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.notify(users=[world.actor("dong-thap", "leader").user], sentence="Có việc.")
    assert mail.outbox == []
    assert Notice.objects.get().mailed_at is None


def test_closed_account_is_told_nothing(officer, told):
    officer.is_active = False
    actions.notify(users=[officer], sentence="Có việc.")
    assert Notice.objects.count() == 0


def test_address_that_cannot_exist_gets_no_letter(officer, told):
    officer.email = "chu@vi-du.invalid"
    told()
    assert mail.outbox == []


def test_long_sentence_is_cut(told):
    notice = told("x" * 1_000)
    assert len(notice.sentence) == LONGEST_SENTENCE
    assert notice.sentence.endswith("…")


def test_real_server_is_asked_beside_the_request(settings, monkeypatch, db, django_capture_on_commit_callbacks):
    """How long a server takes must not be seen from outside."""
    carried = []

    class Courier:
        def submit(self, *job):
            carried.append(job)

    monkeypatch.setattr(letters, "_courier", Courier)
    settings.EMAIL_BACKEND = letters.SMTP
    with django_capture_on_commit_callbacks(execute=True):
        send_letter(to=ADDRESS, subject="Thử", text="Thử")

    assert [job[1].to for job in carried] == [[ADDRESS]]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_courier_notes_that_the_letter_was_taken(settings, monkeypatch):
    from khuyencong.testing import build_world

    user = build_world().actor("dong-thap", "officer").user
    user.email = ADDRESS
    user.save()
    monkeypatch.setattr(letters, "SMTP", settings.EMAIL_BACKEND)
    actions.notify(users=[user], sentence="Có việc.")
    letters._courier().shutdown(wait=True)
    letters._courier.cache_clear()

    assert Notice.objects.get().mailed_at is not None


# --- writing again ---------------------------------------------------------------------------------------------------


@pytest.fixture
def unsent(told, settings):
    """Two notices of yesterday whose letters were not taken; the server works again."""
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, DOWN
    notices = [told("Việc một."), told("Việc hai.")]
    settings.EMAIL_BACKEND = working
    long_ago(*notices)
    return notices


def mail_again(*arguments):
    out = StringIO()
    call_command("send_letters", *arguments, stdout=out)
    return out.getvalue()


def test_what_was_not_taken_is_sent_again_in_one_letter(unsent):
    assert "1 thư" in mail_again()
    assert len(mail.outbox) == 1
    assert "Việc một." in mail.outbox[0].body
    assert "Việc hai." in mail.outbox[0].body
    assert not Notice.objects.filter(mailed_at=None).exists()
    assert "0 thư" in mail_again()


def test_notice_that_was_read_needs_no_letter(unsent, officer):
    actions.mark_read(user=officer, notices=[unsent[0].pk])
    mail_again()
    assert "Việc một." not in mail.outbox[0].body


def test_old_and_fresh_notices_are_left_alone(unsent):
    long_ago(unsent[0], days=4)
    long_ago(unsent[1], days=0)
    assert "0 thư" in mail_again("--days", "3")


def test_server_still_down_is_said_and_nothing_is_marked(unsent, settings):
    settings.EMAIL_BACKEND = DOWN
    with pytest.raises(CommandError, match="không nhận 1 thư"):
        mail_again()
    assert Notice.objects.filter(mailed_at=None).count() == 2


@pytest.mark.parametrize("days", ["0", "-1", "31"])
def test_days_are_kept_within_reason(db, days):
    with pytest.raises(CommandError, match="Số ngày"):
        mail_again("--days", days)
