"""What is asked for before a payment beyond its sum: own papers, progress after another ratio, who pays for a merged agency."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.demo.paying import account_of
from khuyencong.finance import actions as money
from khuyencong.finance.models import Contract, Payment, PaymentKind, PaymentRule
from khuyencong.finance.payment_rules import conditions_of
from khuyencong.finance.tests.clock import on_day
from khuyencong.law.papers import Stage
from khuyencong.people.models import Agency
from khuyencong.projects.actions import ask_for_paper
from khuyencong.projects.models import Project
from khuyencong.testing import accept_next, make_project, pay
from khuyencong.treasury.queries import matchable

LEADER, ACCOUNTANT = ("dong-thap", "leader"), ("dong-thap", "accountant")


def prepare(world, project, kind=PaymentKind.ADVANCE, amount=10 * MILLION, who=ACCOUNTANT):
    project = Project.objects.get(pk=project.pk)
    return money.prepare_payment(
        project_id=project.pk, by=world.actor(*who), version=project.version, creation_key=uuid4(), kind=kind,
        amount=amount, condition_document="BC-01",
    )  # fmt: skip


def step(world, act, payment, who, **given):
    version = Project.objects.values_list("version", flat=True).get(pk=payment.project_id)
    act(payment_id=payment.pk, by=world.actor(*who), version=version, **given)
    payment.refresh_from_db()
    return payment


def test_paper_that_the_agency_made_obligatory_stops_local_money_too(world, everything):
    project = make_project(world, state="in_progress", source="local")
    ask_for_paper(
        project_id=project.pk, by=world.actor("dong-thap", "officer"), version=project.version, stage=Stage.ADVANCE,
        text="Bảo lãnh tạm ứng của ngân hàng", basis="Quy định 01/QĐ-SCT",
    )  # fmt: skip
    before = everything()
    with pytest.raises(Refused, match="Bảo lãnh tạm ứng của ngân hàng"):
        prepare(world, project)
    assert everything() == before


def test_decision_about_another_ratio_stands_for_the_progress(world):
    """TT 36/2013 Đ16: the head of the Cục decides ratio and papers; without it machinery waits for 70 % of the investment."""
    project = make_project(world, state="in_progress", source="national")
    part = project.contract_part
    codes = {one.code for one in conditions_of(project, part, PaymentKind.ADVANCE, MILLION, on=today())}
    assert "progress_not_confirmed" in codes
    money.decide_advance(
        project_id=project.pk, by=world.actor("national", "leader"), version=project.version, percent=Decimal(50),
        document="12/QĐ-CĐMST", decided_on=today(), decided_by="Cục trưởng Thử Nghiệm", condition="Hợp đồng mua máy",
    )  # fmt: skip
    part.refresh_from_db()
    codes = {one.code for one in conditions_of(project, part, PaymentKind.ADVANCE, MILLION, on=today())}
    assert "progress_not_confirmed" not in codes


def test_first_advance_of_several_years_is_paid_once(world, everything):
    project = make_project(world, state="in_progress")
    Project.objects.filter(pk=project.pk).update(ends_on=today().replace(year=today().year + 1, month=6, day=1))
    project.refresh_from_db()
    pay(world, project, PaymentKind.ADVANCE, 20 * MILLION)
    before = everything()
    with pytest.raises(Refused, match="Tạm ứng lần tiếp theo") as refused:
        prepare(world, project)
    assert "khoản 2 Điều 15" in refused.value.article
    assert everything() == before


def test_later_acceptance_does_not_hold_up_an_earlier_payment(world):
    """A is accepted and paid by a voucher; B is accepted after that day, before the voucher is written down."""
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    accept_next(world, project)
    payment = prepare(world, project, PaymentKind.FINAL, 100 * MILLION)
    step(world, money.approve_payment, payment, LEADER)
    voucher_on = today()
    with on_day(today() + timedelta(days=9)):
        accept_next(world, Project.objects.get(pk=project.pk))
        step(world, money.mark_paid, payment, ACCOUNTANT, voucher_number="UNC-77", voucher_on=voucher_on)
    assert payment.state == "paid"


def test_nothing_is_amended_under_money_that_is_on_its_way(world, everything):
    project = make_project(world, state="in_progress")
    payment = step(world, money.approve_payment, prepare(world, project), LEADER)
    contract = Contract.objects.get()
    before = everything()
    given = {"signed_on": today(), "reason": "Giảm", "ends_on": None, "creation_key": uuid4(), "number": "PL-1"}
    with pytest.raises(Refused, match=r"đang có khoản chi 10\.000\.000 đồng"):
        money.amend_contract(
            contract_id=contract.pk, by=world.actor(*LEADER), version=contract.version, values={project.pk: 90 * MILLION},
            **given,
        )  # fmt: skip
    with pytest.raises(Refused, match="đang có khoản chi"):
        money.decide_advance(
            project_id=project.pk, by=world.actor(*LEADER), version=Project.objects.get().version, percent=Decimal(5),
            document="1/QĐ", decided_on=today(), decided_by="A",
        )  # fmt: skip
    assert everything() == before
    step(world, money.mark_paid, payment, ACCOUNTANT, voucher_number="UNC-1", voucher_on=today())


def test_account_that_has_ended_takes_no_more_money(world, everything):
    project = make_project(world, state="in_progress")
    account = account_of(world, project)
    account.to_on = today() - timedelta(days=1)
    account.save()
    before = everything()
    with pytest.raises(Refused, match="đã ngừng dùng") as refused:
        prepare(world, project)
    assert refused.value.article == "TT 36/2013 Đ12.2"
    assert everything() == before


def test_who_took_over_pays_by_its_own_rule_and_book(world):
    """The Sở of a merged province: its đề án are paid, checked and matched as those of the Sở that took over."""
    project = make_project(world, state="in_progress", province="25", unit="phu-tho-centre")
    old, new = project.payer, world.agencies["dong-thap"]
    Agency.objects.filter(pk=old.pk).update(successor=new, active_to=today() - timedelta(days=1))
    PaymentRule.objects.create(
        agency=new, from_amount=MILLION, starts_on=today(), set_by=world.actor(*LEADER).user, creation_key=uuid4()
    )
    world.actor(*ACCOUNTANT).__dict__.pop("agency_ids", None)
    payment = prepare(world, project)
    assert (payment.payer, payment.needs_check) == (new, True)
    before = Payment.objects.filter(pk=payment.pk)
    before.update(payer=old, state="approved", approved_by=world.actor(*LEADER).user, needs_check=False)
    assert [one.pk for one in matchable(new.pk, [])] == [payment.pk]
