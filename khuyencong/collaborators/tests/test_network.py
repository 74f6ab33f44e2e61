"""Terms that never overlap, rates with their document, notes, who sees whom, and what stays out of the trail."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.collaborators import actions
from khuyencong.collaborators.coverage import communes_without, coverage
from khuyencong.collaborators.figures import LABELS, counted, network_between
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
from khuyencong.people.roles import Role
from khuyencong.places.models import Commune
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


def test_a_term_that_was_written_wrongly_is_put_right_or_withdrawn(world):
    """Days that a list was reckoned with stay; commune and decision may always be corrected, a future term too."""
    found = person(world)
    term = found.terms.get()
    rate(world)
    making.prepared(world)
    officer = world.actor(*OFFICER)

    def correct(**changed):
        fields = term_fields(world, **changed)
        return actions.correct_term(term_id=term.pk, by=officer, version=fresh(found).version, fields=fields)

    def withdraw(key, reason="Ghi nhầm người"):
        return actions.withdraw_term(term_id=key, by=officer, version=fresh(found).version, reason=reason)

    with pytest.raises(Refused, match="bảng kê theo ngày đang ghi"):
        correct(starts_on=months_back(1) + timedelta(days=1))
    with pytest.raises(Refused, match="bảng kê theo ngày đang ghi"):
        withdraw(term.pk)
    assert correct(decision_number="7/QĐ").decision_number == "7/QĐ"
    assert correct(starts_on=months_back(5)).starts_on == months_back(5)  # no list has those months
    assert correct(ends_on=today() + timedelta(days=10)).ends_on == today() + timedelta(days=10)
    later = appoint(world, found, starts_on=today() + timedelta(days=20))
    with pytest.raises(Refused, match="Trùng thời gian"):
        correct(ends_on=None)
    with pytest.raises(Refused, match="lý do"):
        withdraw(later.pk, " ")
    withdraw(later.pk)
    with pytest.raises(Refused, match="đã bị bỏ"):
        withdraw(later.pk)
    assert correct(ends_on=None).ends_on is None
    assert appoint_again(world, found, term)


def appoint_again(world, found, term):
    """A withdrawn term is in nobody's way and holds nowhere."""
    actions.end_term(
        term_id=term.pk, by=world.actor(*OFFICER), version=fresh(found).version, ended_by="", reason="x",
        ends_on=today() + timedelta(days=19),
    )  # fmt: skip
    other = appoint(world, found, starts_on=today() + timedelta(days=20))
    assert found.terms.count() == 3
    return list(Term.objects.on(today() + timedelta(days=25))) == [other]


def test_whoever_left_before_the_closing_day_stays_with_work_and_money(world):
    """The table of a period: the rows are those of the time, serving at its end a column of its own."""
    first, last = months_back(3), today()
    stays, left = person(world), person(world, name="Lê Đã Thôi", ends_on=months_back(1) - timedelta(days=1))
    person(world, name="Trần Xưa Rồi", ends_on=months_back(6))
    rate(world)
    making.approved(world, making.prepared(world, first=months_back(3), last=months_back(1)))
    rows = {one: (one.serving, one.approved) for one in network_between(first, last)}
    assert rows == {stays: (1, 3 * making.RATE), left: (0, 2 * making.RATE)}
    # Withdrawn or not, money of the months is money of the months.
    assert left in network_between(months_back(2), months_back(1))


def test_those_of_a_commune_see_their_own_network(world, visit):
    """Its staff sees who is or was collaborator of it, and it on the map; lists are of the province and stay there."""
    here, elsewhere = person(world), person(world, name="Lê Nơi Khác")
    commune = commune_of(world)
    other = Commune.objects.create(
        code="29870", key="29870", name="Xã Khác", kind=commune.kind, province=commune.province, folded="xa khac",
        sort_key="khac", latitude=10, longitude=105,
    )  # fmt: skip
    Commune.objects.filter(pk=other.pk).update(current=other)
    Term.objects.filter(collaborator=elsewhere).update(commune=other)
    staff = replace(world.actor(*COLLABORATOR), role=Role.OFFICER)
    seen = set(Collaborator.objects.visible_to(staff))
    assert seen == {here} == {one for one in Collaborator.objects.all() if one.is_in_scope(staff)}
    assert [(one.communes, one.covered) for one in coverage(staff, today())] == [(1, 1)]
    assert counted(actor=staff, year=today().year, until=today())["people"] == 1
    rate(world)
    making.approved(world, making.prepared(world))
    assert counted(actor=staff, year=months_back(1).year, until=today())["prepared"] == making.RATE
    Term.objects.filter(collaborator=here).update(withdrawn_because="Ghi nhầm")
    assert not Collaborator.objects.visible_to(staff).exists()
    assert coverage(staff, today())[0].covered == 0


def test_two_that_are_written_down_at_once_are_refused_by_a_sentence(world, monkeypatch):
    """Whoever looked a moment too early meets the constraint of the database, and reads a sentence."""
    found = person(world, identity_number="079123456789")
    officer = world.actor(*OFFICER)
    monkeypatch.setattr("khuyencong.collaborators.actions.people._write_person", set_all)
    with pytest.raises(Refused, match="vừa được ghi"):
        person(world, identity_number="079123456789")
    twin = person(world, name="Lê Sửa Sau")
    fields = {"name": "Lê Sửa Sau", "identity_number": found.identity_number}
    with pytest.raises(Refused, match="vừa được ghi"):
        actions.correct_person(collaborator_id=twin.pk, by=officer, version=twin.version, fields=fields)
    rate(world)
    monkeypatch.setattr("khuyencong.collaborators.actions.rates._refuse_two_rates", lambda _: None)
    with pytest.raises(Refused, match="vừa được ghi"):
        rate(world, valid_to=today())


def set_all(one, fields):
    for name in actions.PERSON:
        setattr(one, name, fields.get(name, getattr(one, name)))
