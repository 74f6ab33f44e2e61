"""What the page of one đề án shows: header, stepper, money, and one tab at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.core.components import Bar, Change, Event, Fact, Step, StepState, Tab
from khuyencong.core.dates import format_date
from khuyencong.desk.contents import ProjectRows
from khuyencong.desk.steps import Money, who_owes
from khuyencong.law.catalogue import Activity, Entry, activity_name, catalogue
from khuyencong.law.deadlines import Deadline
from khuyencong.law.values import multiplier_text
from khuyencong.places.queries import commune_then_and_now, province_then_and_now
from khuyencong.projects.models import LinkedActivity, Project
from khuyencong.projects.states import AT_REST, STEPS, ProjectState, Route

TABS = (
    ("tong-quan", "Tổng quan"),
    ("du-toan", "Dự toán và mức hỗ trợ"),
    ("ho-so", "Hồ sơ"),
    ("tham-dinh", "Thẩm định"),
    ("kinh-phi", "Hợp đồng và kinh phí"),
    ("tien-do", "Tiến độ"),
    ("nghiem-thu", "Nghiệm thu"),
    ("hoat-dong", "Hoạt động"),
    ("kiem-tra", "Kiểm tra"),
    ("tac-dong", "Tác động"),
    ("dieu-chinh", "Điều chỉnh, phiên bản"),
    ("nhat-ky", "Nhật ký"),
)
TONES = {
    ProjectState.SETTLED: "success",
    ProjectState.ACCEPTED: "success",
    ProjectState.RETURNED: "warning",
    ProjectState.REJECTED: "danger",
    ProjectState.STOPPED: "danger",
    ProjectState.IN_PROGRESS: "info",
    ProjectState.APPROVED: "info",
}


def tabs(project: Project, chosen: str) -> tuple[list[Tab], str]:
    """The tabs and the key of the one that is open; an unknown one opens the first."""
    keys = [key for key, _ in TABS]
    current = chosen if chosen in keys else keys[0]
    address = project.get_absolute_url()
    return [Tab(label, f"{address}?tab={key}", active=key == current) for key, label in TABS], current


def stepper(project: Project, events: Sequence[AuditEvent], due: Deadline | None) -> list[Step]:
    """The life of the project: who did what when, what comes next and who owes it."""
    reached: dict[str, AuditEvent] = {}
    for happened in events:  # oldest first: the last time a state was reached is kept
        after = (happened.after or {}).get("state")
        if after and after != (happened.before or {}).get("state"):
            reached[after] = happened
    road = list(STEPS[Route(project.route)])
    state = ProjectState(project.state)
    # A project that left the road stands where it last was on it.
    place = (
        road.index(state)
        if state in road
        else max((road.index(ProjectState(one)) for one in reached if one in road), default=0)
    )
    steps = []
    for number, one in enumerate(road):
        event: AuditEvent | None = reached.get(one)
        kind: StepState = "done" if number <= place else "todo"
        note = ""
        if number == place and state not in road:
            kind, note, event = "stopped", state.label, reached.get(state, event)
        passed = kind != "todo"
        steps.append(
            Step(
                label=one.label,
                state=kind,
                note=note,
                who=_who(event) if event and passed else "",
                at=event.at if event and passed else None,
            )
        )
    if state in road and place + 1 < len(road):
        following = steps[place + 1]
        steps[place + 1] = Step(
            label=following.label, state="current", owes=who_owes(project), due=due.on if due else None
        )
    return steps


def _who(event: AuditEvent) -> str:
    return ", ".join(part for part in (event.actor_label, event.on_behalf, event.agency_label) if part)


def bars(money: Money, support: int) -> list[Bar]:
    """Support on its way, each against what was approved (or asked for, before approval)."""
    balance = money.balance
    # What a decision takes back is no longer approved; what is left over at the end was.
    whole = balance.approved_now or support
    return [
        Bar("Đề nghị hỗ trợ", support, whole),
        Bar("Được phê duyệt", balance.approved_now, whole),
        Bar("Ký hợp đồng", balance.contracted, whole),
        Bar("Đã tạm ứng", balance.advanced, whole),
        Bar("Được nghiệm thu", balance.accepted, whole),
        Bar("Đã chi (trừ thu hồi)", balance.paid_out, whole),
        Bar("Đã quyết toán", balance.settled, whole),
    ]


def facts(project: Project, rows: ProjectRows) -> list[Fact]:
    """What the project is, in the words of its papers; the place as it was written then and today."""
    sector = catalogue().sectors.get(project.sector)
    commune = commune_then_and_now(project.commune).sentence
    place = ", ".join(part for part in (project.place_text, commune) if part)
    province = province_then_and_now(project.province, project.commune).sentence
    plan = project.plan
    found = [
        ("Mã", project.code),
        ("Loại", project.get_kind_display()),
        ("Nguồn kinh phí", project.get_source_display()),
        ("Năm kế hoạch", str(project.year)),
        ("Nội dung hoạt động", activity_name(project.activity)),
        ("Ngành nghề", sector.name if sector else ""),
        ("Đơn vị thực hiện", project.implementing_unit.name),
        ("Người phụ trách", str(project.in_charge or "") if project.state not in AT_REST else ""),
        ("Đơn vị phối hợp", project.cooperating_unit),
        ("Sở quản lý địa bàn", project.department.name if project.department else ""),
        ("Cơ quan giữ kinh phí", project.funder.name),
        ("Địa điểm", place),
        ("Tỉnh, thành phố", province),
        ("Thực hiện ở cả", ", ".join(str(one) for one in rows.provinces)),
        ("Nội dung liên kết", "; ".join(_linked(one) for one in rows.written.linked_activities)),
        ("Chọn đơn vị thực hiện", _selection(project)),
        ("Số cơ sở thụ hưởng dự kiến", str(project.planned_beneficiaries or "")),
        ("Thời gian", " – ".join(format_date(day) for day in (project.starts_on, project.ends_on) if day)),
        ("Địa bàn ưu tiên", _entry(catalogue().priority_places.get(project.priority_place))),
        ("Ngành nghề ưu tiên", _entry(catalogue().priority_trades.get(project.priority_trade))),
        ("Hệ số ưu tiên", _multiplier(project)),
        ("Kế hoạch", f"{plan.title}{_decision(plan.decision_number, plan.decision_on)}" if plan else ""),
    ]
    if project.recorded_from:
        found.append(("Ghi lại từ", project.recorded_from))
    return [Fact(label, value) for label, value in found if value]


def _linked(one: LinkedActivity) -> str:
    return f"{one} ({one.link})" if one.link else str(one)


def _selection(project: Project) -> str:
    document = f", {project.selection_document}" if project.selection_document else ""
    return f"{project.get_selection_display()}{document}" if project.selection else project.selection_document


def _entry(entry: Entry | None) -> str:
    return f"{entry.name} ({entry.article})" if entry else ""


def _multiplier(project: Project) -> str:
    if project.priority_multiplier == 1:
        return ""
    number = multiplier_text(Fraction(project.priority_multiplier))
    return f"{number} – {project.priority_decision or 'chưa có văn bản chấp thuận nên chưa được tính'}"


def _decision(number: str, on: date | None) -> str:
    return f" – Quyết định {number} ngày {format_date(on)}" if number and on else ""


def timeline(events: Iterable[AuditEvent]) -> list[Event]:
    """The audit trail of the project, newest first, with what changed."""
    return [
        Event(at=event.at, title=describe(event.action), who=_who(event), note=event.note, changes=_changes(event))
        for event in events
    ]


def _changes(event: AuditEvent) -> tuple[Change, ...]:
    before, after = event.before or {}, event.after or {}
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    return tuple(
        Change(FIELD_LABELS.get(key, key), _text(_named(key, before.get(key))), _text(_named(key, after.get(key))))
        for key in keys
    )


def _named(key: str, value: object) -> object:
    """The name behind a code of the law's catalogue; everything else as it stands."""
    known = catalogue()
    names: dict[str, Mapping[str, Activity | Entry]] = {
        "activity": known.activities,
        "sector": known.sectors,
        "priority_place": known.priority_places,
        "priority_trade": known.priority_trades,
    }
    found = names[key].get(str(value)) if key in names else None
    return found.name if found else value


FIELD_LABELS = {
    "state": "trạng thái",
    "version": "phiên bản",
    "name": "tên",
    "kind": "loại",
    "activity": "nội dung",
    "year": "năm",
    "sector": "ngành nghề",
    "spending": "tính chất chi",
    "commune": "xã",
    "place_text": "địa điểm",
    "necessity": "sự cần thiết",
    "aims": "mục tiêu",
    "scale": "quy mô",
    "superior": "đặc điểm vượt trội",
    "effect_economic": "hiệu quả kinh tế",
    "effect_social": "hiệu quả xã hội",
    "effect_environment": "hiệu quả môi trường",
    "sustainability": "tính bền vững",
    "replicability": "khả năng nhân rộng",
    "selection": "phương thức chọn đơn vị thực hiện",
    "selection_document": "văn bản chọn đơn vị thực hiện",
    "content": "nội dung và tiến độ",
    "organisation": "tổ chức thực hiện",
    "effects": "hiệu quả",
    "planned_beneficiaries": "số cơ sở dự kiến",
    "beneficiary_criteria": "tiêu chí chọn cơ sở",
    "starts_on": "bắt đầu",
    "ends_on": "kết thúc",
    "source": "nguồn",
    "route": "quy trình",
    "code": "mã",
    "cooperating_unit": "đơn vị phối hợp",
    "province_before": "tỉnh trước 01/07/2025",
    "declared_norm_document": "văn bản định mức",
    "declared_norm_article": "điều khoản định mức",
    "declared_norm_percent": "tỷ lệ định mức",
    "declared_norm_cap": "mức định mức",
    "priority_place": "địa bàn ưu tiên",
    "priority_trade": "ngành nghề ưu tiên",
    "priority_multiplier": "hệ số ưu tiên",
    "priority_decision": "văn bản chấp thuận ưu tiên",
}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return f"{len(value)} dòng" if value and isinstance(value[0], dict) else ", ".join(map(str, value))
    text = str(value)
    known = dict(ProjectState.choices).get(text, text)
    return known if len(known) < 200 else f"{known[:200]}…"  # noqa: PLR2004  # a glimpse; the whole stands in the log
