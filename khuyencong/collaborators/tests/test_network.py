"""Terms that never overlap, rates with their document, notes, who sees whom, and what stays out of the trail."""

from datetime import timedelta
from uuid import uuid4

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.collaborators import actions
from khuyencong.collaborators.coverage import communes_without, coverage
from khuyencong.collaborators.figures import LABELS, counted
from khuyencong.collaborators.models import Collaborator, Term
from khuyencong.collaborators.tests import making
from khuyencong.collaborators.tests.making import (
    COLLABORATOR,
    OFFICER,
    commune_of,
    fresh,
    months_back,
    person,
    rate,
    term_fields,
    with_account,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.desk.due import question
from khuyencong.desk.due_collaborators import collaborator_dues
from khuyencong.search.providers import collaborators as search

pytestmark = pytest.mark.django_db
OTHER = ("phu-tho-centre", "officer")


def appoint(world, found, **changed):
    found = fresh(found)
    return actions.appoint(
        collaborator_id=found.pk, by=world.actor(*OFFICER), version=found.version, creation_key=uuid4(),
        fields=term_fields(world, **changed),
    )  # fmt: skip


def test_terms_of_a_person_follow_one_another(world):
    key = uuid4()
    found = person(world, key=key, ends_on=months_back(3) - timedelta(days=1))
    assert person(world, key=key) == found
    with pytest.raises(Refused, match="Trùng thời gian"):
        appoint(world, found, starts_on=months_back(3) - timedelta(days=1))
    second = appoint(world, found, starts_on=months_back(3))
    with pytest.raises(Refused, match="Trùng thời gian"):
        appoint(world, found, starts_on=months_back(20), ends_on=months_back(11))
    with pytest.raises(Refused, match="thuộc tỉnh"):
        appoint(world, found, starts_on=months_back(20), ends_on=months_back(15), commune=commune_of(world, "07900"))
    found = fresh(found)
    end = {"ended_by": "9/QĐ", "reason": "Chuyển công tác"}
    with pytest.raises(Refused, match="trước ngày bắt đầu"):
        actions.end_term(
            term_id=second.pk, by=world.actor(*OFFICER), version=found.version, ends_on=months_back(4), **end
        )
    actions.end_term(term_id=second.pk, by=world.actor(*OFFICER), version=found.version, ends_on=today(), **end)
    with pytest.raises(Stale):
        actions.end_term(term_id=second.pk, by=world.actor(*OFFICER), version=found.version, ends_on=today(), **end)
    assert appoint(world, found, starts_on=today() + timedelta(days=1)).ends_on is None
    assert Term.objects.on(today()).count() == 1


def test_one_identity_number_and_one_account_are_one_person(world):
    found = with_account(world, identity_number="079123456789")
    with pytest.raises(Refused, match="số định danh"):
        person(world, identity_number="079123456789")
    with pytest.raises(Refused, match="đã gắn"):
        with_account(world)
    with pytest.raises(Refused, match="vai trò cộng tác viên"):
        person(world, user=world.actor(*OFFICER).user)
    told = str(list(AuditEvent.objects.filter(thread=found.thread).values_list("before", "after", "note")))
    assert "079123456789" not in told
    assert "345 678" not in told


def test_who_sees_and_keeps_whom(world):
    found, own = person(world), with_account(world, name="Lê Tự Ghi")
    seen = {who: set(Collaborator.objects.visible_to(world.actor(*who))) for who in (OFFICER, OTHER, COLLABORATOR)}
    assert seen == {OFFICER: {found, own}, OTHER: set(), COLLABORATOR: {own}}
    for who in ((OFFICER[0], "appraiser"), OTHER, COLLABORATOR, ("national", "officer")):
        with pytest.raises(NotAllowed):
            actions.correct_person(collaborator_id=found.pk, by=world.actor(*who), version=1, fields={"name": "X"})
    note = {"month": today(), "version": 0, "text": "Đến hai cơ sở.", "visits": 2}
    with pytest.raises(NotAllowed):
        actions.write_note(collaborator_id=found.pk, by=world.actor(*COLLABORATOR), **note)
    written = actions.write_note(collaborator_id=own.pk, by=world.actor(*COLLABORATOR), **note)
    with pytest.raises(Stale):
        actions.write_note(collaborator_id=own.pk, by=world.actor(*OFFICER), **note)
    assert (written.month, written.version) == (today().replace(day=1), 1)
    with pytest.raises(Refused, match="không giữ nhiệm vụ"):
        actions.write_note(collaborator_id=own.pk, by=world.actor(*OFFICER), **note | {"month": months_back(12)})


def test_a_new_rate_ends_the_one_before(world):
    first = rate(world)
    second = rate(world, amount=700_000, valid_from=months_back(1))
    first.refresh_from_db()
    assert first.valid_to == months_back(1) - timedelta(days=1)
    with pytest.raises(Refused, match="Trùng thời gian"):
        rate(world, valid_from=months_back(5), valid_to=months_back(4))
    with pytest.raises(Refused, match="văn bản"):
        rate(world, document=" ", valid_from=today() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        rate(world, who=("national", "officer"))
    corrected = actions.correct_rate(
        rate_id=second.pk, by=world.actor(*OFFICER), version=second.version,
        fields={"amount": 650_000, "document": "QĐ", "article": "", "valid_from": months_back(1), "valid_to": None},
    )  # fmt: skip
    assert corrected.amount == 650_000


def test_communes_without_anybody_and_figures(world):
    actor = world.actor(*OFFICER)
    assert [(one.communes, one.covered) for one in coverage(actor, today())] == [(1, 0)]
    assert list(communes_without(actor, today())) == [commune_of(world)]
    person(world)
    person(world, name="Trần Cùng Xã")  # two in one commune cover it once
    assert [(one.covered, one.without) for one in coverage(actor, today())] == [(1, 0)]
    assert len(coverage(world.actor("national", "officer"), today())) == 2
    figures = counted(actor=actor, year=today().year, until=today())
    assert set(figures) == set(LABELS)
    assert (figures["people"], figures["communes"], figures["paid"]) == (2, 1, 0)
    assert counted(actor=world.actor(*OTHER), year=today().year, until=today())["people"] == 0
    assert [hit.title for hit in search(actor, "tran cung", 5)] == ["Trần Cùng Xã"]


def test_a_term_that_ends_soon_is_due_unless_another_follows(world):
    ends = today() + timedelta(days=30)
    found = person(world, ends_on=ends)
    asked = question(world.actor(*OFFICER), on=today())
    assert [due.last_day for due in collaborator_dues(asked)] == [ends]
    assert list(collaborator_dues(question(world.actor(*making.LEADER), on=today()))) == []
    appoint(world, found, starts_on=ends + timedelta(days=1))
    assert list(collaborator_dues(asked)) == []
