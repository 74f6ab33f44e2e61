"""`khuyencong digest`: who gets a letter on which day, once, and what leaders are told."""

from datetime import date
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.deadlines.letters import MOST_NAMED
from khuyencong.deadlines.models import Escalation, Reminder
from khuyencong.deadlines.tests.making import make_deadline
from khuyencong.desk.digests import send_digests
from khuyencong.desk.tests.test_due import late_work
from khuyencong.people.models import Membership, User
from khuyencong.testing import make_project
from tests.looking import whole_database

SO = "dong-thap"
MONDAY, TUESDAY, SUNDAY = date(2026, 11, 30), date(2026, 12, 1), date(2026, 11, 29)
DOWN = "khuyencong.notices.tests.test_letters.Down"


@pytest.fixture
def officer(world):
    return reachable(world, "officer")


def reachable(world, role, agency=SO):
    user = world.actor(agency, role).user
    user.email = f"{agency}.{role}@example.com"
    user.save()
    return user


def choose(user, every):
    Reminder.objects.update_or_create(user=user, defaults={"every": every})


def written(on):
    mail.outbox.clear()
    send_digests(on=on)
    return {letter.to[0]: letter.body for letter in mail.outbox}


def test_letter_tells_what_is_overdue_due_and_without_a_day(world, officer, settings):
    settings.PUBLIC_URL = "https://khuyencong.example"
    make_deadline(world, rule="day", on_day=date(2026, 11, 20), title="Việc đã trễ")
    make_deadline(world, rule="day", on_day=date(2026, 12, 3), title="Việc tuần này")
    make_deadline(world, rule="day", on_day=date(2026, 12, 25), title="Việc còn xa")
    project = make_project(world, state="base_appraised")
    body = written(MONDAY)[officer.email]
    assert "CHUYÊN VIÊN, SỞ CÔNG THƯƠNG ĐỒNG THÁP" in body
    assert "Quá hạn (1):\n- 20/11/2026: Việc đã trễ" in body
    assert "Trong tuần này (1):\n- 03/12/2026: Việc tuần này" in body
    assert "Việc còn xa" not in body
    assert f"Không có hạn (1):\n- Đưa vào kế hoạch: {project.name} ({project.code})" in body
    assert "https://khuyencong.example/tai-khoan-cua-toi/nhac-viec/" in body


def test_weekly_letter_goes_on_the_first_working_day_of_the_week(world, officer):
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    assert officer.email in written(MONDAY)
    for other in (SUNDAY, TUESDAY):
        assert officer.email not in written(other)


def test_week_that_begins_with_days_off_begins_when_offices_open(world, officer):
    """Tết 2026: Monday 16/02 to Friday 20/02 are off; 30/04/2026 is a Thursday off."""
    make_deadline(world, rule="day", on_day=date(2026, 2, 2))
    assert written(date(2026, 2, 16)) == written(date(2026, 2, 20)) == {}
    assert officer.email in written(date(2026, 2, 23))


def test_daily_letter_goes_on_every_working_day_and_none_on_none(world, officer):
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    choose(officer, "daily")
    assert officer.email in written(TUESDAY)
    assert written(SUNDAY) == {}
    choose(officer, "none")
    assert written(MONDAY) == {}


def test_second_round_on_one_day_sends_nothing(world, officer):
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    assert len(written(MONDAY)) == 1
    assert written(MONDAY) == {}
    assert len(written(date(2026, 12, 7))) == 1


def test_nothing_waits_nothing_is_sent(world, officer):
    assert written(MONDAY) == {}
    assert not Reminder.objects.exists()


def test_done_work_and_passed_days_of_the_law_are_not_told(world, officer):
    make_deadline(world, rule="day", on_day=date(2026, 6, 18), title="Việc cũ")
    body = written(date(2026, 6, 22)).get(officer.email, "")
    assert "Việc cũ" in body
    assert "Đăng ký kế hoạch" not in body  # 19/06 has passed


def test_letter_that_is_not_taken_is_tried_again(world, officer, settings):
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, DOWN
    assert send_digests(on=MONDAY).failed == 1
    assert Reminder.objects.get().sent_on is None
    settings.EMAIL_BACKEND = usual
    assert len(written(MONDAY)) == 1


def test_dry_run_tells_and_changes_nothing(world, officer):
    reachable(world, "leader")
    late_work(world)
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    before, said = whole_database(), []
    round_ = send_digests(on=MONDAY, dry_run=True, tell=said.append)
    assert whole_database() == before
    assert mail.outbox == []
    assert round_.sent == len(said) == 2
    assert f"{officer.username}: 1 việc" in said


def test_closed_accounts_owners_and_addresses_that_lead_nowhere_get_nothing(world, officer):
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    officer.email = "can.bo@demo.invalid"
    officer.save()
    assert written(MONDAY) == {}
    officer.email, officer.is_active = "can.bo@example.com", False
    officer.save()
    assert written(MONDAY) == {}
    reachable(world, "owner", agency="owner")
    assert written(MONDAY) == {}


def test_several_hats_are_one_letter(world, officer):
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    make_deadline(world, rule="day", on_day=date(2026, 11, 20), role="accountant", title="Việc kế toán")
    Membership.objects.create(user=officer, agency=world.agencies[SO], role="accountant")
    (body,) = written(MONDAY).values()
    assert "KẾ TOÁN, SỞ CÔNG THƯƠNG ĐỒNG THÁP" in body
    assert "Việc kế toán" in body


def test_long_list_is_cut_and_says_so(world, officer):
    for _ in range(MOST_NAMED + 3):
        make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    assert "và 3 việc nữa" in written(MONDAY)[officer.email]


def test_letters_hold_nothing_of_other_provinces(world, officer):
    other = reachable(world, "officer", agency="phu-tho")
    make_deadline(world, rule="day", on_day=date(2026, 11, 20), title="Việc riêng của Đồng Tháp")
    make_project(world, state="base_appraised")
    assert other.email not in written(MONDAY)


# --- leaders -----------------------------------------------------------------------------------------------------------


def test_overdue_work_is_laid_before_the_leader_and_written_down_once(world):
    leader, project = reachable(world, "leader"), late_work(world)
    body = written(MONDAY)[leader.email]
    assert "Quá hạn lâu, báo lãnh đạo (1):" in body
    assert "người thẩm định, Sở Công Thương Đồng Tháp" in body
    row = Escalation.objects.get()
    assert (row.agency, row.due_on, row.on) == (world.agencies[SO], date(2026, 11, 16), MONDAY)
    assert project.name in row.title
    send_digests(on=TUESDAY)
    send_digests(on=date(2026, 12, 2))
    assert Escalation.objects.count() == 1
    event = AuditEvent.objects.get(action="deadline.escalate")
    assert (event.actor, event.thread) == (None, world.agencies[SO].thread)
    assert verify_chain() is None


def test_leader_who_wants_no_letters_is_told_on_the_page_and_it_is_written_down(world):
    leader = reachable(world, "leader")
    choose(leader, "none")
    late_work(world)
    assert send_digests(on=TUESDAY).escalated == 1
    assert mail.outbox == []


def test_command_says_what_it_did(world, officer, monkeypatch):
    monkeypatch.setattr("khuyencong.desk.management.commands.send_digests.today", lambda: MONDAY)
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    out = StringIO()
    call_command("send_digests", dry_run=True, stdout=out)
    assert "Sẽ gửi 1 thư." in out.getvalue()
    call_command("send_digests", stdout=out)
    assert "Đã gửi 1 thư; 1 việc quá hạn mới" in out.getvalue()
    monkeypatch.setattr("khuyencong.desk.management.commands.send_digests.today", lambda: SUNDAY)
    call_command("send_digests", stdout=out)
    assert "29/11/2026 là ngày nghỉ" in out.getvalue()


def test_command_fails_where_the_server_takes_nothing(world, officer, settings, monkeypatch):
    monkeypatch.setattr("khuyencong.desk.management.commands.send_digests.today", lambda: MONDAY)
    make_deadline(world, rule="day", on_day=date(2026, 11, 20))
    settings.EMAIL_BACKEND = DOWN
    with pytest.raises(CommandError, match="không nhận 1 thư"):
        call_command("send_digests", stdout=StringIO())
    assert User.objects.filter(pk=officer.pk).exists()
