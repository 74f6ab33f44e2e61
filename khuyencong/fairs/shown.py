"""What the pages of fairs show: facts, buttons, sums."""

from __future__ import annotations

from django.urls import reverse

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.core.components import Action, Change, Event, Fact, Stat, Tone
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.fairs.models import (
    Fair,
    FairState,
    LinkOutcome,
    Participant,
    ParticipantState,
    PartnerLink,
)
from khuyencong.fairs.queries import Result
from khuyencong.fairs.rent import RentShare, RentSums
from khuyencong.fairs.states import steps_of
from khuyencong.law.catalogue import activity_name
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role

TONES: dict[str, Tone] = {
    FairState.CALLED: "info",
    FairState.CONFIRMED: "info",
    FairState.CLOSED: "success",
    FairState.CANCELLED: "danger",
}
PARTICIPANT_TONES: dict[str, Tone] = {
    ParticipantState.REGISTERED: "warning",
    ParticipantState.ACCEPTED: "success",
    ParticipantState.REFUSED: "danger",
}
LINK_TONES: dict[str, Tone] = {LinkOutcome.ORDERED: "success", LinkOutcome.CONTRACTED: "success"}
ICONS = {
    "call": "send",
    "confirm": "signature",
    "reopen": "arrow-back-up",
    "close": "check",
    "resume": "arrow-back-up",
    "cancel": "ban",
    "accept": "check",
    "refuse": "x",
    "withdraw": "x",
    "register": "plus",
}
MOST_EVENTS = 60


def facts_of(fair: Fair, actor: Actor) -> list[Fact]:
    """What the fair is; expects `with_all`."""
    project = fair.project
    may_open = actor.role != Role.OWNER and allowed(actor, Permission.PROJECT_VIEW, project)
    found = [
        Fact("Đề án", f"{project.code} – {project.name}", project.get_absolute_url() if may_open else ""),
        Fact("Nội dung hoạt động", activity_name(project.activity)),
        Fact("Thời gian", f"{format_date(fair.starts_on)} – {format_date(fair.ends_on)}"),
        Fact("Địa điểm", fair.place_text),
        Fact("Đơn vị thực hiện", project.implementing_unit.name),
        Fact("Đơn vị tổ chức sự kiện", fair.organiser) if fair.organiser else None,
        Fact("Kỳ bình chọn", str(fair.round), fair.round.get_absolute_url() if may_open else "")
        if fair.round
        else None,
        Fact("Đăng ký đến hết ngày", format_date(fair.register_until)) if fair.register_until else None,
        Fact("Văn bản mời", _document(fair.call_number, fair.call_on)) if fair.call_number else None,
        Fact("Cổng thông tin", "đang hiện" if fair.on_portal else "không hiện") if fair.call_number else None,
        Fact("Danh sách xác nhận", _document(fair.confirmed_number, fair.confirmed_on))
        if fair.confirmed_number
        else None,
        Fact("Lý do không tổ chức", fair.cancelled_because) if fair.cancelled_because else None,
    ]
    return [one for one in found if one is not None]


def _document(number: str, on: object) -> str:
    return f"{number} ngày {on:%d/%m/%Y}" if on else number


def actions_of(fair: Fair, actor: Actor) -> list[Action]:
    """The steps that I may take now."""
    made = [
        Action(
            step.name,
            step.label,
            reverse(f"fair_{step.name}", args=[fair.pk]),
            method="get",
            tone="primary" if step.forward else "",
            icon=ICONS[step.name],
        )
        for step in steps_of(fair)
        if allowed(actor, step.permission, fair)
    ]
    open_ones = fair.state not in {FairState.CLOSED, FairState.CANCELLED}
    if open_ones and allowed(actor, Permission.FAIR_MANAGE, fair):
        made.append(Action("change", "Sửa", reverse("fair_change", args=[fair.pk]), method="get", icon="pencil"))
    return made


def participant_actions(participant: Participant, actor: Actor) -> list[Action]:
    """The steps that I may take now with an establishment."""
    made = []
    for step in steps_of(participant):
        if not allowed(actor, step.permission, participant):
            continue
        if step.name == "register":
            url = f"{reverse('fair_register', args=[participant.fair_id])}?co-so={participant.establishment_id}"
            made.append(Action("register", step.label, url, method="get", tone="primary", icon="plus"))
            continue
        url = reverse(f"fair_participant_{step.name}", args=[participant.pk])
        if step.name == "accept":
            hidden = {"version": participant.version}
            made.append(Action("accept", step.label, url, method="post", tone="primary", icon="check", hidden=hidden))
        else:
            made.append(Action(step.name, step.label, url, method="get", icon=ICONS[step.name]))
    if (
        participant.fair.state == FairState.CONFIRMED
        and participant.state == ParticipantState.ACCEPTED
        and allowed(actor, Permission.FAIR_JOIN, participant)
    ):
        url = reverse("fair_day", args=[participant.pk])
        if participant.fair.starts_on <= today():
            made.append(Action("day", "Ghi kết quả trong ngày", url, method="get", tone="primary", icon="pencil"))
        url = reverse("fair_link_new", args=[participant.pk])
        made.append(Action("link", "Thêm đối tác cần hỏi lại", url, method="get", icon="plus"))
    elif (
        participant.fair.state == FairState.CLOSED
        and participant.state == ParticipantState.ACCEPTED
        and allowed(actor, Permission.FAIR_JOIN, participant)
    ):
        url = reverse("fair_link_new", args=[participant.pk])
        made.append(Action("link", "Thêm đối tác cần hỏi lại", url, method="get", icon="plus"))
    return made


def rent_stats(sums: RentSums) -> list[Stat]:
    """The booths in numbers."""
    return [
        Stat("Gian hàng", str(sums.booths), "gian", note=f"{sums.taken} gian đã có người dùng"),
        Stat("Tổng giá thuê", format_dong(sums.price), "đồng"),
        Stat("Khuyến công hỗ trợ", format_dong(sums.support), "đồng"),
        Stat("Cơ sở, đơn vị trả", format_dong(sums.own), "đồng"),
    ]


def share_sentence(fair: Fair, share: RentShare) -> str:
    """How much of the rent the State pays and on what ground: frozen with the list, before by the book of the day."""
    if fair.rate_percent is not None:
        percent = f"{fair.rate_percent.normalize():f}".replace(".", ",")
        return f"Hỗ trợ {percent} % giá thuê theo {fair.rate_basis}, chốt khi xác nhận danh sách."
    if share.rate is None:
        return ""
    cap = f", tối đa {format_dong(share.cap)} đồng" if share.cap is not None else ""
    each = " mỗi cơ sở" if share.cap is not None and share.per_establishment else ""
    return f"Hỗ trợ {share.percent} giá thuê{cap}{each} theo {share.citation}, tính theo ngày {format_date(share.on)}."


def result_stats(results: list[Result], visitors: int | None) -> list[Stat]:
    """What the fair came to."""
    found = [
        Stat("Cơ sở tham gia", str(len(results)), "cơ sở"),
        Stat("Doanh số tại hội chợ", format_dong(sum(one.sales for one in results)), "đồng"),
        Stat(
            "Hợp đồng, ghi nhớ",
            format_dong(sum(one.contracts for one in results)),
            "bản",
            note=f"{format_dong(sum(one.contract_value for one in results))} đồng",
        ),
        Stat(
            "Kết nối theo dõi",
            format_dong(sum(one.links for one in results)),
            "đối tác",
            note=f"sau hội chợ {format_dong(sum(one.after for one in results))} đồng",
        ),
    ]
    if visitors is not None:
        found.insert(1, Stat("Lượt khách tham quan", format_dong(visitors), "lượt"))
    return found


def shown_links(links: list[PartnerLink]) -> list[tuple[PartnerLink, Tone, bool]]:
    """Each with its tone, and whether it should have been asked again already."""
    on = today()
    return [(one, LINK_TONES.get(one.outcome, ""), one.is_overdue(on)) for one in links]


def events_of(fair: Fair) -> list[Event]:
    """The timeline, newest first; one query."""
    rows = AuditEvent.objects.filter(thread=fair.thread).order_by("-seq")[:MOST_EVENTS]
    return [
        Event(
            at=one.at,
            title=describe(one.action),
            who=", ".join(part for part in (one.actor_label, one.agency_label) if part),
            note=one.note,
            changes=tuple(
                Change(key, _text((one.before or {}).get(key)), _text(value))
                for key, value in (one.after or {}).items()
            ),
        )
        for one in rows
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return format_dong(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
