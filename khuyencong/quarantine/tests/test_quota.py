"""What one person may bring in a day: number, bytes, each person and each day apart."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.urls import reverse
from django.utils import timezone

from khuyencong.projects.models import Attachment
from khuyencong.quarantine import quota
from khuyencong.testing import PDF, make_project

pytestmark = pytest.mark.django_db
# Made by the system, or brought once for a decision or norm by few people.
NOT_COUNTED = {
    "normbook.EnteredDocument",
    "programmes.AnnualPlan",
    "competitions.SheetPrint",
    "papers.Paper",
    "opendata.EditionFile",
}


@pytest.fixture
def send(world, visit):
    project = make_project(world)

    def sent(number, who="officer"):
        project.refresh_from_db()
        upload = SimpleUploadedFile(f"{number}.pdf", PDF + str(number).encode())
        actor = world.actor(project.implementing_unit.code, who)
        fields = {"version": project.version, "kind": "quotation", "file": upload}
        return visit(actor).post(reverse("project_attach", args=[project.code]), fields)

    return sent


def test_a_number_of_files_each_day(send, monkeypatch):
    assert send(0).status_code == 302
    officer = Attachment.objects.latest("pk").uploaded_by
    there = len(quota.brought(officer, since=timezone.now() - timedelta(hours=1)))
    monkeypatch.setattr(quota, "FILES_A_DAY", there + 1)
    assert send(1).status_code == 302
    assert f"Hôm nay bạn đã gửi {there + 1} tệp" in send(2).content.decode()
    assert not Attachment.objects.filter(name="2.pdf").exists()
    Attachment.objects.update(uploaded_at=timezone.now() - timedelta(days=1))
    assert send(2).status_code == 302


def test_bytes_each_day(send, monkeypatch):
    assert send(0).status_code == 302
    officer = Attachment.objects.latest("pk").uploaded_by
    there = sum(quota.brought(officer, since=timezone.now() - timedelta(hours=1)))
    monkeypatch.setattr(quota, "BYTES_A_DAY", there + len(PDF) + 2)
    assert send(1).status_code == 302
    assert "vượt 0 MB" in send(2).content.decode()


def test_every_room_that_keeps_files_of_people_counts():
    with_files = {
        model._meta.label
        for model in apps.get_models()
        if any(isinstance(one, models.FileField) for one in model._meta.local_concrete_fields)
    }
    assert {model._meta.label for model in quota.counted()} == with_files - NOT_COUNTED


def test_one_query(world, django_assert_num_queries):
    user = world.actor("dong-thap-centre", "officer").user
    with django_assert_num_queries(1):
        assert quota.brought(user, since=timezone.now()) == []
