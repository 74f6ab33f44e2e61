"""What falls due around inspections: those to make, those to conclude, findings to mend and to look at, and what comes after the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.inspections.after_end import ARTICLE, to_look_at_again
from khuyencong.inspections.models import AfterCare, FindingState, Inspection, InspectionFinding, InspectionState
from khuyencong.inspections.models.inspection import AFTER_CONCLUSION
from khuyencong.inspections.queries import may_inspect_here
from khuyencong.law.deadlines import Deadline
from khuyencong.people.roles import Role

OFFICER, INSPECTORS = frozenset({Role.OFFICER}), frozenset({Role.OFFICER, Role.APPRAISER})
MOST = 200  # of each kind; a list with more of them is read on its own page


def inspection_dues(asked: Asked) -> Iterable[Due]:
    """Inspections of my agency that nobody has been to, and those that wait for their conclusion; one query."""
    if not INSPECTORS & asked.roles or not may_inspect_here(asked.actor):
        return
    rows = (
        Inspection.objects.filter(agency__in=asked.actor.agency_ids)
        .filter(state__in=[InspectionState.PLANNED, InspectionState.DONE])
        .select_related("project", "establishment", "plan")
        .order_by("planned_on", "pk")
    )
    for one in rows[:MOST]:
        planned = one.state == InspectionState.PLANNED
        deadline = _own(one.planned_on, "Ngày kiểm tra theo kế hoạch", one.basis) if planned else None
        what = "Kiểm tra" if planned else "Kết luận kiểm tra"
        title = f"{what}: {one.subject_name}"
        yield _due(asked, f"inspection:{one.pk}:{one.state}", title, one.get_absolute_url(), INSPECTORS, deadline)


def finding_dues(asked: Asked) -> Iterable[Due]:
    """Findings that my unit is to mend, and those that wait for my agency or that nobody has answered in time; two queries."""
    rows = (
        InspectionFinding.objects.filter(inspection__state__in=AFTER_CONCLUSION)
        .exclude(state=FindingState.CLOSED)
        .select_related("inspection__project", "inspection__establishment", "establishment")
        .order_by("due_on", "pk")
    )
    own = asked.actor.agency_ids
    if OFFICER & asked.roles:
        for one in rows.filter(inspection__project__implementing_unit__in=own, state=FindingState.OPEN)[:MOST]:
            yield _of_finding(asked, one, "Khắc phục", OFFICER)
    if INSPECTORS & asked.roles and may_inspect_here(asked.actor):
        mine = rows.filter(inspection__agency__in=own)
        for one in mine.filter(Q(state=FindingState.ANSWERED) | Q(due_on__lt=asked.on))[:MOST]:
            what = "Xem lại" if one.state == FindingState.ANSWERED else "Đôn đốc khắc phục"
            yield _of_finding(asked, one, what, INSPECTORS)


def after_end_dues(asked: Asked) -> Iterable[Due]:
    """Once a year: settled đề án that my agency has set itself to look at again; two queries, none where nothing is set."""
    if not INSPECTORS & asked.roles or not may_inspect_here(asked.actor):
        return
    setting = AfterCare.objects.filter(agency=asked.actor.agency, years__isnull=False).first()
    if setting is None:
        return
    count = to_look_at_again(asked.actor, setting, asked.on).count()
    if count:
        last = date(asked.on.year, 12, 31)
        deadline = _own(last, f"Theo dõi {setting.years} năm sau quyết toán", f"{setting.document}; {ARTICLE}")
        title = f"Kiểm tra sau khi kết thúc: {count} đề án chưa xem lại năm {asked.on.year}"
        key, url = f"after_end:{asked.actor.agency.pk}:{asked.on.year}", reverse("inspection_after_end")
        yield _due(asked, key, title, url, INSPECTORS, deadline)


def _of_finding(asked: Asked, one: InspectionFinding, what: str, roles: frozenset[Role]) -> Due:
    title = f"{what} kiến nghị {one.number}: {one.inspection.subject_name}"
    key = f"finding:{one.pk}:{one.state}:{'unit' if roles is OFFICER else 'agency'}"
    deadline = _own(one.due_on, "Hạn khắc phục", f"Kết luận {one.inspection.conclusion_number}")
    return _due(asked, key, title, one.get_absolute_url(), roles, deadline)


def _own(on: date, what: str, basis: str) -> Deadline:
    """The law names no day for any of these."""
    return Deadline(on, f"{what}: {format_date(on)}.", basis, verified=True, inclusive=True)


def _due(asked: Asked, key: str, title: str, url: str, roles: frozenset[Role], deadline: Deadline | None) -> Due:
    return Due(key, title, url, DueKind.OWN, roles, asked.actor.agency.short_name, deadline=deadline)
