"""What was found, and the conclusion that makes it binding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance.ledger import balance_of
from khuyencong.inspections.door import lock_for_step, lock_inspection, need, touch
from khuyencong.inspections.files import keep_files
from khuyencong.inspections.models import (
    FileKind,
    FindingKind,
    FindingState,
    Inspection,
    InspectionFinding,
    InspectionState,
    Severity,
    Visit,
)
from khuyencong.inspections.rules import check_inspectors, check_not_before, check_past
from khuyencong.inspections.states import move
from khuyencong.inspections.tell import tell_concluded
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.keeping import files_or_nothing

MOST_FINDINGS = 50


@transaction.atomic
def add_finding(
    *, inspection_id: int, by: Actor, version: int, visit: Visit, fields: Mapping[str, Any]
) -> InspectionFinding:
    """Write down what must be mended after a visit, by whom and until when.

    `fields`: kind, severity, text, demand, due_on, by_unit (else the establishment visited), amount (đồng or None).
    Raises NotAllowed, Stale, Refused.
    """
    inspection = lock_inspection(inspection_id, by=by, permission=Permission.INSPECTION_RECORD, version=version)
    if inspection.state != InspectionState.DONE:
        raise Refused(
            f"Cuộc kiểm tra ở trạng thái «{inspection.get_state_display()}»: kiến nghị ghi sau khi kiểm tra và trước kết luận."
        )
    if visit.inspection_id != inspection.pk:
        raise Refused("Lần kiểm tra này thuộc một cuộc kiểm tra khác.")
    check_inspectors(inspection.project, [by.user])
    by_unit = bool(fields["by_unit"])
    if by_unit and inspection.project is None:
        raise Refused("Cuộc kiểm tra này không gắn với đề án nào: cơ sở phải khắc phục.")
    if not by_unit and visit.establishment is None:
        raise Refused("Lần kiểm tra này không ở cơ sở nào: đơn vị thực hiện phải khắc phục.")
    severity, amount = Severity(fields["severity"]), fields.get("amount")
    if amount is not None:
        _check_amount(inspection, severity, amount)
    check_not_before(fields["due_on"], visit.visited_on, "Hạn khắc phục", "ngày kiểm tra")
    last = inspection.findings.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_FINDINGS:
        raise Refused(f"Một cuộc kiểm tra có nhiều nhất {MOST_FINDINGS} kiến nghị.")
    finding = InspectionFinding.objects.create(
        inspection=inspection,
        visit=visit,
        number=last + 1,
        kind=FindingKind(fields["kind"]),
        severity=severity,
        text=need(fields["text"], "Hãy ghi nội dung phát hiện."),
        demand=need(fields["demand"], "Hãy ghi yêu cầu khắc phục."),
        due_on=fields["due_on"],
        establishment=None if by_unit else visit.establishment,
        amount=amount,
        by=by.user,
    )
    touch(inspection)
    record(
        action="inspection.finding",
        by=by,
        subject=inspection,
        thread=inspection.thread,
        after={
            "số": finding.number,
            "loại": finding.get_kind_display(),
            "mức độ": finding.get_severity_display(),
            "ai khắc phục": finding.owed_by,
            "hạn": finding.due_on.isoformat(),
            "đề nghị thu hồi (đồng)": amount,
        },
        note=finding.text,
    )
    return finding


def conclude(
    *,
    inspection_id: int,
    by: Actor,
    version: int,
    number: str,
    on: date,
    conclusion: str,
    upload: UploadedFile[bytes] | None = None,
) -> Inspection:
    """Record the conclusion: from now on the inspected know of the findings; without any the inspection is closed.

    Raises NotAllowed, Stale, Refused; then no file stays.
    """
    with files_or_nothing() as kept:
        with transaction.atomic():
            inspection = lock_for_step(inspection_id, "conclude", by=by, version=version)
            check_inspectors(inspection.project, [by.user])
            inspection.conclusion_number = need(number, "Hãy ghi số văn bản kết luận.")
            inspection.conclusion = need(conclusion, "Hãy ghi kết luận.")
            check_past(on, "Ngày kết luận")
            last = inspection.visits.aggregate(last=Max("visited_on"))["last"]
            check_not_before(on, last, "Ngày kết luận", "lần kiểm tra cuối")
            findings = list(inspection.findings.select_related("establishment__account"))
            late = [one for one in findings if one.due_on < on]
            if late:
                one = late[0]
                raise Refused(
                    f"Kiến nghị {one.number} có hạn {format_date(one.due_on)}, trước ngày kết luận {format_date(on)}: "
                    "người phải khắc phục chưa được báo. Hãy ghi ngày kết luận sớm hơn."
                )
            inspection.concluded_on = on
            uploads = [] if upload is None else [upload]
            keep_files(inspection, uploads, kind=FileKind.CONCLUSION, user=by.user, kept=kept)
            move(inspection, "conclude")
            finish_if_done(inspection, on)
            for one in findings:
                one.inspection = inspection
            tell_concluded(inspection, findings, by=by)
            record(
                action="inspection.conclude",
                by=by,
                subject=inspection,
                thread=inspection.thread,
                after={
                    "văn bản": inspection.conclusion_number,
                    "ngày": on.isoformat(),
                    "kiến nghị": len(findings),
                    "trạng thái": inspection.get_state_display(),
                },
                note=inspection.conclusion,
            )
        return inspection


def finish_if_done(inspection: Inspection, on: date) -> None:
    """Close a locked, concluded inspection of which nothing is left to be mended."""
    if not inspection.findings.exclude(state=FindingState.CLOSED).exists():
        inspection.closed_on = on
        move(inspection, "finish")


def _check_amount(inspection: Inspection, severity: Severity, amount: int) -> None:
    if severity != Severity.SERIOUS:
        raise Refused(
            "Chỉ kiến nghị mức «Nghiêm trọng» mới đề nghị thu hồi kinh phí.", article="TT 36/2013 Đ12.5, Đ12.6"
        )
    if amount <= 0:
        raise Refused("Số tiền đề nghị thu hồi phải lớn hơn 0.")
    if inspection.project is None:
        raise Refused("Cuộc kiểm tra này không gắn với đề án nào: không có kinh phí để đề nghị thu hồi.")
    paid = paid_out(inspection)
    if amount > paid:
        raise Refused(
            f"Đề nghị thu hồi {format_dong(amount)} đồng, nhiều hơn số đã chi cho đề án ({format_dong(paid)} đồng).",
            article="TT 36/2013 Đ12.6",
        )


def paid_out(inspection: Inspection) -> int:
    """What the Treasury has paid for the đề án and not got back, in đồng."""
    return balance_of(inspection.project).paid_out if inspection.project else 0
