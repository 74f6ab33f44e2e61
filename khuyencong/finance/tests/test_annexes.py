"""Annexes: up and down inside what is approved and earned, the later year, the term, and the ledger behind it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.demo.paying import account_of
from khuyencong.finance import actions as money
from khuyencong.finance.check import broken_rows
from khuyencong.finance.ledger import balance_of, balance_of_envelope, envelope_of, envelopes_of, version_of
from khuyencong.finance.models import Annex, AnnexPart, Contract, EntryKind, LedgerEntry, PaymentKind
from khuyencong.finance.tests.contracts import ACCOUNTANT, LEADER, VALUE, amend, approved, sign, support
from khuyencong.finance.tests.test_several_years import approve, plan_of, put
from khuyencong.projects.models import Project
from khuyencong.testing import accept_next, give_money, make_project, pay
from tests.looking import whole_database

YEAR, NEXT = today().year, today().year + 1
TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)


@pytest.fixture
def projects(world):
    """Two đề án of one contract, 150 of the 200 triệu approved for each."""
    found = approved(world, 2)
    sign(world, found, value=150 * MILLION)
    for one in found:
        one.refresh_from_db()
    return found


@pytest.fixture
def contract(projects):
    return Contract.objects.get()


def test_up_and_down_post_the_difference_and_keep_before_and_after(world, contract, projects):
    first, second = projects
    annex = amend(world, contract, values={first: VALUE, second: 100 * MILLION})
    contract.refresh_from_db()
    assert (contract.state, annex.ordinal) == ("amended", 1)
    assert [balance_of(one).contracted for one in projects] == [VALUE, 100 * MILLION]
    assert list(
        LedgerEntry.objects.filter(document="Phụ lục PL-01").order_by("amount").values_list("kind", "amount")
    ) == [(EntryKind.CONTRACTED, -50 * MILLION), (EntryKind.CONTRACTED, 50 * MILLION)]
    change = AnnexPart.objects.get(part__project=first)
    assert (change.value_before, change.value_after) == (150 * MILLION, VALUE)
    assert (change.ceiling_before, change.ceiling_after) == (105 * MILLION, 140 * MILLION)  # 70 %
    part = Project.objects.get(pk=first.pk).contract_part
    assert (part.advance_ceiling, part.total) == (140 * MILLION, 600 * MILLION)
    assert list(broken_rows()) == []
    amend(world, contract, values={first: 180 * MILLION}, number="PL-02")
    assert [one.ordinal for one in contract.annexes.all()] == [1, 2]
    assert list(broken_rows()) == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"values": {0: VALUE + 1}}, "vượt số được phê duyệt"),
        ({"values": {0: 0}}, "phải lớn hơn 0"),
        ({"values": {0: -5}}, "phải lớn hơn 0"),
        ({"values": {0: 150 * MILLION}}, "chưa thay đổi gì"),
        ({}, "chưa thay đổi gì"),
        ({"values": {0: VALUE}, "signed_on": TOMORROW}, "không được ở tương lai"),
        ({"values": {0: VALUE}, "signed_on": YESTERDAY}, "không được trước ngày ký hợp đồng"),
        ({"values": {0: VALUE}, "number": " "}, "số phụ lục và lý do"),
        ({"values": {0: VALUE}, "reason": " "}, "số phụ lục và lý do"),
        ({"ends_on": YESTERDAY}, "không được trước ngày ký phụ lục"),
    ],
)
def test_an_annex_that_cannot_be_is_refused(world, contract, projects, more, sentence):
    values = {projects[key]: value for key, value in more.get("values", {}).items()}
    before = whole_database()
    with pytest.raises(Refused, match=sentence):
        amend(world, contract, **{**more, "values": values})
    assert whole_database() == before


def test_only_a_project_of_the_contract_is_revalued(world, contract):
    other = make_project(world, state="in_progress")
    with pytest.raises(Refused, match="không thuộc hợp đồng"):
        amend(world, contract, values={other: 100 * MILLION})


def test_never_below_what_was_paid_out_or_accepted(world, contract, projects):
    first, second = projects
    with pytest.raises(Refused, match="chưa ghi tài khoản nhận tiền: hãy ghi bằng phụ lục") as refused:
        pay(world, first, PaymentKind.ADVANCE, 70 * MILLION)
    assert refused.value.article == "TT 36/2013 Đ12.2"
    account = account_of(world, first)
    annex = amend(world, contract, unit_account=account, number="PL-00")
    assert (annex.account_before, annex.account_after, annex.ends_after) == (None, account, contract.ends_on)
    first.refresh_from_db()
    pay(world, first, PaymentKind.ADVANCE, 70 * MILLION)
    with pytest.raises(Refused, match=r"đã nghiệm thu hoặc chi 70\.000\.000") as refused:
        amend(world, contract, values={first: 69 * MILLION})
    assert refused.value.article == "TT 36/2013 Đ12.6"
    # 70 triệu are paid out, but they are more than 70 % of 90 triệu.
    with pytest.raises(Refused, match=r"đã tạm ứng 70\.000\.000 đồng, vượt mức tối đa mới 63\.000\.000"):
        amend(world, contract, values={first: 90 * MILLION})
    amend(world, contract, values={first: 100 * MILLION})
    second.refresh_from_db()
    accept_next(world, second)
    with pytest.raises(Refused, match="Đã nghiệm thu"):
        amend(world, contract, values={second: 100 * MILLION}, number="PL-02")
    assert list(broken_rows()) == []


def test_one_beneficiary_accepted_is_the_least_a_value_can_be(world):
    project = make_project(world, state="in_progress", beneficiaries=2)
    accept_next(world, project)
    project.refresh_from_db()
    contract = Contract.objects.get()
    accepted = balance_of(project).accepted
    with pytest.raises(Refused, match="đã nghiệm thu hoặc chi"):
        amend(world, contract, values={project: accepted - 1})
    amend(world, contract, values={project: accepted})
    assert list(broken_rows()) == []


def test_up_is_dated_after_the_decision_that_approved_it(world, contract, projects):
    entry = LedgerEntry.objects.filter(project=projects[0], kind=EntryKind.APPROVED).get()
    Contract.objects.filter(pk=contract.pk).update(signed_on=YESTERDAY)
    assert entry.on == today()
    with pytest.raises(Refused, match="không được trước quyết định duyệt"):
        amend(world, contract, values={projects[0]: VALUE}, signed_on=YESTERDAY)
    amend(world, contract, values={projects[0]: 100 * MILLION}, signed_on=YESTERDAY)  # less needs no decision


def test_annexes_are_dated_in_their_order(world, contract, projects):
    Contract.objects.filter(pk=contract.pk).update(signed_on=YESTERDAY)
    amend(world, contract, values={projects[0]: VALUE})
    with pytest.raises(Refused, match="không được trước phụ lục trước"):
        amend(world, contract, values={projects[1]: 100 * MILLION}, signed_on=YESTERDAY, number="PL-02")
    with pytest.raises(Refused, match="đã có"):
        amend(world, contract, values={projects[1]: 100 * MILLION})


def test_term_is_that_of_every_project(world, contract, projects):
    versions = [one.version for one in projects]
    annex = amend(world, contract, ends_on=TOMORROW)
    contract.refresh_from_db()
    assert (contract.ends_on, annex.ends_before, annex.ends_after) == (TOMORROW, None, TOMORROW)
    assert [Project.objects.get(pk=one.pk).version for one in projects] == [one + 1 for one in versions]
    assert not AnnexPart.objects.exists()


def test_into_the_next_year_national_money_goes_by_the_ministry(world):
    project = make_project(world, state="in_progress", source="national")
    contract, leader = Contract.objects.get(), ("national", "leader")
    with pytest.raises(Refused, match="phải được Bộ Công Thương phê duyệt") as refused:
        amend(world, contract, by=leader, ends_on=date(NEXT, 1, 31))
    assert refused.value.article == "TT 36/2013 Đ11.2.a"
    Project.objects.filter(pk=project.pk).update(ends_on=date(NEXT, 2, 28))  # as an adjustment has it
    amend(world, contract, by=leader, ends_on=date(NEXT, 1, 31))


def test_only_the_payers_leader_amends(world, contract, projects):
    before = whole_database()
    for place in world.actors:
        if place != LEADER:
            with pytest.raises(NotAllowed):
                amend(world, contract, by=place, values={projects[0]: VALUE})
    assert whole_database() == before


def test_two_tabs_and_a_second_click(world, contract, projects):
    key, version = uuid4(), contract.version
    first = amend(world, contract, key=key, version=version, values={projects[0]: VALUE})
    assert amend(world, contract, key=key, version=version, values={projects[0]: VALUE}) == first
    with pytest.raises(Stale):
        amend(world, contract, version=version, values={projects[1]: VALUE}, number="PL-02")
    other = sign(world, approved(world), number="HĐ-02")
    with pytest.raises(Refused, match="đã được dùng"):
        amend(world, other, key=key, ends_on=TOMORROW)
    assert Annex.objects.count() == 1


def test_liquidated_contract_is_not_amended(world, contract, projects):
    Contract.objects.filter(pk=contract.pk).update(state="liquidated")
    with pytest.raises(Refused, match="«Đã thanh lý»"):
        amend(world, contract, values={projects[0]: VALUE})


def test_contracts_with_establishments_come_down_first(world, contract, projects):
    support(world, projects[0], amount=150 * MILLION)
    with pytest.raises(Refused, match="hãy sửa các hợp đồng ấy trước"):
        amend(world, contract, values={projects[0]: 120 * MILLION})
    support(world, projects[0], amount=120 * MILLION)
    amend(world, contract, values={projects[0]: 120 * MILLION})
    assert list(broken_rows()) == []


# --- several years ---------------------------------------------------------------------------------------------------


@pytest.fixture
def two_years(world):
    """100 triệu of this year, under contract, and 100 triệu of next year, approved in that year's plan."""
    project = make_project(world, state="base_appraised", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    project.beneficiaries.last().lines.update(year=NEXT)
    Project.objects.filter(pk=project.pk).update(ends_on=date(NEXT, 12, 31))
    for year in (YEAR, NEXT):
        give_money(world, agency="dong-thap", source="local", year=year, amount=100 * MILLION)
    put(world, plan_of(world, YEAR), project)
    approve(world, plan_of(world, YEAR))
    sign(world, [project], value=100 * MILLION)
    put(world, plan_of(world, NEXT), project)
    approve(world, plan_of(world, NEXT), "2/QĐ-UBND")
    project.refresh_from_db()
    return project


def contracted(project):
    """Đồng under contract by year of the envelope."""
    rows = LedgerEntry.objects.filter(project=project, kind=EntryKind.CONTRACTED)
    found = {}
    for year, amount in rows.values_list("envelope__year", "amount"):
        found[year] = found.get(year, 0) + amount
    return found


def test_later_years_part_comes_in_by_an_annex_and_lands_in_that_years_envelope(world, two_years):
    contract = Contract.objects.get()
    assert contract.parts.get().total == 300 * MILLION  # the estimate of the first year
    amend(world, contract, values={two_years: VALUE}, reason="Phần năm sau đã được phê duyệt.")
    assert contracted(two_years) == {YEAR: 100 * MILLION, NEXT: 100 * MILLION}
    assert contract.parts.get().total == 600 * MILLION
    assert [balance_of_envelope(one).contracted for one in envelopes_of(two_years)] == [100 * MILLION] * 2
    amend(world, contract, values={two_years: 150 * MILLION}, number="PL-02")
    assert contracted(two_years) == {YEAR: 100 * MILLION, NEXT: 50 * MILLION}  # less is taken from the later year
    assert list(broken_rows()) == []


def test_signed_after_both_years_each_part_lands_in_its_own(world):
    """An approval of the later year may come before the contract."""
    project = make_project(world, state="base_appraised", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    project.beneficiaries.last().lines.update(year=NEXT)
    Project.objects.filter(pk=project.pk).update(ends_on=date(NEXT, 12, 31))
    for year, number in ((YEAR, "1/QĐ"), (NEXT, "2/QĐ")):
        give_money(world, agency="dong-thap", source="local", year=year, amount=100 * MILLION)
        put(world, plan_of(world, year), project)
        approve(world, plan_of(world, year), number)
    sign(world, [project])
    assert contracted(project) == {YEAR: 100 * MILLION, NEXT: 100 * MILLION}


def test_less_is_taken_first_where_money_was_carried_away(world, contract, projects):
    """What was carried into the next year is contracted in the old envelope still: an annex takes it from there."""
    (first, _), leader = projects, world.actor(*ACCOUNTANT)
    envelope = envelope_of(first)
    money.carry_over(
        envelope_id=envelope.pk, version=version_of(envelope), by=leader, free=0, parts={first.pk: 150 * MILLION},
        document="7/QĐ", on=today(),
    )  # fmt: skip
    amend(world, contract, values={first: 50 * MILLION})
    assert contracted(first) == {YEAR: 50 * MILLION}
    amend(world, contract, values={first: VALUE}, number="PL-02")
    assert contracted(first) == {YEAR: 50 * MILLION, NEXT: 150 * MILLION}
    assert list(broken_rows()) == []
