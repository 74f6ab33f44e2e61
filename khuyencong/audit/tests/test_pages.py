"""The event list, its scope and filters; logins that arrive by themselves."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import khuyencong
from khuyencong.audit.actions import record
from khuyencong.audit.labels import ACTIONS, describe
from khuyencong.audit.models import AuditEvent
from khuyencong.audit.queries import differences, events_for, narrowed, timeline
from khuyencong.audit.verify import verify_chain
from khuyencong.core.dates import format_date, today
from khuyencong.people.models import User
from khuyencong.people.web import declared

pytestmark = pytest.mark.django_db

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def do(actor, action="project.create", thread="project:1", **more):
    return record(action=action, by=actor, subject=actor.agency, thread=thread, **more)


def open_list(client, actor, **query):
    client.force_login(actor.user, backend=MODEL_BACKEND)
    return client.get(reverse("audit:event_list"), query)


def shown(answer):
    return [row["event"].seq for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("role", "status"), [("auditor", 200), ("administrator", 200), ("officer", 403), ("leader", 403)]
)
def test_who_may_open_the_list(client, people, role, status):
    assert open_list(client, people(role, "sct-25")).status_code == status


def test_anonymous_signs_in_first(client):
    assert client.get(reverse("audit:event_list")).status_code == 302


def test_list_declares_its_permission():
    from khuyencong.audit.views import event_list

    assert declared(event_list) == "audit_view"


def test_scope_is_the_province(people):
    here, there, top = people("officer", "sct-25"), people("officer", "sct-31"), people("leader", "cuc")
    events = [do(here), do(there), do(top)]
    assert [event.seq for event in events_for(people("auditor", "sct-25"))] == [events[0].seq]
    assert [event.seq for event in events_for(people("auditor", "cuc"))] == [event.seq for event in reversed(events)]


def test_page_shows_the_change_and_escapes_it(client, people):
    do(people("officer", "sct-25"), before={"tên": "<b>A</b>"}, after={"tên": "B", "số": 1}, note="<script>x</script>")
    page = open_list(client, people("auditor", "cuc")).content.decode()
    assert "tên: &lt;b&gt;A&lt;/b&gt; → B" in page
    assert "số: (trống) → 1" in page
    assert "<script>x" not in page
    assert "Lập đề án" in page


def test_filters(client, people):
    first = do(people("officer", "sct-25", "Trần Thị Đào"), "project.create", "project:1")
    second = do(people("officer", "sct-31"), "project.submit", "project:2")
    auditor = people("auditor", "cuc")
    day = format_date(today())
    for query, expected in (
        ({"action": "project.create"}, [first]),
        ({"person": "dao tran"}, [first]),
        ({"thread": "project:2"}, [second]),
        ({"thread": "project:2", "person": "dao"}, []),
    ):
        assert shown(open_list(client, auditor, **query)) == [event.seq for event in expected], query
    assert {first.seq, second.seq} <= set(shown(open_list(client, auditor, first_day=day, last_day=day)))
    assert shown(open_list(client, auditor, last_day="01/01/2020")) == []


@pytest.mark.parametrize(
    "query", [{"first_day": "2026-13-45"}, {"action": "nonsense"}, {"page": "-7"}, {"thread": "x" * 99}]
)
def test_odd_addresses_answer(client, people, query):
    assert open_list(client, people("auditor", "cuc"), **query).status_code == 200


def test_pages_of_fifty(client, people):
    officer = people("officer", "sct-25")
    for _ in range(60):
        do(officer)
    auditor = people("auditor", "cuc")
    assert len(shown(open_list(client, auditor, thread="project:1"))) == 50
    assert len(shown(open_list(client, auditor, thread="project:1", page=2))) == 10


def test_list_takes_the_same_queries_for_one_and_three(client, people):
    officer, auditor = people("officer", "sct-25"), people("auditor", "cuc")
    client.force_login(auditor.user, backend=MODEL_BACKEND)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            do(officer, thread="project:9")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("audit:event_list"), {"thread": "project:9"}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_timeline_oldest_first_in_one_query(people, django_assert_num_queries):
    officer = people("officer", "sct-25")
    events = [do(officer), do(officer, thread="project:2"), do(officer)]
    with django_assert_num_queries(1):
        assert [str(event) for event in timeline("project:1")] == [str(events[0]), str(events[2])]


def test_differences():
    event = AuditEvent(before={"a": 1, "b": 2}, after={"b": 3, "c": 4, "a": 1})
    assert [(change.name, change.before, change.after) for change in differences(event)] == [
        ("b", 2, 3),
        ("c", None, 4),
    ]
    assert differences(AuditEvent()) == []


def test_labels():
    assert describe("project.create") == "Lập đề án"
    assert describe("what.ever") == "what.ever"


def test_every_action_that_is_recorded_has_a_label():
    recorded = re.compile(r'record(?:_system)?\(\s*action="([^"]+)"')
    package = Path(khuyencong.__file__).parent
    sources = [path for path in package.rglob("*.py") if "tests" not in path.parts]
    codes = {code for path in sources for code in recorded.findall(path.read_text(encoding="utf-8"))}
    assert codes
    assert codes - set(ACTIONS) == set()


def test_narrowed_by_nothing_is_everything(people):
    do(people("officer", "sct-25"))
    assert narrowed(AuditEvent.objects.all()).count() == 1


class TestSignIn:
    @pytest.fixture
    def person(self, people):
        actor = people("officer", "sct-25")
        actor.user.set_password("mật khẩu dài 1")
        actor.user.save()
        return actor

    def sign_in(self, client, username, password):
        return client.post(reverse("login"), {"username": username, "password": password})

    def test_in_and_out(self, client, person):
        self.sign_in(client, person.user.username, "mật khẩu dài 1")
        client.post(reverse("people:logout"))
        events = AuditEvent.objects.order_by("seq")
        assert [event.action for event in events] == ["auth.login", "auth.logout"]
        assert {event.origin for event in events} == {"web 127.0.0.1"}
        assert {(event.actor, event.agency) for event in events} == {(person.user, person.agency)}
        assert verify_chain() is None

    def test_failures_and_lockout_concern_the_account_but_are_nobodys_deed(self, client, person):
        for _ in range(5):
            self.sign_in(client, person.user.username, "sai")
        actions = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))
        assert actions.count("auth.failed") == 5
        assert actions.count("auth.locked") == 1
        assert set(AuditEvent.objects.values_list("thread", "actor", "agency")) == {
            (f"user:{person.user.pk}", None, person.agency.pk)
        }

    def test_unknown_name_is_not_written_down(self, client):
        self.sign_in(client, "mat-khau-go-nham", "x")
        event = AuditEvent.objects.get()
        assert "mat-khau" not in repr(event.__dict__)
        assert event.note == "Tài khoản không tồn tại"

    def test_user_without_agency(self, client):
        User.objects.create_user("moi", "mật khẩu dài 1", full_name="Mới Vào")
        self.sign_in(client, "moi", "mật khẩu dài 1")
        assert (AuditEvent.objects.get().actor_label, AuditEvent.objects.get().role) == ("Mới Vào", "")
