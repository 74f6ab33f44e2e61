"""Many events at once are the same chain as one after the other."""

import unicodedata

import pytest
from django.db import transaction

from khuyencong.audit.actions import Entry, record, record_many
from khuyencong.audit.models import AuditEvent, AuditHead
from khuyencong.audit.verify import verify_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(people):
    return people("officer", "sct-25")


def entries(officer, count, **more):
    return [
        Entry("establishment.register", officer.agency, f"establishment:{number}", after={"n": number}, **more)
        for number in range(count)
    ]


def test_many_events_follow_one_another_and_what_comes_after(officer):
    record(action="project.update", by=officer, subject=officer.agency, thread="project:1")
    record_many(entries=entries(officer, 5, note=unicodedata.normalize("NFD", "Nhập từ tệp\0")), by=officer)
    record(action="project.update", by=officer, subject=officer.agency, thread="project:1")
    assert verify_chain() is None
    assert [event.seq for event in AuditEvent.objects.all()] == list(range(1, 8))
    assert AuditHead.objects.get().seq == 7
    event = AuditEvent.objects.get(thread="establishment:3")
    assert (event.actor, event.agency, event.role, event.origin) == (
        officer.user, officer.agency, "officer", officer.origin,
    )  # fmt: skip
    assert (event.after, event.note) == ({"n": 3}, "Nhập từ tệp")


def test_same_events_one_by_one_have_the_same_hashes(officer, monkeypatch):
    """The moment apart, `record_many` writes what `record` would."""
    record_many(entries=entries(officer, 1), by=officer)
    many = AuditEvent.objects.get()
    with transaction.atomic():
        one = record(
            action="establishment.register",
            by=officer,
            subject=officer.agency,
            thread="establishment:0",
            after={"n": 0},
        )
        fields = [
            field.name for field in AuditEvent._meta.fields if field.name not in {"seq", "at", "hash", "previous_hash"}
        ]
        assert [getattr(one, name) for name in fields] == [getattr(many, name) for name in fields]


def test_hand_of_the_system(officer):
    record_many(entries=entries(officer, 2), by=None, origin="dòng lệnh")
    assert {(event.actor, event.actor_label, event.origin) for event in AuditEvent.objects.all()} == {
        (None, "Hệ thống", "dòng lệnh")
    }
    assert verify_chain() is None


def test_nothing_to_say_says_nothing(officer):
    record_many(entries=[], by=officer)
    assert not AuditEvent.objects.exists()


def test_number_of_queries_does_not_grow(officer, django_assert_num_queries):
    record_many(entries=entries(officer, 1), by=officer)
    with django_assert_num_queries(3) as one:
        record_many(entries=entries(officer, 1), by=officer)
    with django_assert_num_queries(len(one)):
        record_many(entries=entries(officer, 3), by=officer)
