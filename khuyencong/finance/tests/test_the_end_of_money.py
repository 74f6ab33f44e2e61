"""What is not used returns to the envelope, whatever the way a project ends."""

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept
from khuyencong.finance.actions import give_envelope, sign_contract, stop
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of, balance_of_envelope, envelope_of
from khuyencong.finance.models import ContractKind, PaymentKind
from khuyencong.projects.models import SupportSheet
from khuyencong.settlement.actions import recover, settle
from khuyencong.testing import advance_to, make_project, pay, pay_rest

ACCOUNTANT, LEADER, APPRAISER = ("dong-thap", "accountant"), ("dong-thap", "leader"), ("dong-thap", "appraiser")


def accept_at(world, project, cost):
    line = project.lines.get()
    accept(
        project_id=project.pk,
        by=world.actor(*APPRAISER),
        version=project.version,
        beneficiary_id=line.beneficiary_id,
        number="BB",
        accepted_on=today(),
        items=[ItemInput(line_id=line.pk, cost=cost)],
    )
    project.refresh_from_db()


def settle_now(world, project):
    settle(project_id=project.pk, by=world.actor(*ACCOUNTANT), version=project.version, number="QT", settled_on=today())
    project.refresh_from_db()


def test_settlement_below_approval_frees_the_rest(world):
    project = make_project(world, state="in_progress")
    accept_at(world, project, 100 * MILLION)
    pay_rest(world, project)
    settle_now(world, project)

    assert (balance_of(project).settled, balance_of(project).released) == (50 * MILLION, 150 * MILLION)
    assert balance_of_envelope(envelope_of(project)).free == 150 * MILLION
    give_envelope(
        by=world.actor(*ACCOUNTANT),
        year=project.year,
        source="local",
        amount=-150 * MILLION,
        document="QĐ rút",
        on=today(),
    )
    with pytest.raises(Refused, match="vượt hạn mức"):
        give_envelope(
            by=world.actor(*ACCOUNTANT), year=project.year, source="local", amount=-1, document="QĐ rút 2", on=today()
        )
    assert list(broken_rows()) == []


def test_recovered_advance_is_free_again_after_settlement(world):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 140 * MILLION)
    accept_at(world, project, 100 * MILLION)
    with pytest.raises(Refused, match="phải thu hồi"):
        settle_now(world, project)
    recover(
        project_id=project.pk,
        by=world.actor(*ACCOUNTANT),
        version=project.version,
        amount=90 * MILLION,
        document="CT",
        on=today(),
    )
    project.refresh_from_db()
    settle_now(world, project)

    assert balance_of_envelope(envelope_of(project)).free == 150 * MILLION
    assert list(broken_rows()) == []


def test_work_paid_before_stopping_is_settled(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first = project.lines.first()
    accept(
        project_id=project.pk,
        by=world.actor(*APPRAISER),
        version=project.version,
        beneficiary_id=first.beneficiary_id,
        number="BB",
        accepted_on=today(),
        items=[ItemInput(line_id=first.pk, cost=first.total)],
    )
    project.refresh_from_db()
    pay_rest(world, project)
    stop(
        project_id=project.pk,
        by=world.actor(*LEADER),
        version=project.version,
        document="QĐ",
        on=today(),
        reason="Thôi",
    )
    project.refresh_from_db()
    assert project.state == "stopped"
    settle_now(world, project)

    assert (project.state, project.settlement.amount) == ("settled", 100 * MILLION)
    assert balance_of_envelope(envelope_of(project)).free == 100 * MILLION
    assert list(broken_rows()) == []


def test_nothing_paid_is_nothing_to_settle(world):
    project = make_project(world, state="stopped")

    with pytest.raises(Refused, match="không có gì để quyết toán"):
        settle_now(world, project)


def test_days_of_money_are_in_order(world):
    from datetime import timedelta

    project = make_project(world, state="accepted")
    pay_rest(world, project)
    early = today() - timedelta(days=1)
    with pytest.raises(Refused, match="không được trước"):
        settle(
            project_id=project.pk, by=world.actor(*ACCOUNTANT), version=project.version, number="QT", settled_on=early
        )
    running = make_project(world, state="in_progress")
    with pytest.raises(Refused, match="không được trước"):
        stop(
            project_id=running.pk,
            by=world.actor(*LEADER),
            version=running.version,
            document="QĐ",
            on=early,
            reason="Thôi",
        )


def test_contract_of_several_parts_covers_them_all(world):
    project = make_project(world, state="approved", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)

    with pytest.raises(Refused, match="phải bằng tổng"):
        sign_contract(
            project_id=project.pk,
            by=world.actor(*LEADER),
            version=project.version,
            kind=ContractKind.CONTRACT,
            number="HĐ",
            signed_on=today(),
            ends_on=None,
            value=150 * MILLION,
        )


def test_one_cap_for_an_event_however_its_estimate_is_split(world):
    project = make_project(
        world,
        source="national",
        activity="competition_nation",
        beneficiaries=2,
        support=300 * MILLION,
        total=300 * MILLION,
    )

    with pytest.raises(Refused, match="vượt mức"):
        advance_to(world, project, "submitted")


def test_an_event_within_its_cap_lives_to_settlement(world):
    project = make_project(
        world,
        source="national",
        activity="competition_nation",
        beneficiaries=2,
        support=200 * MILLION,
        total=200 * MILLION,
    )
    project = advance_to(world, project, "in_progress")

    sheet = SupportSheet.objects.get(project=project)
    assert (sheet.beneficiary, sheet.asked, sheet.allowed) == (None, 400 * MILLION, 400 * MILLION)


def test_the_envelope_page_adds_up_after_a_release(world, visit):
    make_project(world, state="stopped")
    page = visit(world.actor(*LEADER)).get("/ke-hoach/")
    balance = page.context["rows"][0].balance

    assert balance.released == 200 * MILLION
    assert balance.free == balance.given - balance.approved + balance.released
    assert (
        "Còn lại = được giao − giao lại đơn vị − chuyển năm sau, nộp trả − đã phê duyệt + hoàn lại"
        in page.content.decode()
    )
    assert 'data-label="Hoàn lại" class="num">200<' in page.content.decode()
