"""From the record to the answer of the law, and what submission asks of a đề án that supports interest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.law import loans as law
from khuyencong.loans.models import Loan, LoanRow, RowKind
from khuyencong.projects.models import Beneficiary, Project


def loan_of(loan: Loan, rows: Iterable[LoanRow]) -> law.Loan:
    """The question for `law.loans.interest_of`. No query."""
    by_kind: dict[str, list[LoanRow]] = {kind: [] for kind in RowKind.values}
    for row in rows:
        by_kind[row.kind].append(row)
    return law.Loan(
        term=law.LoanTerm(loan.term),
        in_dong=loan.in_dong,
        disbursed=tuple(law.Flow(row.on, row.amount or 0) for row in by_kind[RowKind.DISBURSED]),
        repaid=tuple(law.Flow(row.on, row.amount or 0) for row in by_kind[RowKind.REPAID]),
        rates=tuple(
            law.Rate(
                row.on,
                Fraction(row.percent or 0) / 100,
                None if row.lowest is None else Fraction(row.lowest) / 100,
            )
            for row in by_kind[RowKind.RATE]
        ),
        overdue=tuple(law.Overdue(row.on, row.until) for row in by_kind[RowKind.OVERDUE]),
        completed_on=loan.completed_on,
        interest_paid=loan.interest_paid,
        days_of_year=loan.days_of_year,
    )


@dataclass(frozen=True)
class Shown:
    """A beneficiary with the loan, if it is recorded, and what its interest comes to."""

    beneficiary: Beneficiary
    loan: Loan | None
    interest: law.Interest | None


def loans_of(project: Project) -> list[Shown]:
    """Every beneficiary of a đề án that supports interest; [] for other activities. Two queries."""
    if project.activity != law.ACTIVITY:
        return []
    rows = project.beneficiaries.select_related("establishment", "loan").prefetch_related("loan__rows")
    found = []
    for one in rows:
        loan = getattr(one, "loan", None)
        found.append(Shown(one, loan, law.interest_of(loan_of(loan, loan.rows.all())) if loan else None))
    return found


def loan_findings(project: Project) -> Sequence[Finding]:
    """What still lacks before submission: the schedule of each beneficiary, and an estimate that does not ask for more."""
    shown = loans_of(project)
    if not shown:
        return []
    base: dict[int | None, int] = {}
    for key, total in project.lines.filter(in_cost_base=True).values_list("beneficiary_id", "total"):
        base[key] = base.get(key, 0) + total
    found: list[Finding] = []
    for one in shown:
        name = one.beneficiary.establishment
        if one.interest is None:
            sentence = f"{name}: chưa ghi lịch vay; lãi được hỗ trợ tính từ lịch vay."
            found.append(Blocker("loan_missing", sentence, law.ARTICLE))
            continue
        found += [type(each)(each.code, f"{name}: {each.sentence}", each.article) for each in one.interest.findings]
        eligible, written = one.interest.eligible, base.get(one.beneficiary.pk, 0)
        if eligible is None or written == eligible:
            continue
        sentence = (
            f"{name}: dự toán ghi {format_dong(written)} đồng lãi vay, lịch vay tính được {format_dong(eligible)} đồng."
        )
        kind = Blocker if written > eligible else Warning_
        found.append(kind("loan_differs_from_estimate", sentence, law.ARTICLE))
    return found
