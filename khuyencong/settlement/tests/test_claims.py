"""Money that comes back: before settlement, after it, and repayable support by a province's own rule."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.desk.due import dues, question
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of
from khuyencong.settlement import actions
from khuyencong.settlement.models import Claim, ClaimBasis, Receipt
from khuyencong.settlement.queries import claims_for, owed_of
from khuyencong.settlement.tests.making import (
    ACCOUNTANT,
    claim,
    fresh,
    paid,
    receive,
    settle,
    settled,
    unearned,
)
from tests.looking import whole_database

SOON, LATER = today() + timedelta(days=20), today() + timedelta(days=200)


def refused_unchanged(act, match, *, article="TT 36/2013"):
    before = whole_database()
    with pytest.raises(Refused, match=match) as refused:
        act()
    assert article in refused.value.article
    assert whole_database() == before


def recover(world, project, amount, document="GNT-01", on=None, version=None):
    return actions.recover(
        project_id=project.pk,
        by=world.actor(*ACCOUNTANT),
        version=version or fresh(project).version,
        amount=amount,
        document=document,
        on=on or today(),
    )


# --- before settlement -------------------------------------------------------------------------------------------------


def test_unearned_money_comes_back_once_and_no_more_than_it_was(world):
    project = unearned(world)
    refused_unchanged(lambda: recover(world, project, 40 * MILLION + 1), "40.000.000 đồng")
    recover(world, project, 15 * MILLION)
    refused_unchanged(lambda: recover(world, project, 5 * MILLION, document=" gnt-01 "), "đã được ghi cho đề án này")
    recover(world, project, 25 * MILLION, document="GNT-02")
    refused_unchanged(lambda: recover(world, project, 1, document="GNT-03"), "Số phải thu hồi là 0 đồng")
    assert balance_of(project).recovered == 40 * MILLION
    assert list(broken_rows()) == []


@pytest.mark.parametrize(("days", "sentence"), [(1, "tương lai"), (-1, "không được trước lần chi gần nhất")])
def test_receipt_in_the_future_or_before_the_payment_is_refused(world, days, sentence):
    project = unearned(world)
    refused_unchanged(lambda: recover(world, project, MILLION, on=today() + timedelta(days=days)), sentence)


def test_nothing_comes_back_before_it_was_paid_out(world):
    project = paid(world)
    refused_unchanged(lambda: recover(world, project, MILLION), "Số phải thu hồi là 0 đồng")


def test_number_of_a_receipt_is_used_once_by_an_agency(world):
    first, second = unearned(world), unearned(world)
    recover(world, first, MILLION)
    refused_unchanged(lambda: recover(world, second, MILLION), "đã được ghi cho một đề án khác")
    receipt = Receipt.objects.get()
    receipt.pk, receipt.entry_id = None, receipt.entry_id + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        receipt.save()


def test_unearned_money_with_a_schedule(world):
    project = unearned(world)
    found = claim(world, project, ClaimBasis.UNEARNED, 40 * MILLION, [(today(), 10 * MILLION), (SOON, 30 * MILLION)])
    refused_unchanged(
        lambda: claim(world, project, ClaimBasis.UNEARNED, MILLION), "Số có thể yêu cầu hoàn trả là 0 đồng"
    )
    recover(world, project, 10 * MILLION)  # counts for the claim
    (owed,) = owed_of(Claim.objects.all(), today())
    assert (owed.received, owed.next_on, owed.next_amount) == (10 * MILLION, SOON, 30 * MILLION)
    receive(world, found, 30 * MILLION, "GNT-02")
    assert balance_of(project).unearned == 0
    assert settle_is_refused(world, project)
    assert list(broken_rows()) == []


def settle_is_refused(world, project):
    with pytest.raises(Refused, match="không có gì để quyết toán"):
        settle(world, fresh(project))
    return True


# --- after settlement --------------------------------------------------------------------------------------------------


def test_what_an_audit_does_not_accept_comes_back_after_settlement(world):
    project = settled(world)
    found = claim(world, project, ClaimBasis.DISALLOWED, 60 * MILLION)
    receive(world, found, 60 * MILLION)
    balance = balance_of(project)
    assert (balance.settled, balance.repaid, balance.paid_out) == (200 * MILLION, 60 * MILLION, 200 * MILLION)
    refused_unchanged(lambda: receive(world, found, 1, "GNT-02"), "Số phải thu hồi là 0 đồng")
    refused_unchanged(lambda: claim(world, project, ClaimBasis.MISUSED, 140 * MILLION + 1), "140.000.000 đồng")
    assert list(broken_rows()) == []


def test_claim_after_settlement_waits_for_the_settlement(world):
    project = paid(world)
    refused_unchanged(lambda: claim(world, project, ClaimBasis.MISUSED), "chưa thu hồi được")
    done = settled(world)
    refused_unchanged(lambda: claim(world, done, ClaimBasis.UNEARNED), "chưa thu hồi được")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"decision": " "}, "số quyết định"),
        ({"amount": 0, "schedule": [(today(), MILLION)]}, "200.000.000 đồng"),
        ({"decided_on": today() + timedelta(days=1)}, "tương lai"),
        ({"decided_on": today() - timedelta(days=1)}, "không được trước"),
        ({"schedule": [(today(), MILLION)]}, "phải bằng"),
        ({"schedule": [(today(), 50 * MILLION + 1), (SOON, -1)]}, "phải bằng"),
        ({"schedule": [(SOON, 20 * MILLION), (SOON, 30 * MILLION)]}, "trùng một ngày"),
        ({"schedule": [(today() - timedelta(days=1), 50 * MILLION)]}, "Hạn nộp không được trước"),
    ],
)
def test_claim_that_cannot_be_is_refused(world, changed, sentence):
    project = settled(world)
    refused_unchanged(lambda: claim(world, project, **changed), sentence)


def test_claim_made_twice_with_one_key_or_one_decision_is_one(world):
    project = settled(world)
    key = uuid4()
    first = claim(world, project, creation_key=key, decision="KL-1")
    assert claim(world, project, creation_key=key, decision="KL-1") == first
    refused_unchanged(lambda: claim(world, project, decision="KL-1", amount=MILLION), "đã được ghi cho đề án này")
    other = settled(world)
    refused_unchanged(lambda: claim(world, other, creation_key=key), "đã được dùng", article="")


def test_only_the_accountant_of_the_payer_claims_and_receives(world):
    project = settled(world)
    found = claim(world, project)
    version = fresh(project).version
    before = whole_database()
    for place, actor in world.actors.items():
        if place == ACCOUNTANT:
            continue
        with pytest.raises(NotAllowed):
            actions.make_claim(
                project_id=project.pk, by=actor, version=version, creation_key=uuid4(), basis=ClaimBasis.MISUSED,
                decision="X", decided_on=today(), amount=1, schedule=[(today(), 1)],
            )  # fmt: skip
        with pytest.raises(NotAllowed):
            actions.receive(claim_id=found.pk, by=actor, version=version, amount=MILLION, document="X", on=today())
    with pytest.raises(Stale):
        actions.receive(
            claim_id=found.pk, by=world.actor(*ACCOUNTANT), version=version - 1, amount=1, document="X", on=today()
        )
    assert whole_database() == before


# --- repayable support -------------------------------------------------------------------------------------------------


def test_repayable_support_is_a_rule_of_the_province_paid_back_by_a_schedule(world):
    project = paid(world)
    schedule = [(SOON, 50 * MILLION), (LATER, 50 * MILLION)]
    refused_unchanged(
        lambda: claim(world, project, ClaimBasis.REPAYABLE, 100 * MILLION, schedule),
        "quy định của tỉnh",
        article="TT 46/2012",
    )
    found = claim(world, project, ClaimBasis.REPAYABLE, 100 * MILLION, schedule, rule="NQ 12/2026/NQ-HĐND Điều 5")
    assert found.article == "NQ 12/2026/NQ-HĐND Điều 5"
    refused_unchanged(lambda: receive(world, found, MILLION), "chưa quyết toán", article="NQ 12/2026")
    settle(world, project)
    receive(world, found, 50 * MILLION)
    (owed,) = owed_of(Claim.objects.all(), today())
    assert (owed.outstanding, owed.next_on) == (50 * MILLION, LATER)


def test_national_money_is_never_repayable(world):
    project = paid(world, "national")
    before = whole_database()
    with pytest.raises(Refused, match="quy định riêng của tỉnh"):
        actions.make_claim(
            project_id=project.pk, by=world.actor("national", "accountant"), version=project.version,
            creation_key=uuid4(), basis=ClaimBasis.REPAYABLE, decision="X", decided_on=today(), amount=MILLION,
            schedule=[(today(), MILLION)], rule="NQ",
        )  # fmt: skip
    assert whole_database() == before


# --- days --------------------------------------------------------------------------------------------------------------


def claims_due(world, on):
    asked = question(world.actor(*ACCOUNTANT), on=on)
    return [one for one in dues(asked) if one.key.startswith("claim:")]


def test_instalments_are_told_before_their_day_and_after_it(world):
    project = settled(world)
    claim(world, project, amount=50 * MILLION, schedule=[(SOON, 20 * MILLION), (LATER, 30 * MILLION)])
    assert claims_due(world, SOON - timedelta(days=31)) == []
    (before,) = claims_due(world, SOON - timedelta(days=5))
    (after,) = claims_due(world, SOON + timedelta(days=5))
    assert not before.is_overdue(SOON - timedelta(days=5))
    assert after.is_overdue(SOON + timedelta(days=5))
    (owed,) = owed_of(Claim.objects.all(), SOON + timedelta(days=5))
    assert owed.overdue == 20 * MILLION
    receive(world, Claim.objects.get(), 20 * MILLION)
    assert claims_due(world, SOON + timedelta(days=5)) == []


def test_list_takes_as_many_queries_for_three_as_for_one(world, django_assert_num_queries):
    actor = world.actor(*ACCOUNTANT)
    claims_for(actor).exists()  # the actor's province is asked once for each actor
    for count in (1, 3):
        while Claim.objects.count() < count:
            claim(world, settled(world))
        with django_assert_num_queries(2):  # the claims, their instalments
            assert len(owed_of(claims_for(actor), today())) == count
    assert owed_of(claims_for(world.actor("phu-tho", "accountant")), today()) == []


# --- a later decision --------------------------------------------------------------------------------------------------


def revise(world, found, schedule, **changed):
    values = {"document": "KL-09", "on": today(), "reason": "Kết luận giảm số phải nộp.", **changed}
    return actions.revise_claim(
        claim_id=found.pk,
        by=world.actor(*ACCOUNTANT),
        version=fresh(found.project).version,
        schedule=schedule,
        **values,
    )


def test_later_decision_owes_less_and_later_and_keeps_what_came(world):
    found = claim(world, settled(world), schedule=[(today(), 20 * MILLION), (SOON, 30 * MILLION)])
    receive(world, found, 25 * MILLION)
    revise(world, found, [(LATER, 15 * MILLION)])
    (owed,) = owed_of(Claim.objects.all(), today())
    assert (owed.claim.amount, owed.outstanding, owed.next_on) == (40 * MILLION, 15 * MILLION, LATER)
    assert list(owed.claim.schedule.values_list("due_on", "amount")) == [
        (today(), 20 * MILLION), (SOON, 5 * MILLION), (LATER, 15 * MILLION),
    ]  # fmt: skip
    receive(world, found, 15 * MILLION, document="GNT-02")
    assert list(broken_rows()) == []


def test_decision_that_is_taken_back_owes_nothing(world):
    project = settled(world)
    found = claim(world, project)
    revise(world, found, [])
    (owed,) = owed_of(Claim.objects.all(), today())
    assert owed.is_done
    assert not [due for due in dues(question(world.actor(*ACCOUNTANT), on=today())) if "hoàn trả" in due.title.lower()]
    claim(world, project, amount=200 * MILLION)  # all of it may be claimed anew
    refused_unchanged(lambda: revise(world, found, []), "đã nộp đủ")


@pytest.mark.parametrize(
    ("schedule", "changed", "match"),
    [
        ([(SOON, 51 * MILLION)], {}, "không được quá số còn phải nộp"),
        ([(SOON, 0)], {}, "kỳ nộp"),
        ([(SOON, MILLION), (SOON, MILLION)], {}, "trùng một ngày"),
        ([], {"document": " "}, "Hãy ghi số văn bản"),
        ([], {"reason": " "}, "lý do"),
        ([], {"on": today() + timedelta(days=1)}, "tương lai"),
    ],
)
def test_later_decision_that_cannot_be_is_refused(world, schedule, changed, match):
    found = claim(world, settled(world))
    refused_unchanged(lambda: revise(world, found, schedule, **changed), match)
