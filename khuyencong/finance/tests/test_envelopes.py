"""Money on its way through agencies and years: given, delegated, carried over, returned."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of, balance_of_envelope, envelope_of, envelopes_of, version_of
from khuyencong.finance.models import EntryKind, LedgerEntry, PaymentKind
from khuyencong.finance.tests.clock import on_day
from khuyencong.finance.tests.steps import ACCOUNTANT
from khuyencong.programmes.models import Envelope, Spending
from khuyencong.testing import accept_next, approve_in_plan, give_money, make_project, pay, put_in_new_plan, settle

YEAR = today().year
CENTRE_ACCOUNTANT = ("dong-thap-centre", "accountant")


def envelope(world, *, agency="dong-thap", year=YEAR, amount=500 * MILLION):
    """An envelope with that much money; 0: an envelope that was never given any."""
    if amount:
        give_money(world, agency=agency, source="local", year=year, amount=amount)
    return Envelope.objects.get(agency=world.agencies[agency], year=year)


def delegate(world, found, amount, *, to="dong-thap-centre", by=ACCOUNTANT, document="12/QĐ-SCT"):
    return money.delegate_envelope(
        envelope_id=found.pk,
        version=version_of(found),
        by=world.actor(*by),
        to=world.agencies[to],
        amount=amount,
        document=document,
        on=today(),
    )


def test_money_of_two_kinds_of_spending_lies_in_two_envelopes(world):
    recurrent = envelope(world)
    money.give_envelope(
        by=world.actor(*ACCOUNTANT),
        year=YEAR,
        source="local",
        spending=Spending.INVESTMENT,
        amount=70 * MILLION,
        document="9/QĐ",
        on=today(),
    )
    investment = Envelope.objects.get(spending=Spending.INVESTMENT)
    assert balance_of_envelope(recurrent).free == 500 * MILLION
    assert balance_of_envelope(investment).free == 70 * MILLION
    assert str(investment).endswith("chi đầu tư phát triển")


def test_project_of_investment_money_waits_for_its_own_envelope(world):
    project = make_project(world, state="base_appraised")
    envelope(world)
    type(project).objects.filter(pk=project.pk).update(spending=Spending.INVESTMENT)
    with pytest.raises(Refused, match="chi đầu tư phát triển"):
        put_in_new_plan(world, project)


def test_delegated_money_leaves_one_envelope_and_arrives_in_the_other(world):
    department = envelope(world)
    delegate(world, department, 200 * MILLION)
    centre = Envelope.objects.get(agency=world.agencies["dong-thap-centre"])
    assert balance_of_envelope(department).free == 300 * MILLION
    assert balance_of_envelope(centre).given == 200 * MILLION
    delegate(world, department, -50 * MILLION, document="13/QĐ-SCT")
    assert balance_of_envelope(department).delegated == 150 * MILLION
    assert balance_of_envelope(centre).free == 150 * MILLION
    assert list(broken_rows()) == []


@pytest.mark.parametrize(
    ("amount", "to", "document", "sentence"),
    [
        (501 * MILLION, "dong-thap-centre", "1/QĐ", "vượt hạn mức"),
        (0, "dong-thap-centre", "1/QĐ", "khác 0"),
        (MILLION, "dong-thap-centre", " ", "số quyết định"),
        (MILLION, "phu-tho-centre", "1/QĐ", "cấp dưới"),
        (MILLION, "national", "1/QĐ", "cấp dưới"),
        (MILLION, "dong-thap", "1/QĐ", "chính mình"),
        (-MILLION, "dong-thap-centre", "1/QĐ", "âm"),
    ],
)
def test_delegation_that_cannot_be_changes_nothing(world, everything, amount, to, document, sentence):
    department = envelope(world)
    before = everything()
    with pytest.raises(Refused, match=sentence):
        delegate(world, department, amount, to=to, document=document)
    assert everything() == before


def test_same_decision_delegates_once_to_an_agency(world, everything):
    department = envelope(world)
    delegate(world, department, MILLION)
    before = everything()
    with pytest.raises(Refused, match="đã được ghi"):
        delegate(world, department, MILLION)
    assert everything() == before


def test_only_the_accountant_of_the_envelope_moves_its_money(world, everything):
    department = envelope(world)
    before = everything()
    for place, actor in world.actors.items():
        if place != ACCOUNTANT:
            for act in (
                lambda by: money.delegate_envelope(
                    envelope_id=department.pk,
                    version=version_of(department),
                    by=by,
                    to=world.agencies["dong-thap-centre"],
                    amount=1,
                    document="1",
                    on=today(),
                ),
                lambda by: money.return_money(
                    envelope_id=department.pk, version=version_of(department), by=by, amount=1, document="1", on=today()
                ),
                lambda by: money.carry_over(
                    envelope_id=department.pk,
                    version=version_of(department),
                    by=by,
                    free=1,
                    parts={},
                    document="1",
                    on=today(),
                ),
            ):
                with pytest.raises(NotAllowed):
                    act(actor)
    assert everything() == before


def planned_for_the_centre(world):
    """A draft plan of the department whose project the centre will pay, from 200 triệu delegated to it."""
    department = envelope(world)
    delegate(world, department, 200 * MILLION)
    project = make_project(world, state="base_appraised", support=150 * MILLION, total=400 * MILLION)
    officer = world.actor("dong-thap", "officer")
    plan = money.create_plan(by=officer, year=YEAR, source="local", title="Kế hoạch")
    money.put_in_plan(
        plan_id=plan.pk,
        version=plan.version,
        project_id=project.pk,
        by=officer,
        payer=world.agencies["dong-thap-centre"],
    )
    plan.refresh_from_db()
    project.refresh_from_db()
    return plan, project


def approve(world, plan):
    return money.approve_plan(
        plan_id=plan.pk,
        version=plan.version,
        by=world.actor("dong-thap", "leader"),
        decision_number="5/QĐ-UBND",
        decision_on=today(),
        decided_by="Chủ tịch Thử Nghiệm",
    )


def test_whom_money_was_delegated_to_pays_and_the_department_still_decides(world):
    plan, project = planned_for_the_centre(world)
    approve(world, plan)
    project.refresh_from_db()
    centre = Envelope.objects.get(agency=world.agencies["dong-thap-centre"])
    assert envelope_of(project) == centre
    assert balance_of_envelope(centre).committed == 150 * MILLION
    assert (project.funder, project.payer) == (world.agencies["dong-thap"], world.agencies["dong-thap-centre"])
    contract = {
        "project_id": project.pk,
        "version": project.version,
        "kind": "contract",
        "number": "HĐ",
        "signed_on": today(),
        "ends_on": None,
        "value": 150 * MILLION,
    }
    with pytest.raises(NotAllowed):
        money.sign_contract(by=world.actor("dong-thap", "leader"), **contract)
    money.sign_contract(by=world.actor("dong-thap-centre", "leader"), **contract)
    project.refresh_from_db()
    with pytest.raises(NotAllowed):
        money.stop(
            project_id=project.pk,
            by=world.actor("dong-thap-centre", "leader"),
            version=project.version,
            document="QĐ",
            on=today(),
            reason="Thử",
        )
    assert list(broken_rows()) == []


def test_payer_without_delegated_money_is_refused(world, everything):
    envelope(world)
    project = make_project(world, state="base_appraised")
    officer = world.actor("dong-thap", "officer")
    plan = money.create_plan(by=officer, year=YEAR, source="local", title="Kế hoạch")
    before = everything()
    with pytest.raises(Refused, match="giao lại"):
        money.put_in_plan(
            plan_id=plan.pk,
            version=plan.version,
            project_id=project.pk,
            by=officer,
            payer=world.agencies["dong-thap-centre"],
        )
    assert everything() == before


def test_project_taken_out_of_the_plan_is_paid_by_its_funder_again(world):
    plan, project = planned_for_the_centre(world)
    money.take_out_of_plan(
        plan_id=plan.pk, version=plan.version, project_id=project.pk, by=world.actor("dong-thap", "officer")
    )
    project.refresh_from_db()
    assert project.payer == project.funder
    assert balance_of(project).planned == 0
    assert list(broken_rows()) == []


def test_delegated_money_that_is_approved_is_not_taken_back(world, everything):
    plan, _ = planned_for_the_centre(world)
    approve(world, plan)
    before = everything()
    with pytest.raises(Refused, match="vượt hạn mức"):
        delegate(world, Envelope.objects.get(agency=world.agencies["dong-thap"]), -51 * MILLION, document="99/QĐ")
    assert everything() == before


def test_unused_money_is_returned_once_and_never_more_than_is_free(world, everything):
    found = envelope(world)
    back = {"envelope_id": found.pk, "by": world.actor(*ACCOUNTANT), "on": today()}
    money.return_money(amount=100 * MILLION, document="7/QĐ", version=version_of(found), **back)
    assert balance_of_envelope(found).free == 400 * MILLION
    before = everything()
    for amount, document, sentence in (
        (MILLION, "7/QĐ", "đã được ghi"),
        (401 * MILLION, "8/QĐ", "vượt hạn mức"),
        (-MILLION, "8/QĐ", "lớn hơn 0"),
    ):
        with pytest.raises(Refused, match=sentence):
            money.return_money(amount=amount, document=document, version=version_of(found), **back)
    assert everything() == before


def carry(world, found, *, free=0, parts=None, document="3/QĐ-UBND"):
    return money.carry_over(
        envelope_id=found.pk,
        version=version_of(found),
        by=world.actor(*ACCOUNTANT),
        free=free,
        parts=parts or {},
        document=document,
        on=today(),
    )


def test_project_takes_what_it_has_not_spent_into_the_next_year(world):
    """Approval by beneficiary, contract and payments go on as before, from the envelope of the next year."""
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    pay(world, project, PaymentKind.ADVANCE, 120 * MILLION)
    project.refresh_from_db()
    first = envelope_of(project)
    carry(world, first, parts={project.pk: 80 * MILLION})
    second = Envelope.objects.get(year=YEAR + 1)
    assert balance_of_envelope(first).free == 0
    assert balance_of_envelope(first).committed == 120 * MILLION
    assert balance_of_envelope(second).given == balance_of_envelope(second).committed == 80 * MILLION
    assert envelopes_of(project) == (first, second)
    assert balance_of(project).approved_now == balance_of(project).planned == 200 * MILLION
    project.refresh_from_db()
    for _ in range(2):
        accept_next(world, project)
        project.refresh_from_db()
    with pytest.raises(Refused, match=f"năm {YEAR} còn 0 đồng"):
        pay(world, project, PaymentKind.FINAL, 80 * MILLION)  # next year's money waits for next year
    with on_day(date(YEAR + 1, 3, 1)):
        pay(world, project, PaymentKind.FINAL, 80 * MILLION)
        project.refresh_from_db()
        assert balance_of_envelope(second).paid_out == 80 * MILLION
        settle(world, project)
    assert list(broken_rows()) == []


def test_settlement_gives_the_rest_back_to_the_latest_year_first(world):
    project = make_project(world, state="approved", support=200 * MILLION, total=500 * MILLION)
    first = envelope_of(project)
    carry(world, first, parts={project.pk: 80 * MILLION})
    project.refresh_from_db()
    money.stop(
        project_id=project.pk,
        by=world.actor("dong-thap", "leader"),
        version=project.version,
        document="QĐ ngừng",
        on=today(),
        reason="Thử",
    )
    second = Envelope.objects.get(year=YEAR + 1)
    assert balance_of_envelope(second).released == 80 * MILLION
    assert balance_of_envelope(first).released == 120 * MILLION
    assert list(broken_rows()) == []


def test_form_of_an_hour_ago_moves_nothing(world, everything):
    found = envelope(world)
    old = version_of(found)
    delegate(world, found, MILLION)
    before = everything()
    with pytest.raises(Stale, match="đã thay đổi"):
        money.return_money(
            envelope_id=found.pk, version=old, by=world.actor(*ACCOUNTANT), amount=1, document="9/QĐ", on=today()
        )
    assert everything() == before


def test_free_money_is_carried_over(world):
    found = envelope(world)
    carry(world, found, free=100 * MILLION)
    assert balance_of_envelope(found).free == 400 * MILLION
    assert balance_of_envelope(Envelope.objects.get(year=YEAR + 1)).free == 100 * MILLION


def test_carrying_over_more_than_there_is_changes_nothing(world, everything):
    project = make_project(world, state="in_progress")
    done = make_project(world, state="settled")
    pay(world, project, PaymentKind.ADVANCE, 100 * MILLION)
    found = envelope_of(project)
    before = everything()
    for free, parts, sentence in (
        (0, {project.pk: 101 * MILLION}, "chỉ còn 100.000.000"),
        (MILLION, {project.pk: 100 * MILLION}, "vượt hạn mức"),
        (0, {done.pk: 1}, "không còn ở trạng thái"),
        (0, {project.pk: 0}, "lớn hơn 0"),
        (-1, {project.pk: 2}, "lớn hơn 0"),
        (0, {}, "khác 0"),
    ):
        with pytest.raises(Refused, match=sentence):
            carry(world, found, free=free, parts=parts)
    assert everything() == before


def test_check_finds_money_that_left_and_never_arrived(world):
    department = envelope(world)
    delegate(world, department, MILLION)
    centre = Envelope.objects.get(agency=world.agencies["dong-thap-centre"])
    LedgerEntry.objects.create(
        kind=EntryKind.DELEGATED,
        amount=5,
        envelope=department,
        other_envelope=centre,
        on=today(),
        document="14/QĐ",
        by=world.actor(*ACCOUNTANT).user,
    )
    assert [row for row in broken_rows() if "14/QĐ" in row]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": EntryKind.DELEGATED, "amount": 5},  # no other end
        {"kind": EntryKind.CARRIED, "amount": 5},
        {"kind": EntryKind.RETURNED, "amount": 5, "other": True},
        {"kind": EntryKind.GIVEN, "amount": 5, "other": "self"},
        {"kind": EntryKind.REDUCED, "amount": -5, "project": True},
        {"kind": EntryKind.DELEGATED, "amount": 5, "other": True, "project": True},
        {"kind": EntryKind.APPROVED, "amount": 5, "other": True, "project": True},
    ],
)
def test_database_refuses_movements_that_cannot_be(world, wrong):
    project = make_project(world)
    found, other = envelope(world), envelope(world, year=YEAR + 1)
    ends = {True: other, "self": found}
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            kind=wrong["kind"],
            amount=wrong["amount"],
            envelope=found,
            other_envelope=ends.get(wrong.get("other")),
            project=project if "project" in wrong else None,
            on=today(),
            document="1",
            by=world.actor(*ACCOUNTANT).user,
        )


def test_approval_in_the_plan_still_fits_one_envelope(world):
    approve_in_plan(world, make_project(world, state="base_appraised"))
    assert list(broken_rows()) == []
