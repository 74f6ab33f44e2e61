"""Writing the loans of a beneficiary down, and taking their interest into the estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as columns_of
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import blockers
from khuyencong.core.money import format_dong, share_down
from khuyencong.law import loans as law
from khuyencong.law.support import CalculationSheet
from khuyencong.loans.elsewhere import granted_before
from khuyencong.loans.models import Loan, LoanRow, RowKind
from khuyencong.loans.reckoning import loan_of, loans_of
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
    loan_id: int | None = None,
) -> Loan:
    """Write a loan with its whole schedule, or (`loan_id`) write it anew; `version` is that of the đề án.

    While it runs too: interest is paid and rates change after the approval. What the law says against it is a finding, not
    a refusal. Raises NotAllowed, Stale, Refused.
    """
    project, beneficiary = _lock(project_id, by, version, beneficiary_id)
    if len(rows) > MOST_ROWS:
        raise Refused(f"Lịch vay có tối đa {MOST_ROWS} dòng.")
    loan = Loan(beneficiary=beneficiary) if loan_id is None else _loan(beneficiary, loan_id)
    before, contract = (_told(loan, project), str(loan)) if loan_id is not None else (None, None)
    for name in LOAN:
        setattr(loan, name, fields[name])
    if not loan.bank.strip() or not loan.contract_number.strip():
        raise Refused("Hãy ghi ngân hàng và số hợp đồng tín dụng.", article=law.PAPERS_ARTICLE)
    if contract is not None and contract != str(loan):
        _refuse_after_acceptance(beneficiary)
    if loan.days_of_year not in law.DAYS_OF_YEAR:
        raise Refused("Số ngày của năm để tính lãi là 365 hoặc 360.")
    if loan.completed_on is not None and loan.completed_on > today():
        raise Refused(
            "Ngày hoàn thành đầu tư không được ở tương lai: ghi khi đã hoàn thành.", article=_article(project)
        )
    for number, row in enumerate(rows, start=1):
        _check(number, row)
    loan.kept_by = by.user
    try:
        with transaction.atomic():
            loan.save()
    except IntegrityError:
        raise Refused("Hợp đồng tín dụng này đã được ghi cho cơ sở.") from None
    loan.rows.all().delete()
    LoanRow.objects.bulk_create(_row(loan, row) for row in rows)
    touch(project)
    after = _told(loan, project)
    record(action="project.loan", by=by, subject=project, thread=project.thread, before=before, after=after)
    return loan


@transaction.atomic
def remove_loan(*, project_id: int, by: Actor, version: int, beneficiary_id: int, loan_id: int) -> Project:
    """A loan was written by mistake; what stood there stays in the trail. Raises NotAllowed, Stale, Refused."""
    project, beneficiary = _lock(project_id, by, version, beneficiary_id)
    loan = _loan(beneficiary, loan_id)
    _refuse_after_acceptance(beneficiary)
    before = _told(loan, project)
    loan.delete()
    touch(project)
    record(action="project.loan_remove", by=by, subject=project, thread=project.thread, before=before)
    return project


@transaction.atomic
def use_interest(*, project_id: int, by: Actor, version: int, beneficiary_id: int) -> Project:
    """Make the interest the one line of the beneficiary in Mẫu 1, with the support that rate and cap of the norm allow.

    What the establishment got for interest elsewhere is taken off the cap. Raises NotAllowed, Stale, Refused where the law
    stops a loan, no norm is known or nothing of the cap is left.
    """
    project = lock_draft(project_id, by=by, version=version)
    beneficiary = _beneficiary(project, beneficiary_id)
    shown = next(one for one in loans_of(project) if one.beneficiary.pk == beneficiary.pk)
    article = _article(project)
    if not shown.loans:
        raise Refused("Hãy ghi lịch vay trước.", article=article)
    eligible = shown.eligible
    if not eligible:
        stopping = next((one.sentence for one in blockers(shown.findings)), "Không có đồng lãi nào được tính.")
        raise Refused(stopping, article=article)
    line = EstimateLine(project=project, beneficiary=beneficiary, total=eligible, support=eligible)
    sheet = sheets_for(project, [beneficiary], [line], on=today())[0].sheet
    if sheet.allowed is None:
        raise Refused(sheet.no_norm or "Chưa có mức hỗ trợ bằng số cho lãi vay.", article=article)
    support = _within_the_cap(project, beneficiary, sheet)
    others = [
        LineInput(**{one.name: getattr(row, one.name) for one in columns_of(LineInput)})
        for row in project.lines.exclude(beneficiary=beneficiary)
    ]
    own = LineInput(
        content=f"{LINE} ({'; '.join(str(one.loan) for one in shown.loans)})"[:500],
        total=eligible,
        support=support,
        counterpart=eligible - support,
        beneficiary_id=beneficiary.pk,
    )
    return write_estimate(project, by=by, lines=[*others, own])


def _beneficiary(project: Project, key: int) -> Beneficiary:
    found = with_what_the_law_asks(project.beneficiaries.all()).filter(pk=key).first()
    if found is None:
        raise Refused("Cơ sở này không thụ hưởng đề án.")
    return found


def _lock(project_id: int, by: Actor, version: int, beneficiary_id: int) -> tuple[Project, Beneficiary]:
    project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
    if project.activity != law.ACTIVITY:
        raise Refused("Lịch vay chỉ ghi cho đề án hỗ trợ lãi suất vốn vay di dời.", article=_article(project))
    if project.state not in EDITABLE | RUNNING:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi lịch vay được nữa.")
    return project, _beneficiary(project, beneficiary_id)


def _article(project: Project) -> str:
    return law.citation_on(today(), source=project.source)


def _loan(beneficiary: Beneficiary, key: int) -> Loan:
    found = beneficiary.loans.filter(pk=key).first()
    if found is None:
        raise Refused("Không có khoản vay này của cơ sở.")
    return found


def _refuse_after_acceptance(beneficiary: Beneficiary) -> None:
    """Interest that was accepted was accepted for these contracts."""
    if beneficiary.acceptances.exists():
        raise Refused("Đã nghiệm thu lãi vay của cơ sở: không bỏ, không đổi hợp đồng tín dụng nữa.")


def _within_the_cap(project: Project, beneficiary: Beneficiary, sheet: CalculationSheet) -> int:
    allowed = sheet.allowed or 0
    if sheet.norm is None or sheet.norm.cap is None:
        return allowed
    before = granted_before(project, [beneficiary])[beneficiary.pk].amount
    left = share_down(sheet.multiplier, sheet.norm.cap) - before
    if left <= 0:
        raise Refused(
            f"Cơ sở đã được hỗ trợ lãi vay {format_dong(before)} đồng ở đề án, năm khác: hết trần của một"
            f" {sheet.norm.unit}.",
            article=sheet.norm.citation,
        )
    return min(allowed, left)


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
            if max(row.on, row.until or row.on) > today():
                raise Refused(
                    f"Dòng {number}: thời gian quá hạn là việc đã xảy ra, tới hôm nay ({format_date(today())}); đang quá hạn"
                    " thì để trống ngày hết."
                )


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


def _told(loan: Loan, project: Project) -> dict[str, Any]:
    """What the trail keeps: the contract, the schedule and what it comes to."""
    rows = list(loan.rows.all())
    interest = law.interest_of(loan_of(loan, rows), on=today(), source=project.source)
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
