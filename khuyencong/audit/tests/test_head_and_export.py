"""Refusals are written down; the list can be taken away; a printed head shows a later rewrite."""

from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.audit import export
from khuyencong.audit.actions import record
from khuyencong.audit.chain import hash_of
from khuyencong.audit.middleware import TURNED_AWAY, WANDERED
from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import compare_head, head_now, verify_chain
from khuyencong.core.append_only import lifted
from khuyencong.testing import make_project
from tests.looking import signed_in

pytestmark = pytest.mark.django_db


def do(actor, **more):
    return record(action="project.create", by=actor, subject=actor.agency, thread="project:1", **more)


def test_refusal_of_somebody_signed_in_is_an_event_without_the_query(world):
    officer = world.actor("dong-thap-centre", "officer")
    answer = signed_in(officer).get("/nhat-ky/?person=Nguyen+Van+A")
    assert answer.status_code == 403
    event = AuditEvent.objects.get(action="access.refused")
    assert (event.actor, event.note, event.thread) == (officer.user, "GET /nhat-ky/", f"user:{officer.user.pk}")
    assert verify_chain() is None


def test_strangers_and_missing_pages_are_no_refusals(client, world):
    client.get("/nhat-ky/")
    signed_in(world.actor("phu-tho-centre", "officer")).get(f"/de-an/{make_project(world).code}/")
    assert not AuditEvent.objects.filter(action="access.refused").exists()


def test_export_holds_the_filtered_events_of_the_scope_and_is_an_event(world):
    auditor = world.actor("dong-thap", "auditor")
    do(world.actor("dong-thap", "officer"), after={"tên": "=1+1"})
    do(world.actor("phu-tho", "officer"))
    answer = signed_in(auditor).get(reverse("audit:event_export"), {"action": "project.create"})
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_name("Nhật ký").to_python()
    titles = next(at for at, row in enumerate(rows) if row[0] == "Số")
    assert [row[5] for row in rows[titles + 1 :]] == ["Sở Công Thương Đồng Tháp"]
    assert "tên: (trống) → =1+1" in rows[titles + 1]
    assert (
        AuditEvent.objects.filter(action="audit.export", actor=auditor.user, note="action=project.create").count() == 1
    )


def test_export_of_too_many_asks_for_a_narrower_filter(world, monkeypatch):
    auditor = world.actor("dong-thap", "auditor")
    for _ in range(3):
        do(auditor)
    monkeypatch.setattr(export, "MOST_EVENTS", 2)
    answer = signed_in(auditor).get(reverse("audit:event_export"))
    assert answer.status_code == 409
    assert "hãy lọc theo ngày" in answer.text


def rewrite(event):
    """What somebody with the database in hand could do: change one event and mend every hash after it."""
    with lifted(connection):
        previous = event.previous_hash
        for one in AuditEvent.objects.filter(seq__gte=event.seq).order_by("seq"):
            fields = one.hashed_fields() | {"previous_hash": previous}
            if one.seq == event.seq:
                fields["note"] = "đã sửa"
            previous = hash_of(fields)
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE audit_auditevent SET note = %s, previous_hash = %s, hash = %s WHERE seq = %s",
                    [fields["note"], fields["previous_hash"], previous, one.seq],
                )
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_audithead SET hash = %s", [previous])


def test_consistent_rewrite_passes_the_chain_and_not_the_printed_head(world):
    actor = world.actor("dong-thap", "auditor")
    first = do(actor)
    do(actor)
    seq, digest = head_now()
    do(actor)
    assert compare_head(seq, digest) is None
    assert compare_head(seq, digest[:8] + " " + digest[8:20]) is None
    rewrite(first)
    assert verify_chain() is None  # consistent in itself: nothing inside the chain shows it
    assert "đã bị viết lại" in compare_head(seq, digest).sentence
    assert "đã bị cắt ngắn" in compare_head(99, digest).sentence


@pytest.mark.parametrize(("printed", "sentence"), [("99:" + "0" * 64, "cắt ngắn"), ("1", "--head"), ("x:y", "--head")])
def test_command_holds_a_printed_head_against_the_chain(world, printed, sentence):
    do(world.actor("dong-thap", "auditor"))
    with pytest.raises(CommandError, match=sentence):
        call_command("check_records", head=printed)


def test_command_prints_the_head_and_accepts_it_again(world, capsys):
    do(world.actor("dong-thap", "auditor"))
    call_command("check_records")
    seq, digest = head_now()
    assert f"Đầu chuỗi: {seq}:{digest}" in capsys.readouterr().out
    call_command("check_records", head=f"{seq}:{digest}")
    assert "khớp" in capsys.readouterr().out


def test_page_prints_the_head_and_compares(world):
    actor = world.actor("dong-thap", "auditor")
    do(actor)
    client, url = signed_in(actor), reverse("audit:chain_head")
    seq, digest = head_now()
    assert digest[:8] in client.get(url).text
    assert "Khớp" in client.get(url, {"seq": seq, "hash": digest}).text
    assert "khác với mã đã in" in client.get(url, {"seq": seq, "hash": "0" * 64}).text
    assert "ít nhất 16 ký tự" in client.get(url, {"seq": seq, "hash": "zz"}).text


def test_walking_through_numbers_is_written_down_once(world, visit, settings):
    settings.RATE_LIMITS = True
    browser = visit(world.actor("dong-thap", "officer"))
    cache.clear()
    for number in range(TURNED_AWAY.most):
        assert browser.get(f"/khao-sat/{900_000 + number}/").status_code == 404
    assert not AuditEvent.objects.filter(action=WANDERED).exists()
    for number in range(5):
        browser.get(f"/khao-sat/{910_000 + number}/")
    event = AuditEvent.objects.get(action=WANDERED)
    assert event.thread == f"user:{world.actor('dong-thap', 'officer').user.pk}"
    assert "/khao-sat/910000/" in event.note


def test_nobody_fills_the_chain_by_asking_for_what_is_refused(world, visit, settings):
    settings.RATE_LIMITS = True
    browser = visit(world.actor("dong-thap", "officer"))
    cache.clear()
    for _ in range(TURNED_AWAY.most + 20):
        assert browser.get("/may-chu/").status_code == 403
    assert AuditEvent.objects.filter(action="access.refused").count() == TURNED_AWAY.most
    assert AuditEvent.objects.filter(action=WANDERED).count() == 1
