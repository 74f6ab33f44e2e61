"""What the pages of a round and of a product show: facts, the way they go, and just the steps that are mine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Literal

from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.labels import describe
from khuyencong.audit.queries import timeline
from khuyencong.competitions.models import Certificate, Entry, EntryState, Round, RoundState
from khuyencong.competitions.outcome.validity import SOON_DAYS
from khuyencong.competitions.queries import may_approve, may_propose
from khuyencong.competitions.states import permission_of, steps_of, steps_of_entry
from khuyencong.core.components import Action, Event, Fact, Step
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Finding, blockers
from khuyencong.core.money import format_dong
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed

TONES = {
    RoundState.DRAFT: "",
    RoundState.CALLED: "info",
    RoundState.SCORING: "warning",
    RoundState.SCORED: "warning",
    RoundState.DECIDED: "success",
    RoundState.CLOSED: "success",
    RoundState.CANCELLED: "danger",
}
ENTRY_TONES = {
    EntryState.DRAFT: "",
    EntryState.SUBMITTED: "info",
    EntryState.INCOMPLETE: "warning",
    EntryState.ACCEPTED: "success",
    EntryState.REFUSED: "danger",
    EntryState.WITHDRAWN: "",
}
# The way of a round, as the stepper shows it, and who owes each step.
WAY = (
    (RoundState.DRAFT, "Chuẩn bị", "chuyên viên cơ quan tổ chức"),
    (RoundState.CALLED, "Nhận sản phẩm", "cơ sở; chuyên viên kiểm tra hồ sơ"),
    (RoundState.SCORING, "Chấm điểm", "Ban Giám khảo"),
    (RoundState.SCORED, "Công nhận", "Hội đồng và lãnh đạo cơ quan tổ chức"),
    (RoundState.DECIDED, "Sau công nhận", "chuyên viên cơ quan tổ chức"),
)
# Steps of the table that pages of this room's own spine offer; judging and results offer theirs in their panels.
SPINE = {
    "call": "competition_call",
    "open_scoring": "competition_open_scoring",
    "close": "competition_close",
    "cancel": "competition_cancel",
}
ENTRY_PAGES = {
    "ask": "competition_entry_ask",
    "accept": "competition_entry_accept",
    "refuse": "competition_entry_refuse",
    "withdraw": "competition_entry_withdraw",
}
MOST_EVENTS = 200


def facts_of(round_: Round) -> list[Fact]:
    """What the round is, when and where products are taken, and how it is scored."""
    rows = [
        Fact("Cấp bình chọn", f"{round_.get_level_display()}, {round_.place}"),
        Fact("Năm", str(round_.year)),
        Fact("Cơ quan tổ chức", round_.agency.name),
        Fact("Văn bản thông báo", f"{round_.call_number} ngày {format_date(round_.call_on)}")
        if round_.call_on
        else None,
        Fact("Nhận hồ sơ", f"từ {format_date(round_.entries_from)} đến hết {format_date(round_.entries_until)}")
        if round_.entries_from and round_.entries_until
        else None,
        Fact("Nơi nhận", round_.where) if round_.where else None,
        Fact("Cổng thông tin", "đang hiện" if round_.on_portal else "không hiện") if round_.call_number else None,
        Fact("Chấm xong trước", format_date(round_.scoring_until)) if round_.scoring_until else None,
        Fact("Cách chấm", f"{round_.get_scoring_mode_display()}; {round_.get_score_step_display().lower()}"),
        Fact("Khi bằng điểm", round_.get_tie_rule_display()),
        Fact("Số giám khảo phải chấm", round_.get_quorum_display()),
        Fact("Khung điểm", _scale(round_)),
        Fact("Theo kỳ trước", round_.previous.name, round_.previous.get_absolute_url()) if round_.previous else None,
        Fact("Đề án, nhiệm vụ chi trả", round_.project.code) if round_.project else None,
        Fact("Lý do không tổ chức", round_.cancelled_because) if round_.cancelled_because else None,
    ]
    return [fact for fact in rows if fact is not None]


def _scale(round_: Round) -> str:
    if round_.criteria_approved_at is not None:
        on = format_date(timezone.localtime(round_.criteria_approved_at).date())
        return f"lần {round_.criteria_version}, {round_.criteria_approved_as} quyết định ngày {on}"
    if round_.criteria_proposed_at is not None:
        return f"lần {round_.criteria_version}, đã đề xuất, chờ Chủ tịch Hội đồng quyết định"
    return "chưa đề xuất"


def way_of(round_: Round) -> list[Step]:
    """The stepper of a round."""
    if round_.state == RoundState.CANCELLED:
        return [Step("Không tổ chức", "stopped", note=round_.cancelled_because)]
    states = [state for state, _, _ in WAY]
    at = len(states) if round_.state == RoundState.CLOSED else states.index(RoundState(round_.state))
    due = {RoundState.CALLED: round_.entries_until, RoundState.SCORING: round_.scoring_until}
    return [
        Step(
            label,
            "done" if number < at else "current" if number == at else "todo",
            owes=who if number == at else "",
            due=due.get(state) if number == at else None,
        )
        for number, (state, label, who) in enumerate(WAY)
    ]


def actions_of(round_: Round, actor: Actor, findings: Sequence[Finding]) -> list[Action]:
    """The steps of the spine that are mine; `findings`: what stands in the way of the next one."""
    stopping = blockers(findings)
    rows = []
    for row in steps_of(round_):
        if row.name not in SPINE or not allowed(actor, row.permission, round_):
            continue
        blocked = stopping[0] if stopping and row.forward and row.name in {"call", "open_scoring", "close"} else None
        rows.append(
            Action(
                row.name,
                row.label,
                reverse(SPINE[row.name], args=[round_.pk]),
                method="get",
                tone="primary" if row.forward and blocked is None else "",
                icon="ban" if row.name == "cancel" else "send" if row.name == "call" else "",
                blocked=blocked,
            )
        )
    return rows


def links_of(round_: Round, actor: Actor) -> list[Action]:
    """Other pages of the round that are mine."""
    manages = allowed(actor, Permission.COMPETITION_MANAGE, round_)
    rows = []
    if manages and round_.state in (RoundState.DRAFT, RoundState.CALLED):
        label = "Sửa kỳ bình chọn" if round_.state == RoundState.DRAFT else "Gia hạn"
        rows.append(_link("change", label, "competition_change", round_, "pencil"))
    rows.append(_link("scale", "Khung điểm", "competition_scale", round_, "checklist"))
    if manages:
        rows.append(_link("members", "Thành viên", "competition_members", round_, "users"))
        rows.append(_link("papers", "Thêm giấy tờ", "competition_papers", round_, "paperclip"))
        rows.append(_link("again", "Lập kỳ sau theo kỳ này", "competition_new", None, "refresh", f"?tu={round_.pk}"))
    return rows


def _link(key: str, label: str, name: str, round_: Round | None, icon: str, query: str = "") -> Action:
    url = reverse(name, args=[round_.pk] if round_ else []) + query
    return Action(key, label, url, method="get", icon=icon)


def scale_actions(round_: Round, actor: Actor) -> list[Action]:
    """What may be done with the scale now."""
    if round_.state not in (RoundState.DRAFT, RoundState.CALLED):
        return []
    rows = []
    if may_propose(round_, actor):
        label = "Sửa đề xuất" if round_.criteria_proposed_at else "Đề xuất khung điểm"
        rows.append(_link("propose", label, "competition_scale_propose", round_, "pencil"))
    waiting = round_.criteria_proposed_at is not None and not round_.criteria_approved
    if waiting and round_.criteria_proposed_by_id != actor.user.pk and may_approve(round_, actor):
        url = reverse("competition_scale_approve", args=[round_.pk])
        rows.append(Action("approve", "Quyết định khung điểm", url, method="get", tone="primary", icon="signature"))
    return rows


def own_entries(rows: Iterable[Entry]) -> list[tuple[Entry, str, Certificate | None, bool]]:
    """For their maker: each product, its colour, its certificate once the results were told, and whether that runs out soon."""
    on, found = today(), []
    last = on + timedelta(days=SOON_DAYS)
    for one in rows:
        certificate = getattr(one, "certificate", None) if one.round.announced_on else None
        soon = certificate is not None and certificate.is_valid_on(on) and certificate.valid_until <= last
        found.append((one, ENTRY_TONES.get(EntryState(one.state), ""), certificate, soon))
    return found


def entry_facts(entry: Entry) -> list[tuple[str, list[Fact]]]:
    """The dossier under its headings."""
    yes = {True: "Có", False: "Không", None: "Chưa trả lời"}
    lower = entry.lower.number if entry.lower else (str(entry.lower_record) if entry.lower_record else "")
    letter = (
        f"{entry.letter_number} ngày {format_date(entry.letter_on)}, {entry.letter_issuer}" if entry.letter_on else ""
    )
    head = [
        Fact("Cơ sở", entry.establishment.name),
        Fact(
            "Nơi sản xuất",
            ", ".join(
                map(
                    str,
                    filter(
                        None,
                        (entry.establishment.place_text, entry.establishment.commune, entry.establishment.province),
                    ),
                )
            ),
        ),
        Fact("Kỳ bình chọn", entry.round.name, entry.round.get_absolute_url()),
        Fact("Nhóm sản phẩm", entry.get_group_display()),
        Fact("Bộ sản phẩm", entry.set_parts) if entry.is_set else None,
        Fact("Số hồ sơ", str(entry.number)) if entry.number else None,
        Fact("Mã số bình chọn", entry.code) if entry.code else None,
        Fact("Giấy chứng nhận cấp dưới", lower) if lower else None,
        Fact("Cấp dưới", "không tổ chức bình chọn") if entry.no_lower_round else None,
        Fact("Văn bản đề nghị", letter) if letter else None,
        Fact("Đã xem trùng lặp", entry.accepted_despite) if entry.accepted_despite else None,
    ]
    told = [
        Fact("Đặc điểm, công dụng", entry.features),
        Fact("Nguyên liệu", entry.materials),
        Fact("Công nghệ, thiết bị", entry.technology),
        Fact("Tiêu chuẩn chất lượng", entry.standards),
        Fact("Năng lực sản xuất một năm", entry.output),
        Fact("Thị trường", entry.market),
        Fact("Giá bán", f"{format_dong(entry.price)} đồng" if entry.price is not None else ""),
        Fact("Doanh thu năm trước", f"{format_dong(entry.revenue)} đồng" if entry.revenue is not None else ""),
        Fact("Số lao động", str(entry.workers) if entry.workers is not None else ""),
        Fact("Hiệu quả", entry.impact),
        Fact("Giá trị văn hóa, thẩm mỹ", entry.culture),
        Fact("Giải thưởng, chứng nhận", entry.awards),
    ]
    answers = [
        Fact("Do chính cơ sở sản xuất", yes[entry.own_production]),
        Fact("Sản xuất được hàng loạt", yes[entry.mass_production]),
        Fact("Không sao chép", yes[entry.not_copied]),
        Fact("Không vi phạm quy định", yes[entry.lawful]),
        Fact("Tự nguyện, chịu trách nhiệm", yes[entry.consents]),
        Fact("Đồng ý giữ lại trưng bày", yes[entry.may_keep]),
    ]
    return [
        ("Sản phẩm", [fact for fact in head if fact is not None and fact.value]),
        ("Thuyết minh", [fact for fact in told if fact.value]),
        ("Cam kết", answers),
    ]


def entry_actions(entry: Entry, actor: Actor, findings: Sequence[Finding]) -> list[Action]:
    """The steps that are mine; what stands against the next one is said beside it."""
    stopping, rows = blockers(findings), []
    may_enter = allowed(actor, Permission.COMPETITION_ENTER, entry)
    hidden: dict[str, str | int] = {"version": entry.version}
    writable = entry.may_be_changed and entry.round.state == RoundState.CALLED
    for row in steps_of_entry(entry):
        if not allowed(actor, permission_of(row.name), entry):
            continue
        if row.name == "submit":
            url = reverse("competition_entry_submit", args=[entry.pk])
            blocked = stopping[0] if stopping else None
            rows.append(Action("submit", row.label, url, tone="primary", icon="send", blocked=blocked, hidden=hidden))
        elif row.name == "withdraw" and entry.round.state in (RoundState.SCORED, RoundState.DECIDED, RoundState.CLOSED):
            continue
        else:
            blocked = stopping[0] if stopping and row.name == "accept" else None
            url = reverse(ENTRY_PAGES[row.name], args=[entry.pk])
            tone: Literal["", "primary"] = "primary" if row.forward else ""
            rows.append(Action(row.name, row.label, url, method="get", tone=tone, blocked=blocked))
    if may_enter and writable:
        for key, label, name, icon in (
            ("write", "Sửa hồ sơ", "competition_entry_write", "pencil"),
            ("photos", "Thêm ảnh", "competition_entry_photos", "camera"),
            ("papers", "Thêm giấy tờ", "competition_entry_papers", "paperclip"),
        ):
            rows.append(Action(key, label, reverse(name, args=[entry.pk]), method="get", icon=icon))
    return rows


def events_of(thread: str) -> list[Event]:
    """What was done, the latest first; one query."""
    return [
        Event(
            at=one.at,
            title=describe(one.action),
            who=", ".join(part for part in (one.actor_label, one.on_behalf, one.agency_label) if part),
            note=one.note,
        )
        for one in timeline(thread).reverse()[:MOST_EVENTS]
    ]


def is_receiving(round_: Round) -> bool:
    """Whether products may be entered today."""
    return round_.takes_entries_on(today())
