"""A đề án that supports interest, and the loans of its beneficiary, through the real actions."""

from datetime import date
from decimal import Decimal

from khuyencong.core.dates import today
from khuyencong.demo.walk import Item, make_establishment, write_project
from khuyencong.loans import actions
from khuyencong.loans.actions import RowInput
from khuyencong.loans.models import Loan, RowKind

OFFICER = ("dong-thap-centre", "officer")
FIRST = date(today().year - 3, 3, 1)
DAYS = (date(FIRST.year + 2, 3, 1) - FIRST).days
# 800.000 đồng a day: 3.650 triệu at the lowest rate of 8 %, below the 10 % of the contract.
ROWS = (
    RowInput(RowKind.DISBURSED, FIRST, amount=3_650_000_000),
    RowInput(RowKind.RATE, FIRST, percent=Decimal(10), lowest=Decimal(8)),
)
INTEREST = DAYS * 800_000


def fields(**changed):
    return {
        "bank": "Ngân hàng Ví Dụ", "contract_number": "01/HĐTD", "contract_on": FIRST, "term": "medium",
        "in_dong": True, "days_of_year": 365, "completed_on": FIRST, "interest_paid": 10**10, "lowest_document": "Bảng lãi",
        **changed,
    }  # fmt: skip


def interest_project(world, establishment=None):
    # National money: there the norm of the joint circular's successor is known.
    return write_project(
        world, unit=OFFICER[0], source="national", province="82",
        fields={"name": "Hỗ trợ lãi vay di dời thử nghiệm", "activity": "relocation_interest"},
        items=[Item("Lãi vay", 3_000_000, 1_000_000, establishment or make_establishment(world))],
    )  # fmt: skip


def _asked(world, project, version=None, who=OFFICER):
    project.refresh_from_db()
    return {
        "project_id": project.pk, "by": world.actor(*who), "version": version or project.version,
        "beneficiary_id": project.beneficiaries.get().pk,
    }  # fmt: skip


def save(world, project, *, who=OFFICER, rows=ROWS, version=None, more=False, **changed):
    """Write the loan of the đề án, the first time or again; `more`: another one beside it."""
    first = Loan.objects.filter(beneficiary__project=project).first()
    return actions.save_loan(
        **_asked(world, project, version, who), fields=fields(**changed), rows=rows,
        loan_id=first.pk if first and not more else None,
    )  # fmt: skip


def use(world, project):
    actions.use_interest(**_asked(world, project))
    project.refresh_from_db()
    return project


def remove(world, project, loan):
    return actions.remove_loan(**_asked(world, project), loan_id=loan.pk)
