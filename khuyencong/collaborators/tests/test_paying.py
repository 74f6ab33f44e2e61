"""Each person and month once, nothing unknown approved, never more than the payment: the list of allowances."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.collaborators import actions
from khuyencong.collaborators.figures import counted
from khuyencong.collaborators.models import AllowanceLine, AllowanceRate, Term
from khuyencong.collaborators.months import first_broken, worth_of
from khuyencong.collaborators.queries import postings_for
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
)
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.finance.models import LedgerEntry
from khuyencong.testing import make_project

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
    with pytest.raises(Refused, match="tới tháng này"):
        prepared(world, project, first=months_back(-1))
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
