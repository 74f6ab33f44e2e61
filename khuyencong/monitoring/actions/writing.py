"""Writing a monthly report, handing it in, correcting it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import blockers
from khuyencong.monitoring.days import first_of
from khuyencong.monitoring.door import check_under_way, lock_for_step, lock_to_write
from khuyencong.monitoring.figures import Figures, asked_of, begin_with, figures_of, received_by, report_before, store
from khuyencong.monitoring.models import ProgressReport, ReportPhoto, ReportState
from khuyencong.monitoring.rules import check_month, findings_of, sentences
from khuyencong.monitoring.states import move
from khuyencong.monitoring.tell import tell
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project

# What stands against figures only when they are handed in; a draft may be unfinished.
ONLY_WHEN_SUBMITTED = {"less_volume", "less_investment", "nothing_told"}


@transaction.atomic
def begin(*, project_id: int, by: Actor, version: int, creation_key: UUID, month: date) -> ProgressReport:
    """Open the report of a month, filled with what the last one said; the same key twice gives the first one back.

    `version` is that of the đề án. Raises NotAllowed, Stale, and Refused where the đề án is not under way, the month has
    not come, or there is a report of it.
    """
    project = lock_project(project_id, by=by, permission=Permission.MONTHLY_WRITE, version=version)
    earlier = ProgressReport.objects.filter(creation_key=creation_key).select_related("project").first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk or earlier.project_id != project.pk:
            raise Refused(USED)
        return earlier
    month = first_of(month)
    check_month(project, month, on=today())
    there = project.progress_reports.filter(month=month, current=True).first()
    if there is not None:
        raise Refused(f"Đã có báo cáo tháng {month:%m/%Y} ({there.get_state_display().lower()}): hãy mở báo cáo ấy.")
    report = ProgressReport(creation_key=creation_key, project=project, month=month, created_by=by.user)
    last = report_before(report)
    figures = begin_with(project, last, received=received_by(project))
    report.save()
    store(report, figures, asked_of(project))
    record(
        action="monthly.begin",
        by=by,
        subject=report,
        thread=report.thread,
        after={"tháng": _month(report), "điền sẵn từ": f"tháng {last.month:%m/%Y}" if last else ""},
    )
    return report


@transaction.atomic
def write(*, report_id: int, by: Actor, version: int, figures: Figures) -> ProgressReport:
    """Put these figures into a draft or returned report.

    Raises NotAllowed, Stale, and Refused where the state does not allow it or the figures contradict each other.
    """
    report = lock_to_write(report_id, by=by, version=version)
    asked = asked_of(report.project)
    stopping = [one for one in blockers(findings_of(report, figures, asked)) if one.code not in ONLY_WHEN_SUBMITTED]
    if stopping:
        raise Refused(sentences(stopping, "Chưa lưu được"), article=stopping[0].article)
    before = told(report)
    report.version += 1
    store(report, figures, asked)
    record(
        action="monthly.write", by=by, subject=report, thread=report.thread, before=before,
        after={"tháng": _month(report), **told(report)},
    )  # fmt: skip
    return report


@transaction.atomic
def submit(*, report_id: int, by: Actor, version: int) -> ProgressReport:
    """Hand the report in to Sở (and to the Cục): TT 36/2013 Đ23.3.a. The first day counts for being in time.

    Raises NotAllowed, Stale, Refused with everything that stands against it.
    """
    report = lock_to_write(report_id, by=by, version=version)
    stopping = blockers(findings_of(report, figures_of(report), asked_of(report.project)))
    if stopping:
        raise Refused(sentences(stopping, "Chưa nộp được"), article=stopping[0].article)
    before = {"trạng thái báo cáo": report.get_state_display()}
    report.filed_on = report.filed_on or today()
    report.submitted_on, report.submitted_by = today(), by.user
    report.decided_on, report.decided_by, report.decided_as, report.answer = None, None, "", ""
    move(report, "submit")
    tell(report, by=by)
    record(
        action="monthly.submit", by=by, subject=report, thread=report.thread, before=before,
        after={"tháng": _month(report), "trạng thái báo cáo": report.get_state_display(), **told(report)},
    )  # fmt: skip
    return report


@transaction.atomic
def correct(*, report_id: int, by: Actor, version: int, creation_key: UUID, reason: str) -> ProgressReport:
    """Begin a correction of a confirmed report: a further row of the month with the same figures, to be changed.

    The same key twice gives the first one back. The confirmed one stays as it is, and counts until the correction is
    confirmed. Raises NotAllowed, Stale, Refused.
    """
    earlier = ProgressReport.objects.filter(creation_key=creation_key).select_related("project").first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    report = lock_for_step(report_id, "correct", by=by, version=version)
    check_under_way(report.project)
    move(report, "correct", reason=reason)
    report.current = False
    report.version += 1
    report.save(update_fields=["current", "version"])
    following = ProgressReport(
        creation_key=creation_key,
        project=report.project,
        month=report.month,
        number=report.number + 1,
        correction_reason=reason.strip(),
        created_by=by.user,
        filed_on=report.filed_on,
    )
    following.save()
    store(following, figures_of(report), asked_of(report.project))
    ReportPhoto.objects.bulk_create(_copied(one, following) for one in report.photos.all())
    record(
        action="monthly.correct", by=by, subject=following, thread=following.thread,
        after={"tháng": _month(following), "bản": following.number}, note=reason.strip(),
    )  # fmt: skip
    return following


def _copied(photo: ReportPhoto, to: ProgressReport) -> ReportPhoto:
    return ReportPhoto(
        report=to, attachment=photo.attachment, caption=photo.caption,
        taken_at=photo.taken_at, latitude=photo.latitude, longitude=photo.longitude,
    )  # fmt: skip


@transaction.atomic
def discard(*, report_id: int, by: Actor, version: int) -> None:
    """Give up a report that was never handed in; of a correction, the confirmed one is the newest again.

    Its photos stay files of the đề án. Raises NotAllowed, Stale, Refused.
    """
    report = lock_for_step(report_id, "submit", by=by, version=version)
    if report.state != ReportState.DRAFT:
        raise Refused("Báo cáo đã nộp thì không bỏ được: hãy sửa và nộp lại.")
    before = {"tháng": _month(report), "bản": report.number, **told(report)}
    report.photos.all().delete()
    thread, project, month, number = report.thread, report.project, report.month, report.number
    report.delete()
    project.progress_reports.filter(month=month, number=number - 1).update(current=True)
    record(action="monthly.discard", by=by, subject=project, thread=thread, before=before)


def told(report: ProgressReport) -> dict[str, Any]:
    """What the report says, as the trail keeps it."""
    return {
        "khối lượng (%)": str(report.volume),
        "giá trị đã thực hiện": report.investment_done,
        "tổng vốn đầu tư": report.investment_total,
        "kinh phí đã nhận": report.support_received,
        "kinh phí đã sử dụng": report.support_used,
        "khó khăn, vướng mắc": report.difficulties,
        "kiến nghị": report.proposals,
        "kế hoạch tháng tới": report.next_month,
        "lý do giảm": report.decrease_reason,
        "theo đơn vị thụ hưởng": [f"{one}: {one.done}/{one.total}" for one in _parts(report)],
        "công việc": [f"{one}: {one.get_state_display()}" for one in report.works.all()],
    }


def _parts(report: ProgressReport) -> Any:
    return report.parts.select_related("beneficiary__establishment")


def _month(report: ProgressReport) -> str:
    return f"{report.month:%m/%Y}"
