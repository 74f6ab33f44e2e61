"""Settling a đề án, whole or one of its years: TT 36/2013 Đ18, Đ19."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, as_dicts
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day, last_accepted_on, last_booked, stopped_on
from khuyencong.finance.ending import lock_with_envelopes, release
from khuyencong.finance.models import CASH, EntryKind, LedgerEntry, part_of
from khuyencong.finance.settlement_days import settlement_deadline
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.programmes.models import Envelope
from khuyencong.projects.door import lock_for_step, lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, move
from khuyencong.settlement import rules
from khuyencong.settlement.models import Basis, Instalment, Settlement, Way


@dataclass(frozen=True)
class Volume:
    """The papers of force majeure: TT 36/2013 Đ18.4.

    The unit's explanation, the minutes of what was done and who confirmed them (Sở, and the commune or district), and the
    decision to settle by volume.
    """

    explanation: str
    record: str
    confirmed_by: str
    decision: str
    decision_on: date

    @property
    def is_whole(self) -> bool:
        """Whether every paper is named."""
        return all(text.strip() for text in (self.explanation, self.record, self.confirmed_by, self.decision))


@transaction.atomic
def settle(
    *,
    project_id: int,
    by: Actor,
    version: int,
    number: str,
    settled_on: date,
    way: Way = Way.OWN,
    invoice: str = "",
    reason: str = "",
    volume: Volume | None = None,
) -> Settlement:
    """Settle what was accepted and paid, and give the rest back: TT 36/2013 Đ18. The contract is liquidated afterwards.

    `volume`: the papers of force majeure, without which a đề án under way cannot be settled. Raises NotAllowed, Stale, and
    Refused while something accepted is unpaid, something unearned is not recovered, a payment waits, or, of national
    money, the file is not whole.
    """
    envelopes = lock_with_envelopes(project_id)
    project = lock_for_step(project_id, "settle", by=by, version=version)
    balance = ledger.balance_of(project)
    basis = _basis(project, settled_on, volume)
    _check_papers(number, way, invoice)
    rules.refuse_any(rules.uneven(project, balance))
    if project.state != ProjectState.ACCEPTED and not balance.paid_out:
        raise Refused("Đề án chưa chi đồng nào: không có gì để quyết toán.", article="TT 36/2013 Đ18")
    _check_day(project, settled_on, volume)
    _check_reason(basis, reason)
    asked = rules.Asked(way, basis, settled_on, balance.paid_out - balance.settled, balance.settled)
    findings = rules.missing(project, asked)
    rules.refuse_any(findings)
    settlement = Settlement.objects.create(
        project=project,
        number=number.strip(),
        amount=balance.paid_out,
        explanation=volume.explanation.strip() if volume else "",
        volume_record=volume.record.strip() if volume else "",
        confirmed_by=volume.confirmed_by.strip() if volume else "",
        decision=volume.decision.strip() if volume else "",
        decision_on=volume.decision_on if volume else None,
        **_common(project, asked, findings, invoice=invoice, reason=reason, by=by),
    )
    document = f"Quyết toán {settlement.number}"
    if LedgerEntry.objects.filter(project=project, kind=EntryKind.SETTLED, document=document).exists():
        raise Refused(f"Văn bản {settlement.number} đã dùng để quyết toán một năm của đề án.", article="TT 36/2013 Đ18")
    _post_settled(project, asked.amount, envelopes, by=by, on=settled_on, document=document)
    release(project, envelopes, by=by, on=settled_on, document=document)
    ledger.enforce(projects=[project], envelopes=envelopes)
    before = {"state": project.state}
    move(project, "settle")
    after = {
        "state": project.state,
        "quyết toán": balance.paid_out,
        "số": settlement.number,
        "chậm": settlement.late,
        "căn cứ": settlement.get_basis_display(),
    }
    record(
        action="project.settle",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after=after,
        note=settlement.reason,
    )
    return settlement


@transaction.atomic
def settle_year(
    *,
    project_id: int,
    by: Actor,
    version: int,
    year: int,
    number: str,
    settled_on: date,
    way: Way = Way.OWN,
    invoice: str = "",
    reason: str = "",
) -> Instalment:
    """Settle what of a đề án of several years was accepted and paid out of the money of a year before its last one.

    Each year once (TT 36/2013 Đ15, Đ18). Raises NotAllowed, Stale, Refused.
    """
    envelopes = lock_with_envelopes(project_id)
    project = lock_project(project_id, by=by, permission=Permission.SETTLE, version=version)
    if project.state not in {ProjectState.IN_PROGRESS, ProjectState.ACCEPTED}:
        raise Refused(
            f"Đề án ở trạng thái «{project.get_state_display()}»: không quyết toán từng năm.", article="TT 36/2013 Đ18"
        )
    _check_papers(number, way, invoice)
    rules.check_year(project, year)
    _check_day(project, settled_on, None)
    basis = rules.basis_of_year(project, year, settled_on)
    _check_reason(basis, reason)
    amount = payable_of_year(project, year, on=settled_on)
    if amount <= 0:
        raise Refused(
            f"Năm {year} không còn khoản nào đã nghiệm thu và đã chi để quyết toán.", article="TT 36/2013 Đ18"
        )
    asked = rules.Asked(way, basis, settled_on, amount, ledger.balance_of(project).settled)
    findings = rules.missing(project, asked)
    rules.refuse_any(findings)
    if Instalment.objects.filter(project=project, number=number.strip()).exists():
        raise Refused(f"Văn bản {number.strip()} đã dùng để quyết toán một năm khác.", article="TT 36/2013 Đ18")
    instalment = Instalment.objects.create(
        project=project,
        year=year,
        number=number.strip(),
        amount=amount,
        **_common(project, asked, findings, invoice=invoice, reason=reason, by=by),
    )
    held = [one for one in envelopes if one.year <= year] or envelopes[:1]
    _post_settled(project, amount, held, by=by, on=settled_on, document=f"Quyết toán {instalment.number}")
    ledger.enforce(projects=[project], envelopes=envelopes)
    touch(project)
    record(
        action="project.settle_year",
        by=by,
        subject=project,
        thread=project.thread,
        after={"năm": year, "quyết toán": amount, "số": instalment.number, "chậm": instalment.late},
        note=instalment.reason,
    )
    return instalment


def _post_settled(
    project: Project, amount: int, envelopes: Sequence[Envelope], *, by: Actor, on: date, document: str
) -> None:
    """Each year's money is settled for what it paid; the earliest year first."""
    held = ledger.balances_by_year([project]).get(project.pk, {})
    left = amount
    for envelope in envelopes:
        here = held.get(envelope.pk, ledger.Balance())
        part = left if envelope is envelopes[-1] else min(left, max(0, here.paid_out - here.settled))
        ledger.post(
            kind=EntryKind.SETTLED, amount=part, envelope=envelope, project=project, by=by, on=on, document=document
        )
        left -= part


def payable_of_year(project: Project, year: int, *, on: date) -> int:
    """What a settlement of that year would settle, in đồng: paid out of its money by the day, accepted, not settled before."""
    entries = LedgerEntry.objects.filter(project=project)
    until = entries.filter(Q(envelope__year__lte=year) | Q(kind=EntryKind.SETTLED), on__lte=on)
    of_year = ledger.balances(until, "project_id").get(project.pk, ledger.Balance())
    accepted = ledger.balances(entries.filter(on__lte=on), "project_id").get(project.pk, ledger.Balance()).accepted
    return max(0, min(of_year.paid_out, accepted) - ledger.balance_of(project).settled)


def _basis(project: Project, on: date, volume: Volume | None) -> Basis:
    if volume is not None:
        if project.state == ProjectState.ACCEPTED:
            raise Refused(
                "Đề án đã nghiệm thu đủ: quyết toán theo hồ sơ, không theo khối lượng.", article="TT 36/2013 Đ18.4"
            )
        if not volume.is_whole:
            raise Refused(
                "Hãy ghi văn bản giải trình, biên bản xác nhận khối lượng và cơ quan xác nhận (Sở, UBND xã hoặc huyện),"
                " quyết định.",
                article="TT 36/2013 Đ18.4",
            )
        return Basis.VOLUME
    if project.state == ProjectState.IN_PROGRESS:
        raise Refused(
            "Đề án đang thực hiện chỉ được quyết toán theo khối lượng khi có lý do bất khả kháng.",
            article="TT 36/2013 Đ18.4",
        )
    return rules.basis_on(project, on)


def _check_papers(number: str, way: Way, invoice: str) -> None:
    if not number.strip():
        raise Refused("Hãy ghi số văn bản quyết toán.", article="TT 36/2013 Đ18")
    if way is Way.INVOICED and not invoice.strip():
        raise Refused("Hãy ghi số và ngày hóa đơn của đơn vị.", article="TT 36/2013 Đ19.2.b")


def _check_reason(basis: Basis, reason: str) -> None:
    if basis is Basis.LATE and not reason.strip():
        raise Refused(
            "Đã quá ngày 22/01 của năm sau: hãy ghi lý do lập hồ sơ chậm; quyết toán theo biên bản nghiệm thu và Mẫu số 9.",
            article="TT 36/2013 Đ18.3",
        )


def _check_day(project: Project, on: date, volume: Volume | None) -> None:
    part = part_of(project)
    after = {
        "ngày ký hợp đồng": part.contract.signed_on if part else None,
        "ngày nghiệm thu": last_accepted_on(project),
        "lần chi gần nhất": last_booked(project, *CASH),
        "lần thu hồi gần nhất": last_booked(project, EntryKind.RECOVERED),
        "quyết định ngừng": stopped_on(project),
    }
    if volume is not None:
        signed = {"ngày ký hợp đồng": after["ngày ký hợp đồng"]}
        check_day(volume.decision_on, what="Ngày quyết định", after=signed, article="TT 36/2013 Đ18.4")
        after["quyết định"] = volume.decision_on
    check_day(on, what="Ngày quyết toán", after=after, article="TT 36/2013 Đ18")


def _common(
    project: Project, asked: rules.Asked, findings: Sequence[Finding], *, invoice: str, reason: str, by: Actor
) -> dict[str, object]:
    deadline = settlement_deadline(project)
    late = asked.basis is Basis.LATE or bool(deadline and deadline.is_missed(asked.on))
    return {
        "settled_on": asked.on,
        "late": late,
        "way": asked.way,
        "invoice": invoice.strip(),
        "basis": asked.basis,
        "reason": reason.strip(),
        "findings": as_dicts(findings),
        "by": by.user,
    }
