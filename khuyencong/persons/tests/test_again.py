"""A row that another person uses later, the list beside the data, and what is forgotten by itself."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from khuyencong.api.models import Delivery
from khuyencong.collaborators.models import Collaborator
from khuyencong.notices.models import Notice
from khuyencong.persons import actions, forgetting, hidden_list
from khuyencong.persons.holding import HIDDEN
from khuyencong.persons.models import HiddenRow
from khuyencong.persons.tests.making import (
    KEEPER,
    LEADER,
    NAME,
    answered_question,
    choose,
    hidden_all,
    request_of,
    served,
    set_term,
)

pytestmark = pytest.mark.django_db


def hidden_on_request(world, row):
    asked = choose(world, request_of(world, kind="hide"), row)
    actions.hide_chosen(request_id=asked.pk, by=world.actor(*LEADER), version=asked.version)
    row.refresh_from_db()
    return asked.hidden.get()


def test_whoever_comes_into_the_same_row_later_may_be_hidden_too(world):
    row = served(world)
    assert hidden_on_request(world, row).told == ""
    assert "đã được ẩn" in hidden_on_request(world, row).told
    Collaborator.objects.filter(pk=row.pk).update(name="Người Kế Nhiệm", phone="0988 777 666")
    assert hidden_on_request(world, row).told == ""
    assert (row.name, row.phone) == (HIDDEN, "")
    # And by term: one that was hidden is due again only once somebody stands in it.
    set_term(world, "collaborator")
    Collaborator.objects.filter(pk=row.pk).update(name="Người Thứ Ba")
    hidden_all(world, "collaborator")
    row.refresh_from_db()
    assert row.name == HIDDEN


def test_the_list_holds_what_the_table_holds(world, django_capture_on_commit_callbacks):
    path = hidden_list.list_path()
    path.unlink(missing_ok=True)
    with django_capture_on_commit_callbacks(execute=True):
        mark = hidden_on_request(world, served(world))
    assert mark.likeness
    whole = path.read_text()
    assert whole.count("\n") == 1
    # Hidden by another machine, or while the disk was full; the line before was cut off.
    path.write_text(whole + '{"model": "colla')
    other = hidden_on_request(world, served(world, name="Người Ở Máy Khác", identity_number=""))
    assert hidden_list.catch_up() == 1
    told = [one for one in hidden_list.read(path.read_text().splitlines()) if one]
    assert [one["row"] for one in told] == [mark.row, other.row]
    assert hidden_list.catch_up() == 0
    path.unlink()


def test_a_list_that_cannot_be_written_hinders_nobody_and_is_told(
    world, settings, tmp_path, django_capture_on_commit_callbacks, caplog
):
    settings.VAR_DIR = tmp_path / "gone"
    row = served(world)
    with django_capture_on_commit_callbacks(execute=True):
        hidden_on_request(world, row)
    assert row.name == HIDDEN
    assert "could not be written" in caplog.text
    with pytest.raises(OSError, match="gone"):  # which the page of the machine tells of the job
        forgetting.each_hour()
    settings.VAR_DIR.mkdir()
    forgetting.each_hour()
    assert hidden_list.list_path().read_text().count("\n") == HiddenRow.objects.count() == 1


def test_what_nobody_needs_is_forgotten(world):
    user = world.actor(*KEEPER).user
    old, fresh = (Notice.objects.create(user=user, sentence=NAME) for _ in range(2))
    Notice.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=366))
    for hours in (0, 2):
        made = AccessAttempt.objects.create(username=f"mat-khau-{hours}", failures_since_start=1)
        AccessAttempt.objects.filter(pk=made.pk).update(attempt_time=timezone.now() - timedelta(hours=hours))
    assert forgetting.forget() == 2
    assert Notice.objects.get() == fresh
    assert AccessAttempt.objects.get().username == "mat-khau-0"
    assert Delivery.objects.count() == 0


def test_a_hidden_question_is_in_no_notice(world):
    question = answered_question(world)
    user = world.actor(*KEEPER).user
    Notice.objects.create(user=user, sentence=question.question, url=question.get_absolute_url())
    set_term(world, "question")
    hidden_all(world, "question")
    assert not Notice.objects.filter(sentence__contains=NAME).exists()
