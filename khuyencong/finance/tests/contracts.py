"""The steps of a contract, as short as the tests need them."""

from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.finance import actions as money
from khuyencong.finance.actions.contracts import PartInput
from khuyencong.finance.models import Contract, ContractKind
from khuyencong.projects.models import Project
from khuyencong.testing import make_project

LEADER, ACCOUNTANT, KEEPER = ("dong-thap", "leader"), ("dong-thap", "accountant"), ("dong-thap", "officer")
UNIT = ("dong-thap-centre", "officer")
VALUE = 200 * MILLION


def approved(world, count=1, **more):
    """So many approved đề án of the centre, 200 triệu of support each."""
    return [make_project(world, state="approved", **more) for _ in range(count)]


def sign(world, projects, *, by=LEADER, value=VALUE, **more):
    """One contract for all of them, signed at once."""
    first, *others = [Project.objects.get(pk=one.pk) for one in projects]
    values = {"kind": ContractKind.CONTRACT, "number": "HĐ-01", "signed_on": today(), "ends_on": None, **more}
    also = [PartInput(one.pk, one.version, value) for one in others]
    return money.sign_contract(
        project_id=first.pk, by=world.actor(*by), version=first.version, value=value, also=also, **values
    )


def prepare(world, projects, *, by=KEEPER, value=VALUE, key=None, **more):
    """A draft that covers all of them."""
    values = {"kind": ContractKind.CONTRACT, "number": "DT-01", "signed_on": today(), "ends_on": None, **more}
    parts = [PartInput(one.pk, 0, value) for one in projects]
    return money.prepare_contract(by=world.actor(*by), creation_key=key or uuid4(), parts=parts, **values)


def amend(world, contract, *, by=LEADER, key=None, values=None, version=None, **more):
    """An annex; `values` by đề án."""
    contract = Contract.objects.get(pk=contract.pk)
    fields = {"number": "PL-01", "signed_on": today(), "reason": "Cơ sở đổi máy.", "ends_on": None, **more}
    return money.amend_contract(
        contract_id=contract.pk, by=world.actor(*by), version=version or contract.version,
        creation_key=key or uuid4(), values={one.pk: value for one, value in (values or {}).items()}, **fields,
    )  # fmt: skip


def account_of(world, *, by=ACCOUNTANT, agency=None, establishment=None, number="102010000123456", **more):
    """An account at a made-up bank."""
    fields = {"holder_name": "Chủ Tài Khoản Thử", "bank": "Ngân hàng Thử Nghiệm", "from_on": today(), **more}
    return money.add_bank_account(
        by=world.actor(*by), creation_key=uuid4(), agency=agency, establishment=establishment, number=number, **fields
    )


def support(world, project, *, by=UNIT, part=None, amount=VALUE, **more):
    """The contract of the unit with one establishment."""
    project.refresh_from_db()
    fields = {"number": "HĐHT-01", "signed_on": today(), "counterpart": 400 * MILLION, **more}
    return money.record_support_contract(
        project_id=project.pk, by=world.actor(*by), version=project.version,
        beneficiary_id=(part or project.beneficiaries.first()).pk, support=amount, **fields,
    )  # fmt: skip


def decide(world, project, percent, *, by=LEADER, **more):
    """Another advance ratio."""
    project.refresh_from_db()
    fields = {"document": f"QĐ-{percent}", "decided_on": today(), "decided_by": "Người Có Thẩm Quyền", **more}
    return money.decide_advance(
        project_id=project.pk, by=world.actor(*by), version=project.version, percent=percent, **fields
    )
