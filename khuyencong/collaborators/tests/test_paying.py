"""Each person and month once, nothing unknown approved, never more than the payment: the list of allowances."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.collaborators import actions
from khuyencong.collaborators.figures import counted
from khuyencong.collaborators.models import AllowanceLine, AllowanceList, AllowanceRate, Collaborator, Term
from khuyencong.collaborators.months import first_broken, worth_of
from khuyencong.collaborators.queries import postings_for, to_recover
from khuyencong.collaborators.shown import list_warnings
from khuyencong.collaborators.tests.making import (
    LEADER,
    OFFICER,
    RATE,
    approved,
    fresh,
    months_back,
    paid,
    person,
    prepared,
    rate,
    task,
    term_fields,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.desk.due import question
from khuyencong.desk.due_collaborators import allowance_dues
from khuyencong.finance.models import LedgerEntry, Payment
from khuyencong.finance.tests.test_taken_back import take_back
from khuyencong.finance.used import sources, used_of
from khuyencong.outreach.models import Work
from khuyencong.places.models import Province
from khuyencong.testing import make_project, pay_rest

pytestmark = pytest.mark.django_db


def test_what_a_month_is_worth():
    whole = Term(starts_on=date(2026, 1, 1))
    known = AllowanceRate(amount=RATE, document="QĐ", valid_from=date(2026, 1, 1), valid_to=date(2026, 3, 15))
    february, march, april = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)
    assert worth_of(february, [whole], [known]).amount == RATE
    assert worth_of(march, [whole], [known]).note.startswith("mức thù lao đổi trong tháng")
    assert worth_of(april, [whole], [known]).note.startswith("chưa ghi mức")
    assert worth_of(february, [Term(starts_on=april)], [known]) is None
    broken = worth_of(february, [Term(starts_on=date(2026, 2, 10))], [known])
    assert (broken.amount, "19/28 ngày" in broken.note) == (None, True)
    # One term follows another without a gap: the month is whole.
    halves = [Term(starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 9)), Term(starts_on=date(2026, 2, 10))]
    assert worth_of(february, halves, [known]).amount == RATE
    assert first_broken(date(2026, 2, 28)) == march
    assert first_broken(date(2026, 2, 27)) == february


def test_from_the_list_to_the_payment(world):
    for name in ("An", "Bình", "Chi"):
        person(world, name=f"Nguyễn Thử {name}")
    late = person(world, name="Lê Vào Sau", starts_on=months_back(1) + timedelta(days=9))
    project, key = task(world), uuid4()
    rate(world)
    found = prepared(world, project, key=key, first=months_back(3), last=months_back(1))
    assert prepared(world, project, key=key) == found
    assert (found.people, found.unknown, found.total) == (4, 1, 9 * RATE)
    with pytest.raises(Refused, match="Không còn cộng tác viên"):
        prepared(world, project, first=months_back(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        AllowanceLine.objects.create(
            allowance_list=found, collaborator=late, term=late.terms.get(), month=months_back(1), amount=1
        )
    with pytest.raises(Refused, match="chưa rõ số tiền"):
        approved(world, found)
    line = found.lines.get(amount__isnull=True)
    said = {"line_id": line.pk, "by": world.actor(*OFFICER), "version": found.version}
    with pytest.raises(Refused, match="Mức cao nhất"):
        actions.set_amount(**said, amount=RATE + 1, note="QĐ 12")
    with pytest.raises(Refused, match="căn cứ"):
        actions.set_amount(**said, amount=1, note=" ")
    actions.set_amount(**said, amount=400_000, note="QĐ 12: theo ngày")
    found = fresh(found)
    with pytest.raises(NotAllowed):
        actions.approve_list(list_id=found.pk, by=world.actor(*OFFICER), version=found.version)
    with pytest.raises(NotAllowed):  # of another agency of the same province
        actions.approve_list(list_id=found.pk, by=world.actor("dong-thap", "leader"), version=found.version)
    found = approved(world, found)
    total = 9 * RATE + 400_000
    assert found.total == total
    # The money itself goes its ordinary way.
    assert not postings_for(found).exists()
    before = LedgerEntry.objects.count()
    posting = paid(world, project)
    rows = LedgerEntry.objects.count()
    assert rows > before
    tie = {"list_id": found.pk, "by": world.actor(*OFFICER), "posting_id": posting.pk}
    actions.tie_list(**tie, version=found.version)
    found = fresh(found)
    assert (found.posting, LedgerEntry.objects.count()) == (posting, rows)
    with pytest.raises(Refused, match="đã gắn"):
        actions.tie_list(**tie, version=found.version)
    with pytest.raises(Refused, match="đã gắn với một khoản chi"):
        actions.send_back_list(list_id=found.pk, by=world.actor(*LEADER), version=found.version, reason="x")
    year = months_back(1).year
    figures = counted(actor=world.actor(*OFFICER), year=year, until=date(year, 12, 31))
    of_the_year = sum(one.amount for one in found.lines.filter(month__year=year))
    assert (figures["prepared"], figures["paid"]) == (of_the_year, of_the_year)


def test_what_stops_a_list(world):
    person(world)
    machine = make_project(world, state="in_progress")
    project = task(world, state="draft")
    for wrong in (machine, project):
        with pytest.raises(Refused, match="nâng cao năng lực hệ thống"):
            prepared(world, wrong)
    project = task(world, state="approved")
    with pytest.raises(Refused, match="một quý"):
        prepared(world, project, first=months_back(5), last=months_back(1))
    for ahead in (0, -1):  # a month that still runs could end otherwise
        with pytest.raises(Refused, match="những tháng đã hết"):
            prepared(world, project, first=months_back(ahead))
    found = prepared(world, project)  # no rate of the province is known
    assert (found.unknown, found.lines.get().rate) == (1, None)
    line = found.lines.get()
    version = found.version
    actions.set_amount(line_id=line.pk, by=world.actor(*OFFICER), version=version, amount=500_000, note="QĐ 9, Điều 2")
    term = line.term
    end = {"term_id": term.pk, "by": world.actor(*OFFICER), "ended_by": "", "reason": "x"}
    with pytest.raises(Refused, match="đã nằm trong bảng kê"):
        actions.end_term(**end, version=1, ends_on=months_back(1) + timedelta(days=3))
    found = approved(world, fresh(found))
    sent = {"list_id": found.pk, "reason": "Sai tháng"}
    actions.send_back_list(**sent, by=world.actor(*LEADER), version=found.version)
    actions.cancel_list(**sent, by=world.actor(*OFFICER), version=fresh(found).version)
    assert prepared(world, project).people == 1  # the month is free again


def tied(world, *, first=None, last=None):
    """A list that is approved and paid."""
    project = task(world)
    found = approved(world, prepared(world, project, first=first, last=last))
    posting = paid(world, project)
    actions.tie_list(list_id=found.pk, by=world.actor(*OFFICER), version=found.version, posting_id=posting.pk)
    return fresh(found)


def test_a_row_of_the_ledger_is_not_used_up_by_two_rooms(world):
    person(world)
    rate(world)
    project = task(world)
    found = approved(world, prepared(world, project))
    posting = paid(world, project)
    assert {one.__module__.split(".")[1] for one in sources} == {
        "collaborators",
        "competitions",
        "outreach",
        "training",
    }
    work = Work.objects.create(
        project=project, kind="news", title="Tin thử", medium="Báo Thử", planned_on=posting.on, posting=posting,
        cost=posting.amount - RATE + 1, created_by=world.actor(*OFFICER).user,
    )  # fmt: skip
    tie = {"list_id": found.pk, "by": world.actor(*OFFICER), "version": found.version, "posting_id": posting.pk}
    with pytest.raises(Refused, match=r"chỉ còn 599\.999 đồng"):
        actions.tie_list(**tie)
    Work.objects.filter(pk=work.pk).update(cost=posting.amount - RATE)
    actions.tie_list(**tie)
    assert used_of(posting) == posting.amount


def test_a_payment_that_was_taken_back_has_paid_nothing(world):
    """The list says so, counts as unpaid, is due again; another payment may be named, or a leader unties it."""
    person(world)
    rate(world)
    found = tied(world)
    year = months_back(1).year
    officer = world.actor(*OFFICER)
    asked = question(officer, on=today())
    assert counted(actor=officer, year=year, until=date(year, 12, 31))["paid"] == RATE
    assert list(allowance_dues(asked)) == []
    untie = {"list_id": found.pk, "by": world.actor(*LEADER), "version": found.version}
    with pytest.raises(Refused, match="lý do"):
        actions.untie_list(**untie, reason=" ")
    with pytest.raises(NotAllowed):
        actions.untie_list(**untie | {"by": officer}, reason="Nhầm")
    posting = found.posting
    take_back(world, Payment.objects.get(pk=posting.payment_id))
    found = fresh(found)
    assert (found.is_taken_back, found.is_paid) == (True, False)
    assert [one.code for one in list_warnings(found)] == ["allowance_taken_back"]
    assert counted(actor=officer, year=year, until=date(year, 12, 31))["paid"] == 0
    assert [one.title for one in allowance_dues(asked)] == [
        f"Gắn với khoản đã chi: thù lao cộng tác viên {found.months}"
    ]
    actions.untie_list(**untie, reason="Ngân hàng trả lại tiền")
    found = fresh(found)
    assert (found.posting, found.state) == (None, "approved")
    actions.send_back_list(list_id=found.pk, by=world.actor(*LEADER), version=found.version, reason="Chi lại sau")
    # Where another payment stands it may be named without untying.
    found = approved(world, fresh(found))
    AllowanceList.objects.filter(pk=found.pk).update(posting=posting)
    project = found.project
    project.refresh_from_db()
    pay_rest(world, project)
    again = postings_for(found).get()
    assert again != posting
    actions.tie_list(list_id=found.pk, by=officer, version=found.version, posting_id=again.pk)
    assert fresh(found).is_paid


def test_who_leaves_inside_a_month_that_was_paid_leaves_and_owes(world):
    """The end is true whatever was paid: the line says that the money is to come back, until the month is whole again."""
    early = person(world, starts_on=months_back(11), ends_on=months_back(2) + timedelta(days=9))
    actions.appoint(
        collaborator_id=early.pk, by=world.actor(*OFFICER), version=early.version, creation_key=uuid4(),
        fields=term_fields(world, starts_on=months_back(2) + timedelta(days=10)),
    )  # fmt: skip
    rate(world)
    found = tied(world, first=months_back(2), last=months_back(1))
    # Both months bear the first term that holds in them; the second term ends inside the first month all the same.
    assert len({one.term_id for one in found.lines.all()}) == 2
    second = early.terms.latest("starts_on")
    version = fresh(early).version
    end = {"term_id": second.pk, "by": world.actor(*OFFICER), "ended_by": "", "reason": "Mất"}
    actions.end_term(**end, version=version, ends_on=months_back(2) + timedelta(days=19))
    assert [one.month for one in to_recover(found)] == [months_back(2), months_back(1)]
    assert [one.code for one in list_warnings(found)] == ["allowance_to_recover", "allowance_differs"]
    actions.appoint(
        collaborator_id=early.pk, by=world.actor(*OFFICER), version=fresh(early).version, creation_key=uuid4(),
        fields=term_fields(world, starts_on=months_back(2) + timedelta(days=20), ends_on=months_back(1)),
    )  # fmt: skip
    assert [one.month for one in to_recover(early)] == [months_back(1)]


def test_a_list_that_is_not_paid_stands_in_the_way_whichever_term_it_bears(world):
    early = person(world, starts_on=months_back(11), ends_on=months_back(1) + timedelta(days=4))
    actions.appoint(
        collaborator_id=early.pk, by=world.actor(*OFFICER), version=early.version, creation_key=uuid4(),
        fields=term_fields(world, starts_on=months_back(1) + timedelta(days=5)),
    )  # fmt: skip
    rate(world)
    line = prepared(world).lines.get()
    second = early.terms.latest("starts_on")
    assert line.term != second
    with pytest.raises(Refused, match="bảng kê chưa chi"):
        actions.end_term(
            term_id=second.pk, by=world.actor(*OFFICER), version=fresh(early).version, ended_by="", reason="x",
            ends_on=months_back(1) + timedelta(days=9),
        )  # fmt: skip


def test_two_who_may_be_one_are_decided_with_the_list(world):
    for name, phone in (("Nguyễn Văn Thử", "0912 345 678"), ("nguyễn văn thử", "0912.345.678"), ("Lê Khác", "")):
        person(world, name=name, birth_year=None, phone=phone)
    person(world, name="Nguyễn Văn Thử", birth_year=1970, phone="")  # only the name is the same
    rate(world)
    found = prepared(world)
    assert [one.code for one in list_warnings(found)] == ["allowance_look_alike"]
    found = approved(world, found)
    event = AuditEvent.objects.get(thread=found.thread, action="allowance_list.approve")
    assert "Nguyễn Văn Thử, nguyễn văn thử" in str(event.after)


def test_provinces_that_became_one_keep_their_own_rates_and_one_identity(world):
    """By the document of the person's own province as long as it holds, then by the new one; never by the neighbour's."""
    home = Province.objects.get(code="82", valid_to=None)
    old = [province_before(home, code) for code in ("80", "83")]
    rows = [
        AllowanceRate.objects.create(
            province=province, amount=amount, document=f"QĐ {amount}", valid_from=months_back(20),
            kept_by=world.actor(*OFFICER).agency, created_by=world.actor(*OFFICER).user,
        )
        for province, amount in zip(old, (300_000, 700_000), strict=True)
    ]  # fmt: skip
    people = [person(world, name=f"Người {number}") for number in range(2)]
    for one, province in zip(people, old, strict=True):
        Collaborator.objects.filter(pk=one.pk).update(province=province)
    project = task(world)
    found = prepared(world, project, first=months_back(3))
    assert [one.amount for one in found.lines.order_by("collaborator")] == [300_000, 700_000]
    rate(world, amount=RATE, valid_from=months_back(1))  # ends both
    assert {one.valid_to for one in AllowanceRate.objects.filter(pk__in=[row.pk for row in rows])} == {
        months_back(1) - timedelta(days=1)
    }
    found = prepared(world, project, first=months_back(2), last=months_back(1))
    amounts = list(found.lines.order_by("collaborator", "month").values_list("amount", flat=True))
    assert amounts == [300_000, RATE, 700_000, RATE]
    Collaborator.objects.filter(pk=people[0].pk).update(identity_number="079123456789")
    with pytest.raises(Refused, match="số định danh"):
        person(world, identity_number="079123456789")


def province_before(home, code):
    return Province.objects.create(
        code=code, key=f"{code}@2025", name=f"Tỉnh Cũ {code}", short_name=f"Cũ {code}", kind=home.kind,
        folded=f"tinh cu {code}", sort_key=code, valid_to=date(2025, 6, 30), current=home,
    )  # fmt: skip
