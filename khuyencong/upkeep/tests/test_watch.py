"""What breaks on the machine is told once to those who keep it, and told again when it breaks again."""

import os
import socket
import time

import pytest
from django.conf import settings
from django.core.management import call_command

from khuyencong.notices.models import Notice
from khuyencong.people.roles import Role
from khuyencong.upkeep import watch
from khuyencong.upkeep.doctor import Said
from khuyencong.upkeep.neighbours import Mark

pytestmark = pytest.mark.django_db
HERE = f"Máy chủ {socket.gethostname()}"


@pytest.fixture
def broken(monkeypatch):
    (settings.CONFIG.var_dir / watch.TOLD).unlink(missing_ok=True)
    parts = {}
    monkeypatch.setattr(
        watch, "examine", lambda *_a, **_k: [Said(mark, about, f"{about} thế này.") for about, mark in parts.items()]
    )
    return parts


def an_hour_later():
    told = settings.CONFIG.var_dir / watch.TOLD
    os.utime(told, (time.time() - watch.EVERY.total_seconds() - 1,) * 2)
    watch.go_on()


def test_told_once_and_again_after_it_was_good(world, broken):
    national = world.actor("national", "administrator").user
    world.actor("dong-thap", "administrator")
    broken["Đĩa"] = Mark.BAD
    broken["Đồng hồ"] = Mark.WARNING
    assert not watch.go_on()
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.sentence, notice.url) == (national, f"{HERE}, Đĩa: Đĩa thế này.", "/may-chu/")
    broken["Bản sao lưu"] = Mark.BAD
    watch.go_on()  # not yet an hour
    assert Notice.objects.count() == 1
    an_hour_later()
    assert [one.sentence for one in Notice.objects.order_by("pk")][1:] == [f"{HERE}, Bản sao lưu: Bản sao lưu thế này."]
    broken["Đĩa"] = Mark.GOOD
    an_hour_later()
    broken["Đĩa"] = Mark.BAD
    an_hour_later()
    assert Notice.objects.filter(sentence__contains="Đĩa").count() == 2


def test_where_the_nation_has_nobody_the_provinces_are_told(world, broken):
    world.actor("national", "administrator").user.memberships.filter(role=Role.ADMINISTRATOR).delete()
    own = world.actor("dong-thap", "administrator").user
    broken["Đĩa"] = Mark.BAD
    watch.go_on()
    assert own in {one.user for one in Notice.objects.select_related("user")}


def test_a_file_that_cannot_be_read_is_written_anew(broken):
    (settings.CONFIG.var_dir / watch.TOLD).write_text("[", encoding="utf-8")
    an_hour_later()
    assert (settings.CONFIG.var_dir / watch.TOLD).read_text(encoding="utf-8") == "[]"


def test_a_work_of_a_timer_that_ended_badly_is_told_at_once(world, capsys):
    world.actor("national", "administrator")
    call_command("tell_failed", "khuyencong-backup")
    assert "journalctl -u khuyencong-backup" in Notice.objects.get().sentence
    assert "Đã báo 1" in capsys.readouterr().out
