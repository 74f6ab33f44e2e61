"""What stands in the header of every page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from khuyencong.notices.models import Notice
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import STAFF


@dataclass(frozen=True)
class NavItem:
    """One entry of the main menu."""

    url: str
    label: str
    icon: str
    active: bool


# (URL name, label, icon, who sees it; None: whoever is signed in)
ENTRIES: tuple[tuple[str, str, str, Permission | None], ...] = (
    ("work", "Việc của tôi", "list-check", None),
    ("calendar", "Lịch", "calendar-due", Permission.DEADLINE_VIEW),
    ("own_establishment", "Cơ sở của tôi", "building-factory-2", Permission.OWN_ESTABLISHMENT),
    ("own_support", "Tôi được hỗ trợ gì?", "checklist", Permission.OWN_ESTABLISHMENT),
    ("requests", "Đề nghị hỗ trợ", "send", Permission.REQUEST_VIEW),
    ("projects", "Đề án", "file-text", Permission.PROJECT_VIEW),
    ("establishments", "Cơ sở", "building-factory-2", Permission.ESTABLISHMENT_VIEW),
    ("surveys", "Khảo sát", "map-pin", Permission.SURVEY_VIEW),
    ("councils", "Hội đồng thẩm định", "gavel", Permission.COUNCIL_VIEW),
    ("review_queue", "Bàn thẩm định", "scale", Permission.APPRAISE_BASE),
    ("plans", "Kế hoạch và hạn mức", "coin", Permission.REPORT_VIEW),
    ("programmes", "Chương trình", "calendar-stats", Permission.REPORT_VIEW),
    ("results", "Kết quả", "chart-bar", Permission.REPORT_VIEW),
    ("norms", "Văn bản và định mức", "gavel", None),
    ("places", "Địa bàn", "map-pin", Permission.AREA_VIEW),
    ("trials", "Tính thử", "calculator", Permission.TRIAL_VIEW),
    ("delegations", "Ủy quyền", "signature", Permission.DELEGATE),
    ("agencies", "Cơ quan và tài khoản", "building-bank", Permission.ACCOUNT_VIEW),
    ("audit:event_list", "Nhật ký", "history", Permission.AUDIT_VIEW),
    ("process", "Quy trình", "switch-horizontal", Permission.AGENCY_VIEW),
    ("people:matrix", "Phân quyền", "shield-check", Permission.MATRIX_VIEW),
)
# Addresses outside an entry's own that lie under it all the same.
ALSO = {"norms": ("/van-ban/",), "requests": ("/dang-ky-co-so/",), "agencies": ("/tai-khoan/",)}
# What nobody but those who work in an agency has any use for.
FOR_STAFF = {"work"}
MOST_SHOWN = 99


def _demo_hint() -> dict[str, object]:
    """The accounts of the demo for its login page; nothing anywhere else."""
    if not settings.CONFIG.demo:
        return {}
    from khuyencong.demo.accounts import ACCOUNTS, OWNERS, PASSWORD

    everybody = (*ACCOUNTS, *OWNERS)
    shown = [{"username": one.username, "label": f"{one.full_name}, {one.role.label.lower()}"} for one in everybody]
    return {"demo_accounts": shown, "demo_password": PASSWORD}


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the menu and the hats of whoever is signed in; nothing for anybody else."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"nav": (), "memberships": (), **_demo_hint()}
    path = request.path
    nav = []
    for name, label, icon, permission in ENTRIES:
        if permission is not None and not allowed(actor, permission):
            continue
        if name in FOR_STAFF and actor.role not in STAFF:
            continue
        url = reverse(name)
        here = path == url or (url != "/" and path.startswith((url, *ALSO.get(name, ()))))
        nav.append(NavItem(url, label, icon, here))
    current = getattr(request, "membership", None)
    memberships = [
        {"id": one.pk, "label": one.label, "active": one == current} for one in getattr(request, "memberships", ())
    ]
    # Asked only where a page draws its header, by one query.
    return {
        "nav": nav,
        "memberships": memberships,
        "unread_notices": partial(_unread, actor),
        "may_search": allowed(actor, Permission.SEARCH_VIEW),
    }


def _unread(actor: Actor) -> str:
    """How many notices the person has not read, as the header shows it: "" for none, «99+» for very many."""
    count = Notice.objects.of(actor.user).unread()[: MOST_SHOWN + 1].count()
    return "" if not count else str(count) if count <= MOST_SHOWN else f"{MOST_SHOWN}+"
