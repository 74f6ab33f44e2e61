"""Liquidation and reconciliation: after everything is closed, once, with its number and day."""

from datetime import timedelta

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.desk.due import dues, question
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import Contract, ContractPart
from khuyencong.settlement import actions
from khuyencong.settlement.door import Between
from khuyencong.settlement.models import Reconciliation
from khuyencong.settlement.reconciling import money_of, year_version
from khuyencong.settlement.tests.making import (
    ACCOUNTANT,
    fresh,
    liquidate,
    paid,
    settle,
    settled,
    unearned,
)
from khuyencong.testing import make_project
from tests.looking import whole_database


def refused_unchanged(act, match):
    before = whole_database()
    with pytest.raises(Refused, match=match) as refused:
        act()
    assert refused.value.article.startswith("TT 36/2013 Đ1")
    assert whole_database() == before


def keys_due(world):
    return {one.key.split(":")[0] for one in dues(question(world.actor(*ACCOUNTANT), on=today()))}


def test_contract_is_liquidated_after_settlement_once(world):
    project = paid(world)
    refused_unchanged(lambda: liquidate(world, project), "chưa quyết toán")
    settle(world, project)
    assert "liquidate" in keys_due(world)
    refused_unchanged(lambda: liquidate(world, project, number=" "), "số biên bản")
    refused_unchanged(lambda: liquidate(world, project, on=today() + timedelta(days=1)), "tương lai")
    refused_unchanged(lambda: liquidate(world, project, on=today() - timedelta(days=1)), "không được trước")
    liquidate(world, project)
    contract = Contract.objects.get()
    assert (contract.state, contract.liquidation_number, contract.liquidated_on) == ("liquidated", "TL-01", today())
    refused_unchanged(lambda: liquidate(world, project, number="TL-02"), "đã thanh lý theo TL-01")
    assert "liquidate" not in keys_due(world)
    assert list(broken_rows()) == []


def test_contract_of_several_projects_waits_for_each(world):
    first, second = settled(world), paid(world)
    ContractPart.objects.update(contract=first.contract_part.contract)
    refused_unchanged(lambda: liquidate(world, first), second.code)
    settle(world, second)
    liquidate(world, first)
    assert Contract.objects.get(pk=first.contract_part.contract_id).state == "liquidated"


def test_stopped_without_money_is_closed_and_with_money_is_not(world):
    stopped = make_project(world, state="stopped")
    liquidate(world, stopped)
    owing = unearned(world)
    refused_unchanged(lambda: liquidate(world, owing), "phải thu hồi trước")


def test_only_the_accountant_of_the_payer_liquidates_and_from_a_fresh_page(world):
    project = settled(world)
    before = whole_database()
    for place in world.actors:
        if place != ACCOUNTANT:
            with pytest.raises(NotAllowed):
                liquidate(world, project, who=place)
    with pytest.raises(Stale):
        liquidate(world, project, version=fresh(project).version - 1)
    assert whole_database() == before


def reconcile(world, project, who=ACCOUNTANT, **changed):
    version = year_version(project.payer, project.implementing_unit, project.year)
    values = {
        "version": version,
        "number": "ĐC-01",
        "on": today(),
        "signed_for_payer": "Bà Ví Dụ, Phó Giám đốc",
        "signed_for_unit": "Ông Thử",
    }
    return actions.reconcile(
        payer=project.payer,
        unit=project.implementing_unit,
        year=project.year,
        by=world.actor(*who),
        **(values | changed),
    )


def test_year_is_reconciled_when_its_last_contract_is_liquidated(world):
    first, second = settled(world), settled(world)
    liquidate(world, first)
    refused_unchanged(lambda: reconcile(world, first), "Còn hợp đồng chưa thanh lý")
    assert "reconcile" not in keys_due(world)
    liquidate(world, second)
    assert "reconcile" in keys_due(world)
    refused_unchanged(lambda: reconcile(world, first, signed_for_unit=" "), "người ký của hai bên")
    refused_unchanged(lambda: reconcile(world, first, on=today() - timedelta(days=1)), "không được trước")
    kept = reconcile(world, first)
    assert [row["settled"] for row in kept.rows] == [200 * MILLION] * 2
    assert [row["difference"] for row in kept.rows] == [0, 0]
    refused_unchanged(lambda: reconcile(world, first, number="ĐC-02"), "đã ký, số ĐC-01")
    assert "reconcile" not in keys_due(world)
    assert Reconciliation.objects.count() == 1


def test_reconciliation_shows_what_is_paid_and_not_settled(world):
    project = paid(world)
    (row,) = money_of(project.payer, project.implementing_unit, project.year)
    assert (row.given, row.accepted, row.paid, row.settled, row.difference) == (
        *[200 * MILLION] * 3,
        0,
        200 * MILLION,
    )


def test_year_is_reconciled_by_the_payer_and_seen_by_whoever_sees_all_of_it(world):
    project = settled(world)
    liquidate(world, project)
    for place in world.actors:
        if place != ACCOUNTANT:
            with pytest.raises(NotAllowed):
                reconcile(world, project, who=place)
    between = Between(project.payer, project.implementing_unit)
    assert between.is_in_scope(world.actor("dong-thap-centre", "officer"))
    assert not between.is_in_scope(world.actor("phu-tho", "officer"))
