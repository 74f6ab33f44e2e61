"""Two at the same moment: one decision, and no payment that holds more prizes than it paid."""

import pytest

from khuyencong.competitions.models import Certificate, Decision, Prize, Round
from khuyencong.competitions.outcome.actions import prizes, recognising
from khuyencong.competitions.outcome.tests import making
from khuyencong.finance.models import EntryKind
from khuyencong.testing import at_once, build_world, kinds, make_project, pay_rest

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_two_decisions_at_once_are_one():
    world = build_world()
    round_ = making.choose(world, making.make_scored(world, ("90", "80")))

    def decide(number):
        return lambda: recognising.recognise(
            round_id=round_.pk,
            by=making.leader(world),
            version=round_.version,
            **making.decision_fields(number=number),
        )

    assert kinds(at_once(decide("1/QĐ"), decide("2/QĐ"))) == ["NoneType", "Stale"]
    assert (Decision.objects.count(), Certificate.objects.count()) == (1, 2)


def test_prizes_of_two_rounds_do_not_spend_one_payment_twice():
    world = build_world()
    project = make_project(world, state="accepted", support=6_000_000)
    pay_rest(world, project)
    maker = project.beneficiaries.get().establishment
    rounds = [making.award(world, making.decided(world, ("90",), establishments=[maker])) for _ in range(2)]
    Round.objects.update(project=project)
    posting = project.entries.get(kind=EntryKind.PAID).pk
    by = making.officer(world)

    def tie(round_):
        prize = Prize.objects.get(certificate__decision__round=round_)
        version = making.fresh(round_).version
        return lambda: prizes.tie_prize(prize_id=prize.pk, by=by, version=version, posting_id=posting)

    assert kinds(at_once(*(tie(one) for one in rounds))) == ["NoneType", "Refused"]
    assert Prize.objects.filter(posting=posting).count() == 1
