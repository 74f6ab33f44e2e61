"""What a contract may say of its đề án: value, day, term, sources and advance, each refusal with its article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong, share_down
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day
from khuyencong.finance.models import (
    OPEN_PAYMENTS,
    AdvanceDecision,
    BankAccount,
    ContractPart,
    DraftPart,
    EntryKind,
    LedgerEntry,
    Payment,
    SupportContract,
)
from khuyencong.law.advances import AdvanceShare, advance_ceiling_on, advance_share_on
from khuyencong.people.models import Agency
from khuyencong.programmes.models import FundingSource, PlanState
from khuyencong.projects.models import EstimateLine, Project, ProjectKind
from khuyencong.projects.support import counts_by_beneficiary
from khuyencong.projects.years import lines_by_year


@dataclass(frozen=True)
class Sources:
    """The value of one đề án in a contract by source, in đồng."""

    support: int
    counterpart: int
    other: int

    @property
    def total(self) -> int:
        return self.support + self.counterpart + self.other


# --- together --------------------------------------------------------------------------------------------------------


def check_together(projects: Sequence[Project]) -> None:
    """Refused where one contract cannot cover them: another payer, unit or source."""
    first = projects[0]
    for one in projects[1:]:
        if (one.payer_id, one.implementing_unit_id, one.source) != (
            first.payer_id,
            first.implementing_unit_id,
            first.source,
        ):
            raise Refused(
                f"{one.code} khác đơn vị chi, đơn vị thực hiện hoặc nguồn kinh phí với {first.code}: phải ký hợp đồng riêng.",
                article="TT 36/2013 Đ12.1",
            )


def check_free(projects: Sequence[Project], *, but: int | None = None) -> None:
    """Refused where one of them has a contract already, or stands in a draft other than `but`."""
    for part in ContractPart.objects.filter(project__in=projects).select_related("contract", "project"):
        raise Refused(
            f"{part.project.code} đã có {part.contract.title}: mỗi đề án chỉ có một hợp đồng, hãy ký phụ lục.",
            article="TT 36/2013 Đ12.1",
        )
    drafts = DraftPart.objects.filter(project__in=projects).exclude(contract=but).select_related("contract", "project")
    for draft in drafts:
        raise Refused(
            f"{draft.project.code} đang nằm trong dự thảo hợp đồng {draft.contract.number}: hãy ký hoặc bỏ dự thảo ấy trước."
        )


# --- value -----------------------------------------------------------------------------------------------------------


def check_value(project: Project, value: int) -> None:
    """Refused unless so many đồng of support may be signed for the approved đề án (TT 36/2013 Đ12.2)."""
    if value <= 0:
        raise Refused("Giá trị hợp đồng phải lớn hơn 0.")
    approved = ledger.approved_by_beneficiary(project)
    refuse_unnamed(project, approved, what="Ký hợp đồng")
    check_within_approval(project, value, ledger.balance_of(project).committed)
    parts = [amount for amount in approved.values() if amount > 0]
    if len(parts) > 1 and value != sum(parts):
        raise Refused(
            f"Đề án có {len(parts)} phần được duyệt riêng: hợp đồng phải bằng tổng {format_dong(sum(parts))} đồng,"
            " để không phần nào bị nghiệm thu thiếu."
        )


def check_within_approval(project: Project, value: int, committed: int) -> None:
    if value > committed:
        raise Refused(
            f"Hợp đồng {format_dong(value)} đồng vượt số được phê duyệt {format_dong(committed)} đồng ({project.code}).",
            article="TT 36/2013 Đ12.2",
        )


def refuse_unnamed(project: Project, approved: Mapping[int | None, int], *, what: str) -> None:
    """Refused while money of a group is approved for establishments that are not named yet (TT 36/2013 Đ23.3)."""
    left = approved.get(None, 0)
    if left and project.kind == ProjectKind.GROUP and counts_by_beneficiary(project):
        raise Refused(
            f"{what}: còn {format_dong(left)} đồng chưa xác định cơ sở thụ hưởng. Hãy lập đề nghị điều chỉnh để xác định"
            " cơ sở (Mẫu số 11), hoặc giảm số kinh phí ấy.",
            article="TT 36/2013 Đ23.3",
        )


def check_new_value(project: Project, part: ContractPart, value: int, balance: ledger.Balance) -> None:
    """Refused unless an annex may make the đề án worth so many đồng: never below what was earned, never above the approval."""
    if value <= 0:
        raise Refused("Giá trị hợp đồng phải lớn hơn 0.")
    held = max(balance.accepted, balance.paid_out)
    if value < held:
        raise Refused(
            f"{project.code}: đã nghiệm thu hoặc chi {format_dong(held)} đồng, không giảm giá trị xuống"
            f" {format_dong(value)} đồng.",
            article="TT 36/2013 Đ12.6",
        )
    check_within_approval(project, value, balance.committed)
    if value > part.value:
        refuse_unnamed(project, ledger.approved_by_beneficiary(project), what="Ký phụ lục")
    signed = support_signed(project)
    if value < signed:
        raise Refused(
            f"{project.code}: các hợp đồng hỗ trợ với cơ sở đã là {format_dong(signed)} đồng; hãy sửa các hợp đồng ấy trước."
        )


def refuse_open_payment(projects: Iterable[Project]) -> None:
    """Refused while money of one of them is on its way: what it was judged by must hold until it is paid or returned."""
    waiting = Payment.objects.filter(project__in=[one.pk for one in projects], state__in=OPEN_PAYMENTS)
    found = waiting.select_related("project").order_by("pk").first()
    if found is not None:
        raise Refused(
            f"{found.project.code} đang có khoản chi {format_dong(found.amount)} đồng ({found.stands.lower()}): hãy ghi đã"
            " chi hoặc trả lại khoản ấy trước.",
            article="TT 36/2013 Đ12.2",
        )


def support_signed(project: Project, *, but: int | None = None) -> int:
    """The support of all contracts with establishments of the đề án but that of beneficiary `but`, in đồng."""
    rows = SupportContract.objects.filter(project=project).exclude(beneficiary=but)
    return sum(rows.values_list("support", flat=True))


def sources_of(project: Project, value: int) -> Sources:
    """The value by source: the estimate of the years approved so far; support that is not signed for is the beneficiary's.

    So the sum is always that of the estimate (Mẫu 1). One or two queries.
    """
    lines = approved_lines(project)
    total, other = sum(line.total for line in lines), sum(line.other for line in lines)
    return Sources(value, max(0, total - other - value), other)


def approved_lines(project: Project) -> list[EstimateLine]:
    """The lines of the estimate whose year is approved: the plan year, and later ones by their own plan."""
    later = project.continuations.filter(plan__state=PlanState.APPROVED).values_list("year", flat=True)
    years = {project.year, *later}
    by_year = lines_by_year(project, project.lines.all())
    return [line for year, lines in by_year.items() if year in years for line in lines]


# --- days ------------------------------------------------------------------------------------------------------------


def check_signing(projects: Sequence[Project], number: str, signed_on: date, ends_on: date | None) -> None:
    """Refused for a contract without number, dated before a decision or in the future, or that ends before it begins."""
    if not number.strip():
        raise Refused("Hãy ghi số hợp đồng.")
    for project in projects:
        decided_on = project.plan.decision_on if project.plan else None
        check_day(signed_on, what="Ngày ký", after={"quyết định phê duyệt": decided_on}, article="TT 36/2013 Đ12.1")
    check_term(signed_on, ends_on)


def check_term(signed_on: date, ends_on: date | None) -> None:
    if ends_on and ends_on < signed_on:
        raise Refused("Thời hạn hợp đồng không được trước ngày ký.")


def check_new_term(projects: Sequence[Project], ends_on: date, signed_on: date) -> None:
    """Refused for a term before the annex, or, of national money, in a year to which the đề án was not extended.

    Time inside the year is changed by the contract itself; into the next year only by the Ministry (TT 36/2013 Đ11.2).
    """
    if ends_on < signed_on:
        raise Refused("Thời hạn mới không được trước ngày ký phụ lục.")
    for project in projects:
        last = max(project.year, project.ends_on.year if project.ends_on else 0)
        if project.source == FundingSource.NATIONAL and ends_on.year > last:
            raise Refused(
                f"{project.code} được thực hiện đến hết năm {last}: gia hạn sang năm sau phải được Bộ Công Thương phê duyệt"
                " điều chỉnh trước.",
                article="TT 36/2013 Đ11.2.a",
            )


def last_approved_on(project: Project) -> date | None:
    """The day of the last decision that approved money for the đề án; None before the first."""
    rows = LedgerEntry.objects.filter(project=project, kind=EntryKind.APPROVED).order_by("-on")
    return rows.values_list("on", flat=True).first()


# --- advances --------------------------------------------------------------------------------------------------------


def legal_advance(project: Project, on: date) -> AdvanceShare:
    """How much of the support may be advanced before acceptance, by activity, never above the overall ceiling.

    What the law pays in full only after acceptance (TT 36/2013 Đ13.3) is no advance here: it waits for acceptance.
    """
    advance = advance_share_on(project.activity, on, source=project.source)
    if advance.after_acceptance:
        return replace(advance, share=Fraction(0))
    ceiling = advance_ceiling_on(on)
    if ceiling is not None and advance.share > ceiling.share:
        return replace(advance, share=ceiling.share, article=f"{advance.article}; {ceiling.article}")
    return advance


def share_now(project: Project, part: ContractPart) -> Fraction:
    """The share that may be advanced: of the latest decision (TT 36/2013 Đ16), else of the law on the day of signing."""
    decision = part.advance_decisions.order_by("-pk").first()
    return share_of(decision) if decision else legal_advance(project, part.contract.signed_on).share


def share_of(decision: AdvanceDecision) -> Fraction:
    return Fraction(decision.percent) / 100


def new_ceiling(project: Project, value: int, share: Fraction, advanced: int) -> int:
    """The most that may be advanced of `value`, in đồng. Refused where more was advanced already."""
    ceiling = share_down(share, value)
    if ceiling < advanced:
        raise Refused(
            f"{project.code}: đã tạm ứng {format_dong(advanced)} đồng, vượt mức tối đa mới {format_dong(ceiling)} đồng.",
            article="TT 36/2013 Đ13; TTLT 26/2014 Đ8.2.b",
        )
    return ceiling


# --- accounts --------------------------------------------------------------------------------------------------------


def check_account(account: BankAccount | None, agency: Agency, on: date, *, what: str) -> None:
    """Refused where the account is not of that party, or not in use on that day."""
    if account is None:
        return
    if account.agency_id != agency.pk:
        raise Refused(f"{what}: tài khoản không phải của {agency.name}.")
    check_in_use(account, on, what=what)


def check_in_use(account: BankAccount, on: date, *, what: str) -> None:
    if on < account.from_on or (account.to_on is not None and account.to_on < on):
        days = f"từ {format_date(account.from_on)}" + (f" đến {format_date(account.to_on)}" if account.to_on else "")
        raise Refused(f"{what}: tài khoản chỉ dùng {days}.")
