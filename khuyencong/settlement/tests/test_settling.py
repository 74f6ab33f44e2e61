"""Settlement both ways, late, by volume, and year by year: what is asked for and what is refused."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.findings import Blocker
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of
from khuyencong.finance.models import ContractPart
from khuyencong.finance.settlement_days import deadlines_of
from khuyencong.law.deadlines import settlement_file
from khuyencong.law.papers import Stage
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Project
from khuyencong.settlement import actions, rules
from khuyencong.settlement.models import Basis, Instalment, Settlement, Way
from khuyencong.settlement.tests.making import (
    ACCOUNTANT,
    LEADER,
    fresh,
    paid,
    record,
    row,
    settle,
    settled,
    vouchers_of_all,
    whole_file,
)
from khuyencong.settlement.tests.making import two_years as making_two_years
from khuyencong.testing import accept_next, make_project, pay_rest
from tests.looking import whole_database


def asked(project, way=Way.OWN, basis=Basis.FILE):
    balance = balance_of(project)
    return rules.Asked(way, basis, today(), balance.paid_out - balance.settled, balance.settled)


def codes(findings, kind=Blocker):
    return {one.code for one in findings if isinstance(one, kind)}


def refused_unchanged(world, project, match, **changed):
    before = whole_database()
    with pytest.raises(Refused, match=match) as refused:
        settle(world, project, **changed)
    assert refused.value.article
    assert whole_database() == before


# --- the file ----------------------------------------------------------------------------------------------------------


def test_national_money_without_an_invoice_needs_papers_and_vouchers(world):
    project = paid(world, "national")
    assert codes(rules.missing(project, asked(project))) == {
        "paper_missing",
        "vouchers_below_support",
        "vouchers_below_cost",
    }
    refused_unchanged(world, project, "Mẫu số 7")
    whole_file(world, project)
    refused_unchanged(world, project, "thiếu 200.000.000 đồng")
    record(world, project, row(project, support=200 * MILLION, counterpart=100 * MILLION))
    refused_unchanged(world, project, "Mẫu số 8b.*thiếu 300.000.000 đồng")
    record(world, project, row(project, "UNC-02", counterpart=300 * MILLION))
    settlement = settle(world, project)
    assert (settlement.amount, settlement.basis, settlement.late) == (200 * MILLION, "file", False)
    assert list(broken_rows()) == []


def test_national_money_with_an_invoice_needs_the_other_file(world):
    project = whole_file(world, paid(world, "national"), "invoiced_")
    refused_unchanged(world, project, "số và ngày hóa đơn", way=Way.INVOICED)
    refused_unchanged(world, project, "Mẫu số 8a")
    settlement = settle(world, project, way=Way.INVOICED, invoice="HĐ 12, 05/08/2026")
    assert (settlement.way, settlement.invoice) == ("invoiced", "HĐ 12, 05/08/2026")


def test_local_money_is_told_what_lacks_and_settled(world):
    project = paid(world)
    found = rules.missing(project, asked(project))
    assert codes(found) == set()
    assert "papers_for_reference" in {one.code for one in found}
    settlement = settle(world, project)
    assert {one["code"] for one in settlement.findings} >= {"papers_for_reference", "vouchers_below_support"}


def test_paper_that_the_agency_itself_asks_for_stops_local_money_too(world):
    from khuyencong.projects import actions as projects

    project = paid(world)
    projects.ask_for_paper(
        project_id=project.pk,
        by=world.actor("dong-thap", "appraiser"),
        version=project.version,
        stage=Stage.SETTLEMENT,
        text="Bảng kê có xác nhận của kho bạc",
        basis="QĐ 5 của UBND tỉnh",
    )
    refused_unchanged(world, fresh(project), "Bảng kê có xác nhận")


def test_vouchers_beyond_what_is_settled_are_named_and_stop_nothing(world):
    project = whole_file(world, paid(world, "national"))
    record(world, project, row(project, support=210 * MILLION, counterpart=400 * MILLION))
    found = {one.code: one.sentence for one in rules.missing(project, asked(project))}
    assert "10.000.000 đồng" in found["vouchers_beyond_support"]
    assert "10.000.000 đồng" in found["vouchers_beyond_cost"]
    assert settle(world, project).amount == 200 * MILLION


# --- who, when, twice --------------------------------------------------------------------------------------------------


def test_only_the_accountant_of_the_payer_settles(world):
    project = paid(world)
    before = whole_database()
    for place, actor in world.actors.items():
        if place != ACCOUNTANT:
            with pytest.raises(NotAllowed):
                actions.settle(
                    project_id=project.pk, by=actor, version=project.version, number="QT", settled_on=today()
                )
    assert whole_database() == before


def test_settled_once_from_one_page(world):
    project = paid(world)
    version = project.version
    settle(world, project)
    before = whole_database()
    with pytest.raises(Stale):
        actions.settle(
            project_id=project.pk, by=world.actor(*ACCOUNTANT), version=version, number="QT-2", settled_on=today()
        )
    with pytest.raises(Refused):
        settle(world, project, number="QT-2")
    assert whole_database() == before


@pytest.mark.parametrize("days", [1, -1])
def test_day_in_the_future_or_before_the_payment_is_refused(world, days):
    project = paid(world)
    refused_unchanged(world, project, "không được", settled_on=today() + timedelta(days=days))


# --- deadlines ---------------------------------------------------------------------------------------------------------


def joined(*projects):
    """The đề án under the contract of the first."""
    contract = projects[0].contract_part.contract
    ContractPart.objects.filter(project__in=projects).update(contract=contract)
    return [fresh(one) for one in projects]


def test_deadline_follows_the_last_acceptance_of_the_contract(world):
    first, second = joined(*(make_project(world, state="accepted", source="national") for _ in range(2)))
    first.acceptances.update(accepted_on=today() - timedelta(days=12))
    second.acceptances.update(accepted_on=today() - timedelta(days=3))
    due = settlement_file(today() - timedelta(days=3), budget_year=first.year).on
    assert {one.on for one in deadlines_of([first, second]).values()} == {due}


def test_while_another_project_of_the_contract_runs_only_22_january_counts(world):
    first = make_project(world, state="accepted", source="national")
    second = make_project(world, state="in_progress", source="national")
    joined(first, second)
    found = deadlines_of([first, second])
    assert {key: one.on for key, one in found.items()} == {first.pk: date(first.year + 1, 1, 22)}


def test_deadlines_take_one_query_however_many(world, django_assert_num_queries):
    projects = [make_project(world, state="accepted", source="national") for _ in range(3)]
    local = make_project(world, state="accepted")
    for rows in (projects[:1], [*projects, local]):
        with django_assert_num_queries(1):
            assert len(deadlines_of(rows)) == len([one for one in rows if one.source == "national"])


def made_old(project):
    """Of two years ago, with its money."""
    year = today().year - 2
    Envelope.objects.filter(entries__project=project).update(year=year)
    Project.objects.filter(pk=project.pk).update(year=year)
    return fresh(project)


def test_after_the_22nd_of_january_acceptance_and_form_9_are_the_basis(world):
    project = made_old(whole_file(world, paid(world, "national"), "late_"))
    assert rules.basis_on(project, today()) is Basis.LATE
    refused_unchanged(world, project, "lý do lập hồ sơ chậm")
    settlement = settle(world, project, reason="Bão làm hỏng kho lưu trữ.")
    assert (settlement.basis, settlement.late, settlement.reason) == ("late", True, "Bão làm hỏng kho lưu trữ.")
    # The vouchers are still owed, and may still be written down: TT 36/2013 Đ18.3.
    assert "vouchers_below_support" in {one["code"] for one in settlement.findings}
    assert vouchers_of_all(world, fresh(project)).vouchers.exists()


def test_project_settled_in_time_takes_no_more_vouchers(world):
    project = settled(world)
    refused = "chứng từ chi chỉ ghi từ khi ký hợp đồng"
    with pytest.raises(Refused, match=refused):
        record(world, project, row(project, support=MILLION))


def test_late_without_form_9_is_refused(world):
    refused_unchanged(world, made_old(paid(world, "national")), "Mẫu số 9", reason="Chậm.")


def test_fifteen_days_are_late_and_go_by_the_file(world):
    project = whole_file(world, paid(world, "national"), "invoiced_")
    project.acceptances.update(accepted_on=today() - timedelta(days=16))
    settlement = settle(world, project, way=Way.INVOICED, invoice="HĐ 1")
    assert settlement.late
    assert settlement.basis == Basis.FILE


# --- force majeure -----------------------------------------------------------------------------------------------------


def half_done(world, source="local"):
    """Two establishments, one of them accepted and paid, the other never to be done."""
    project = make_project(
        world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION, source=source
    )
    accept_next(world, project)
    pay_rest(world, fresh(project))
    return fresh(project)


def volume(**changed):
    values = {
        "explanation": "15/TTKC",
        "record": "BB-KL 03",
        "confirmed_by": "Sở Công Thương; UBND xã Thử",
        "decision": "77/QĐ-SCT",
        "decision_on": today(),
        **changed,
    }
    return actions.Volume(**values)


def test_force_majeure_settles_by_what_was_done_and_frees_the_rest(world):
    project = half_done(world)
    refused_unchanged(world, project, "bất khả kháng")
    for name in ("explanation", "record", "confirmed_by", "decision"):
        refused_unchanged(world, project, "văn bản giải trình", volume=volume(**{name: " "}))
    refused_unchanged(world, project, "tương lai", volume=volume(decision_on=today() + timedelta(days=1)))
    settlement = settle(world, project, volume=volume())
    assert (settlement.amount, settlement.basis, settlement.decision) == (100 * MILLION, "volume", "77/QĐ-SCT")
    assert (fresh(project).state, balance_of(project).released) == ("settled", 100 * MILLION)
    assert list(broken_rows()) == []


def test_force_majeure_of_national_money_needs_its_papers_and_vouchers(world):
    project = half_done(world, "national")
    refused_unchanged(world, project, "giải trình", volume=volume())
    whole_file(world, project, "unfinished_")
    refused_unchanged(world, project, "Mẫu số 8a", volume=volume())
    line = project.lines.first()
    record(world, project, row(project, line=line, support=line.support, counterpart=line.counterpart))
    assert settle(world, project, volume=volume()).amount == 100 * MILLION


def test_stopped_may_go_by_volume_and_accepted_may_not(world):
    project = half_done(world)
    money.stop(
        project_id=project.pk,
        by=world.actor(*LEADER),
        version=project.version,
        document="QĐ",
        on=today(),
        reason="Lũ",
    )
    assert settle(world, project, volume=volume()).basis == "volume"
    refused_unchanged(world, paid(world), "đã nghiệm thu đủ", volume=volume())


def test_nothing_paid_is_nothing_to_settle_by_volume(world):
    refused_unchanged(world, make_project(world, state="in_progress"), "không có gì để quyết toán", volume=volume())


def test_database_knows_what_each_basis_needs(world):
    project = paid(world)
    values = {
        "project": project,
        "number": "X",
        "settled_on": today(),
        "amount": 1,
        "by": world.actor(*ACCOUNTANT).user,
    }
    for wrong in ({"basis": "late"}, {"basis": "volume", "explanation": "1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Settlement.objects.create(**values, **wrong)


# --- year by year ------------------------------------------------------------------------------------------------------

YEAR = today().year


@pytest.fixture(name="two_years")
def _two_years(world):
    return making_two_years(world)


def settle_year(world, project, year=YEAR, **changed):
    values = {"number": f"QT-{year}", "settled_on": today(), **changed}
    return actions.settle_year(
        project_id=project.pk, by=world.actor(*ACCOUNTANT), version=fresh(project).version, year=year, **values
    )


def test_year_of_a_project_of_several_is_settled_once(world, two_years):
    instalment = settle_year(world, two_years)
    assert (instalment.amount, balance_of(two_years).settled) == (30 * MILLION, 30 * MILLION)
    assert list(broken_rows()) == []
    before = whole_database()
    with pytest.raises(Refused, match=f"Năm {YEAR} đã quyết toán theo QT-{YEAR}") as refused:
        settle_year(world, two_years, number="QT-khác")
    assert refused.value.article
    for year in (YEAR - 1, YEAR + 1):
        with pytest.raises(Refused, match="không quyết toán riêng"):
            settle_year(world, two_years, year)
    assert whole_database() == before


def test_settlement_of_the_whole_counts_what_was_settled_of_years(world, two_years):
    settle_year(world, two_years)
    pay_rest(world, fresh(two_years))
    money.stop(
        project_id=two_years.pk,
        by=world.actor(*LEADER),
        version=fresh(two_years).version,
        document="QĐ",
        on=today(),
        reason="Thôi",
    )
    with pytest.raises(Refused, match="đã dùng để quyết toán một năm"):
        settle(world, two_years, number=f"QT-{YEAR}")
    assert settle(world, two_years).amount == 100 * MILLION
    assert balance_of(two_years).settled == 100 * MILLION
    assert list(broken_rows()) == []


def test_single_year_is_not_settled_in_parts(world):
    project = paid(world)
    with pytest.raises(Refused, match="không quyết toán riêng"):
        settle_year(world, project)
    assert not Instalment.objects.exists()


def test_vouchers_of_all_lines_tie_to_acceptance(world):
    project = whole_file(world, vouchers_of_all(world, paid(world, "national")))
    assert codes(rules.missing(project, asked(project))) == set()
