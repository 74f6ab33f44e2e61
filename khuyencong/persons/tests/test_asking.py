"""What a request about personal data must say, what the trail keeps of it, whom it waits for, and what the copy holds."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.desk.due import dues, question
from khuyencong.law.workdays import add_working_days
from khuyencong.notices.models import Notice
from khuyencong.people.roles import Role
from khuyencong.persons import actions
from khuyencong.persons.export import gathered, zip_of
from khuyencong.persons.holding import HIDDEN
from khuyencong.persons.keeping import years_before
from khuyencong.persons.models import PersonRequest
from khuyencong.persons.tests.making import (
    CENTRE,
    IDENTITY,
    KEEPER,
    LEADER,
    choose,
    hidden_all,
    request_of,
    served,
    set_term,
)
from khuyencong.persons.where import BY_KEY

pytestmark = pytest.mark.django_db


def found(world, who, **more):
    return {one.key: one for one in dues(question(world.actor(*who), on=today(), **more))}


@pytest.mark.parametrize(
    "fields",
    [
        {"person": "Nguyễn"},
        {"birth_year": None},
        {"paper": f"Đơn 3/VIDU, đã xem căn cước {IDENTITY}"},
        {"paper": "Đơn 3/VIDU, CCCD 082 180 000 123"},
        {"identity_check": ""},
    ],
)
def test_one_word_or_a_number_among_the_papers_is_refused(world, fields):
    with pytest.raises(Refused):
        request_of(world, **fields)
    assert not PersonRequest.objects.exists()


def test_the_trail_knows_the_number_of_a_request_and_nothing_of_the_asker(world):
    asked = choose(world, request_of(world, paper="Đơn của bà Trần Thị Ẩn Danh"), served(world))
    actions.answer_request(
        request_id=asked.pk, by=world.actor(*KEEPER), version=asked.version,
        fields={"state": "answered", "answered_on": today(), "answer_number": "5", "answer": "Gửi bà Ẩn Danh bản sao."},
    )  # fmt: skip
    events = AuditEvent.objects.filter(thread=asked.thread)
    assert {one.action for one in events} == {"person_data.ask", "person_data.choose", "person_data.answer"}
    assert "Danh" not in json.dumps(list(events.values("subject_label", "before", "after", "note")), ensure_ascii=False)
    PersonRequest.objects.update(received_on=years_before(today(), 5), answered_on=years_before(today(), 5))
    set_term(world, "request")
    hidden_all(world, "request")
    asked.refresh_from_db()
    assert (asked.person, asked.paper, asked.answer, asked.chosen) == (HIDDEN, HIDDEN, "", [])


def test_it_stands_on_the_pages_of_whoever_owes_it(world):
    asked = request_of(world, received_on=today() - timedelta(days=10))
    key = f"person_request:{asked.pk}"
    due = found(world, KEEPER)[f"{key}:answer"]
    assert due.last_day == add_working_days(asked.received_on, 2).on
    assert due.is_overdue(today())
    assert due.owed_by.startswith("quản trị, ")
    assert asked.person not in due.title
    assert not {f"{key}:answer", f"{key}:decide"} & found(world, LEADER).keys()
    whole = found(world, LEADER, everybody=True)[f"{key}:answer"]
    assert whole.roles == {Role.ADMINISTRATOR}
    assert whole.url == asked.get_absolute_url()
    for role in ("officer", "accountant"):  # told, but not led to a page that is closed to them
        told = found(world, (CENTRE, role), everybody=True)[f"{key}:answer"]
        assert (told.title, told.url) == (whole.title, "")

    choose(world, asked, served(world))
    assert f"{key}:decide" in found(world, LEADER)
    assert not found(world, ("phu-tho", "administrator")) | found(world, ("phu-tho", "leader"))
    leader = world.actor(*LEADER).user
    assert "chờ bạn quyết định giao bản sao" in Notice.objects.get(user=leader).sentence
    asked.refresh_from_db()
    agreed = actions.agree_to_copy(request_id=asked.pk, by=world.actor(*LEADER), version=asked.version)
    assert f"{key}:decide" not in found(world, LEADER)
    # Another choice is looked at anew.
    actions.choose_rows(request_id=asked.pk, by=world.actor(*KEEPER), version=agreed.version, keys=[])
    asked.refresh_from_db()
    assert asked.copy_agreed_by is None


def test_the_copy_says_where_else_a_person_may_stand(world):
    row = served(world)
    content = zip_of(gathered([(BY_KEY["collaborators.Collaborator"], row.pk)]), made_on=today(), about="thử")
    whole = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("du-lieu.json"))
    elsewhere = {one["nơi"] for one in whole["cũng có thể có ở"]}
    assert any("nhật ký" in one.lower() or "Người được nhắc đến" in one for one in elsewhere)
    assert len(elsewhere) > 5
