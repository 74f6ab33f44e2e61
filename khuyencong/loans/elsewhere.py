"""Whether interest of a loan was supported before: one credit contract once, and one cap for an establishment.

TTLT 26/2014 Đ6.2.n («không quá 500 triệu đồng/cơ sở») and Đ7.4, then TT 28/2018; cap and articles are those of the day. An establishment is
followed across provinces and entries as everywhere (`establishments.matching`). A đề án that was decided or sent earlier
goes before, so that of two one can go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from khuyencong.core.dates import today
from khuyencong.core.findings import Blocker, Finding, NeedsApproval
from khuyencong.core.money import format_dong, share_down
from khuyencong.establishments.matching import linked
from khuyencong.law.loans import ACTIVITY, ONCE, citation_on
from khuyencong.loans.models import Loan
from khuyencong.projects.doubles import goes_before
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.received import WITHOUT_SUPPORT, Received, supports_of
from khuyencong.projects.states import ProjectState
from khuyencong.projects.support import beneficiaries_of, sheets_for


@dataclass(frozen=True)
class Granted:
    """Interest of one establishment that was supported in other đề án or years, in đồng.

    `unsure`: there is support of which the amount is not known, of a stopped đề án, or of what may be the same establishment.
    """

    amount: int = 0
    unsure: bool = False


def granted_before(project: Project, beneficiaries: Sequence[Beneficiary]) -> dict[int, Granted]:
    """What the State gave for interest of each beneficiary elsewhere, by key; a fixed number of queries."""
    links = linked(one.establishment for one in beneficiaries)
    by_entry: dict[int, list[Received]] = defaultdict(list)
    for support in supports_of({link.entry_id for some in links.values() for link in some}, seen_by=None):
        if _is_interest(support, project):
            by_entry[support.entry_id].append(support)
    found = {}
    for one in beneficiaries:
        amount, unsure = 0, False
        for link in links[one.establishment_id]:
            for support in by_entry[link.entry_id]:
                stopped = support.project is not None and support.project.state == ProjectState.STOPPED
                if not link.certain or stopped or support.amount is None:
                    unsure = True
                else:
                    amount += support.amount
        found[one.pk] = Granted(amount, unsure)
    return found


def _is_interest(one: Received, project: Project) -> bool:
    if one.project is None:
        return one.past is not None and one.past.activity == ACTIVITY
    return (
        one.project.activity == ACTIVITY
        and one.project.pk != project.pk
        and one.project.state not in WITHOUT_SUPPORT
        and goes_before(one.project, project)
    )


def supported_elsewhere(project: Project, beneficiaries: Sequence[Beneficiary]) -> list[Finding]:
    """What stands against the loans and the amounts of a đề án because of others; a fixed number of queries."""
    return [*same_contract(project, beneficiaries), *_beyond_the_cap(project, {one.pk for one in beneficiaries})]


def same_contract(project: Project, beneficiaries: Sequence[Beneficiary]) -> Iterator[Finding]:
    """Loans of these beneficiaries that stand elsewhere too; what was accepted there goes before whatever was sent when."""
    own = list(Loan.objects.filter(beneficiary__in=beneficiaries).select_related("beneficiary__establishment"))
    numbers = {one.number_key for one in own}
    rows = Loan.objects.filter(number_key__in=numbers, beneficiary__left_on__isnull=True)
    others = [
        one
        for one in rows.select_related("beneficiary__project__implementing_unit")
        if one.beneficiary.project_id == project.pk
        or (
            one.beneficiary.project.state not in WITHOUT_SUPPORT
            and (goes_before(one.beneficiary.project, project) or one.beneficiary.acceptances.exists())
        )
    ]
    if len(others) <= len(own):  # its own loans alone
        return
    links = linked(one.beneficiary.establishment for one in own)
    article = citation_on(today(), source=project.source, code=ONCE)
    for mine in own:
        certain = {link.entry_id: link.certain for link in links[mine.beneficiary.establishment_id]}
        for other in others:
            if other.pk == mine.pk or other.number_key != mine.number_key:
                continue
            same_bank = other.bank_key == mine.bank_key
            entry = other.beneficiary.establishment_id
            if not same_bank and entry not in certain:
                continue
            there = other.beneficiary.project
            where = (
                "cơ sở khác của đề án này"
                if there.pk == project.pk
                else f"một đề án của {there.implementing_unit} năm {there.year}"
            )
            if other.beneficiary_id == mine.beneficiary_id:
                where = "một khoản vay khác của cơ sở trong đề án này"
            sentence = f"{mine.beneficiary.establishment}: hợp đồng tín dụng {mine} đã đứng ở {where}"
            is_stopped = there.state == ProjectState.STOPPED
            if same_bank and not is_stopped and (certain.get(entry) or there.pk == project.pk):
                yield Blocker("loan_supported_twice", f"{sentence}: mỗi khoản vay chỉ được hỗ trợ một lần.", article)
            else:
                yield NeedsApproval("loan_supported_twice", f"{sentence}: cần xem có phải cùng khoản vay.", article)


def _beyond_the_cap(project: Project, wanted: Collection[int]) -> Iterator[Finding]:
    """One cap for an establishment, whatever number of loans, years and đề án."""
    beneficiaries = [one for one in beneficiaries_of(project) if one.pk in wanted]
    granted = granted_before(project, beneficiaries)
    if not any(one.amount or one.unsure for one in granted.values()):
        return
    for one in sheets_for(project, beneficiaries, project.lines.all(), on=today()):
        norm, who = one.sheet.norm, one.share.beneficiary
        if norm is None or norm.cap is None or who is None:
            continue
        before, cap = granted[who.pk], share_down(one.sheet.multiplier, norm.cap)
        if before.amount + one.share.asked > cap:
            sentence = (
                f"{who.establishment}: đã được hỗ trợ lãi vay {format_dong(before.amount)} đồng ở đề án, năm khác; cộng"
                f" {format_dong(one.share.asked)} đồng đề nghị vượt trần {format_dong(cap)} đồng/{norm.unit}."
            )
            yield Blocker("loan_cap_of_establishment", sentence, norm.citation)
        elif before.unsure:
            sentence = (
                f"{who.establishment}: đã có hỗ trợ lãi vay chưa rõ số tiền hoặc chưa chắc cùng cơ sở; trần"
                f" {format_dong(cap)} đồng tính chung cho một {norm.unit}."
            )
            yield NeedsApproval("loan_cap_of_establishment", sentence, norm.citation)
