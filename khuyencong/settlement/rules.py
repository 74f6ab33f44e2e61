"""What stands in the way of a settlement, what is missing, and by when it is due: TT 36/2013 Đ18, Đ19.

National money follows the circular; a province settles by its own procedure (TT 46/2012 Đ8.3.b), so there what lacks is said
and stops nothing, unless the agency itself has made a paper obligatory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.finance.check import is_closed
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import OPEN_PAYMENTS, Contract, ContractPart, ContractState, Payment
from khuyencong.finance.settlement_days import DEADLINE_DAY, last_day, settlement_deadline
from khuyencong.law.papers import Stage
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.dossier import Dossier, PaperState, Row, Weight, dossier_of, is_reference_only
from khuyencong.projects.models import Project
from khuyencong.projects.years import years_of
from khuyencong.settlement.models import Basis, Way
from khuyencong.settlement.vouchers import VoucherSums, is_share_of_cost, items_of, oddities, sums_of

THERE = frozenset({PaperState.RECEIVED, PaperState.ACCEPTED})
# The papers of each way and basis by the beginnings of their codes in `law/regulations/tt-36-2013.yaml`.
FILE_OF = {Way.OWN: "own_", Way.INVOICED: "invoiced_"}
PAPERS_OF = {Basis.LATE: "late_", Basis.VOLUME: "unfinished_"}
FULL_LIST = f"{Stage.SETTLEMENT}.own_full_voucher_list"
# They come after the settlement, with the liquidation.
AFTERWARDS = frozenset({f"{Stage.SETTLEMENT}.liquidation_record", f"{Stage.SETTLEMENT}.reconciliation_sheet"})


@dataclass(frozen=True)
class Asked:
    """How a settlement is asked for: the unit's way, on which basis, as of which day, for how many đồng."""

    way: Way
    basis: Basis
    on: date
    amount: int
    settled_before: int = 0


def basis_on(project: Project, on: date) -> Basis:
    """On what a settlement of that day rests where there was no force majeure: after 22/01 on acceptance and Mẫu 9 (Đ18.3)."""
    if project.source == FundingSource.NATIONAL and on > last_day(project):
        return Basis.LATE
    return Basis.FILE


def basis_of_year(project: Project, year: int, on: date) -> Basis:
    """As `basis_on`, of one year of a đề án of several."""
    late = project.source == FundingSource.NATIONAL and on > date(year + 1, *DEADLINE_DAY)
    return Basis.LATE if late else Basis.FILE


def uneven(project: Project, balance: Balance) -> Iterator[Finding]:
    """What of the money still waits: a payment, something accepted and unpaid, something paid and unearned. One query."""
    if Payment.objects.filter(project=project, state__in=OPEN_PAYMENTS).exists():
        yield Blocker("payment_waiting", "Còn khoản chi chưa xong.", "TT 36/2013 Đ12.2")
    yield from uneven_balance(balance)


def uneven_balance(balance: Balance) -> Iterator[Blocker]:
    """The same of the sums alone; no query."""
    if balance.still_payable:
        amount = format_dong(balance.still_payable)
        yield Blocker("unpaid", f"Còn {amount} đồng đã nghiệm thu chưa thanh toán.", "TT 36/2013 Đ14")
    if balance.unearned:
        amount = format_dong(balance.unearned)
        yield Blocker(
            "unearned", f"Còn {amount} đồng đã chi vượt số nghiệm thu, phải thu hồi trước.", "TT 36/2013 Đ12.6"
        )


def missing(project: Project, asked: Asked) -> list[Finding]:
    """What lacks of the file, each with its article: papers of the dossier, vouchers and their sums. About ten queries."""
    dossier = dossier_of(project, on=today())
    share = is_share_of_cost(project)
    found = list(_papers(dossier, asked, share=share))
    if asked.way is Way.OWN:
        found += _vouchers(project, asked, share=share)
    return found


def _papers(dossier: Dossier, asked: Asked, *, share: bool) -> Iterator[Finding]:
    prefix = f"{Stage.SETTLEMENT}.{PAPERS_OF.get(asked.basis) or FILE_OF[asked.way]}"
    rows = [row for row in dossier.of(Stage.SETTLEMENT) if row.key not in AFTERWARDS and row.state not in THERE]
    # What an agency asks for besides is asked whatever the way.
    own = [row for row in rows if row.key.startswith(prefix) or row.asked is not None]
    obligatory = [row for row in own if row.weight is Weight.REQUIRED or _is_asked(row, share=share)]
    if is_reference_only(dossier.project):
        by_agency = [row for row in obligatory if row.asked is not None]
        yield from (Blocker("paper_missing", _lacks(row), row.citation) for row in by_agency)
        rest = [row for row in own if row.asked is None and (row.weight is not Weight.IN_CASE) and not row.when]
        if rest:
            listed = "; ".join(f"«{row.text}»" for row in rest)
            sentence = f"So với hồ sơ quyết toán của khuyến công quốc gia (tham khảo), còn thiếu: {listed}."
            yield Warning_("papers_for_reference", sentence, "TT 46/2012 Đ8.3.b; TT 36/2013 Đ19")
        return
    yield from (Blocker("paper_missing", _lacks(row), row.citation) for row in obligatory)


def _is_asked(row: Row, *, share: bool) -> bool:
    """Of the papers that are asked for in a case: Mẫu 8b, where the support is a share of the cost."""
    return share and row.key == FULL_LIST and row.weight is Weight.IN_CASE


def _lacks(row: Row) -> str:
    if row.state is PaperState.REFUSED and row.latest is not None:
        return f"Hồ sơ quyết toán phải nộp lại «{row.text}»: {row.latest.reason.rstrip('.')}."
    return f"Hồ sơ quyết toán chưa có «{row.text}»."


def _vouchers(project: Project, asked: Asked, *, share: bool) -> Iterator[Finding]:
    """The sums of Mẫu 8a and 8b against what is settled and what was accepted: TT 36/2013 Đ19.1.d."""
    items = items_of(project)
    sums = sums_of(project, items, to_settle=asked.settled_before + asked.amount)
    # After 22/01 the advance is cleared on the minutes alone; the vouchers are still owed (Đ18.3), and are asked for.
    stops = Warning_ if is_reference_only(project) or asked.basis is Basis.LATE else Blocker
    yield from differences(sums, share=share, lacking=stops)
    yield from oddities(project, items)


def differences(sums: VoucherSums, *, share: bool, lacking: type[Finding]) -> Iterator[Finding]:
    """The differences by name; `lacking`: how strong it is that vouchers show too little."""
    article = "TT 36/2013 Đ19.1.d"
    if sums.support_lacking:
        yield lacking(
            "vouchers_below_support",
            f"Chứng từ chi từ kinh phí khuyến công (Mẫu số 8a) là {format_dong(sums.support)} đồng, số quyết toán"
            f" {format_dong(sums.to_settle)} đồng: thiếu {format_dong(sums.support_lacking)} đồng.",
            article,
        )
    elif sums.support > sums.to_settle:
        over = format_dong(sums.support - sums.to_settle)
        sentence = f"Chứng từ chi từ kinh phí khuyến công nhiều hơn số quyết toán {over} đồng: phần này đơn vị tự chịu."
        yield Warning_("vouchers_beyond_support", sentence, article)
    if share and sums.cost_lacking:
        yield lacking(
            "vouchers_below_cost",
            f"Chứng từ chi từ mọi nguồn (Mẫu số 8b) là {format_dong(sums.total)} đồng, chi phí nghiệm thu"
            f" {format_dong(sums.accepted_cost)} đồng: thiếu {format_dong(sums.cost_lacking)} đồng.",
            article,
        )
    elif share and sums.total > sums.accepted_cost:
        over = format_dong(sums.total - sums.accepted_cost)
        sentence = f"Chứng từ chi từ mọi nguồn nhiều hơn chi phí nghiệm thu {over} đồng."
        yield Warning_("vouchers_beyond_cost", sentence, article)


def timing(project: Project, on: date) -> Iterator[Finding]:
    """The legal day, and what follows where it has passed."""
    deadline = settlement_deadline(project)
    if deadline is None:
        return
    late = ""
    if basis_on(project, on) is Basis.LATE:
        late = (
            " Đã quá ngày 22/01: quyết toán theo biên bản nghiệm thu và Mẫu số 9, phải ghi lý do, và được ghi là chậm."
        )
    elif deadline.is_missed(on):
        late = " Đã quá hạn: quyết toán sẽ được ghi là chậm."
    yield Warning_("deadline", deadline.sentence + late, deadline.article)


def refuse_any(findings: Iterable[Finding]) -> None:
    """Raise Refused with every blocker among the findings."""
    stopping = [one for one in findings if isinstance(one, Blocker)]
    if stopping:
        raise Refused(" ".join(one.sentence for one in stopping), article=stopping[0].article, findings=stopping)


# --- years of a đề án of several ---------------------------------------------------------------------------------------


def earlier_years(project: Project) -> tuple[int, ...]:
    """The years before the last one of a đề án of several: each may be settled by itself; () for every other đề án."""
    return years_of(project)[:-1]


def check_year(project: Project, year: int) -> None:
    """Refused where that year cannot be settled by itself: no earlier year of it, not there yet, or settled already."""
    if year not in earlier_years(project):
        raise Refused(
            f"Năm {year} không quyết toán riêng được: chỉ các năm trước năm cuối của đề án thực hiện nhiều năm.",
            article="TT 36/2013 Đ15, Đ18",
        )
    if year > today().year:
        raise Refused(f"Chưa đến năm {year}.", article="TT 36/2013 Đ18")
    done = project.instalments.filter(year=year).first()
    if done is not None:
        sentence = f"Năm {year} đã quyết toán theo {done.number} ngày {format_date(done.settled_on)}."
        raise Refused(sentence, article="TT 36/2013 Đ18")


# --- contracts ---------------------------------------------------------------------------------------------------------


def open_parts(parts: Iterable[tuple[ContractPart, Balance]]) -> list[Finding]:
    """Why a contract cannot be liquidated yet: each đề án of it that is not closed, and how. No query."""
    found: list[Finding] = []
    for part, balance in parts:
        project = part.project
        if not is_closed(project, balance):
            why = " ".join(one.sentence for one in uneven_balance(balance))
            sentence = f"Đề án {project.code} ở trạng thái «{project.get_state_display()}», chưa quyết toán. {why}"
            found.append(Blocker("part_open", sentence.strip(), "TT 36/2013 Đ18"))
    return found


def refuse_liquidated(contract: Contract) -> None:
    """Refused where the contract is liquidated already."""
    if contract.state == ContractState.LIQUIDATED and contract.liquidated_on:
        raise Refused(
            f"Hợp đồng {contract.number} đã thanh lý theo {contract.liquidation_number}"
            f" ngày {format_date(contract.liquidated_on)}.",
            article="TT 36/2013 Đ18",
        )
