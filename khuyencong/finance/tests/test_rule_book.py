"""The rules as they are explained are the rules as they are judged."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from khuyencong.finance import ledger
from khuyencong.finance.ledger import Balance, envelope_rules, project_rules, year_rules
from khuyencong.finance.models import ContractPart
from khuyencong.finance.rule_book import RULES, kinds

DOCS = Path(__file__).resolve().parents[3] / "docs" / "architecture.md"
GOOD = Balance(
    given=100, planned=100, approved=100, contracted=90, advanced=40, accepted=80, paid=40, released=20, settled=80
)
PART = ContractPart(value=90, advance_ceiling=63)
BROKEN = {
    "approved_beyond_plan": replace(GOOD, planned=99),
    "contracted_beyond_approval": replace(GOOD, contracted=101),
    "advanced_beyond_share": replace(GOOD, advanced=64),
    "accepted_beyond_contract": replace(GOOD, accepted=91),
    "paid_beyond_acceptance": replace(GOOD, paid=41),
    "paid_beyond_year": replace(GOOD, advanced=81),
    "recovered_beyond_paid": replace(GOOD, recovered=81),
    "settled_differs": replace(GOOD, settled=81),
    "repaid_beyond_settlement": replace(GOOD, repaid=81),
    "released_what_is_needed": replace(GOOD, released=21),
    "negative_balance": replace(GOOD, reduced=-1),
    "approved_beyond_envelope": replace(GOOD, given=79),
    "negative_envelope": replace(GOOD, delegated=-1),
}


def found(balance):
    rules = (*project_rules(balance, PART), *year_rules({1: balance}), *envelope_rules(balance))
    return {one.code: one for one in rules}


def test_what_keeps_every_rule_is_found_in_order():
    assert found(GOOD) == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_each_explained_rule_is_judged_with_its_article(rule):
    finding = found(BROKEN[rule.code])[rule.code]
    assert finding.article == rule.article
    assert f"| `{rule.code}` |" in DOCS.read_text(encoding="utf-8")


def test_each_judged_rule_is_explained():
    tree = ast.parse(Path(ledger.__file__).read_text(encoding="utf-8"))
    codes = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in {"rule", "Blocker"}
        and isinstance(call.args[0], ast.Constant)
    }
    assert codes == {rule.code for rule in RULES} == set(BROKEN)


def test_every_kind_of_row_is_named():
    assert [one.label for one in kinds()][:2] == ["Giao vào hạn mức", "Giao lại cấp dưới"]
    assert {one.of for one in kinds()} == {"hạn mức", "đề án"}


def test_the_page_shows_them(client, world):
    from tests.looking import signed_in

    page = signed_in(world.actor("dong-thap", "accountant")).get("/quy-trinh/").content.decode()
    assert all(rule.formula in page for rule in RULES)
