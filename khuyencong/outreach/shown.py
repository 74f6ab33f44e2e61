"""What the pages of information works show: facts, buttons, and the panel on the page of a đề án."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse

from khuyencong.core.components import Action, Fact, Tone
from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.finance.ledger import balance_of
from khuyencong.outreach.actions.works import ARTICLE, INFORMED
from khuyencong.outreach.models import PolicyArticle, PolicyState, Work, WorkState
from khuyencong.outreach.queries import INFORMING
from khuyencong.outreach.states import steps_of, steps_of_policy
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

TONES: dict[str, Tone] = {
    WorkState.PLANNED: "info",
    WorkState.MADE: "warning",
    WorkState.PUBLISHED: "success",
}
POLICY_TONES: dict[str, Tone] = {PolicyState.DRAFT: "warning", PolicyState.PUBLISHED: "success"}
ICONS = {"make": "check", "publish": "send", "send_back": "arrow-back-up", "withdraw": "arrow-back-up", "drop": "ban"}
PAGES = {"make": "outreach_make", "publish": "outreach_publish"}
MAIN = {"make", "publish"}


def work_facts(work: Work) -> list[Fact]:
    """What it is, who made it, what it cost and what became of it."""
    project = work.project
    rows = [
        Fact("Đề án", f"{project.code} – {project.name}", project.get_absolute_url()),
        Fact("Loại", work.get_kind_display()),
        Fact("Nơi đăng, phát, phát hành", work.medium),
        Fact("Đơn vị làm", work.partner) if work.partner else None,
        Fact("Hợp đồng", work.contract) if work.contract else None,
        Fact("Chi phí", f"{format_dong(work.cost)} đồng" if work.cost is not None else "chưa biết"),
        Fact("Khoản chi", _paid(work)) if work.cost is not None else None,
        Fact("Dự kiến đăng, phát", format_date(work.planned_on)),
        Fact("Làm xong", format_date(work.made_on)) if work.made_on else None,
        Fact("Đăng, phát", f"{format_date(work.published_on)}, {work.approved_by} duyệt")
        if work.published_on
        else None,
        Fact("Trang công khai", "có" if work.is_public else "không") if work.published_on else None,
        Fact("Số lượt tiếp cận", _reach(work)) if work.published_on else None,
        Fact("Người phụ trách", str(work.in_charge)) if work.in_charge else None,
        Fact("Lý do không làm", work.dropped_because) if work.dropped_because else None,
    ]
    return [row for row in rows if row is not None]


def _paid(work: Work) -> str:
    if work.posting is None:
        return "chưa gắn với khoản chi nào của đề án"
    told = f"{work.posting.document} ngày {format_date(work.posting.on)}"
    return told if work.paid_by else f"{told} đã bị hủy trong sổ: hãy gắn lại"


def _reach(work: Work) -> str:
    return f"{format_dong(work.reach)} ({work.reach_of})" if work.reach is not None else "chưa biết"


def buttons(work: Work, actor: Actor) -> list[Action]:
    """Just the steps that this actor may take now."""
    made = []
    for step in steps_of(work):
        if allowed(actor, step.permission, work):
            name = PAGES.get(step.name, "outreach_back")
            url = reverse(name, args=[work.pk] if step.name in PAGES else [work.pk, step.name])
            tone: Any = "primary" if step.name in MAIN else ""
            made.append(Action(step.name, step.label, url, method="get", tone=tone, icon=ICONS[step.name]))
    if not allowed(actor, Permission.OUTREACH_MANAGE, work):
        return made
    if work.state in {WorkState.PLANNED, WorkState.MADE}:
        made.append(_action("edit", "Sửa", "outreach_edit", work, "pencil"))
    if work.state == WorkState.PUBLISHED:
        made.append(_action("reach", "Ghi số lượt, địa chỉ", "outreach_reach", work, "chart-bar"))
    if work.cost is not None and work.paid_by is None and work.state != WorkState.DROPPED:
        made.append(_action("tie", "Gắn khoản chi", "outreach_tie", work, "coin"))
    made.append(_action("files", "Thêm tệp", "outreach_files", work, "files"))
    return made


def _action(key: str, label: str, name: str, work: Work, icon: str) -> Action:
    return Action(key, label, reverse(name, args=[work.pk]), method="get", icon=icon)


def policy_buttons(article: PolicyArticle, actor: Actor) -> list[Action]:
    """As `buttons`; both steps are plain."""
    made = []
    for step in steps_of_policy(article):
        if allowed(actor, step.permission, article):
            url = reverse(f"policy_{step.name}", args=[article.pk])
            tone: Any = "primary" if step.name == "publish" else ""
            icon, hidden = "send" if tone else "arrow-back-up", {"version": article.version}
            made.append(Action(step.name, step.label, url, tone=tone, icon=icon, hidden=hidden))
    if article.state == PolicyState.DRAFT and allowed(actor, Permission.OUTREACH_MANAGE, article):
        url = reverse("policy_edit", args=[article.pk])
        made.append(Action("edit", "Sửa", url, method="get", icon="pencil"))
    return made


def outreach_panel(actor: Actor, project: Project) -> dict[str, Any]:
    """What the page of a đề án shows of information: nothing where there is none and it is not of information.

    Two queries, three where something was made.
    """
    may = project.state in INFORMED - {ProjectState.SETTLED} and allowed(
        actor, Permission.OUTREACH_MANAGE, Work(project=project)
    )
    rows = project.outreach_works.exclude(state=WorkState.DROPPED)
    sums = rows.aggregate(count=Count("pk"), known=Count("cost"), total=Sum("cost"))
    if not sums["count"] and project.activity not in INFORMING:
        return {}
    paid = balance_of(project).paid_out if sums["count"] else 0
    cost, unknown = int(sums["total"] or 0), sums["count"] - sums["known"]
    return {
        "rows": list(rows.order_by("planned_on", "pk")[:50]),
        "count": sums["count"],
        "cost": cost,
        "unknown": unknown,
        "paid": paid,
        # A đề án of something else pays for much besides one article about it.
        "differs": project.activity in INFORMING and bool(paid) and not unknown and cost != paid,
        "list_url": f"{reverse('outreach')}?de-an={project.code}",
        "new_url": reverse("project_outreach_new", args=[project.code]) if may else "",
        "article": ARTICLE,
    }
