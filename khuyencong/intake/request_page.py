"""The page of one request, and the buttons that whoever looks at it may press now."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from khuyencong.core.components import Action, Crumb, Fact
from khuyencong.core.findings import Blocker, blockers
from khuyencong.core.money import format_dong
from khuyencong.establishments.personal import eyes_of
from khuyencong.intake.forms.requests import AgreedForm, PapersForm
from khuyencong.intake.models import RequestState, SupportRequest
from khuyencong.intake.pages import TONES, events_of, stepper, timeline
from khuyencong.intake.queries import WHOLE
from khuyencong.intake.rules import findings
from khuyencong.intake.states import WRITABLE, find_transition
from khuyencong.law.catalogue import activity_name
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role


def request_or_404(actor: Actor, pk: int) -> SupportRequest:
    """The request, if the actor may know of it; a stranger's is not there."""
    related = [f"establishment__{name}" for name in WHOLE]
    visible = SupportRequest.objects.visible_to(actor).select_related(
        *related, "project", "written_by", "handled_by", "handled_for"
    )
    found = visible.filter(pk=pk).first()
    if found is None:
        raise Http404("Không có đề nghị này.")
    return found


def crumbs_to(found: SupportRequest, title: str = "") -> list[Crumb]:
    """The list, the request, this page."""
    first = Crumb("Đề nghị hỗ trợ", reverse("requests"))
    if not title:
        return [first, Crumb(found.title)]
    return [first, Crumb(found.title, found.get_absolute_url()), Crumb(title)]


def request_context(actor: Actor, found: SupportRequest) -> dict[str, Any]:
    """Everything that the page of a request shows; a constant number of queries."""
    events = events_of(found)
    writable = found.state in WRITABLE
    makes = allowed(actor, Permission.REQUEST_MAKE, found)
    told = findings(found) if writable or allowed(actor, Permission.REQUEST_HANDLE, found) else []
    missing = blockers(told) if writable else []
    may_write = writable and makes
    return {
        "found": found,
        "owner": actor.role == Role.OWNER,
        "tone": TONES.get(RequestState(found.state), ""),
        "crumbs": crumbs_to(found),
        "steps": stepper(found, events),
        "facts": _facts(found),
        "establishment_facts": _establishment_facts(actor, found),
        "missing": missing,
        "doubts": [one for one in told if one not in blockers(told)],
        "papers": list(found.papers.select_related("uploaded_by")),
        "papers_form": PapersForm(initial={"version": found.version}) if may_write else None,
        "may_write": may_write,
        "actions": [*_of_the_maker(actor, found, missing), *_of_the_officer(actor, found)],
        "events": timeline(found, events, actor),
        "sees_project": found.project is not None and allowed(actor, Permission.PROJECT_VIEW, found.project),
    }


def _of_the_maker(actor: Actor, found: SupportRequest, missing: list[Blocker]) -> list[Action]:
    if not allowed(actor, Permission.REQUEST_MAKE, found):
        return []
    owner = actor.role == Role.OWNER
    hidden = {"version": found.version}
    actions = []
    send = find_transition(found, "send")
    if send is not None:
        more = f" (và {len(missing) - 1} điều khác)" if len(missing) > 1 else ""
        blocked = Blocker(missing[0].code, missing[0].sentence + more) if missing else None
        actions += [
            Action("sua", "Sửa nội dung", reverse("request_edit", args=[found.pk]), method="get", icon="pencil"),
            Action(
                "gui",
                send.label,
                reverse("request_send", args=[found.pk]),
                tone="primary",
                icon="send",
                blocked=blocked,
                hidden=hidden,
                sentence="Cán bộ khuyến công của tỉnh nhận được ngay. Sau khi gửi thì không sửa được nữa, trừ khi cán bộ đề nghị bổ sung.",
                confirm_label="Gửi ngay",
                form=None if owner else AgreedForm(auto_id="gui_%s"),
            ),
        ]
        if owner and not found.open_to_officers:
            actions.append(
                Action(
                    "nho-giup",
                    "Nhờ cán bộ soạn giúp",
                    reverse("request_help", args=[found.pk]),
                    icon="message-2",
                    hidden=hidden,
                    sentence="Cán bộ khuyến công của tỉnh sẽ xem được bản nháp này, sửa giúp khi bạn đồng ý, và liên hệ với bạn.",
                    confirm_label="Nhờ giúp",
                )
            )
    withdraws = owner or found.establishment.account_id is None
    if withdraws and find_transition(found, "withdraw") is not None:
        actions.append(
            Action(
                "rut",
                "Rút đề nghị",
                reverse("request_withdraw", args=[found.pk]),
                icon="x",
                hidden=hidden,
                sentence="Đề nghị được đóng lại và không gửi lại được. Bạn có thể soạn đề nghị khác bất cứ lúc nào.",
                confirm_label="Rút",
            )
        )
    return actions


def _of_the_officer(actor: Actor, found: SupportRequest) -> list[Action]:
    if not allowed(actor, Permission.REQUEST_HANDLE, found):
        return []
    actions = []
    if find_transition(found, "receive") is not None:
        url = reverse("request_receive", args=[found.pk])
        actions.append(
            Action("nhan", "Tiếp nhận", url, tone="primary", icon="check", hidden={"version": found.version})
        )
    pages = (
        ("take_up", "lap-de-an", "Lập đề án", "request_take_up", "file-text"),
        ("return", "tra-lai", "Yêu cầu bổ sung", "request_return", "arrow-back-up"),
        ("decline", "tu-choi", "Trả lời không hỗ trợ", "request_decline", "ban"),
    )
    actions += [
        Action(
            key,
            label,
            reverse(name, args=[found.pk]),
            method="get",
            icon=icon,
            tone="primary" if step == "take_up" else "",
        )
        for step, key, label, name, icon in pages
        if find_transition(found, step) is not None
    ]
    return actions


def _facts(found: SupportRequest) -> list[Fact]:
    def money(amount: int | None) -> str:
        return "" if amount is None else f"{format_dong(amount)} đồng"

    return [
        Fact("Nội dung muốn được hỗ trợ", activity_name(found.activity) if found.activity else ""),
        Fact("Năm muốn làm", str(found.wanted_year or "")),
        Fact("Dự kiến chi phí", money(found.total_cost)),
        Fact("Mong được hỗ trợ", money(found.support_wished)),
        Fact("Tự lo phần vốn còn lại", "đã cam kết" if found.commits_own_capital else "chưa cam kết"),
        Fact("Chưa được nhà nước hỗ trợ việc này", "đã cam kết" if found.declares_no_other_support else "chưa cam kết"),
    ]


def _establishment_facts(actor: Actor, found: SupportRequest) -> list[Fact]:
    """Who asks, for the officer; persons only as far as this reader may see them."""
    if actor.role == Role.OWNER:
        return []
    one, eyes = found.establishment, eyes_of(actor, found.establishment)
    place = ", ".join(part for part in (one.place_text, str(one.commune or ""), str(one.province)) if part)
    return [
        Fact("Cơ sở", one.name, reverse("establishment", args=[one.pk])),
        Fact("Loại hình", one.get_kind_display()),
        Fact("Mã số thuế", eyes.tax_code(one.tax_code)),
        Fact("Địa chỉ", place),
        Fact("Liên hệ", ", ".join(part for part in (eyes.name(one.contact), eyes.number(one.phone)) if part)),
    ]
