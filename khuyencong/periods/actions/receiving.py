"""Locked figures of an agency that keeps its records in an installation of its own, taken over as its report here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import blockers
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.periods.actions.handing import RowInput, check_row, row_of
from khuyencong.periods.content import canonical, content_now, digest, plain
from khuyencong.periods.models import HandRow, PeriodReport, PeriodReportState, ReportVersion
from khuyencong.periods.node import receiver_of
from khuyencong.periods.rules import findings_of
from khuyencong.periods.states import move
from khuyencong.reporting.period import Period

FROM_RECORDS = "{agency} có báo cáo tính từ hồ sơ trong hệ thống này cho {period}: không thay bằng số liệu nhận về."
RECEIVED = "Số liệu nhận từ hệ thống của cơ quan báo cáo."


@transaction.atomic
def take_over(
    *,
    by: Actor,
    agency: Agency,
    period: Period,
    closing_on: date,
    rows: Sequence[RowInput],
    document: str,
    document_on: date | None,
    explanation: str,
    origin: str,
) -> ReportVersion:
    """Put these rows in the place of the agency's table of the period, handed in as `origin` says, approved and locked.

    Whoever signed and locked them there is one hand, `by` the other. Raises NotAllowed; Refused where the agency has
    records here, or the figures contradict themselves.
    """
    report = _locked(by, agency, period, closing_on)
    require(by, Permission.PERIOD_REPORT_DECIDE, report)
    if not report.by_hand:
        raise Refused(FROM_RECORDS.format(agency=agency, period=period))
    for row in rows:
        check_row(row)
    report.submitted_by, report.submitted_as, report.submitted_on = by.user, origin, today()
    report.decided_by, report.decided_as, report.decided_on = by.user, by.signature, today()
    report.answer = RECEIVED
    if not report.is_writable:
        move(report, "unlock" if report.state == PeriodReportState.LOCKED else "return", reason=RECEIVED)
    report.closing_on, report.explanation = closing_on, explanation.strip()
    report.document, report.document_on = document.strip(), document_on
    report.save()
    report.rows.all().delete()
    HandRow.objects.bulk_create(row_of(report, row) for row in rows if not row.is_empty)
    content = content_now(report)
    findings = findings_of(report, content)
    stopping = blockers(findings)
    if stopping:
        raise Refused(" ".join(one.sentence for one in stopping), findings=findings)
    text = canonical(plain(report, content, findings))
    kept = ReportVersion.objects.create(
        report=report,
        number=report.versions.count() + 1,
        content=text,
        sha256=digest(text),
        made_by=by.user,
        made_as=origin,
    )
    for step in ("submit", "approve", "lock"):
        move(report, step)
    record(
        action="period_report.take_over",
        by=by,
        subject=report,
        thread=report.thread,
        after={
            "trạng thái": report.get_state_display(),
            "lần nộp": kept.number,
            "nhận từ": origin,
            "mã kiểm tra": kept.sha256,
        },
    )
    return kept


def _locked(by: Actor, agency: Agency, period: Period, closing_on: date) -> PeriodReport:
    """The report of the agency and period, locked; a new one where there is none yet, not saved."""
    found = (
        PeriodReport.objects.select_for_update(of=("self",))
        .select_related("agency__province__current", "agency__parent", "keeper", "receiver")
        .filter(agency=agency, kind=period.kind, year=period.year, number=period.number)
        .first()
    )
    return found or PeriodReport(
        agency=agency,
        keeper=by.agency,
        receiver=receiver_of(agency),
        kind=period.kind,
        year=period.year,
        number=period.number,
        closing_on=closing_on,
        by_hand=True,
        created_by=by.user,
    )
