"""Two people at one moment: the works of a payment never exceed it."""

import pytest

from khuyencong.finance.models import LedgerEntry, PaymentKind
from khuyencong.outreach import actions
from khuyencong.outreach.models import Work
from khuyencong.outreach.tests.making import MILLION, OFFICER, informing, planned
from khuyencong.testing import at_once, build_world, kinds, pay

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return build_world()


def test_one_payment_does_not_pay_two_works_that_are_more_than_it(world):
    project = informing(world)
    works = [planned(world, project), planned(world, project)]
    pay(world, project, PaymentKind.ADVANCE, 15 * MILLION)
    posting = LedgerEntry.objects.get(project=project, kind="advanced")

    def tie(work):
        return lambda: actions.tie_posting(
            work_id=work.pk, by=world.actor(*OFFICER), version=work.version, posting_id=posting.pk
        )

    assert kinds(at_once(*map(tie, works))) == ["NoneType", "Refused"]
    assert Work.objects.filter(posting=posting).count() == 1
