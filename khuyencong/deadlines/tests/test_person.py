"""«Nhắc việc và lịch»: the own choice, and that owners have no use for it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.deadlines.models import Reminder
from khuyencong.deadlines.tests.test_feeds import feed

SO = "dong-thap"


def test_letters_come_weekly_until_somebody_chooses(world, visit):
    actor = world.actor(SO, "officer")
    client = visit(actor)
    assert client.get(reverse("reminders")).context["form"].initial == {"every": "weekly"}
    assert client.post(reverse("reminders"), {"every": "daily"}).status_code == 302
    assert Reminder.objects.get().every == "daily"
    events = AuditEvent.objects.filter(action="reminder.choose")
    assert events.get().after == {"thư nhắc việc": "Mỗi ngày làm việc"}
    client.post(reverse("reminders"), {"every": "daily"})
    assert events.count() == 1
    assert client.post(reverse("reminders"), {"every": "hourly"}).status_code == 422


def test_page_says_that_letters_need_an_address(world, visit):
    actor = world.actor(SO, "officer")
    assert "chưa có địa chỉ thư" in visit(actor).get(reverse("reminders")).content.decode()
    actor.user.email = "can.bo@example.com"
    actor.user.save()
    assert "chưa có địa chỉ thư" not in visit(actor).get(reverse("reminders")).content.decode()


def test_own_account_leads_staff_there_and_nobody_else(world, visit):
    address = reverse("reminders")
    assert address in visit(world.actor(SO, "auditor")).get(reverse("my_account")).content.decode()
    owner = visit(world.actor("owner", "owner"))
    assert address not in owner.get(reverse("my_account")).content.decode()
    assert owner.get(address).status_code == 403


def test_page_takes_as_many_queries_for_three_addresses_as_for_one(world, visit):
    client, counts = visit(world.actor(SO, "officer")), []
    for number in (1, 2):
        for _ in range(number):
            feed(world)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("reminders")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
