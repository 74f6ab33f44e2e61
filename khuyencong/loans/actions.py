"""Writing the loan of a beneficiary down, and taking its interest into the estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as columns_of
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.law import loans as law
from khuyencong.loans.models import Loan, LoanRow, RowKind
from khuyencong.loans.reckoning import loan_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_draft, lock_project, touch
from khuyencong.projects.estimates import LineInput, write_estimate
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.states import EDITABLE, RUNNING
from khuyencong.projects.support import sheets_for, with_what_the_law_asks

MOST_ROWS = 60
LINE = "Lãi vay trong 02 năm đầu để đầu tư nhà, xưởng, máy móc thiết bị"
LOAN = (
    "bank", "contract_number", "contract_on", "term", "in_dong", "days_of_year", "completed_on", "interest_paid",
    "lowest_document",
)  # fmt: skip


@dataclass(frozen=True)
class RowInput:
    """One line of the schedule as entered; which parts count depends on the kind."""

    kind: RowKind
    on: date
    until: date | None = None
    amount: int | None = None
    percent: Decimal | None = None
    lowest: Decimal | None = None


@transaction.atomic
def save_loan(
    *,
    project_id: int,
    by: Actor,
    version: int,
    beneficiary_id: int,
    fields: Mapping[str, Any],
    rows: Sequence[RowInput],
) -> Loan:
    """Write the loan with its whole schedule, or write it anew; `version` is that of the đề án.

    While it runs too: interest is paid and rates change after the approval. What the law says against it is a finding, not
    a refusal. Raises NotAllowed, Stale, Refused.
    """
    project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
    if project.activity != law.ACTIVITY:
        raise Refused("Lịch vay chỉ ghi cho đề án hỗ trợ lãi suất vốn vay di dời.", article=law.ARTICLE)
    if project.state not in EDITABLE | RUNNING:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi lịch vay được nữa.")
    beneficiary = _beneficiary(project, beneficiary_id)
    if len(rows) > MOST_ROWS:
        raise Refused(f"Lịch vay có tối đa {MOST_ROWS} dòng.")
    loan = Loan.objects.filter(beneficiary=beneficiary).first()
    before = _told(loan) if loan else None
    loan = loan or Loan(beneficiary=beneficiary)
    for name in LOAN:
        setattr(loan, name, fields[name])
    if not loan.bank.strip() or not loan.contract_number.strip():
        raise Refused("Hãy ghi ngân hàng và số hợp đồng tín dụng.", article=law.PAPERS_ARTICLE)
    if loan.days_of_year not in law.DAYS_OF_YEAR:
        raise Refused("Số ngày của năm để tính lãi là 365 hoặc 360.")
    for number, row in enumerate(rows, start=1):
        _check(number, row)
    loan.kept_by = by.user
    loan.save()
    loan.rows.all().delete()
    LoanRow.objects.bulk_create(_row(loan, row) for row in rows)
    touch(project)
    record(action="project.loan", by=by, subject=project, thread=project.thread, before=before, after=_told(loan))
    return loan


@transaction.atomic
def use_interest(*, project_id: int, by: Actor, version: int, beneficiary_id: int) -> Project:
    """Make the interest the one line of the beneficiary in Mẫu 1, with the support that rate and cap of the norm allow.

    Raises NotAllowed, Stale, Refused where the law stops the loan or no norm is known.
    """
    project = lock_draft(project_id, by=by, version=version)
    beneficiary = _beneficiary(project, beneficiary_id)
    loan = Loan.objects.filter(beneficiary=beneficiary).first()
    if loan is None:
        raise Refused("Hãy ghi lịch vay trước.", article=law.ARTICLE)
    interest = law.interest_of(loan_of(loan, loan.rows.all()))
    eligible = interest.eligible
    if not eligible:
        stopping = next((one.sentence for one in interest.findings), "Không có đồng lãi nào được tính.")
        raise Refused(stopping, article=law.ARTICLE)
    line = EstimateLine(project=project, beneficiary=beneficiary, total=eligible, support=eligible)
    sheet = sheets_for(project, [beneficiary], [line], on=today())[0].sheet
    if sheet.allowed is None:
        raise Refused(sheet.no_norm or "Chưa có mức hỗ trợ bằng số cho lãi vay.", article=law.ARTICLE)
    others = [
        LineInput(**{one.name: getattr(row, one.name) for one in columns_of(LineInput)})
        for row in project.lines.exclude(beneficiary=beneficiary)
    ]
    own = LineInput(
        content=f"{LINE} ({loan})"[:500],
        total=eligible,
        support=sheet.allowed,
        counterpart=eligible - sheet.allowed,
        beneficiary_id=beneficiary.pk,
    )
    return write_estimate(project, by=by, lines=[*others, own])


def _beneficiary(project: Project, key: int) -> Beneficiary:
    found = with_what_the_law_asks(project.beneficiaries.all()).filter(pk=key).first()
    if found is None:
        raise Refused("Cơ sở này không thụ hưởng đề án.")
    return found


def _check(number: int, row: RowInput) -> None:
    match row.kind:
        case RowKind.DISBURSED | RowKind.REPAID:
            if row.amount is None or row.amount <= 0:
                raise Refused(f"Dòng {number}: hãy ghi số tiền lớn hơn 0 đồng.")
        case RowKind.RATE:
            if row.percent is None:
                raise Refused(f"Dòng {number}: hãy ghi lãi suất của hợp đồng.")
        case _:
            if row.until is not None and row.until <= row.on:
                raise Refused(f"Dòng {number}: ngày hết quá hạn phải sau ngày bắt đầu quá hạn.")


def _row(loan: Loan, row: RowInput) -> LoanRow:
    money, rate = row.kind in {RowKind.DISBURSED, RowKind.REPAID}, row.kind == RowKind.RATE
    return LoanRow(
        loan=loan,
        kind=row.kind,
        on=row.on,
        until=row.until if row.kind == RowKind.OVERDUE else None,
        amount=row.amount if money else None,
        percent=row.percent if rate else None,
        lowest=row.lowest if rate else None,
    )


def _told(loan: Loan) -> dict[str, Any]:
    """What the trail keeps: the contract, the schedule and what it comes to."""
    rows = list(loan.rows.all())
    interest = law.interest_of(loan_of(loan, rows))
    return {
        "cơ sở": str(loan.beneficiary),
        "hợp đồng tín dụng": str(loan),
        "loại vay": loan.get_term_display(),
        "hoàn thành đầu tư": loan.completed_on.isoformat() if loan.completed_on else None,
        "lãi đã trả (đồng)": loan.interest_paid,
        "lịch vay": [
            {
                "loại": row.get_kind_display(),
                "ngày": row.on.isoformat(),
                "hết": row.until.isoformat() if row.until else None,
                "số tiền (đồng)": row.amount,
                "lãi suất": None if row.percent is None else str(row.percent),
                "lãi suất thấp nhất": None if row.lowest is None else str(row.lowest),
            }
            for row in rows
        ],
        "lãi được tính (đồng)": interest.eligible,
    }
