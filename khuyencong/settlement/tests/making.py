"""Đề án at the end of their money, and what is done with them, for the tests of this room and the list of requests."""

from datetime import date
from io import BytesIO
from uuid import uuid4

import xlsxwriter

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.handing_in import hand_in_settlement
from khuyencong.demo.paying import account_of
from khuyencong.finance import actions as money
from khuyencong.finance.models import PaymentKind
from khuyencong.projects.models import Project
from khuyencong.settlement import actions
from khuyencong.settlement.actions import VoucherInput
from khuyencong.settlement.models import ClaimBasis, VoucherKind, Way
from khuyencong.testing import accept_next, give_money, make_project, pay, pay_rest

OFFICER, UNIT_ACCOUNTANT = ("dong-thap-centre", "officer"), ("dong-thap-centre", "accountant")
LEADER, ACCOUNTANT = ("dong-thap", "leader"), ("dong-thap", "accountant")
NATIONAL_ACCOUNTANT = ("national", "accountant")


def fresh(project):
    project.refresh_from_db()
    return project


def row(project, number="UNC-01", *, line=None, support=0, counterpart=0, other=0, **changed):
    """One voucher for the first content of the estimate."""
    values = {
        "kind": VoucherKind.TRANSFER,
        "number": number,
        "day": today(),
        "payee": "Công ty Máy Ví Dụ",
        "line_id": (line or project.lines.first()).pk,
        "support": support,
        "counterpart": counterpart,
        "other": other,
        **changed,
    }
    return VoucherInput(**values)


def record(world, project, *rows, who=OFFICER):
    actions.record_vouchers(project_id=project.pk, by=world.actor(*who), version=fresh(project).version, rows=rows)
    return fresh(project)


def vouchers_of_all(world, project):
    """A voucher for each line as it was planned: sums tie to what was accepted."""
    return record(
        world,
        project,
        *(
            row(project, f"UNC-{project.pk}-{line.pk}", line=line, support=line.support, counterpart=line.counterpart)
            for line in project.lines.all()
        ),
    )


def paid(world, source="local", **kwargs):
    """Accepted and paid in full, nothing of its file handed in."""
    project = make_project(world, state="accepted", source=source, **kwargs)
    pay_rest(world, project)
    return fresh(project)


def whole_file(world, project, file="own_"):
    """The papers of a way handed in."""
    hand_in_settlement(project, world.actor(*OFFICER), file)
    return fresh(project)


def settle(world, project, who=None, **changed):
    """Settle as the accountant of the payer."""
    key = who or (ACCOUNTANT if project.source == "local" else NATIONAL_ACCOUNTANT)
    values = {"number": f"QT-{project.pk}", "settled_on": today(), "way": Way.OWN, **changed}
    return actions.settle(project_id=project.pk, by=world.actor(*key), version=fresh(project).version, **values)


def settled(world, **kwargs):
    """Local and settled."""
    project = paid(world, **kwargs)
    settle(world, project)
    return fresh(project)


def unearned(world, advance=40 * MILLION):
    """Stopped with an advance that nothing was done for."""
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, advance)
    money.stop(
        project_id=project.pk,
        by=world.actor(*LEADER),
        version=project.version,
        document="9/QĐ",
        on=today(),
        reason="Cơ sở giải thể.",
    )
    return fresh(project)


def claim(world, project, basis=ClaimBasis.DISALLOWED, amount=50 * MILLION, schedule=None, **changed):
    """A decision that money comes back."""
    values = {
        "creation_key": uuid4(),
        "decision": f"KL-{uuid4().hex[:6]}",
        "decided_on": today(),
        "schedule": schedule or [(today(), amount)],
        **changed,
    }
    return actions.make_claim(
        project_id=project.pk,
        by=world.actor(*ACCOUNTANT),
        version=fresh(project).version,
        basis=basis,
        amount=amount,
        **values,
    )


def receive(world, found, amount, document="GNT-01", on=None):
    project = fresh(found.project)
    return actions.receive(
        claim_id=found.pk,
        by=world.actor(*ACCOUNTANT),
        version=project.version,
        amount=amount,
        document=document,
        on=on or today(),
    )


def liquidate(world, project, who=ACCOUNTANT, **changed):
    contract = fresh(project).contract_part.contract
    version = sum(part.project.version for part in contract.parts.select_related("project"))
    values = {"version": version, "number": "TL-01", "on": today(), **changed}
    return actions.liquidate(contract_id=contract.pk, by=world.actor(*who), **values)


def plan(world, year, project):
    by = world.actor("dong-thap", "officer")
    give_money(world, agency="dong-thap", source="local", year=year, amount=100 * MILLION)
    found = money.create_plan(by=by, year=year, source="local", title=f"Kế hoạch {year}", round_=1)
    money.put_in_plan(plan_id=found.pk, version=found.version, project_id=project.pk, by=by)
    found.refresh_from_db()
    money.approve_plan(
        plan_id=found.pk,
        version=found.version,
        by=world.actor(*LEADER),
        decision_number=f"{year}/QĐ",
        decision_on=today(),
        decided_by="Chủ tịch Thử Nghiệm",
    )


def two_years(world):
    """100 triệu of each of two years; of the first 30 were advanced, then everything of it was accepted."""
    project = make_project(world, state="base_appraised", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    project.beneficiaries.last().lines.update(year=today().year + 1)
    Project.objects.filter(pk=project.pk).update(ends_on=date(today().year + 1, 6, 1))
    plan(world, today().year, fresh(project))
    money.sign_contract(
        project_id=project.pk,
        by=world.actor(*LEADER),
        version=fresh(project).version,
        kind="contract",
        number="HĐ-01",
        signed_on=today(),
        ends_on=None,
        value=100 * MILLION,
        unit_account=account_of(world, project),
    )
    pay(world, fresh(project), PaymentKind.ADVANCE, 30 * MILLION)
    plan(world, today().year + 1, fresh(project))
    accept_next(world, fresh(project))
    return fresh(project)


HEADINGS = ("Số chứng từ", "Loại chứng từ", "Ngày", "Người nhận tiền", "Nội dung chi", "Số tiền")


def workbook(*rows, headings=HEADINGS):
    """A list of vouchers as people send it."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("Chứng từ")
    for number, values in enumerate((headings, *rows)):
        for at, value in enumerate(values):
            page.write(number, at, value)
    book.close()
    return buffer.getvalue()
