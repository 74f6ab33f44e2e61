"""Reports of periods: what the law or the receiver asks for, what was returned, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.law.deadlines import Deadline
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.periods.models import HANDED_IN, PeriodReport, PeriodReportState, ReportDay
from khuyencong.periods.node import BY_LAW, REPORTERS, receiver_of
from khuyencong.reporting.period import Period, PeriodKind, periods_of

WRITER, DECIDER = frozenset({Role.OFFICER}), frozenset({Role.LEADER})
# For how long after its day a report is still asked for, whatever days matter otherwise.
ASKED_FOR = timedelta(days=92)


def period_dues(asked: Asked) -> Iterable[Due]:
    """Reports that are to be written, mended or decided on; at most six queries.

    TT 36/2013 Đ21.5 and Đ22.2 say which periods, and name no day: the day is that of the receiver, where it has set one; else
    the end of the period is only a reminder. The months of a regional centre have a source of their own.
    """
    yield from _to_decide(asked)
    agency = asked.actor.agency
    if not asked.roles & WRITER or agency.kind not in REPORTERS:
        return
    receiver = receiver_of(agency)
    days = _days_of(receiver)
    kinds, article = BY_LAW.get(AgencyKind(agency.kind), ((), ""))
    wanted = [
        one
        for year in (asked.on.year - 1, asked.on.year, asked.on.year + 1)
        for one in periods_of(year)
        if one.kind in days or (one.kind in kinds and one.kind is not PeriodKind.MONTH)
    ]
    known = {
        (one.kind, one.year, one.number): one
        for one in PeriodReport.objects.filter(agency__in=asked.actor.agency_ids, year__gte=asked.on.year - 1)
    }
    for period in wanted:
        report = known.get((period.kind.value, period.year, period.number))
        if report is not None and report.state != PeriodReportState.DRAFT:
            continue
        rule, ground = days.get(period.kind), article if period.kind in kinds else ""
        due = _to_write(asked, period, report, rule, ground)
        since = asked.first if due.reminder else min(asked.first, asked.on - ASKED_FOR)
        if due.last_day is not None and since <= due.last_day <= asked.last:
            yield due
    for report in known.values():
        if report.state == PeriodReportState.RETURNED:
            yield Due(
                key=f"period_report:{report.pk}:returned",
                title=f"Sửa và nộp lại báo cáo {report.period}",
                url=report.get_absolute_url(),
                kind=DueKind.OWN,
                roles=WRITER,
                agency=agency.short_name,
            )


def _to_write(asked: Asked, period: Period, report: PeriodReport | None, rule: ReportDay | None, article: str) -> Due:
    on = period.last_on
    sentence, ground, told = (
        f"Kỳ báo cáo kết thúc ngày {format_date(on)}; không điều khoản nào nêu ngày nộp.",
        article,
        True,
    )
    if rule is not None and rule.days is not None:
        on, ground, told = on + timedelta(days=rule.days), rule.document, False
        sentence = f"Hạn nộp báo cáo {period}: {format_date(on)}."
    # Who only looks at what the agency owes is led to its list.
    writes = allowed(asked.actor, Permission.PERIOD_REPORT_WRITE)
    new = f"{reverse('period_report_new')}?year={period.year}&ky={period.part}" if writes else reverse("period_reports")
    return Due(
        key=f"period:{period.year}:{period.part}",
        title=f"Báo cáo {period}{f' ({article})' if article else ''}",
        url=report.get_absolute_url() if report is not None else new,
        kind=DueKind.LEGAL if article else DueKind.OWN,
        roles=WRITER,
        agency=asked.actor.agency.short_name,
        deadline=Deadline(on, sentence, ground, verified=True, inclusive=True),
        reminder=told,
    )


def _to_decide(asked: Asked) -> Iterable[Due]:
    if not asked.roles & DECIDER:
        return
    waiting = PeriodReport.objects.filter(
        receiver__in=asked.actor.agency_ids, state__in=HANDED_IN - {PeriodReportState.LOCKED}
    ).select_related("agency")
    for one in waiting:
        step = "Duyệt" if one.state == PeriodReportState.SUBMITTED else "Khóa"
        yield Due(
            key=f"period_report:{one.pk}:{one.state}",
            title=f"{step} báo cáo {one.period} của {one.agency}",
            url=one.get_absolute_url(),
            kind=DueKind.OWN,
            roles=DECIDER,
            agency=asked.actor.agency.short_name,
        )


def _days_of(receiver: Agency) -> dict[PeriodKind, ReportDay]:
    """The newest rule of each kind of period, where it names a day."""
    found: dict[PeriodKind, ReportDay] = {}
    for one in ReportDay.objects.filter(agency=receiver).order_by("pk"):
        found[PeriodKind(one.kind)] = one
    return {kind: one for kind, one in found.items() if one.days is not None}
