"""A đề án that supports interest, and the loan of its beneficiary, through the real actions."""

from datetime import date
from decimal import Decimal

from khuyencong.core.dates import today
from khuyencong.loans import actions
from khuyencong.loans.actions import RowInput
from khuyencong.loans.models import RowKind
from khuyencong.testing import make_project

OFFICER = ("dong-thap-centre", "officer")
FIRST = date(today().year - 3, 3, 1)
DAYS = (date(FIRST.year + 2, 3, 1) - FIRST).days
# 800.000 đồng a day: 3.650 triệu at the lowest rate of 8 %, below the 10 % of the contract.
ROWS = (
    RowInput(RowKind.DISBURSED, FIRST, amount=3_650_000_000),
    RowInput(RowKind.RATE, FIRST, percent=Decimal(10), lowest=Decimal(8)),
)


def fields(**changed):
    return {
        "bank": "Ngân hàng Ví Dụ", "contract_number": "01/HĐTD", "contract_on": FIRST, "term": "medium",
        "in_dong": True, "days_of_year": 365, "completed_on": FIRST, "interest_paid": 10**10, "lowest_document": "Bảng lãi",
        **changed,
    }  # fmt: skip


def interest_project(world):
    # National money: there the norm of the joint circular's successor is known.
    return make_project(world, activity="relocation_interest", source="national", support=1_000_000, total=3_000_000)


def save(world, project, *, who=OFFICER, rows=ROWS, version=None, **changed):
    project.refresh_from_db()
    return actions.save_loan(
        project_id=project.pk, by=world.actor(*who), version=version or project.version,
        beneficiary_id=project.beneficiaries.get().pk, fields=fields(**changed), rows=rows,
    )  # fmt: skip
