"""What the page of an inspection shows: facts, visits with their photos, findings, and just the steps that are mine."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from khuyencong.audit.labels import describe
from khuyencong.audit.queries import timeline
from khuyencong.core.components import Action, Event, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.finance.ledger import balance_of
from khuyencong.inspections.models import (
    CheckedItem,
    FileKind,
    FindingState,
    Inspection,
    InspectionFile,
    InspectionFinding,
    InspectionState,
    ItemState,
    Severity,
    Visit,
    VisitMember,
)
from khuyencong.inspections.models.files import OPEN_TO_THE_INSPECTED
from khuyencong.inspections.models.inspection import VISITED
from khuyencong.inspections.place import Seen, ShownPhoto, seen_at, sees_exactly, shown_photo
from khuyencong.inspections.states import steps_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.states import ProjectState

TONES = {
    InspectionState.PLANNED: "info",
    InspectionState.DONE: "warning",
    InspectionState.CONCLUDED: "warning",
    InspectionState.CLOSED: "success",
}
FINDING_TONES = {FindingState.OPEN: "warning", FindingState.ANSWERED: "info", FindingState.CLOSED: "success"}
ITEM_TONES = {
    ItemState.RUNNING: "success",
    ItemState.IDLE: "warning",
    ItemState.OTHER_USE: "danger",
    ItemState.MOVED: "danger",
    ItemState.SOLD: "danger",
    ItemState.MISSING: "danger",
}
MOST_EVENTS = 200
ICONS = {"visit": "map-pin", "conclude": "signature", "cancel": "ban"}


def facts_of(inspection: Inspection, actor: Actor) -> list[Fact]:
    """What it is and on what it rests; why it was chosen is for those who inspect."""
    project = inspection.project
    rows = [
        Fact("Đề án", f"{project.code} – {project.name}", project.get_absolute_url()) if project else None,
        Fact("Cơ sở", str(inspection.establishment)) if inspection.establishment else None,
        Fact("Cơ quan kiểm tra", inspection.agency.name),
        Fact("Căn cứ", f"{'Kế hoạch' if inspection.plan else 'Đột xuất'}: {inspection.basis}"),
        Fact("Lý do chọn", inspection.get_reason_display()),
        Fact("Nội dung, dấu hiệu", inspection.why) if inspection.why and inspection.is_run_by(actor) else None,
        Fact("Kiểm tra chậm nhất", format_date(inspection.planned_on)),
        Fact("Trưởng đoàn", str(inspection.lead)),
        Fact("Kết luận", f"{inspection.conclusion_number} ngày {format_date(inspection.concluded_on)}")
        if inspection.concluded_on
        else None,
        Fact("Ngày kết thúc", format_date(inspection.closed_on)) if inspection.closed_on else None,
        Fact("Lý do không thực hiện", inspection.cancelled_because) if inspection.cancelled_because else None,
    ]
    return [fact for fact in rows if fact is not None]


@dataclass(frozen=True)
class ShownItem:
    """One machine with the colour of its state."""

    item: CheckedItem
    tone: str


@dataclass(frozen=True)
class ShownVisit:
    """One visit as one reader may see it."""

    visit: Visit
    members: list[VisitMember]
    items: list[ShownItem]
    seen: Seen | None
    photos: list[ShownPhoto]
    papers: list[InspectionFile]


def is_told(inspection: Inspection, actor: Actor) -> bool:
    """Whether the actor may know what the inspectors have found: they themselves, the others with the conclusion."""
    return inspection.is_run_by(actor) or inspection.concluded_on is not None


def may_have(one: InspectionFile, inspection: Inspection, actor: Actor) -> bool:
    """Whether the actor may have this file now: the evidence of the inspectors waits for the conclusion."""
    return one.kind in OPEN_TO_THE_INSPECTED or is_told(inspection, actor)


def visits_of(inspection: Inspection, actor: Actor) -> list[ShownVisit]:
    """The visits with all that was seen; four queries."""
    exact = sees_exactly(actor, inspection)
    visits = inspection.visits.select_related(
        "establishment__commune__current", "establishment__province__current", "by"
    ).prefetch_related("members__user", "items", "files")
    found = []
    for visit in visits:
        files = list(visit.files.all())
        photos = [shown_photo(one, visit, exact=exact) for one in files if one.kind == FileKind.PHOTO]
        items = [ShownItem(one, ITEM_TONES.get(ItemState(one.state), "")) for one in visit.items.all()]
        seen = seen_at(visit.latitude, visit.longitude, visit.establishment, exact=exact)
        papers = [one for one in files if one.kind != FileKind.PHOTO and may_have(one, inspection, actor)]
        found.append(ShownVisit(visit, list(visit.members.all()), items, seen, photos, papers))
    return found


@dataclass(frozen=True)
class ShownFinding:
    """One finding with its state, and whether its day has passed."""

    finding: InspectionFinding
    tone: str
    overdue: bool


def shown_findings(findings: list[InspectionFinding]) -> list[ShownFinding]:
    on = today()
    return [ShownFinding(one, FINDING_TONES[FindingState(one.state)], one.is_overdue(on)) for one in findings]


def actions_of(inspection: Inspection, actor: Actor) -> list[Action]:
    """The steps of the table and the smaller ones that this actor may take now."""
    steps = [step for step in steps_of(inspection) if allowed(actor, step.permission, inspection)]
    made = [_action(inspection, one.name, one.label, main=_is_awaited(inspection, one.name)) for one in steps]
    records = allowed(actor, Permission.INSPECTION_RECORD, inspection)
    if inspection.state == InspectionState.PLANNED and allowed(actor, Permission.INSPECTION_PLAN, inspection):
        made.append(_action(inspection, "reschedule", "Đổi ngày, trưởng đoàn", icon="pencil"))
    if records and inspection.state == InspectionState.DONE:
        made.append(_action(inspection, "finding_new", "Ghi kiến nghị", icon="plus"))
    if records and inspection.state in VISITED:
        made.append(_action(inspection, "files", "Thêm ảnh, biên bản đã ký, tệp", icon="upload"))
    return made


def _is_awaited(inspection: Inspection, step: str) -> bool:
    """A further visit is possible, but the conclusion is what a visited place waits for."""
    return step == ("visit" if inspection.state == InspectionState.PLANNED else "conclude")


def _action(inspection: Inspection, name: str, label: str, *, icon: str = "", main: bool = False) -> Action:
    url = reverse(f"inspection_{name}", args=[inspection.pk])
    return Action(
        key=name, label=label, url=url, method="get", icon=icon or ICONS.get(name, ""), tone="primary" if main else ""
    )


def events_of(inspection: Inspection) -> list[Event]:
    """What was done to it, the latest first; one query."""
    return [
        Event(
            at=one.at,
            title=describe(one.action),
            who=", ".join(part for part in (one.actor_label, one.on_behalf, one.agency_label) if part),
            note=one.note,
        )
        for one in timeline(inspection.thread).reverse()[:MOST_EVENTS]
    ]


@dataclass(frozen=True)
class WayToMoney:
    """Where a serious finding leads; `url` is "" for those who may not go there."""

    label: str
    who: str
    url: str


def ways_to_money(finding: InspectionFinding, actor: Actor) -> list[WayToMoney]:
    """Stopping and recovering are steps of their own, with their own conditions; the reason goes along."""
    project = finding.inspection.project
    if project is None or finding.severity != Severity.SERIOUS or not finding.is_concluded:
        return []
    query = urlencode({"ly-do": reason_of(finding)})
    ways = []
    if project.state in {ProjectState.APPROVED, ProjectState.IN_PROGRESS}:
        url = f"{reverse('project_stop', args=[project.code])}?{query}"
        mine = allowed(actor, Permission.PROJECT_STOP, project)
        ways.append(WayToMoney("Ngừng đề án", f"lãnh đạo {project.funder.short_name}", url if mine else ""))
    ended = project.state in {ProjectState.ACCEPTED, ProjectState.STOPPED} and balance_of(project).unearned
    if ended or project.state == ProjectState.SETTLED:
        url = f"{reverse('project_claim_new', args=[project.code])}?{query}"
        mine = allowed(actor, Permission.RECOVER, project)
        ways.append(WayToMoney("Quyết định thu hồi", f"kế toán {project.payer.short_name}", url if mine else ""))
    return ways


def reason_of(finding: InspectionFinding) -> str:
    """The reason that a decision to stop or to recover would give."""
    inspection = finding.inspection
    on = format_date(inspection.concluded_on) if inspection.concluded_on else ""
    amount = f" Đề nghị thu hồi {format_dong(finding.amount)} đồng." if finding.amount else ""
    text = f"Kết luận kiểm tra {inspection.conclusion_number} ngày {on}, kiến nghị {finding.number}: {finding.text}"
    return f"{text[:800]}{amount}"
