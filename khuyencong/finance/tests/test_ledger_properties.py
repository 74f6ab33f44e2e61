"""Whatever people try, in whatever order: the rules of the ledger hold after every step, refused or not."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyencong.audit.verify import verify_chain
from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError
from khuyencong.core.money import MILLION
from khuyencong.demo.paying import account_of
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of, balance_of_envelope, envelope_rules, project_rules, version_of
from khuyencong.finance.models import LedgerEntry, part_of
from khuyencong.finance.tests.clock import on_day
from khuyencong.finance.tests.random_moves import RIGHT, ROLES, Move, attempt
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Project
from khuyencong.testing import build_world, give_money, make_project, put_in_new_plan

EXAMPLES = 20  # of each kind of đề án
LARGEST = 350 * MILLION  # more than any of them gets
AGENCIES = ("dong-thap", "dong-thap-centre", "national", "region")
# What a life is made of comes often, so that it goes on; the rest comes in between.
COMMON = (
    "sign",
    "advance",
    "approve",
    "pay",
    "accept",
    "accept",
    "final",
    "approve",
    "pay",
    "settle",
    "recover",
    "close",
    "a month",
)

amounts = st.one_of(
    st.sampled_from([60, 100, 100, 200, 200]).map(lambda part: part * MILLION),
    st.integers(1, LARGEST),
    st.integers(-MILLION, 0),
)
strangers = st.tuples(st.sampled_from(AGENCIES), st.sampled_from(ROLES))
moves = st.builds(
    Move,
    name=st.one_of(st.sampled_from(COMMON), st.sampled_from(COMMON), st.sampled_from([*RIGHT, "a month"])),
    amount=amounts,
    who=st.one_of(st.none(), st.none(), st.none(), st.none(), strangers),
    back=st.sampled_from([0, 0, 0, 1, 20, 45]),
    which=st.integers(0, 5),
)
# Single and group, local and national, with the money held by an agency below and by the funder itself.
KINDS = {
    "local, single": {"source": "local"},
    "local, group": {"source": "local", "beneficiaries": 2, "support": 100 * MILLION, "total": 300 * MILLION},
    "local, spent by the centre": {"source": "local", "payer": "dong-thap-centre"},
    "national, single": {"source": "national"},
    "national, of a regional centre": {"source": "national", "unit": "region"},
}


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys())
def world(request, db):
    """One đề án that is approved, one that waits in a plan, and some free money."""
    world, kind = build_world(), dict(request.param)
    payer, source = kind.pop("payer", ""), kind["source"]
    national = source == "national"
    appraised, holder = ("central_appraised", "national") if national else ("base_appraised", "dong-thap")
    if payer:
        _approved_for(world, payer, make_project(world, state=appraised, **kind))
    else:
        make_project(world, state="approved", **kind)
    give_money(world, agency=holder, source=source, year=today().year, amount=250 * MILLION)
    put_in_new_plan(world, make_project(world, state=appraised, **kind))
    account_of(world, Project.objects.latest("pk"))
    return world


def _approved_for(world, payer, project):
    """The department plans and approves it, the agency below spends the money that was delegated to it."""
    give_money(world, agency="dong-thap", source="local", year=project.year, amount=200 * MILLION)
    envelope = Envelope.objects.get()
    money.delegate_envelope(
        envelope_id=envelope.pk, version=version_of(envelope), by=world.actor("dong-thap", "accountant"),
        to=world.agencies[payer], amount=200 * MILLION, document="1/GL", on=today(),
    )  # fmt: skip
    appraiser = world.actor("dong-thap", "appraiser")
    plan = money.create_plan(by=appraiser, year=project.year, source="local", title="Kế hoạch", round_=90)
    money.put_in_plan(
        plan_id=plan.pk, version=plan.version, project_id=project.pk, by=appraiser, payer=world.agencies[payer]
    )
    plan.refresh_from_db()
    money.approve_plan(
        plan_id=plan.pk, version=plan.version, by=world.actor("dong-thap", "leader"), decision_number="1/QĐ",
        decision_on=today(), decided_by="Ai",
    )  # fmt: skip


def assert_every_rule_holds():
    """What the ledger says, added up here by hand once more beside the rules of the program."""
    for project in Project.objects.all():
        balance, part = balance_of(project), part_of(project)
        assert list(project_rules(balance, part)) == []
        assert 0 <= balance.paid_out <= balance.contracted <= balance.approved_now <= balance.planned
        assert balance.accepted <= balance.contracted
        assert balance.settled in {0, balance.paid_out}
    for envelope in Envelope.objects.all():
        balance = balance_of_envelope(envelope)
        assert list(envelope_rules(balance)) == []
        assert 0 <= balance.committed <= balance.disposable


def walk(world, sequence):
    """Try the moves one after the other, on days that go on; the names of those that went through."""
    day, done = today(), []
    for move in sequence:
        if move.name == "a month":
            day += timedelta(days=31)
            continue
        with on_day(day), suppress(DomainError), transaction.atomic():
            attempt(world, move)
            done.append(move.name)
        assert_every_rule_holds()
    return done


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(moves, min_size=4, max_size=14))
def test_no_sequence_of_moves_breaks_a_rule(world, sequence):
    with transaction.atomic():
        walk(world, sequence)
        assert list(broken_rows()) == []
        assert verify_chain() is None
        transaction.set_rollback(True)


# A whole life in which a month is closed before the papers of its end arrive: nothing is left to chance here.
LIFE = [
    Move("sign", 200 * MILLION),
    Move("advance", 60 * MILLION),
    Move("approve"),
    Move("pay"),
    Move("delegate", 20 * MILLION, which=1),
    Move("close"),  # too early: the month has not ended
    Move("a month"),
    Move("close"),
    Move("accept", 200 * MILLION, back=31),
    Move("accept", 200 * MILLION),
    Move("final", 140 * MILLION),
    Move("approve"),
    Move("pay"),
    Move("carry", 10 * MILLION, which=0),
    Move("return", 10 * MILLION, which=0),
    Move("settle"),
    Move("reopen"),
]


def test_a_whole_life_goes_through(world):
    done = walk(world, LIFE)
    assert {"sign", "advance", "approve", "pay", "accept", "final", "settle", "close", "reopen"} <= set(done)
    assert list(broken_rows()) == []
    assert verify_chain() is None
    assert LedgerEntry.objects.filter(kind="settled").count() == 1
