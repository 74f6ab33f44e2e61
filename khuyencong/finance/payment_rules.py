"""What stands against a payment: its amount, the share of its beneficiary, the papers, the progress, the account.

TT 36/2013 governs national money; what it asks for local money is shown as a reference and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, Warning_, blockers
from khuyencong.core.money import format_dong, share_down
from khuyencong.core.text import fold, number_key
from khuyencong.finance import ledger
from khuyencong.finance.days import last_booked
from khuyencong.finance.models import ADVANCES, ContractPart, EntryKind, LedgerEntry, PaymentKind, PaymentRule
from khuyencong.law.advances import AdvanceShare, advance_share_on
from khuyencong.law.papers import Stage
from khuyencong.law.values import percent_text
from khuyencong.monitoring.queries import ConfirmedProgress, confirmed_progress
from khuyencong.people.models import Agency
from khuyencong.projects.dossier import Row, Weight, dossier_of, is_reference_only
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import ProjectState
from khuyencong.projects.years import years_of

# What was accepted is paid, also when the đề án was stopped afterwards.
EARNS = frozenset({ProjectState.IN_PROGRESS, ProjectState.ACCEPTED, ProjectState.STOPPED})
ENTRY_OF = {
    PaymentKind.ADVANCE: EntryKind.ADVANCED,
    PaymentKind.NEXT_ADVANCE: EntryKind.ADVANCED,
    PaymentKind.FINAL: EntryKind.PAID,
}
CONFIRMED_BY_DEPARTMENT: Final = "khoản 4 Điều 21, điểm a khoản 3 Điều 23 Thông tư 36/2013/TT-BCT"
BY_PROGRESS: Final = "điểm b khoản 2 Điều 15 Thông tư 36/2013/TT-BCT"
# Papers that a confirmed progress report stands in for.
PROGRESS_PAPERS: Final = ("progress_half", "progress_most", "progress_report")
_WORDS: Final = {"volume": "khối lượng công việc", "investment": "tổng vốn đầu tư"}
_LONGEST_KEY: Final = 60


def payable_now(project: Project, part: ContractPart, balance: ledger.Balance, kind: str) -> int:
    """How many đồng may be paid as `kind` at this moment; 0 where the state does not allow it. No query."""
    if kind in ADVANCES:
        if project.state != ProjectState.IN_PROGRESS:
            return 0
        several = len(years_of(project)) > 1
        if kind == PaymentKind.NEXT_ADVANCE and not (several and balance.advanced):
            return 0
        if kind == PaymentKind.ADVANCE and several and balance.advanced:
            return 0  # what follows is paid by progress: TT 36/2013 Đ15.2.b
        left = max(0, part.advance_ceiling - balance.advanced)
        # After a first payment for accepted work nothing more may go out than was accepted (TT 36/2013 Đ14).
        return min(left, balance.still_payable) if balance.paid else left
    if project.state not in EARNS:
        return 0
    return balance.still_payable


def check_amount(project: Project, part: ContractPart, kind: str, amount: int, beneficiary: Beneficiary | None) -> None:
    """Raise Refused where more is asked than may be paid at this moment, in all or for the beneficiary."""
    if amount <= 0:
        raise Refused("Số tiền phải lớn hơn 0.")
    if kind == PaymentKind.NEXT_ADVANCE and len(years_of(project)) == 1:
        raise Refused("Chỉ đề án thực hiện nhiều năm có tạm ứng lần tiếp theo.", article=BY_PROGRESS)
    balance = ledger.balance_of(project)
    if kind == PaymentKind.ADVANCE and len(years_of(project)) > 1 and balance.advanced:
        raise Refused(
            "Đề án nhiều năm đã tạm ứng lần một: hãy lập «Tạm ứng lần tiếp theo», theo tiến độ thực hiện.",
            article=BY_PROGRESS,
        )
    most = payable_now(project, part, balance, kind)
    if amount > most:
        article = part.advance_basis if kind in ADVANCES else "TT 36/2013 Đ14"
        raise Refused(f"Lúc này chỉ được chi tối đa {format_dong(most)} đồng.", article=article)
    if beneficiary is not None:
        share = share_of(project, beneficiary, kind)
        if amount > share:
            what = "được phê duyệt" if kind in ADVANCES else "được nghiệm thu"
            raise Refused(
                f"{beneficiary}: phần {what} của cơ sở này chỉ còn {format_dong(max(0, share))} đồng chưa chi.",
                article="TT 36/2013 Đ13" if kind in ADVANCES else "TT 36/2013 Đ14",
            )


def share_of(project: Project, beneficiary: Beneficiary, kind: str) -> int:
    """What is left of the beneficiary's own share in đồng: of what is approved for an advance, of what was accepted else."""
    own = ledger.balances(LedgerEntry.objects.filter(project=project, beneficiary=beneficiary), "beneficiary_id").get(
        beneficiary.pk, ledger.Balance()
    )
    if kind in ADVANCES:
        return ledger.approved_by_beneficiary(project).get(beneficiary.pk, 0) - own.paid_out
    return own.accepted - own.paid_out


# --- papers and progress ---------------------------------------------------------------------------------------------


def conditions_of(project: Project, part: ContractPart, kind: str, amount: int, *, on: date) -> list[Finding]:
    """What is asked for before this payment and is not there.

    What TT 36/2013 asks is a Blocker for national money, a Warning_ for local; where a decision gives another ratio and its
    own condition (Đ16), no progress is asked beside it. A paper that the agency itself has made obligatory always stops.
    """
    decided = kind == PaymentKind.ADVANCE and part.advance_decisions.exists()
    progress = list(_progress(project, part, kind, amount, on)) if kind in ADVANCES and not decided else []
    stage = Stage.REMAINDER if kind == PaymentKind.FINAL else Stage.ADVANCE
    lacking = [row for row in dossier_of(project, on=on).of(stage) if row.lacks]
    # What the agency itself has made obligatory is asked for before every payment of that stage, whatever the money.
    own = [row for row in lacking if row.asked is not None]
    by_law = [
        row for row in lacking if row.asked is None and _is_asked(row, project) and kind != PaymentKind.NEXT_ADVANCE
    ]
    if not progress:
        by_law = [row for row in by_law if row.key.rpartition(".")[2] not in PROGRESS_PAPERS]
    found = [*_papers(by_law, kind), *progress]
    if is_reference_only(project):
        found = [Warning_(one.code, f"Tham khảo: {one.sentence}", one.article) for one in found]
    return [*_papers(own, kind), *found]


def refuse_unmet(project: Project, part: ContractPart, kind: str, amount: int, *, on: date) -> None:
    """Raise Refused with every condition of `conditions_of` that stops the payment, each named with its article."""
    found = blockers(conditions_of(project, part, kind, amount, on=on))
    if found:
        told = [f"{one.sentence} ({one.article})" if one.article else one.sentence for one in found[1:]]
        raise Refused(" ".join([found[0].sentence, *told]), article=found[0].article, findings=found)


def _is_asked(row: Row, project: Project) -> bool:
    """Required papers; for local money, where all are a reference, those that are not tied to a case."""
    if is_reference_only(project):
        return row.weight is Weight.REQUIRED or not row.when
    return row.weight is Weight.REQUIRED


def _papers(lacking: list[Row], kind: str) -> Iterator[Finding]:
    if lacking:
        names = "; ".join(row.text for row in lacking)
        articles = "; ".join(dict.fromkeys(row.citation for row in lacking))
        what = "tạm ứng" if kind in ADVANCES else "thanh toán phần còn lại"
        yield Blocker("papers_lacking", f"Hồ sơ {what} còn thiếu: {names}.", articles)


def _progress(project: Project, part: ContractPart, kind: str, amount: int, on: date) -> Iterator[Finding]:
    law = advance_share_on(project.activity, part.contract.signed_on, source=project.source)
    if kind == PaymentKind.ADVANCE and law.min_progress is None:
        return
    report = confirmed_progress(project, on=on)
    if report is None:
        yield _as_sure(
            law,
            Blocker(
                "progress_not_confirmed",
                f"Chưa có báo cáo tiến độ được Sở Công Thương kiểm tra, xác nhận{_needed(law, kind)}.",
                CONFIRMED_BY_DEPARTMENT,
            ),
        )
        return
    if kind == PaymentKind.NEXT_ADVANCE:
        yield from _by_progress(project, part, amount, report)
        return
    reached = report.volume_share if law.progress_of == "volume" else report.investment_share
    if law.min_progress is not None and reached <= law.min_progress:
        yield _as_sure(
            law,
            Blocker(
                "progress_too_small",
                f"Báo cáo tiến độ Sở xác nhận ngày {format_date(report.confirmed_on)} mới đạt {percent_text(reached)}"
                f" {_WORDS[law.progress_of]}; phải trên {percent_text(law.min_progress)}.",
                law.article,
            ),
        )


def _needed(law: AdvanceShare, kind: str) -> str:
    if kind == PaymentKind.ADVANCE and law.min_progress is not None:
        return f" đã thực hiện trên {percent_text(law.min_progress)} {_WORDS[law.progress_of]}"
    return ""


def _as_sure(law: AdvanceShare, found: Finding) -> Finding:
    """Nobody has read the article yet: then it is told and stops nothing."""
    return found if law.verified else Warning_(found.code, found.sentence, found.article)


def _by_progress(project: Project, part: ContractPart, amount: int, report: ConfirmedProgress) -> Iterator[Finding]:
    """A later advance follows the progress: a report newer than the advance before, and no more than the work done."""
    before, volume = last_booked(project, EntryKind.ADVANCED), report.volume_share
    confirmed_on = report.confirmed_on
    if before is not None and confirmed_on < before:
        yield Blocker(
            "progress_older_than_advance",
            f"Báo cáo tiến độ Sở xác nhận ngày {format_date(confirmed_on)} có trước lần tạm ứng ngày"
            f" {format_date(before)}: cần báo cáo mới.",
            BY_PROGRESS,
        )
    earned = share_down(volume, part.value)
    advanced = ledger.balance_of(project).advanced
    if advanced + amount > earned:
        yield Blocker(
            "advance_beyond_progress",
            f"Đã thực hiện {percent_text(volume)} khối lượng: tổng tạm ứng không quá {format_dong(earned)} đồng,"
            f" đã tạm ứng {format_dong(advanced)} đồng.",
            BY_PROGRESS,
        )


# --- account, voucher, check -----------------------------------------------------------------------------------------


def account_key(text: str) -> str:
    """Letters and digits of an account number, by which two ways of writing one are the same."""
    return "".join(one for one in fold(text) if one.isalnum())


def check_account(part: ContractPart, account: str) -> None:
    """Raise Refused where the money would go to another account than the contract names (TT 36/2013 Đ12.2)."""
    contract, named = part.contract, part.contract.unit_account
    if named is None:
        raise Refused(
            f"Hợp đồng {contract.number} chưa ghi tài khoản nhận tiền: hãy ghi bằng phụ lục hợp đồng trước.",
            article="TT 36/2013 Đ12.2",
        )
    if account_key(account) != account_key(named.number):
        raise Refused(
            f"Tài khoản «{account or 'để trống'}» không phải tài khoản nhận tiền ghi trong hợp đồng ({named.number}).",
            article="TT 36/2013 Đ12.2",
        )
    if named.to_on is not None and named.to_on < today():
        raise Refused(
            f"Tài khoản {named.number} đã ngừng dùng từ ngày {format_date(named.to_on)}: hãy ký phụ lục ghi tài khoản mới.",
            article="TT 36/2013 Đ12.2",
        )


def voucher_key(number: str) -> str:
    """By what the number of a voucher is compared, as long as its column takes."""
    return number_key(number)[:_LONGEST_KEY]


def rule_of(payer: Agency, on: date) -> PaymentRule | None:
    """The payer's rule about checking payments on a day; None where it never set one. One query."""
    return PaymentRule.objects.filter(agency=payer, starts_on__lte=on).first()


def must_be_checked(payer: Agency, amount: int, on: date) -> bool:
    """Whether a payment of `amount` đồng prepared on that day needs the middle step; one query."""
    rule = rule_of(payer, on)
    return rule is not None and rule.from_amount is not None and amount >= rule.from_amount
