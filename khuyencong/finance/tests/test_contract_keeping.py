"""Schedule, guarantees, accounts, and contracts with establishments."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.actions.schedules import MilestoneInput
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import BankAccount, Contract, Guarantee, Milestone, SupportContract
from khuyencong.finance.tests.contracts import (
    ACCOUNTANT,
    KEEPER,
    LEADER,
    UNIT,
    VALUE,
    account_of,
    approved,
    prepare,
    sign,
    support,
)
from khuyencong.testing import PDF, make_establishment, make_project
from tests.looking import whole_database

TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)
TERM = today() + timedelta(days=60)


@pytest.fixture
def contract(world):
    return sign(world, approved(world, 2), ends_on=TERM)


# --- schedule --------------------------------------------------------------------------------------------------------


def schedule(world, contract, *milestones, by=KEEPER, version=None):
    contract = Contract.objects.get(pk=contract.pk)
    return money.save_schedule(
        contract_id=contract.pk, by=world.actor(*by), version=version or contract.version, milestones=milestones
    )


def point(amount=100 * MILLION, on=TOMORROW, content="Lắp máy", **more):
    return MilestoneInput(on=on, content=content, amount=amount, **more)


def test_schedule_is_written_whole(world, contract):
    first = contract.parts.first().project_id
    schedule(world, contract, point(), point(VALUE, project_id=first), point(100 * MILLION, on=TERM))
    assert Milestone.objects.count() == 3
    schedule(world, contract, point(done_on=today()))
    assert Milestone.objects.get().done_on == today()
    event = AuditEvent.objects.filter(action="contract.schedule").latest("seq")
    assert len(event.before["mốc"]) == 3
    assert "xong" in event.after["mốc"][0]


def test_a_draft_has_a_schedule_too_and_keeps_it(world):
    draft = prepare(world, approved(world))
    schedule(world, draft, point())
    draft.refresh_from_db()
    money.sign_draft(
        contract_id=draft.pk, by=world.actor(*LEADER), version=draft.version, number="HĐ", signed_on=today()
    )
    assert Milestone.objects.get().contract == draft


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount": 0}, "phải lớn hơn 0"),
        ({"amount": -1}, "phải lớn hơn 0"),
        ({"amount": 2 * VALUE + 1}, "vượt giá trị hợp đồng 400.000.000"),
        ({"content": " "}, "nội dung của từng mốc"),
        ({"on": YESTERDAY}, "không được trước ngày ký"),
        ({"on": TERM + timedelta(days=1)}, "không được sau thời hạn"),
        ({"done_on": TOMORROW}, "ngày xong"),
        ({"project_id": 999_999}, "không thuộc hợp đồng"),
    ],
)
def test_a_milestone_that_cannot_be_is_refused(world, contract, wrong, sentence):
    before = whole_database()
    with pytest.raises(Refused, match=sentence):
        schedule(world, contract, point(**wrong))
    assert whole_database() == before


def test_milestones_of_one_project_stay_within_it(world, contract):
    part = contract.parts.first()
    with pytest.raises(Refused, match=r"vượt giá trị hợp đồng 200\.000\.000"):
        schedule(world, contract, point(VALUE, project_id=part.project_id), point(1, project_id=part.project_id))


def test_schedule_is_kept_by_the_payers_people(world, contract):
    before = whole_database()
    for place in world.actors:
        if place not in {KEEPER, ACCOUNTANT}:
            with pytest.raises(NotAllowed):
                schedule(world, contract, point(), by=place)
    with pytest.raises(Stale):
        schedule(world, contract, point(), version=contract.version + 7)
    assert whole_database() == before
    Contract.objects.update(state="liquidated")
    with pytest.raises(Refused, match="đã thanh lý"):
        schedule(world, contract, point())


# --- guarantees ------------------------------------------------------------------------------------------------------


def guarantee(world, contract, *, by=ACCOUNTANT, key=None, version=None, **more):
    contract = Contract.objects.get(pk=contract.pk)
    fields = {"issuer": "Ngân hàng Thử", "number": "BL-1", "amount": VALUE, "from_on": today(), "to_on": TERM, **more}
    return money.add_guarantee(
        contract_id=contract.pk, by=world.actor(*by), version=version or contract.version,
        creation_key=key or uuid4(), **fields,
    )  # fmt: skip


def test_guarantee_is_kept_once_and_released(world, contract):
    key, version = uuid4(), contract.version
    one = guarantee(world, contract, key=key, version=version)
    assert guarantee(world, contract, key=key, version=version) == one
    with pytest.raises(Stale):
        guarantee(world, contract, version=version, number="BL-2")
    contract.refresh_from_db()
    release = {"contract_id": contract.pk, "by": world.actor(*ACCOUNTANT), "guarantee_id": one.pk}
    with pytest.raises(Refused, match="đến hôm nay"):
        money.release_guarantee(**release, version=contract.version, released_on=TOMORROW)
    money.release_guarantee(**release, version=contract.version, released_on=today())
    contract.refresh_from_db()
    with pytest.raises(Refused, match="không còn hiệu lực"):
        money.release_guarantee(**release, version=contract.version, released_on=today())
    assert Guarantee.objects.get().released_on == today()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount": 0}, "phải lớn hơn 0"),
        ({"amount": 2 * VALUE + 1}, "không vượt giá trị"),
        ({"to_on": YESTERDAY}, "hết hiệu lực"),
        ({"issuer": " "}, "tổ chức bảo lãnh"),
        ({"number": " "}, "tổ chức bảo lãnh"),
    ],
)
def test_a_guarantee_that_cannot_be_is_refused(world, contract, wrong, sentence):
    before = whole_database()
    with pytest.raises(Refused, match=sentence):
        guarantee(world, contract, **wrong)
    assert whole_database() == before


def test_guarantee_is_for_the_payers_people(world, contract):
    for place in world.actors:
        if place not in {KEEPER, ACCOUNTANT}:
            with pytest.raises(NotAllowed):
                guarantee(world, contract, by=place)
    guarantee(world, contract)
    with pytest.raises(Refused, match="đã được ghi"):
        guarantee(world, contract)


# --- accounts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["", "1020é", "12/34", "1" * 41, "１２３", "a_b"])
def test_account_numbers_are_letters_and_digits(world, number):
    with pytest.raises(Refused, match="chữ số và chữ cái"):
        account_of(world, agency=world.agencies["dong-thap"], number=number)


def test_account_is_kept_by_its_holder_or_the_payer(world):
    project = make_project(world, state="in_progress")
    unit, owner = world.agencies["dong-thap-centre"], project.beneficiaries.get().establishment
    account_of(world, agency=unit, by=UNIT)
    account_of(world, agency=unit, number="2")
    account_of(world, establishment=owner, by=UNIT, number="3")
    account_of(world, establishment=owner, number="4")
    for place, more in (
        (LEADER, {"agency": world.agencies["dong-thap"]}),  # not one of its accountants or officers
        (("phu-tho", "accountant"), {"agency": unit}),
        (ACCOUNTANT, {"agency": world.agencies["phu-tho-centre"]}),
        (UNIT, {"establishment": make_establishment(world)}),
    ):
        with pytest.raises(NotAllowed):
            account_of(world, by=place, number="9", **more)
    with pytest.raises(Refused, match="một cơ quan hoặc một cơ sở"):
        account_of(world)


def test_account_is_there_once_and_ends(world):
    payer = world.agencies["dong-thap"]
    one = account_of(world, agency=payer)
    with pytest.raises(Refused, match="đã được ghi"):
        account_of(world, agency=payer, number="1020 1000 0123 456")
    end = {"account_id": one.pk, "by": world.actor(*ACCOUNTANT)}
    with pytest.raises(NotAllowed):
        money.end_bank_account(account_id=one.pk, by=world.actor("phu-tho", "accountant"), version=1, to_on=today())
    with pytest.raises(Refused, match="trước ngày bắt đầu"):
        money.end_bank_account(**end, version=1, to_on=YESTERDAY)
    money.end_bank_account(**end, version=1, to_on=today())
    with pytest.raises(Stale):
        money.end_bank_account(**end, version=1, to_on=today())
    with pytest.raises(Refused, match="đã ngừng dùng"):
        money.end_bank_account(**end, version=2, to_on=today())
    account_of(world, agency=payer)  # the same number again


def test_trail_knows_no_whole_account_number(world):
    account_of(world, agency=world.agencies["dong-thap"], number="102010000123456")
    event = AuditEvent.objects.get(action="bank_account.add")
    assert "102010000123456" not in str(event.after)
    assert "…3456" in str(event.after)


def test_accounts_are_seen_with_the_contract_that_names_them(world):
    projects = approved(world)
    own = account_of(world, agency=world.agencies["dong-thap"], number="1")
    theirs = account_of(world, agency=world.agencies["dong-thap-centre"], number="2")

    def seen(agency, role="officer"):
        return set(BankAccount.objects.visible_to(world.actor(agency, role)))

    assert seen("dong-thap") == {own, theirs}  # its own, and the one that it keeps
    assert seen("dong-thap-centre") == {theirs}
    assert seen("national") == seen("phu-tho") == set()
    sign(world, projects, payer_account=own, unit_account=theirs)
    assert seen("dong-thap-centre") == seen("national") == {own, theirs}
    assert seen("phu-tho") == seen("phu-tho-centre") == set()
    for actor in world.actors.values():
        assert own.is_in_scope(actor) == (own in BankAccount.objects.visible_to(actor))


def test_database_wants_one_holder(world):
    one = account_of(world, agency=world.agencies["dong-thap"])
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.filter(pk=one.pk).update(agency=None)


# --- contracts with establishments -----------------------------------------------------------------------------------


@pytest.fixture
def project(world):
    """Two establishments with 100 triệu each."""
    return make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)


def test_unit_signs_with_each_establishment(world, project):
    first, second = project.beneficiaries.all()
    account = account_of(world, establishment=first.establishment, by=UNIT)
    file = SimpleUploadedFile("hop-dong.pdf", PDF + b"contract")
    one = support(world, project, part=first, amount=100 * MILLION, account=account, upload=file, schedule="Hai đợt")
    support(world, project, part=second, amount=90 * MILLION)
    assert (one.total, one.file.kind, one.account) == (500 * MILLION, "contract", account)
    corrected = support(world, project, part=first, amount=80 * MILLION, number="HĐHT-02")
    assert (corrected.pk, corrected.support, corrected.file) == (one.pk, 80 * MILLION, one.file)
    event = AuditEvent.objects.filter(action="project.support_contract").latest("seq")
    assert (event.before["khuyến công"], event.after["khuyến công"]) == (100 * MILLION, 80 * MILLION)
    assert list(broken_rows()) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount": 100 * MILLION + 1}, "vượt số được duyệt cho cơ sở 100.000.000"),
        ({"amount": 0}, "phải lớn hơn 0"),
        ({"counterpart": -1}, "không được âm"),
        ({"signed_on": YESTERDAY}, "không được trước ngày ký hợp đồng"),
        ({"signed_on": TOMORROW}, "không được ở tương lai"),
        ({"number": " "}, "số hợp đồng hỗ trợ"),
    ],
)
def test_a_support_contract_that_cannot_be_is_refused(world, project, wrong, sentence):
    before = whole_database()
    with pytest.raises(Refused, match=sentence):
        support(world, project, **{"amount": 100 * MILLION, **wrong})
    assert whole_database() == before


def test_all_together_stay_within_the_contract(world):
    project = make_project(world, state="approved", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    contract = sign(world, [project])
    contract.parts.update(value=150 * MILLION)  # as after an annex
    first, second = project.beneficiaries.all()
    support(world, project, part=first, amount=100 * MILLION)
    with pytest.raises(Refused, match=r"cộng lại 151\.000\.000 đồng, vượt giá trị hợp đồng") as refused:
        support(world, project, part=second, amount=51 * MILLION)
    assert refused.value.article == "TT 36/2013 Đ12.2"
    support(world, project, part=second, amount=50 * MILLION)


def test_unit_that_is_itself_the_establishment_needs_none(world, project):
    part = project.beneficiaries.first()
    part.establishment.account = project.implementing_unit
    part.establishment.save()
    with pytest.raises(Refused, match="không cần hợp đồng hỗ trợ"):
        support(world, project, part=part, amount=100 * MILLION)


def test_support_contract_is_for_the_unit(world, project):
    before = whole_database()
    for place in world.actors:
        if place != UNIT:
            with pytest.raises(NotAllowed):
                support(world, project, by=place, amount=100 * MILLION)
    other = account_of(world, agency=world.agencies["dong-thap"])
    with pytest.raises(Refused, match="Tài khoản không phải của"):
        support(world, project, amount=100 * MILLION, account=other)
    other.delete()
    assert whole_database()["finance.SupportContract"] == before["finance.SupportContract"]
    with pytest.raises(Refused, match="khi đề án đang thực hiện"):
        support(world, make_project(world, state="approved"))
    assert not SupportContract.objects.exists()


def test_a_file_of_another_kind_leaves_nothing(world, project):
    before = whole_database()
    with pytest.raises(Refused):
        support(world, project, amount=100 * MILLION, upload=SimpleUploadedFile("a.pdf", b"<html>"))
    assert whole_database() == before
