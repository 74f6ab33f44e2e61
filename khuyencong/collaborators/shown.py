"""What the pages of the network show: facts, rows, warnings, and just the steps that are mine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from khuyencong.audit.labels import describe
from khuyencong.audit.queries import timeline
from khuyencong.collaborators.models import (
    AllowanceLine,
    AllowanceList,
    AllowanceState,
    Collaborator,
    MonthlyNote,
    Term,
)
from khuyencong.collaborators.queries import ENDED, SERVING, look_alikes, to_recover
from khuyencong.collaborators.states import steps_of
from khuyencong.core.components import Action, Event, Fact
from khuyencong.core.dates import format_date
from khuyencong.core.findings import Finding, NeedsApproval, Warning_
from khuyencong.core.money import format_dong
from khuyencong.core.personal import HIDDEN, masked
from khuyencong.finance.used import used_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project

TONES = {AllowanceState.DRAFT: "info", AllowanceState.APPROVED: "success", AllowanceState.CANCELLED: ""}
STATES = ((SERVING, "Đang giữ nhiệm vụ"), (ENDED, "Không còn giữ nhiệm vụ"), ("", "Tất cả"))
MOST_EVENTS = 100
SOON = 60  # days before the end of a term on which lists begin to say so


@dataclass(frozen=True)
class Row:
    """One person in the list: the term that holds, else the latest one."""

    person: Collaborator
    term: Term | None
    serves: bool
    ends_soon: bool


def row_of(person: Collaborator, on: date) -> Row:
    """Expects `latest_terms`, the newest first. No query."""
    terms = person.latest_terms
    held = next((one for one in terms if one.holds(on)), None)
    ends = held.ends_on if held else None
    follows = any(one.starts_on > on for one in terms)
    soon = ends is not None and (ends - on).days <= SOON and not follows
    return Row(person, held or (terms[0] if terms else None), held is not None, soon)


def facts_of(found: Collaborator, *, whole: bool) -> list[Fact]:
    """Who it is; telephone and identity number masked unless `whole`."""
    year = "" if found.birth_year is None else str(found.birth_year) if whole else HIDDEN * 4
    rows = (
        ("Tỉnh, thành phố", str(found.province)),
        ("Năm sinh", year),
        ("Số định danh", found.identity_number if whole else masked(found.identity_number)),
        ("Điện thoại", found.phone if whole else masked(found.phone)),
        ("Tài khoản", str(found.user) if found.user else "không có"),
        ("Cơ quan ghi", found.kept_by.short_name),
        ("Ghi chú", found.note),
    )
    return [Fact(label, value) for label, value in rows if value]


def list_facts(found: AllowanceList, actor: Actor) -> list[Fact]:
    """What the list is, on what it rests, and which payment it was; expects the sums loaded.

    The task is a link for those who see it: a regional centre sees the lists of its provinces, not their tasks.
    """
    posting = found.posting
    sees = Project.objects.visible_to(actor).filter(pk=found.project_id).exists()
    task = found.project.get_absolute_url() if sees else ""
    rows = (
        Fact("Thời gian", found.months),
        Fact("Nhiệm vụ chi", f"{found.project.code} – {found.project.name}", task),
        Fact("Cơ quan lập", found.agency.name),
        Fact("Số người", str(found.people)),
        Fact("Cộng", f"{format_dong(found.total)} đồng"),
        Fact("Người duyệt", f"{found.approved_by}, ngày {format_date(found.approved_on)}")
        if found.approved_on
        else None,
        Fact(
            "Khoản chi đã bị hủy" if found.is_taken_back else "Đã chi bằng",
            f"{posting.document}, {format_date(posting.on)}: {format_dong(posting.amount)} đồng",
        )
        if posting
        else None,
        Fact("Lý do hủy", found.cancelled_because) if found.cancelled_because else None,
    )
    return [one for one in rows if one is not None]


def list_warnings(found: AllowanceList) -> list[Finding]:
    """What stands against approving it, what is to come back, and where its sum and the payment differ; a few queries."""
    told: list[Finding] = []
    if found.unknown and found.state == AllowanceState.DRAFT:
        sentence = f"{found.unknown} dòng chưa rõ số tiền: ghi theo văn bản của tỉnh, kèm căn cứ."
        told.append(NeedsApproval("allowance_unknown", sentence, "NĐ 45/2012 Đ10"))
    if found.state != AllowanceState.CANCELLED:
        told += [
            NeedsApproval(
                "allowance_look_alike", f"Có thể là một người, có cùng tháng trong bảng kê: {names}.", "NĐ 45/2012 Đ10"
            )
            for names in look_alikes(found)
        ]
    owed = [f"{one.collaborator}, tháng {one.month:%m/%Y}" for one in to_recover(found).select_related("collaborator")]
    if owed:
        what = "đã chi, phải xem thu hồi" if found.is_paid else "trả lại bảng kê để ghi lại số tiền"
        sentence = f"Có tháng không giữ đủ nhiệm vụ ({what}): {'; '.join(owed)}."
        told.append(Warning_("allowance_to_recover", sentence))
    if found.is_taken_back:
        sentence = (
            "Khoản chi đã gắn bị hủy trong sổ kinh phí: gắn với khoản khác, hoặc lãnh đạo gỡ ra rồi trả lại bảng kê."
        )
        told.append(Warning_("allowance_taken_back", sentence))
    elif found.posting is not None:
        left = found.posting.amount - used_of(found.posting)
        if left:
            sentence = f"Khoản chi lớn hơn những gì đã gắn {format_dong(left)} đồng."
            told.append(Warning_("allowance_differs", sentence))
    return told


@dataclass(frozen=True)
class ShownLine:
    """One line, and whether the person wrote what was done in that month; no article makes the allowance hang on it."""

    line: AllowanceLine
    has_note: bool


def lines_of(found: AllowanceList) -> list[ShownLine]:
    """The lines by given name and month; two queries."""
    rows = list(found.lines.select_related("collaborator", "term__commune", "rate"))
    months = {one.month for one in rows}
    noted = set(
        MonthlyNote.objects.filter(
            month__in=months, collaborator__in=found.lines.order_by().values("collaborator")
        ).values_list("collaborator_id", "month")
    )
    return [ShownLine(one, (one.collaborator_id, one.month) in noted) for one in rows]


def list_actions(found: AllowanceList, actor: Actor) -> list[Action]:
    """The steps of the table, and tying it to a payment, that this actor may take now."""
    made = []
    for step in steps_of(found):
        if not allowed(actor, step.permission, found):
            continue
        url = reverse(f"allowance_list_{step.name}", args=[found.pk])
        by_button = not step.needs_reason
        made.append(
            Action(
                key=step.name,
                label=step.label,
                url=url,
                method="post" if by_button else "get",
                tone="primary" if by_button else "",
                icon="signature" if by_button else "arrow-back-up",
                hidden={"version": found.version} if by_button else {},
            )
        )
    if (
        found.state == AllowanceState.APPROVED
        and not found.is_paid
        and allowed(actor, Permission.COLLABORATOR_MANAGE, found)
    ):
        url = reverse("allowance_list_tie", args=[found.pk])
        made.append(Action(key="tie", label="Gắn với khoản đã chi", url=url, method="get", tone="primary", icon="coin"))
    if found.posting_id is not None and allowed(actor, Permission.COLLABORATOR_APPROVE, found):
        url = reverse("allowance_list_untie", args=[found.pk])
        made.append(Action(key="untie", label="Gỡ khỏi khoản chi", url=url, method="get", icon="arrow-back-up"))
    return made


def events_of(found: Collaborator | AllowanceList) -> list[Event]:
    """What was done to it, the latest first; one query."""
    return [
        Event(
            at=one.at,
            title=describe(one.action),
            who=", ".join(part for part in (one.actor_label, one.on_behalf, one.agency_label) if part),
            note=one.note,
        )
        for one in timeline(found.thread).reverse()[:MOST_EVENTS]
    ]
