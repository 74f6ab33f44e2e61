"""Taking back an acceptance that was recorded wrongly."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.delivery.invoices import let_go
from khuyencong.delivery.models import Acceptance, AcceptedSerial, Annulment
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day
from khuyencong.finance.ending import lock_with_envelopes, release
from khuyencong.finance.models import OPEN_PAYMENTS, EntryKind, LedgerEntry, Payment, PaymentKind
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.states import ProjectState, move

MINUTES = "TT 36/2013 Đ14, Đ21.1"
PAID = "Đã thanh toán theo biên bản này: không hủy được nữa. Phần chi sai được thu hồi khi quyết toán."


@transaction.atomic
def annul_acceptance(*, acceptance_id: int, by: Actor, version: int, number: str, on: date, reason: str) -> Annulment:
    """Take an acceptance back by a document: the ledger gets the answering row, the part waits for acceptance again.

    Of a stopped đề án what it made payable goes back to the envelope. The acceptance stays as it was written; its serial numbers and invoices may be recorded anew. Raises NotAllowed, Stale,
    and Refused where something was paid on it, or a later acceptance of the same part stands on it.
    """
    project_id = Acceptance.all_ever.values_list("project", flat=True).get(pk=acceptance_id)
    envelopes = lock_with_envelopes(project_id)
    project = lock_project(project_id, by=by, permission=Permission.ACCEPTANCE_ANNUL, version=version)
    acceptance = Acceptance.all_ever.select_related("beneficiary__establishment").get(pk=acceptance_id)
    if project.state not in {ProjectState.IN_PROGRESS, ProjectState.ACCEPTED, ProjectState.STOPPED}:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không hủy nghiệm thu được.")
    if Annulment.objects.filter(acceptance=acceptance).exists():
        raise Refused("Biên bản này đã được hủy.")
    if not number.strip() or not reason.strip():
        raise Refused("Hãy ghi số văn bản và lý do hủy.")
    check_day(on, what="Ngày văn bản hủy", after={"ngày nghiệm thu": acceptance.accepted_on}, article=MINUTES)
    later = Acceptance.objects.filter(
        project=project, beneficiary=acceptance.beneficiary, round__gt=acceptance.round
    ).first()
    if later is not None:
        raise Refused(f"Hãy hủy biên bản {later} của lần nghiệm thu sau trước: nó tính tiếp theo biên bản này.")
    entry = _entry_of(acceptance)
    _refuse_paid(acceptance, entry)
    items = list(acceptance.items.all())
    annulment = Annulment.objects.create(
        acceptance=acceptance, number=number.strip(), on=on, reason=reason.strip(), by=by.user, agency=by.agency
    )
    AcceptedSerial.objects.filter(item__in=items).delete()
    let_go(items)
    if entry is not None:
        ledger.post(
            kind=EntryKind.ANNULLED,
            amount=entry.amount,
            envelope=entry.envelope,
            project=project,
            beneficiary=acceptance.beneficiary,
            answers=entry,
            by=by,
            on=on,
            document=f"{annulment.number} (hủy biên bản {acceptance.number})",
        )
    if project.state == ProjectState.STOPPED:  # what nobody earns any more goes back, as when it was stopped
        release(project, envelopes, by=by, on=on, document=annulment.number)
    ledger.enforce(projects=[project], envelopes=envelopes)
    before = {"state": project.state}
    if project.state == ProjectState.ACCEPTED:
        move(project, "annul")
    else:
        touch(project)
    record(
        action="project.acceptance_annul",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={
            "state": project.state,
            "cơ sở": str(acceptance.beneficiary or ""),
            "biên bản": acceptance.number,
            "văn bản": annulment.number,
            "số tiền": acceptance.payable,
        },
        note=annulment.reason,
    )
    return annulment


def _entry_of(acceptance: Acceptance) -> LedgerEntry | None:
    """The ledger's row of the acceptance; None where nothing was payable. Its number is used once in the part."""
    rows = LedgerEntry.objects.filter(
        kind=EntryKind.ACCEPTED,
        project=acceptance.project_id,
        beneficiary=acceptance.beneficiary_id,
        document=acceptance.document,
    )
    return rows.select_related("envelope").first()


def _refuse_paid(acceptance: Acceptance, entry: LedgerEntry | None) -> None:
    """Money goes out for a đề án, not for one of its acceptances: what was paid after this one may rest on it."""
    project = acceptance.project_id
    finals = Payment.objects.filter(project=project, kind=PaymentKind.FINAL, state__in=OPEN_PAYMENTS)
    if finals.exists():
        raise Refused("Còn khoản thanh toán chưa xong: hãy trả lại khoản ấy trước khi hủy nghiệm thu.")
    paid = LedgerEntry.objects.filter(project=project, kind=EntryKind.PAID, answers=None, answered_by=None)
    after = paid.filter(pk__gt=entry.pk) if entry else paid.filter(posted_at__gte=acceptance.created_at)
    if after.exists():
        raise Refused(PAID, article="TT 36/2013 Đ12.6, Đ14")
