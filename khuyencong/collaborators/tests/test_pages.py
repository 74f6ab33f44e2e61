"""The pages: as many queries for three rows as for one, masked numbers, what a collaborator sees, the printed list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.collaborators.tests.making import (
    COLLABORATOR,
    OFFICER,
    approved,
    commune_of,
    months_back,
    person,
    prepared,
    rate,
    task,
    with_account,
)

pytestmark = pytest.mark.django_db


def count(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_do_not_ask_more_for_more_rows(world, visit):
    client = visit(world.actor(*OFFICER))
    project, _ = task(world), rate(world)
    person(world, name="Nguyễn Một")
    found = prepared(world, project)
    pages = [reverse(name) for name in ("collaborators", "allowance_lists", "collaborator_map", "allowance_rates")]
    pages.append(found.get_absolute_url())
    client.get(pages[0])  # warms what is read once
    one = [count(client, page) for page in pages]
    for number in range(2):
        person(world, name=f"Nguyễn Thêm {number}")
        prepared(world, project, first=months_back(2 + number))
        found.lines.create(
            collaborator=person(world, name=f"Lê {number}"), term=found.lines.first().term, month=months_back(8 + number),
            amount=1,
        )  # fmt: skip
    assert [count(client, page) for page in pages] == one


def test_what_each_reader_sees(world, visit):
    own = with_account(world, name="Lê Tự Ghi", identity_number="079123456789")
    rate(world)
    found = approved(world, prepared(world))
    officer, leader = visit(world.actor(*OFFICER)), visit(world.actor("dong-thap", "auditor"))
    assert "079123456789" in officer.get(own.get_absolute_url()).content.decode()
    page = leader.get(own.get_absolute_url()).content.decode()
    assert "079123456789" not in page
    assert "678" in page  # the last digits stay
    himself = visit(world.actor(*COLLABORATOR))
    assert himself.get(reverse("collaborators")).url == own.get_absolute_url()
    page = himself.get(own.get_absolute_url()).content.decode()
    assert "600.000 đồng" in page
    assert found.get_absolute_url() not in page
    assert himself.get(found.get_absolute_url()).status_code == 404
    assert himself.get(person(world).get_absolute_url()).status_code == 404
    month = f"{months_back(1):%Y-%m}"
    sent = {"version": 0, "text": "Đến một cơ sở.", "visits": 1}
    assert himself.post(reverse("collaborator_note", args=[own.pk, month]), sent).status_code == 302
    assert "Đến một cơ sở." in officer.get(own.get_absolute_url()).content.decode()
    assert officer.get(reverse("collaborator_note", args=[own.pk, "2026-13"])).status_code == 404
    assert officer.get(reverse("allowance_list_pdf", args=[found.pk])).content.startswith(b"%PDF")
    assert officer.get(reverse("allowance_list_xlsx", args=[found.pk])).status_code == 200
    tab = officer.get(f"{found.project.get_absolute_url()}?tab=kinh-phi").content.decode()
    assert "Thù lao cộng tác viên chi từ nhiệm vụ này" in tab


def test_the_map_always_shows_the_archipelagos_and_names_the_communes(world, visit):
    page = visit(world.actor(*OFFICER)).get(reverse("collaborator_map")).content.decode()
    for name in ("Hoàng Sa", "Trường Sa", "(Việt Nam)", str(commune_of(world))):
        assert name in page
    person(world)
    page = visit(world.actor(*OFFICER)).get(reverse("collaborator_map")).content.decode()
    assert "Mọi xã, phường đều có cộng tác viên" in page
