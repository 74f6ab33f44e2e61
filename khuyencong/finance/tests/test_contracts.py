"""One contract of several đề án: prepared, signed for all or none, and every refusal with its reason."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.actions.contracts import PartInput
from khuyencong.finance.check import broken_rows
from khuyencong.finance.contract_rules import approved_lines
from khuyencong.finance.contract_states import TRANSITIONS, check_step, move
from khuyencong.finance.ledger import balance_of
from khuyencong.finance.models import Contract, ContractPart, ContractState, DraftPart, part_of
from khuyencong.finance.tests.contracts import ACCOUNTANT, KEEPER, LEADER, VALUE, account_of, approved, prepare, sign
from khuyencong.people.models import AgencyKind
from khuyencong.projects.models import Project
from khuyencong.testing import make_project
from tests.looking import whole_database

TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)


def states(projects):
    return [Project.objects.get(pk=one.pk).state for one in projects]


# --- signed at once --------------------------------------------------------------------------------------------------


def test_several_projects_start_by_one_contract(world):
    projects = approved(world, 3)
    contract = sign(world, projects)
    assert states(projects) == ["in_progress"] * 3
    assert contract.parts.count() == 3
    assert [balance_of(one).contracted for one in projects] == [VALUE] * 3
    assert (contract.state, contract.source, contract.payer.code, contract.unit.code) == (
        "signed", "local", "dong-thap", "dong-thap-centre",
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="contract.sign", thread=contract.thread).count() == 1
    assert AuditEvent.objects.filter(action="project.start").count() == 3
    assert list(broken_rows()) == []


def test_all_start_or_none(world):
    projects = approved(world, 2)
    first, second = projects
    stopped = make_project(world, state="stopped")
    before = whole_database()
    for also, error in (
        (PartInput(second.pk, second.version, VALUE + 1), Refused),  # beyond its approval
        (PartInput(second.pk, second.version - 1, VALUE), Stale),  # an older page
        (PartInput(first.pk, first.version, VALUE), Refused),  # twice
        (PartInput(stopped.pk, stopped.version, VALUE), Refused),
        (PartInput(second.pk, second.version, 0), Refused),
    ):
        with pytest.raises(error):
            sign_with(world, first, also)
        assert whole_database() == before


def sign_with(world, project, also):
    return money.sign_contract(
        project_id=project.pk, by=world.actor(*LEADER), version=project.version, kind="contract", number="HĐ-01",
        signed_on=today(), ends_on=None, value=VALUE, also=[also],
    )  # fmt: skip


def test_another_unit_payer_or_source_needs_its_own_contract(world):
    (project,) = approved(world)
    other = approved(world)[0]
    Project.objects.filter(pk=other.pk).update(implementing_unit=world.agencies["dong-thap"])
    before = whole_database()
    with pytest.raises(Refused, match="phải ký hợp đồng riêng"):
        sign(world, [project, other])
    assert whole_database() == before
    national = make_project(world, state="approved", source="national")
    with pytest.raises(NotAllowed):
        sign(world, [project, national])


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"value": VALUE + 1}, "vượt số được phê duyệt"),
        ({"value": 0}, "phải lớn hơn 0"),
        ({"value": -1}, "phải lớn hơn 0"),
        ({"signed_on": YESTERDAY}, "không được trước quyết định phê duyệt"),
        ({"signed_on": TOMORROW}, "không được ở tương lai"),
        ({"ends_on": YESTERDAY}, "không được trước ngày ký"),
        ({"number": "  "}, "số hợp đồng"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(world, more, sentence):
    projects = approved(world, 2)
    before = whole_database()
    with pytest.raises(Refused, match=sentence):
        sign(world, projects, **more)
    assert whole_database() == before


def test_beyond_approval_names_the_article(world):
    with pytest.raises(Refused) as refused:
        sign(world, approved(world), value=VALUE + 1)
    assert refused.value.article == "TT 36/2013 Đ12.2"


def test_a_project_has_one_contract(world):
    project, other = approved(world, 2)
    sign(world, [project])
    with pytest.raises(Refused):
        sign(world, [other, project])
    Project.objects.filter(pk=project.pk).update(state="approved")  # as if somebody had reopened it
    with pytest.raises(Refused, match="mỗi đề án chỉ có một hợp đồng") as refused:
        sign(world, [other, project])
    assert refused.value.article == "TT 36/2013 Đ12.1"
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractPart.objects.create(contract=Contract.objects.get(), project=project, value=1)


# --- value by source -------------------------------------------------------------------------------------------------


def test_value_by_source_agrees_with_the_estimate(world):
    (project,) = approved(world)
    project.lines.update(counterpart=390 * MILLION, other=10 * MILLION)
    part = sign(world, [project]).parts.get()
    assert (part.value, part.counterpart, part.other, part.total) == (
        VALUE, 390 * MILLION, 10 * MILLION, 600 * MILLION,
    )  # fmt: skip
    assert part.total == sum(line.total for line in approved_lines(project))


def test_support_that_is_not_signed_for_falls_to_the_beneficiary(world):
    part = sign(world, approved(world), value=150 * MILLION).parts.get()
    assert (part.value, part.counterpart, part.other, part.total) == (150 * MILLION, 450 * MILLION, 0, 600 * MILLION)


# --- drafts ----------------------------------------------------------------------------------------------------------


def test_draft_is_prepared_by_one_and_signed_by_the_leader(world):
    projects = approved(world, 2)
    draft = prepare(world, projects, signed_on=TOMORROW, ends_on=TOMORROW)
    assert (draft.state, draft.draft_parts.count(), draft.parts.count()) == ("draft", 2, 0)
    assert states(projects) == ["approved"] * 2
    assert part_of(projects[0]) is None  # nobody who asks for the contract finds a draft
    assert list(broken_rows()) == []
    for who in (KEEPER, ACCOUNTANT):
        with pytest.raises(NotAllowed):
            sign_draft(world, draft, by=who)
    signed = sign_draft(world, draft, number="15/HĐ")
    assert (signed.state, signed.number, signed.signed_on) == ("signed", "15/HĐ", today())
    assert signed.signed_by == world.actor(*LEADER).user
    assert signed.prepared_by == world.actor(*KEEPER).user
    assert states(projects) == ["in_progress"] * 2
    assert not DraftPart.objects.exists()
    assert list(broken_rows()) == []


def sign_draft(world, draft, *, by=LEADER, **more):
    draft = Contract.objects.get(pk=draft.pk)
    fields = {"number": draft.number, "signed_on": today(), "version": draft.version, **more}
    return money.sign_draft(contract_id=draft.pk, by=world.actor(*by), **fields)


def test_only_the_payers_people_prepare(world):
    projects = approved(world)
    before = whole_database()
    for place in world.actors:
        if place not in {KEEPER, ACCOUNTANT}:
            with pytest.raises(NotAllowed):
                prepare(world, projects, by=place)
    assert whole_database() == before
    assert prepare(world, projects, by=ACCOUNTANT).is_draft


def test_draft_is_made_once_by_its_key(world):
    projects, key = approved(world), uuid4()
    assert prepare(world, projects, key=key) == prepare(world, projects, key=key)
    assert Contract.objects.count() == 1
    with pytest.raises(Refused, match="đã được dùng"):
        prepare(world, approved(world), key=key, by=ACCOUNTANT)


def test_a_project_stands_in_one_draft_and_is_not_signed_beside_it(world):
    projects = approved(world, 2)
    prepare(world, projects[:1])
    with pytest.raises(Refused, match="dự thảo hợp đồng DT-01"):
        prepare(world, projects)
    with pytest.raises(Refused, match="dự thảo hợp đồng DT-01"):
        sign(world, projects)


def change(world, draft, values, *, by=KEEPER, version=None, **more):
    draft.refresh_from_db()
    fields = {"kind": "contract", "number": "DT-02", "signed_on": today(), "ends_on": None, **more}
    return money.change_draft(
        contract_id=draft.pk, by=world.actor(*by), version=version or draft.version,
        values={one.pk: value for one, value in values.items()}, **fields,
    )  # fmt: skip


def test_draft_is_changed_and_dropped(world):
    first, second = approved(world, 2)
    draft = prepare(world, [first])
    old = draft.version
    change(world, draft, {second: 150 * MILLION}, number="DT-03")
    draft.refresh_from_db()
    assert (draft.number, draft.draft_parts.get().project, draft.draft_parts.get().value) == (
        "DT-03", second, 150 * MILLION,
    )  # fmt: skip
    with pytest.raises(Stale):
        change(world, draft, {first: VALUE}, version=old)
    with pytest.raises(Refused, match="ít nhất một đề án"):
        change(world, draft, {})
    with pytest.raises(Refused, match="vượt số được phê duyệt"):
        change(world, draft, {first: VALUE + 1})
    draft.refresh_from_db()
    with pytest.raises(NotAllowed):
        money.discard_draft(contract_id=draft.pk, by=world.actor(*LEADER), version=draft.version)
    money.discard_draft(contract_id=draft.pk, by=world.actor(*KEEPER), version=draft.version)
    assert not Contract.objects.exists()
    assert sign(world, [first, second]).parts.count() == 2  # both are free again


def test_draft_whose_project_was_stopped_starts_nothing(world):
    first, second = approved(world, 2)
    draft = prepare(world, [first, second])
    money.stop(
        project_id=second.pk, by=world.actor(*LEADER), version=second.version, document="9/QĐ", on=today(), reason="Thử"
    )
    before = whole_database()
    with pytest.raises(Refused, match="không ký hợp đồng được"):
        sign_draft(world, draft)
    assert whole_database() == before


def test_draft_signed_twice_starts_once(world):
    draft = prepare(world, approved(world))
    version = draft.version
    sign_draft(world, draft, version=version)
    before = whole_database()
    with pytest.raises(Stale):
        sign_draft(world, draft, version=version)
    with pytest.raises(Refused, match="trạng thái «Đã ký»"):
        sign_draft(world, draft)
    with pytest.raises(Refused, match="trạng thái «Đã ký»"):
        money.discard_draft(
            contract_id=draft.pk, by=world.actor(*KEEPER), version=Contract.objects.get(pk=draft.pk).version
        )
    assert whole_database() == before


def test_signing_a_draft_judges_again(world):
    (project,) = approved(world)
    draft = prepare(world, [project])
    with pytest.raises(Refused, match="không được ở tương lai"):
        sign_draft(world, draft, signed_on=TOMORROW)
    with pytest.raises(Refused, match="không được trước quyết định"):
        sign_draft(world, draft, signed_on=YESTERDAY)


# --- the table -------------------------------------------------------------------------------------------------------


def test_table_says_what_may_follow_what():
    assert {(row.name, row.source.value, row.target.value) for row in TRANSITIONS} == {
        ("change", "draft", "draft"),
        ("sign", "draft", "signed"),
        ("amend", "signed", "amended"),
        ("amend", "amended", "amended"),
        ("liquidate", "signed", "liquidated"),
        ("liquidate", "amended", "liquidated"),
    }
    for state in ContractState:
        contract = Contract(state=state)
        for name in {row.name for row in TRANSITIONS}:
            there = any(row.name == name and row.source == state for row in TRANSITIONS)
            if there:
                assert check_step(contract, name).name == name
            else:
                with pytest.raises(Refused):
                    move(contract, name)


def test_database_wants_somebody_to_have_signed(world):
    contract = sign(world, approved(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(signed_by=None)


# --- accounts --------------------------------------------------------------------------------------------------------


def test_contract_names_the_account_of_each_party(world):
    payer, unit, projects = world.agencies["dong-thap"], world.agencies["dong-thap-centre"], approved(world)
    own = account_of(world, agency=payer, number="9527.3.1234567")
    theirs = account_of(world, agency=unit, number="1020 1000 0123")
    with pytest.raises(Refused, match="không phải của"):
        sign(world, projects, unit_account=own)
    contract = sign(world, projects, payer_account=own, unit_account=theirs)
    assert (own.number, contract.account) == ("952731234567", "102010000123")
    assert contract.payer_account == own


def test_account_that_is_not_used_any_more_is_named_in_no_contract(world):
    projects, unit = approved(world), world.agencies["dong-thap-centre"]
    account = account_of(world, agency=unit, from_on=YESTERDAY)
    money.end_bank_account(account_id=account.pk, by=world.actor(*ACCOUNTANT), version=1, to_on=YESTERDAY)
    account.refresh_from_db()
    with pytest.raises(Refused, match="tài khoản chỉ dùng"):
        sign(world, projects, unit_account=account)


def test_scope_of_a_contract_is_that_of_its_projects(world):
    draft, signed = prepare(world, approved(world)), sign(world, approved(world))
    for (agency, _role), actor in world.actors.items():
        for one, mine in (
            (draft, agency == "dong-thap"),
            (signed, agency in {"dong-thap", "dong-thap-centre", "national"}),
        ):
            seen = Contract.objects.visible_to(actor).filter(pk=one.pk).exists()
            assert seen == mine == one.is_in_scope(actor), (agency, one)
    assert world.agencies["dong-thap"].kind == AgencyKind.DEPARTMENT
