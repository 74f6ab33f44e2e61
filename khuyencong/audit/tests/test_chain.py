"""The chain: what is recorded comes back the same, and any later change shows."""

import datetime as dt
import unicodedata
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyencong.audit.actions import SYSTEM_LABEL, record, record_system
from khuyencong.audit.chain import GENESIS, plain
from khuyencong.audit.models import AppendOnlyError, AuditEvent, AuditHead
from khuyencong.audit.verify import verify_chain
from khuyencong.core import append_only
from khuyencong.people.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(people):
    return people("officer", "sct-25")


def tamper(sql, *params):
    """Change rows behind the back of the application, as the owner of the database could, past the triggers."""
    with append_only.lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, params)


def fill(officer, count=5):
    return [
        record(action="project.update", by=officer, subject=officer.agency, thread="project:1", after={"n": number})
        for number in range(1, count + 1)
    ]


def test_event_says_who_what_where(officer):
    event = record(
        action="project.submit",
        by=officer,
        subject=officer.agency,
        thread="project:7",
        before={"state": "draft"},
        after={"state": "submitted"},
        note="Gửi lần đầu",
    )
    stored = AuditEvent.objects.get()
    assert (stored.seq, stored.previous_hash, stored.hash) == (1, GENESIS, event.hash)
    assert (stored.actor, stored.actor_label) == (officer.user, "Nguyễn Văn Ân")
    assert (stored.agency, stored.agency_label, stored.role) == (officer.agency, "Sở Công Thương Phú Thọ", "officer")
    assert stored.origin == "web 10.0.0.1"
    assert (stored.subject_type, stored.subject_id) == ("people.agency", str(officer.agency.pk))
    assert (stored.subject_label, stored.thread, stored.note) == ("SCT Phú Thọ", "project:7", "Gửi lần đầu")
    assert (stored.before, stored.after) == ({"state": "draft"}, {"state": "submitted"})
    assert (AuditHead.objects.get().seq, AuditHead.objects.get().hash) == (1, event.hash)
    assert verify_chain() is None


def test_empty_chain_holds(db):
    assert verify_chain() is None


def test_event_without_actor(db):
    event = record_system(action="demo.load", origin="manage.py")
    assert (event.actor, event.actor_label, event.before) == (None, SYSTEM_LABEL, None)
    assert verify_chain() is None


def test_event_costs_few_queries(officer, django_assert_max_num_queries):
    fill(officer, 1)
    with django_assert_max_num_queries(5):  # savepoint, head, event, head, release
        fill(officer, 1)


def test_rolled_back_action_leaves_no_event(officer):
    fill(officer, 2)
    with transaction.atomic():
        fill(officer, 1)
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == AuditHead.objects.get().seq == 2
    assert verify_chain() is None


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: AuditEvent.objects.update(note="x"),
        lambda event: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda event: AuditEvent.objects.bulk_update([event], ["note"]),
        lambda event: AuditEvent.objects.bulk_create([event]),
        lambda event: event.actor.audit_events.all().delete(),
    ],
)
def test_application_cannot_change_an_event(officer, change):
    (event,) = fill(officer, 1)
    with pytest.raises(AppendOnlyError):
        change(event)
    assert verify_chain() is None


@pytest.mark.parametrize(
    ("sql", "params", "seq", "words"),
    [
        ("UPDATE audit_auditevent SET note = %s WHERE seq = 3", ["khác"], 3, "đã bị sửa"),
        ("UPDATE audit_auditevent SET after = %s WHERE seq = 2", ['{"n": 99}'], 2, "đã bị sửa"),
        ("UPDATE audit_auditevent SET actor_label = %s WHERE seq = 1", ["Người khác"], 1, "đã bị sửa"),
        ("UPDATE audit_auditevent SET hash = %s WHERE seq = 3", ["0" * 64], 3, "đã bị sửa"),
        ("DELETE FROM audit_auditevent WHERE seq = 3", [], 3, "Thiếu sự kiện số 3"),
        ("DELETE FROM audit_auditevent WHERE seq = 1", [], 1, "Thiếu sự kiện số 1"),
        ("DELETE FROM audit_auditevent WHERE seq > 3", [], 4, "Thiếu các sự kiện cuối, từ số 4 đến số 5"),
        ("DELETE FROM audit_auditevent", [], 1, "Thiếu các sự kiện cuối"),
        ("DELETE FROM audit_audithead", [], 1, "sau đầu chuỗi"),
        ("UPDATE audit_audithead SET seq = 4", [], 4, "Đầu chuỗi không khớp"),
        ("UPDATE audit_audithead SET hash = %s", ["1" * 64], 5, "Đầu chuỗi không khớp"),
    ],
)
def test_change_behind_the_application_shows(officer, sql, params, seq, words):
    fill(officer)
    tamper(sql, *params)
    broken = verify_chain()
    assert broken.seq == seq
    assert words in broken.sentence


def test_exchanged_events_show(officer):
    fill(officer)
    for old, new in ((2, 100), (3, 2), (100, 3)):
        tamper("UPDATE audit_auditevent SET seq = %s WHERE seq = %s", new, old)
    assert verify_chain().seq == 2


def test_chain_is_walked_with_few_queries(officer, django_assert_num_queries):
    for count in (1, 3):
        fill(officer, count)
        with django_assert_num_queries(3):
            assert verify_chain() is None


def test_values_become_plain():
    value = {
        "tiền": Decimal("1.50"),
        "ngày": dt.date(2026, 8, 5),
        "lúc": dt.datetime(2026, 8, 5, 7, 0, tzinfo=dt.timezone(dt.timedelta(hours=7))),
        "vai trò": Role.LEADER,
        "tỷ lệ": 0.1,
        7: (True, None, 1),
        "tập": {"b", "a"},
        "tên": unicodedata.normalize("NFD", "Hòa\0 Bình"),
    }
    assert plain(value) == {
        "tiền": "1.50",
        "ngày": "2026-08-05",
        "lúc": "2026-08-05T00:00:00.000000+00:00",
        "vai trò": "leader",
        "tỷ lệ": "0.1",
        "7": [True, None, 1],
        "tập": ["a", "b"],
        "tên": "Hòa Bình",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text() | st.dates() | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.dictionaries(st.text(max_size=20), JSON, max_size=4), note=st.text(max_size=600), thread=st.just("x:1")
)
def test_whatever_is_recorded_verifies_after_the_round_trip(officer, before, note, thread):
    record(action="project.update", by=officer, subject=officer.user, thread=thread, before=before, note=note)
    assert verify_chain() is None


def test_long_names_are_cut_to_fit(officer):
    officer.agency.short_name = "ề" * 5000
    event = record(action="x", by=officer, subject=officer.agency, thread="x:1", note="á" * 100_000)
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (len(stored.subject_label), len(stored.note)) == (300, 100_000)
    assert verify_chain() is None
