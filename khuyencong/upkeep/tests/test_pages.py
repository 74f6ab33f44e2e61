"""The machine's own pages: alive, ready, figures for this machine alone, and what administrators see."""

import os
import re
import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from khuyencong.core.version import program_version
from khuyencong.jobs import ALIVE, Job, all_jobs, do_all
from khuyencong.notices.actions import AGAIN, send_unsent
from khuyencong.notices.models import Notice
from khuyencong.upkeep import views
from khuyencong.upkeep.doctor import CALLING, examine
from khuyencong.upkeep.neighbours import Mark

pytestmark = pytest.mark.django_db


class Broken:
    """A connection to a database that is down."""

    def cursor(self):
        raise DatabaseError


@pytest.fixture(autouse=True)
def _just_begun(monkeypatch):
    monkeypatch.setattr(views, "UP_TO_DATE", threading.Event())


def test_alive_and_ready(client, monkeypatch):
    assert client.get("/-/live").content == b"live\n"
    pending = [True]
    monkeypatch.setattr(views, "pending_migrations", lambda: bool(pending))
    answer = client.get("/-/ready")
    assert (answer.status_code, answer.content) == (503, b"migrations pending\n")
    pending.clear()
    assert client.get("/-/ready").content == b"ready\n"

    with monkeypatch.context() as broken:
        broken.setattr(views, "connection", Broken())
        answer = client.get("/-/ready")
    assert (answer.status_code, answer.content) == (503, b"no database\n")
    assert client.get("/-/ready").content == b"ready\n"


def test_being_ready_is_asked_with_one_query(client, django_assert_num_queries):
    assert client.get("/-/ready").status_code == 200
    with django_assert_num_queries(1):
        assert client.get("/-/ready").status_code == 200


def test_figures_are_for_this_machine_alone(client, world):
    client.get("/-/live")
    text = client.get("/-/metrics").content.decode()
    assert 'khuyencong_requests_total{method="GET",room="upkeep",status="200"}' in text
    assert "khuyencong_request_seconds_bucket" in text
    assert "khuyencong_trail_events" in text
    assert "khuyencong_disk_free_bytes" in text
    assert f'khuyencong_version{{version="{program_version()}"}} 1.0' in text
    assert 'khuyencong_jobs_waiting{work="papers"} 0.0' in text
    assert client.get("/-/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404
    assert client.get("/-/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_alerts_ask_for_figures_that_there_are(client, monkeypatch, tmp_path):
    (tmp_path / "khuyencong-20200101-010000.tar").write_bytes(b"")
    backup = replace(settings.CONFIG.backup, folder=tmp_path)
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, backup=backup))
    (settings.CONFIG.var_dir / ALIVE).touch()
    client.get("/-/live")
    text = client.get("/-/metrics").content.decode()
    (group,) = yaml.safe_load((settings.BASE_DIR / "deploy" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]:
        for name in re.findall(r"khuyencong_\w+", rule["expr"]):
            assert re.search(rf"^{name}[ {{]", text, re.MULTILINE), (rule["alert"], name)
        for label in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]):
            assert label == "instance" or f'{{{label}="' in text


def test_administrators_see_how_the_machine_is(world, visit):
    page = visit(world.actor("dong-thap", "administrator")).get("/may-chu/").content.decode()
    for word in (
        "Phiên bản",
        "Đĩa",
        "Cơ sở dữ liệu",
        "Bản sao lưu",
        "Thư chờ gửi lại",
        f"«{socket.gethostname()}»",
        *(f"«{one}»" for one in CALLING),
    ):
        assert word in page
    assert str(settings.CONFIG.var_dir) not in page  # read by administrators of every agency
    assert "giờ Việt Nam" in page
    assert f"khuyencong {program_version()}" in page
    assert visit(world.actor("dong-thap", "officer")).get("/may-chu/").status_code == 403


def test_letters_count_as_what_will_be_sent(client, world):
    user, nowhere = (world.actor("dong-thap", role).user for role in ("officer", "leader"))
    user.email, nowhere.email = "can.bo@example.com", "lanh.dao@vi-du.INVALID"
    user.save()
    nowhere.save()
    now = timezone.now()
    for whose, age in (
        (user, timedelta(minutes=1)),
        (user, timedelta(days=2)),
        (user, timedelta(days=4)),
        (nowhere, timedelta(days=2)),
    ):
        one = Notice.objects.create(user=whose, sentence="Có việc.")
        Notice.objects.filter(pk=one.pk).update(created_at=now - age)
    text = client.get("/-/metrics").content.decode()
    assert "\nkhuyencong_letters_unsent 1.0" in text  # neither the one under way nor the one that nobody sends any more
    assert "\nkhuyencong_letters_given_up 1.0" in text
    assert send_unsent(within=AGAIN).sent == 1
    assert "\nkhuyencong_letters_unsent 0.0" in client.get("/-/metrics").content.decode()


def test_a_job_that_fails_is_told_until_it_goes_well(client, world, visit, monkeypatch):
    failing = [True]

    def go_on():
        if failing:
            raise OSError("đĩa đầy")
        return True

    job = Job("papers", "Bộ giấy tờ đang làm", go_on, lambda: 7)
    monkeypatch.setattr("khuyencong.jobs.all_jobs", lambda: (job,))
    monkeypatch.setattr("khuyencong.upkeep.doctor.all_jobs", lambda: (job,))
    monkeypatch.setattr("khuyencong.upkeep.gauges.all_jobs", lambda: (job,))
    monkeypatch.setattr("khuyencong.upkeep.views.all_jobs", lambda: (job,))
    (settings.CONFIG.var_dir / ALIVE).touch()
    seen = visit(world.actor("dong-thap", "administrator"))
    assert not do_all()
    page = seen.get("/may-chu/").content.decode()
    assert "<dt>Bộ giấy tờ đang làm</dt><dd>7</dd>" in page
    assert "Bộ giấy tờ đang làm: việc nền gặp lỗi" in page
    assert 'khuyencong_jobs_failed{work="papers"} 1.0' in client.get("/-/metrics").content.decode()
    failing.clear()
    assert do_all()
    assert "việc nền gặp lỗi" not in seen.get("/may-chu/").content.decode()
    assert 'khuyencong_jobs_failed{work="papers"} 0.0' in client.get("/-/metrics").content.decode()


def test_every_job_counts_what_waits(django_assert_max_num_queries):
    names = [one.name for one in all_jobs()]
    assert len(set(names)) == len(names) >= 7
    with django_assert_max_num_queries(12):
        assert [one.waiting() for one in all_jobs() if one.waiting] == [0] * (len(names) - 1)


def test_doctor_says_what_is_wrong(tmp_path):
    config = replace(settings.CONFIG, var_dir=tmp_path, https=False, demo=False, debug=False)
    (tmp_path / "secret_key").write_text("k")
    (tmp_path / "secret_key").chmod(0o644)
    found = {}
    for one in examine(config):
        found.setdefault(one.about, []).append(one)
    assert found["Quyền trên tệp"][0].mark is Mark.BAD
    assert "secret_key" in found["Quyền trên tệp"][0].sentence
    assert found["HTTPS"][0].mark is Mark.BAD
    assert found["Bản sao lưu"][0].mark is Mark.WARNING
    assert found["Phông chữ"][0].mark is Mark.GOOD
    assert found["Cơ sở dữ liệu"][0].mark is not Mark.BAD
    assert found["Việc nền"][0].mark is Mark.WARNING
    for minutes, mark in ((1, Mark.GOOD), (50, Mark.BAD)):
        (tmp_path / ALIVE).touch()
        os.utime(tmp_path / ALIVE, (time.time() - 60 * minutes,) * 2)
        assert [one.mark for one in examine(config, only={"Việc nền"})] == [mark]
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "khuyencong-20200101-010000.tar").write_bytes(b"")
    aged = replace(config, backup=replace(config.backup, folder=copies))
    sentences = list(examine(aged, only={"Bản sao lưu"}))
    assert sentences[0].mark is Mark.BAD
    assert "ngày; tất cả 1 bản" in sentences[0].sentence


def test_a_look_that_fails_is_a_sentence(monkeypatch, tmp_path):
    def broken(_config):
        raise OSError("đĩa rời")

    monkeypatch.setattr("khuyencong.upkeep.doctor.CHECKS", (("Đĩa", broken),))
    (one,) = examine(settings.CONFIG)
    assert (one.mark, one.sentence) == (Mark.BAD, "Không xem được: đĩa rời")
