"""The loans as parts of a frozen version of a đề án; a đề án of another activity has none of them."""

from __future__ import annotations

from collections.abc import Iterable

from khuyencong.law.loans import ACTIVITY
from khuyencong.loans.models import Loan, LoanRow
from khuyencong.projects.models import Project
from khuyencong.projects.versions import Part


def _loans(project: Project) -> Iterable[Loan]:
    if project.activity != ACTIVITY:
        return []
    rows = Loan.objects.filter(beneficiary__project=project, beneficiary__left_on__isnull=True)
    return rows.select_related("beneficiary__establishment")


def _rows(project: Project) -> Iterable[LoanRow]:
    if project.activity != ACTIVITY:
        return []
    rows = LoanRow.objects.filter(loan__beneficiary__project=project, loan__beneficiary__left_on__isnull=True)
    return rows.select_related("loan").order_by("loan", "on", "pk")


PARTS = (
    Part("loans", "Khoản vay", _loans, title="contract_number"),
    Part("loan_rows", "Lịch vay", _rows, title="kind", key="mark"),
)
