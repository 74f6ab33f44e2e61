"""From the record to the answer of the law, and what the steps of a đề án that supports interest ask of it.

Each step asks by itself: submission and appraisal `loan_findings`, acceptance `acceptance_findings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Blocker, Finding, Warning_, blockers
from khuyencong.core.money import format_dong
from khuyencong.law import loans as law
from khuyencong.loans.elsewhere import same_contract, supported_elsewhere
from khuyencong.loans.models import Loan, LoanRow, RowKind
from khuyencong.projects.models import Beneficiary, Project

# What an acceptance asks a word for; the terms of the loan were confirmed when the đề án was appraised.
ASKED_AT_ACCEPTANCE = frozenset({"loan_overdue_days", "loan_lowest_rate_unknown"})


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
class OfLoan:
    """One credit contract and what its interest comes to."""

    loan: Loan
    interest: law.Interest


@dataclass(frozen=True)
class Shown:
    """A beneficiary with its loans; none where nothing is recorded yet."""

    beneficiary: Beneficiary
    loans: tuple[OfLoan, ...]

    @property
    def eligible(self) -> int | None:
        """The interest of all its loans that may be supported, in đồng; None without a loan or where one is stopped."""
        found = [one.interest.eligible for one in self.loans]
        known = [amount for amount in found if amount is not None]
        return sum(known) if known and len(known) == len(found) else None

    @property
    def findings(self) -> list[Finding]:
        """What is found of each loan, named where there are several."""
        return [
            type(each)(each.code, f"{one.loan}: {each.sentence}", each.article) if len(self.loans) > 1 else each
            for one in self.loans
            for each in one.interest.findings
        ]


def loans_of(project: Project, *, on: date | None = None) -> list[Shown]:
    """Every beneficiary of a đề án that supports interest, by the law of the day (None: today); [] for other activities.

    Three queries.
    """
    if project.activity != law.ACTIVITY:
        return []
    day = on or today()
    rows = project.beneficiaries.select_related("establishment").prefetch_related("loans__rows")
    return [
        Shown(
            one,
            tuple(
                OfLoan(loan, law.interest_of(loan_of(loan, loan.rows.all()), on=day, source=project.source))
                for loan in one.loans.all()
            ),
        )
        for one in rows
    ]


def loan_findings(project: Project) -> Sequence[Finding]:
    """What stands against submission and against an approval.

    The schedule of each beneficiary, an estimate that does not ask for more, and interest that was supported before.
    """
    shown = loans_of(project)
    if not shown:
        return []
    article = law.citation_on(today(), source=project.source)
    base: dict[int | None, int] = {}
    for key, total in project.lines.filter(in_cost_base=True).values_list("beneficiary_id", "total"):
        base[key] = base.get(key, 0) + total
    found: list[Finding] = []
    for one in shown:
        name = one.beneficiary.establishment
        if not one.loans:
            sentence = f"{name}: chưa ghi lịch vay; lãi được hỗ trợ tính từ lịch vay."
            found.append(Blocker("loan_missing", sentence, article))
            continue
        found += [type(each)(each.code, f"{name}: {each.sentence}", each.article) for each in one.findings]
        eligible, written = one.eligible, base.get(one.beneficiary.pk, 0)
        if eligible is None or written == eligible:
            continue
        sentence = (
            f"{name}: dự toán ghi {format_dong(written)} đồng lãi vay, lịch vay tính được {format_dong(eligible)} đồng."
        )
        kind = Blocker if written > eligible else Warning_
        found.append(kind("loan_differs_from_estimate", sentence, article))
    return [*found, *supported_elsewhere(project, [one.beneficiary for one in shown])]


def acceptance_findings(project: Project, beneficiary_id: int | None, *, cost: int, on: date) -> list[Finding]:
    """What stands against accepting interest, by the schedule as it is recorded now; [] for other activities.

    `cost`: what this acceptance and the earlier ones of the beneficiary count, in đồng. Support comes after the
    investment, for interest that vouchers prove.
    """
    if project.activity != law.ACTIVITY:
        return []
    article = law.citation_on(on, source=project.source)
    one = next((each for each in loans_of(project, on=on) if each.beneficiary.pk == beneficiary_id), None)
    if one is None or not one.loans:
        return [Blocker("loan_missing", "Chưa ghi lịch vay: lãi được nghiệm thu tính từ lịch vay.", article)]
    found: list[Finding] = [
        each for each in one.findings if isinstance(each, Blocker) or each.code in ASKED_AT_ACCEPTANCE
    ]
    found += blockers(same_contract(project, [one.beneficiary]))
    for loan in (each.loan for each in one.loans):
        if loan.completed_on is None or loan.completed_on > on:
            sentence = f"{loan}: hỗ trợ sau khi hoàn thành đầu tư, tới ngày {format_date(on)} chưa có ngày hoàn thành."
            found.append(Blocker("loan_investment_open", sentence, article))
        if loan.interest_paid is None:
            sentence = f"{loan}: chưa ghi số lãi đã trả ngân hàng theo chứng từ."
            found.append(Blocker("loan_interest_unpaid", sentence, law.PAPERS_ARTICLE))
    if one.eligible is not None and cost > one.eligible:
        sentence = (
            f"Nghiệm thu cộng các lần trước {format_dong(cost)} đồng lãi vay, lịch vay chỉ tính được"
            f" {format_dong(one.eligible)} đồng."
        )
        found.append(Blocker("loan_beyond_schedule", sentence, article))
    return found
