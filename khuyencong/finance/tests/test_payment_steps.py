"""The steps of a payment: who may take which from where, three hands, the agency's rule, and every refusal."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.demo.handing_in import hand_in_stage
from khuyencong.demo.paying import account_of
from khuyencong.demo.walk import confirm_progress
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of
from khuyencong.finance.models import Contract, LedgerEntry, Payment, PaymentKind, PaymentRule, PaymentState
from khuyencong.finance.payment_states import TRANSITIONS, permissions_of
from khuyencong.finance.tests.steps import ACCOUNTANT, AMOUNT, LEADER, approved_payment, mark_paid, waiting_payment
from khuyencong.law.papers import Stage
from khuyencong.monitoring.models import ProgressReport
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import allowed
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project
from khuyencong.testing import make_project, pay

OFFICER = ("dong-thap", "officer")
ACT = {
    "check": money.check_payment,
    "approve": money.approve_payment,
    "pay": lambda **given: money.mark_paid(**given, voucher_number="UNC-1", voucher_on=today()),
    "return": lambda **given: money.return_payment(**given, reason="Sai"),
    "reverse": lambda **given: money.reverse_payment(**given, reason="Ngân hàng trả lại", document="TB-1", on=today()),
}


@pytest.fixture
def project(world):
    return make_project(world, state="in_progress")


def set_rule(world, amount, **more):
    return money.set_payment_rule(
        by=world.actor(*LEADER), creation_key=uuid4(), from_amount=amount, starts_on=more.pop("on", today()), **more
    )


def prepare(world, project, amount=AMOUNT, kind=PaymentKind.ADVANCE, **more):
    project.refresh_from_db()
    key = "national" if project.source == "national" else "dong-thap"
    return money.prepare_payment(
        project_id=project.pk, by=world.actor(key, "accountant"), version=project.version, creation_key=uuid4(),
        kind=kind, amount=amount, **({"condition_document": "BC-01"} | more),
    )  # fmt: skip


def step(world, name, payment, who):
    version = Project.objects.values_list("version", flat=True).get(pk=payment.project_id)
    actor = who if isinstance(who, Actor) else world.actor(*who)
    found = ACT[name](payment_id=payment.pk, by=actor, version=version)
    payment.refresh_from_db()
    return found


def bring_to(world, project, state, *, check):
    """A payment in that state."""
    if check:
        set_rule(world, 0)
    payment = waiting_payment(world, project)
    road = {
        PaymentState.PREPARED: [],
        PaymentState.CHECKED: [("check", OFFICER)],
        PaymentState.APPROVED: [*([("check", OFFICER)] if check else []), ("approve", LEADER)],
    }
    road[PaymentState.SENT] = road[PaymentState.APPROVED]
    road[PaymentState.PAID] = [*road[PaymentState.APPROVED], ("pay", ACCOUNTANT)]
    road[PaymentState.RETURNED] = [("return", LEADER)]
    road[PaymentState.REVERSED] = [*road[PaymentState.PAID], ("reverse", LEADER)]
    for name, who in road[state]:
        step(world, name, payment, who)
    if state == PaymentState.SENT:
        money.send_payments(payment_ids=[payment.pk], by=world.actor(*ACCOUNTANT), on=today(), document="BK-1")
        payment.refresh_from_db()
    assert payment.state == state
    return payment


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [False, True], ids=["unchecked", "checked"])
@pytest.mark.parametrize("state", list(PaymentState))
def test_only_the_rows_of_the_table_are_ways(world, project, everything, state, check):
    if state == PaymentState.CHECKED and not check:
        pytest.skip("only a payment that must be checked is")
    payment = bring_to(world, project, state, check=check)
    ways = {row.name for row in TRANSITIONS if row.source == state and row.check in {None, check}}
    hands = {"check": OFFICER, "approve": LEADER, "pay": ACCOUNTANT, "return": LEADER, "reverse": LEADER}
    if state == PaymentState.SENT:
        hands["return"] = ACCOUNTANT
    before = everything()
    for name, who in hands.items():
        if name not in ways:
            with pytest.raises(Refused):
                step(world, name, payment, who)
    assert everything() == before
    for name in ways - {"send"}:
        with transaction.atomic():
            step(world, name, payment, hands[name])
            assert payment.state == next(
                row.target
                for row in TRANSITIONS
                if row.name == name and row.source == state and row.check in {None, check}
            )
            transaction.set_rollback(True)
        payment.refresh_from_db()


@pytest.mark.parametrize("name", ["check", "approve", "pay", "return", "reverse"])
def test_everybody_else_is_turned_away(world, project, everything, name):
    state = {"pay": PaymentState.APPROVED, "reverse": PaymentState.PAID}.get(name, PaymentState.PREPARED)
    payment = bring_to(world, project, state, check=name == "check")
    before = everything()
    for actor in world.actors.values():
        if not any(allowed(actor, one, project) for one in permissions_of(name, state)):
            with pytest.raises(NotAllowed):
                step(world, name, payment, actor)
    with pytest.raises(Stale):
        ACT[name](
            payment_id=payment.pk,
            by=world.actor(*LEADER if name in {"approve", "return", "reverse"} else ACCOUNTANT),
            version=1,
        )
    assert everything() == before


def test_three_persons_prepare_check_and_approve_and_the_approver_does_not_pay(world, project, everything):
    set_rule(world, 0)
    payment = waiting_payment(world, project)
    accountant, officer, leader = (world.actor(*who) for who in (ACCOUNTANT, OFFICER, LEADER))

    def hat(person, role):
        return Actor(person.user, person.agency, role, "thử")

    before = everything()
    with pytest.raises(Refused, match="không được tự kiểm tra"):
        step(world, "check", payment, accountant)
    with pytest.raises(Refused, match="phải được kiểm tra trước"):
        step(world, "approve", payment, leader)
    assert everything() == before
    step(world, "check", payment, officer)
    with pytest.raises(Refused, match="không được tự duyệt"):
        step(world, "approve", payment, hat(accountant, Role.LEADER))
    with pytest.raises(Refused, match="Người kiểm tra"):
        step(world, "approve", payment, hat(officer, Role.LEADER))
    step(world, "approve", payment, leader)
    before = everything()
    with pytest.raises(Refused, match="Người duyệt"):
        step(world, "pay", payment, hat(leader, Role.ACCOUNTANT))
    assert everything() == before
    step(world, "pay", payment, accountant)
    assert (payment.checked_by, payment.approved_by, payment.paid_by) == (officer.user, leader.user, accountant.user)


@pytest.mark.parametrize(
    ("field", "other"), [("checked_by", "prepared_by"), ("approved_by", "prepared_by"), ("approved_by", "checked_by"),
                         ("paid_by", "approved_by")]
)  # fmt: skip
def test_the_database_keeps_the_hands_apart(world, project, field, other):
    payment = bring_to(world, project, PaymentState.PAID, check=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**{field: getattr(payment, other)})


def test_the_trail_tells_every_step(world, project):
    bring_to(world, project, PaymentState.PAID, check=True)
    found = AuditEvent.objects.filter(action__startswith="payment.").order_by("seq").values_list("action", flat=True)
    assert list(found) == ["payment.rule", "payment.prepare", "payment.check", "payment.approve", "payment.pay"]


# --- the agency's rule -----------------------------------------------------------------------------------------------


def test_without_a_rule_nothing_is_checked_and_with_one_from_its_amount_on(world, project):
    assert not prepare(world, project).needs_check
    step(world, "return", Payment.objects.get(), LEADER)
    set_rule(world, AMOUNT + 1)
    assert not prepare(world, project).needs_check
    step(world, "return", Payment.objects.last(), LEADER)
    set_rule(world, AMOUNT)
    assert prepare(world, project).needs_check
    step(world, "return", Payment.objects.last(), LEADER)
    set_rule(world, None)
    assert not prepare(world, project).needs_check
    set_rule(world, 0, on=today() + timedelta(days=1))
    assert PaymentRule.objects.count() == 4


def test_a_rule_is_set_by_leader_or_accountant_from_today_on(world, everything):
    before = everything()
    for (agency, role), actor in world.actors.items():
        if role not in {"leader", "accountant"}:
            with pytest.raises(NotAllowed):
                money.set_payment_rule(by=actor, creation_key=uuid4(), from_amount=1, starts_on=today())
        assert agency
    with pytest.raises(Refused, match="quá khứ"):
        set_rule(world, 1, on=today() - timedelta(days=1))
    with pytest.raises(Refused, match="âm"):
        set_rule(world, -1)
    assert everything() == before
    key = uuid4()
    for _ in range(2):
        money.set_payment_rule(by=world.actor(*LEADER), creation_key=key, from_amount=1, starts_on=today())
    assert PaymentRule.objects.count() == 1


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [0, -1, -AMOUNT])
def test_nothing_and_less_than_nothing_are_refused(world, project, everything, amount):
    before = everything()
    with pytest.raises(Refused, match="lớn hơn 0"):
        prepare(world, project, amount)
    assert everything() == before


def test_one_open_payment(world, project, everything):
    payment = approved_payment(world, project)
    before = everything()
    with pytest.raises(Refused, match="chưa xong"):
        prepare(world, project)
    assert everything() == before
    payment.pk, payment.creation_key, payment._state.adding = None, uuid4(), True
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.save()


@pytest.mark.parametrize(
    ("days", "words"), [(1, "tương lai"), (-1, "trước ngày ký hợp đồng"), (-400, "trước ngày ký hợp đồng")]
)
def test_a_voucher_is_not_dated_in_the_future_nor_before_the_contract(world, project, everything, days, words):
    payment = approved_payment(world, project)
    before = everything()
    with pytest.raises(Refused, match=words) as refusal:
        mark_paid(world, payment, on=today() + timedelta(days=days))
    assert refusal.value.article == "TT 36/2013 Đ12.4"
    assert everything() == before


def test_a_voucher_is_not_dated_before_approval_sending_or_acceptance(world, project, everything):
    payment = approved_payment(world, project)
    long_ago = today() - timedelta(days=30)
    Contract.objects.update(signed_on=long_ago)
    yesterday = today() - timedelta(days=1)
    before = everything()
    with pytest.raises(Refused, match="trước ngày duyệt chi"):
        mark_paid(world, payment, on=yesterday)
    Payment.objects.update(approved_at=payment.approved_at - timedelta(days=20), state="sent", sent_on=today())
    with pytest.raises(Refused, match="trước ngày gửi kho bạc"):
        mark_paid(world, payment, on=yesterday)
    assert before["events"] == everything()["events"]
    accepted = make_project(world, state="accepted")
    Contract.objects.update(signed_on=long_ago)
    final = approved_payment(world, accepted, PaymentKind.FINAL)
    Payment.objects.filter(pk=final.pk).update(approved_at=final.approved_at - timedelta(days=20))
    with pytest.raises(Refused, match="trước ngày nghiệm thu"):
        mark_paid(world, final, on=yesterday)


def test_a_voucher_number_is_used_once_by_a_payer_in_a_year(world, project, everything):
    mark_paid(world, approved_payment(world, project), number="UNC-07")
    other = approved_payment(world, make_project(world, state="in_progress"))
    before = everything()
    for same in ("UNC-07", " unc 07 ", "Unc/07"):
        with pytest.raises(Refused, match=f"đã dùng cho đề án {project.code}"):
            mark_paid(world, other, number=same)
    for empty in ("", "  "):
        with pytest.raises(Refused, match="số chứng từ"):
            money.mark_paid(
                payment_id=other.pk, by=world.actor(*ACCOUNTANT), version=None, voucher_number=empty, voucher_on=today()
            )
    assert everything() == before
    mark_paid(world, other, number="UNC-08")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=other.pk).update(voucher_key="unc07")


def test_money_goes_to_the_account_of_the_contract(world, project, everything):
    Contract.objects.update(unit_account=account_of(world, project, "0071000123456"))
    before = everything()
    for other in ("0071000123457", "", "chưa rõ"):
        with pytest.raises(Refused, match="không phải tài khoản") as refusal:
            prepare(world, project, account=other)
        assert refusal.value.article == "TT 36/2013 Đ12.2"
    assert everything() == before
    payment = prepare(world, project, account="0071 000 123456")
    step(world, "approve", payment, LEADER)
    Contract.objects.update(unit_account=account_of(world, project, "999"))
    with pytest.raises(Refused, match="không phải tài khoản"):
        mark_paid(world, payment)
    assert not LedgerEntry.objects.filter(payment=payment).exists()


def test_the_amount_is_judged_again_when_it_is_approved_and_paid(world, project, everything):
    """What was right when it was prepared may have become too much."""
    ceiling = project.contract_part.advance_ceiling
    payment = prepare(world, project, ceiling)
    type(project.contract_part).objects.update(advance_ceiling=ceiling - 1)
    before = everything()
    with pytest.raises(Refused, match="tối đa"):
        step(world, "approve", payment, LEADER)
    assert everything() == before
    type(project.contract_part).objects.update(advance_ceiling=ceiling)
    step(world, "approve", payment, LEADER)
    type(project.contract_part).objects.update(advance_ceiling=ceiling - 1)
    before = everything()
    with pytest.raises(Refused, match="tối đa"):
        mark_paid(world, payment)
    assert everything() == before


# --- a beneficiary's share -------------------------------------------------------------------------------------------


def test_a_payment_in_the_name_of_a_beneficiary_stays_within_its_share(world, everything):
    group = make_project(world, state="accepted", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first, second = group.beneficiaries.order_by("pk")
    stranger = make_project(world, state="in_progress").beneficiaries.get()
    before = everything()
    with pytest.raises(Refused, match=r"chỉ còn 100\.000\.000 đồng") as refusal:
        prepare(world, group, 100 * MILLION + 1, PaymentKind.FINAL, beneficiary_id=first.pk)
    assert refusal.value.article == "TT 36/2013 Đ14"
    with pytest.raises(Refused, match="không thụ hưởng"):
        prepare(world, group, 1, PaymentKind.FINAL, beneficiary_id=stranger.pk)
    assert everything() == before
    payment = prepare(world, group, 100 * MILLION, PaymentKind.FINAL, beneficiary_id=first.pk)
    step(world, "approve", payment, LEADER)
    mark_paid(world, payment)
    assert LedgerEntry.objects.get(payment=payment).beneficiary == first
    with pytest.raises(Refused, match="chỉ còn 0 đồng"):
        prepare(world, group, 1, PaymentKind.FINAL, beneficiary_id=first.pk)
    prepare(world, group, 100 * MILLION, PaymentKind.FINAL, beneficiary_id=second.pk)
    assert list(broken_rows()) == []


def test_an_advance_in_the_name_of_a_beneficiary_stays_within_what_is_approved_for_it(world):
    group = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first = group.beneficiaries.order_by("pk").first()
    with pytest.raises(Refused, match="phần được phê duyệt"):
        prepare(world, group, 110 * MILLION, beneficiary_id=first.pk)
    prepare(world, group, 100 * MILLION, beneficiary_id=first.pk)


# --- papers and progress (national money) ----------------------------------------------------------------------------


@pytest.fixture
def national(world):
    return make_project(world, state="in_progress", source="national")


def test_an_advance_of_national_money_needs_papers_and_confirmed_progress(world, national, everything):
    officer = world.actor("dong-thap-centre", "officer")
    before = everything()
    with pytest.raises(Refused, match="Hợp đồng thực hiện đề án") as refusal:
        prepare(world, national)
    told = str(refusal.value)
    assert "trên 70 % tổng vốn đầu tư" in told
    assert "khoản 4 Điều 21" in told
    assert "Điều 13" in told
    assert everything() == before
    hand_in_stage(national, officer, Stage.ADVANCE)
    with pytest.raises(Refused, match="Chưa có báo cáo tiến độ được Sở Công Thương") as refusal:
        prepare(world, national)
    assert "điểm a khoản 3 Điều 23" in refusal.value.article
    national.refresh_from_db()
    confirm_progress(world, national, percent=70)
    with pytest.raises(Refused, match="mới đạt 70 % tổng vốn đầu tư; phải trên 70 %"):
        prepare(world, national)
    report = ProgressReport.objects.get()
    ProgressReport.objects.filter(pk=report.pk).update(investment_done=report.investment_done + 1)
    assert prepare(world, national).state == PaymentState.PREPARED


def test_the_confirmed_report_stands_in_for_the_paper_of_progress(world, national):
    confirm_progress(world, national)
    with pytest.raises(Refused, match="còn thiếu: Hợp đồng thực hiện đề án") as refusal:
        prepare(world, national)
    assert "Báo cáo tiến độ" not in str(refusal.value)


def test_what_lacks_again_stops_the_approval(world, national, everything):
    officer = world.actor("dong-thap-centre", "officer")
    hand_in_stage(national, officer, Stage.ADVANCE)
    confirm_progress(world, national)
    payment = prepare(world, national)
    report = ProgressReport.objects.get()
    ProgressReport.objects.update(investment_done=0)
    before = everything()
    with pytest.raises(Refused, match="mới đạt 0 %"):
        step(world, "approve", payment, ("national", "leader"))
    assert everything() == before
    ProgressReport.objects.update(investment_done=report.investment_done)
    step(world, "approve", payment, ("national", "leader"))


def test_the_rest_of_national_money_needs_its_papers(world, everything):
    found = make_project(world, state="accepted", source="national")
    before = everything()
    with pytest.raises(Refused, match="Biên bản nghiệm thu cơ sở theo Mẫu số 5a") as refusal:
        prepare(world, found, kind=PaymentKind.FINAL)
    assert "Điều 14" in refusal.value.article
    assert everything() == before
    pay(world, found, PaymentKind.FINAL, AMOUNT)
    assert balance_of(found).paid == AMOUNT


def test_local_money_is_told_and_not_stopped(world, project, visit):
    page = visit(world.actor(*ACCOUNTANT)).get(f"/de-an/{project.code}/chi/advance/")
    told = page.content.decode()
    assert "Tham khảo: Hồ sơ tạm ứng còn thiếu" in told
    assert "Tham khảo: Chưa có báo cáo tiến độ" in told
    assert not page.context["hide_form"]
    prepare(world, project)


# --- later advances --------------------------------------------------------------------------------------------------


def test_a_later_advance_is_for_several_years_and_follows_the_progress(world, national, everything):
    with pytest.raises(Refused, match="nhiều năm") as refusal:
        prepare(world, national, kind=PaymentKind.NEXT_ADVANCE)
    assert "điểm b khoản 2 Điều 15" in refusal.value.article
    Project.objects.filter(pk=national.pk).update(ends_on=today().replace(year=today().year + 1, day=1))
    national.refresh_from_db()
    with pytest.raises(Refused, match="tối đa 0 đồng"):
        prepare(world, national, kind=PaymentKind.NEXT_ADVANCE)
    pay(world, national, PaymentKind.ADVANCE, 60 * MILLION)
    value = national.contract_part.value
    report = ProgressReport.objects.get()
    ProgressReport.objects.filter(pk=report.pk).update(volume=40)
    before = everything()
    with pytest.raises(Refused, match="Đã thực hiện 40 % khối lượng"):
        prepare(world, national, value * 40 // 100 - 60 * MILLION + 1, PaymentKind.NEXT_ADVANCE)
    ProgressReport.objects.filter(pk=report.pk).update(
        submitted_on=today() - timedelta(days=9), decided_on=today() - timedelta(days=3)
    )
    with pytest.raises(Refused, match="có trước lần tạm ứng"):
        prepare(world, national, MILLION, PaymentKind.NEXT_ADVANCE)
    ProgressReport.objects.filter(pk=report.pk).update(decided_on=today())
    assert everything() == before
    payment = prepare(world, national, 20 * MILLION, PaymentKind.NEXT_ADVANCE)
    step(world, "approve", payment, ("national", "leader"))
    mark_paid(world, payment, by=("national", "accountant"))
    assert balance_of(national).advanced == 80 * MILLION
    ceiling = national.contract_part.advance_ceiling
    ProgressReport.objects.update(volume=100)
    with pytest.raises(Refused, match="tối đa"):
        prepare(world, national, ceiling - 80 * MILLION + 1, PaymentKind.NEXT_ADVANCE)
