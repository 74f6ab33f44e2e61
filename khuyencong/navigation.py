"""What stands in the header of every page."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from khuyencong.people.permissions import Permission, allowed


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
    ("projects", "Đề án", "file-text", Permission.PROJECT_VIEW),
    ("establishments", "Cơ sở", "building-factory-2", Permission.ESTABLISHMENT_VIEW),
    ("plans", "Kế hoạch và hạn mức", "coin", Permission.REPORT_VIEW),
    ("results", "Kết quả", "chart-bar", Permission.REPORT_VIEW),
    ("norms", "Văn bản và định mức", "gavel", None),
    ("trials", "Tính thử", "calculator", Permission.TRIAL_VIEW),
    ("audit:event_list", "Nhật ký", "history", Permission.AUDIT_VIEW),
    ("people:matrix", "Phân quyền", "shield-check", Permission.MATRIX_VIEW),
)
# Addresses outside an entry's own that lie under it all the same.
ALSO = {"norms": ("/van-ban/",)}


def _demo_hint() -> dict[str, object]:
    """The accounts of the demo for its login page; nothing anywhere else."""
    if not settings.CONFIG.demo:
        return {}
    from khuyencong.demo.accounts import ACCOUNTS, PASSWORD

    shown = [{"username": one.username, "label": f"{one.full_name}, {one.role.label.lower()}"} for one in ACCOUNTS]
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
        url = reverse(name)
        here = path == url or (url != "/" and path.startswith((url, *ALSO.get(name, ()))))
        nav.append(NavItem(url, label, icon, here))
    current = getattr(request, "membership", None)
    memberships = [
        {"id": one.pk, "label": f"{one.get_role_display()} – {one.agency.short_name}", "active": one == current}
        for one in getattr(request, "memberships", ())
    ]
    return {"nav": nav, "memberships": memberships}
