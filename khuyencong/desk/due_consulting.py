"""What falls due around consulting: phases of contracts, what clients owe, and works of information that wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from khuyencong.consulting.models import Job, JobState, Phase
from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.law.deadlines import Deadline
from khuyencong.outreach.models import Work, WorkState
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role

KEEPERS = frozenset({Role.OFFICER, Role.ACCOUNTANT})
OFFICER, LEADER = frozenset({Role.OFFICER}), frozenset({Role.LEADER})
AHEAD = timedelta(days=30)
MOST = 200  # of each kind; a list with more of them is read on its own page


def consulting_dues(asked: Asked) -> Iterable[Due]:
    """Phases of my centre's contracts, and finished jobs that are not closed yet; two queries."""
    if not KEEPERS & asked.roles or not allowed(
        asked.actor.in_role(Role.OFFICER), Permission.CONSULTING_MANAGE, Job(agency=asked.actor.agency)
    ):
        return
    own = asked.actor.agency_ids
    phases = Phase.objects.filter(
        job__agency__in=own, job__state=JobState.SIGNED, accepted_on__isnull=True, due_on__lte=asked.last
    ).select_related("job__client")
    for one in phases.order_by("due_on", "pk")[:MOST]:
        if one.due_on is not None:
            deadline = _own(one.due_on, "Hạn của giai đoạn", f"Hợp đồng {one.job.contract_number}")
            title = f"Nghiệm thu {one.title.lower()}: {one.job.title}"
            yield _due(asked, f"phase:{one.pk}", title, one.job.get_absolute_url(), OFFICER, deadline)
    jobs = Job.objects.filter(agency__in=own, state=JobState.DONE).select_related("client").order_by("done_on", "pk")
    for job in jobs[:MOST]:
        title = f"Xuất hóa đơn, thu tiền, thanh lý: {job.title}"
        yield _due(asked, f"job:{job.pk}:done", title, job.get_absolute_url(), KEEPERS, None)


def outreach_dues(asked: Asked) -> Iterable[Due]:
    """Works whose day comes, for the officer, and those that wait for a leader; two queries."""
    own = asked.actor.agency_ids
    if OFFICER & asked.roles:
        rows = Work.objects.filter(
            project__implementing_unit__in=own,
            state=WorkState.PLANNED,
            planned_on__lte=max(asked.last, asked.on + AHEAD),
        )
        for one in rows.select_related("project").order_by("planned_on", "pk")[:MOST]:
            deadline = _own(one.planned_on, "Ngày dự kiến đăng, phát", f"Kế hoạch của đề án {one.project.code}")
            title = f"Làm sản phẩm thông tin: {one.title}"
            yield _due(asked, f"work:{one.pk}:planned", title, one.get_absolute_url(), OFFICER, deadline)
    if LEADER & asked.roles:
        leader = asked.actor.in_role(Role.LEADER)
        rows = Work.objects.visible_to(asked.actor).filter(state=WorkState.MADE)
        for one in rows.with_names().order_by("planned_on", "pk")[:MOST]:
            if allowed(leader, Permission.OUTREACH_PUBLISH, one):
                deadline = _own(one.planned_on, "Ngày dự kiến đăng, phát", f"Kế hoạch của đề án {one.project.code}")
                title = f"Duyệt đăng: {one.title}"
                yield _due(asked, f"work:{one.pk}:made", title, one.get_absolute_url(), LEADER, deadline)


def _own(on: date, what: str, basis: str) -> Deadline:
    """The law names no day for any of these."""
    return Deadline(on, f"{what}: {format_date(on)}.", basis, verified=True, inclusive=True)


def _due(asked: Asked, key: str, title: str, url: str, roles: frozenset[Role], deadline: Deadline | None) -> Due:
    return Due(key, title, url, DueKind.OWN, roles, asked.actor.agency.short_name, deadline=deadline)
