"""Milestones and guarantees in the calendar: whose they are, until when, and in how many queries."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.deadlines.due import DueKind
from khuyencong.desk.due import dues, question
from khuyencong.desk.due_contracts import guarantee_dues, milestone_dues
from khuyencong.finance import actions as money
from khuyencong.finance.actions.schedules import MilestoneInput
from khuyencong.finance.models import Contract, Guarantee, Milestone
from khuyencong.finance.tests.contracts import ACCOUNTANT, KEEPER, UNIT, approved, sign
from khuyencong.people.roles import Role

ON = today() + timedelta(10)


@pytest.fixture
def contract(world):
    found = sign(world, approved(world))
    keeper = world.actor(*KEEPER)
    money.save_schedule(
        contract_id=found.pk, by=keeper, version=found.version, milestones=[MilestoneInput(ON, "Lắp máy", MILLION)]
    )
    found.refresh_from_db()
    money.add_guarantee(
        contract_id=found.pk, by=keeper, version=found.version, creation_key=uuid4(), issuer="Ngân hàng Thử",
        number="BL-1", amount=MILLION, from_on=today(), to_on=ON,
    )  # fmt: skip
    return found


def found(world, who, *, on=None, everybody=False):
    asked = question(world.actor(*who), on=on or today(), everybody=everybody)
    return [one for one in dues(asked) if one.key.startswith(("milestone", "guarantee"))]


def test_both_are_due_at_the_payer_and_the_unit(world, contract):
    for who in (KEEPER, ACCOUNTANT, UNIT):
        rows = found(world, who)
        assert [(one.kind, one.last_day, one.url) for one in rows] == [
            (DueKind.CONTRACT, ON, contract.get_absolute_url())
        ] * 2, who
        assert {one.key.split(":")[0] for one in rows} == {"milestone", "guarantee"}
    for who in (
        ("dong-thap", "auditor"),
        ("dong-thap-centre", "accountant"),
        ("phu-tho", "officer"),
        ("national", "officer"),
    ):
        assert found(world, who) == [], who
    whole = found(world, ("dong-thap", "leader"), everybody=True)
    assert {one.roles for one in whole} == {frozenset({Role.OFFICER, Role.ACCOUNTANT})}


def test_what_is_done_or_over_is_not_due(world, contract):
    assert all(one.is_overdue(ON + timedelta(1)) for one in found(world, KEEPER, on=ON + timedelta(1)))
    Contract.objects.update(state="liquidated")
    assert found(world, KEEPER) == []
    Contract.objects.update(state="amended")
    Milestone.objects.update(done_on=today())
    Guarantee.objects.update(released_on=today())
    assert found(world, KEEPER) == []


def test_one_query_each_whatever_the_rows(world, contract):
    for number in range(3):
        other = sign(world, approved(world), number=f"HĐ-{number}")
        Milestone.objects.create(contract=other, on=ON, content="Mốc", amount=1)
        Guarantee.objects.create(
            contract=other, issuer="A", number="1", amount=1, from_on=ON, to_on=ON, by=other.signed_by
        )
    asked = question(world.actor(*KEEPER), on=today())
    assert asked.actor.agency_ids
    for source in (milestone_dues, guarantee_dues):
        with CaptureQueriesContext(connection) as captured:
            assert len(list(source(asked))) == 4
        assert len(captured) == 1
