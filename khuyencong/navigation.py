"""What stands in the header of every page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from khuyencong.guide.pages import help_address
from khuyencong.notices.models import Notice
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import STAFF


@dataclass(frozen=True)
class NavItem:
    """One entry of the main menu, or a group that opens; `active`: the page that is shown lies under it."""

    url: str
    label: str
    icon: str
    active: bool
    items: tuple[NavItem, ...] = ()


# (URL name, label, icon, who sees it; None: whoever is signed in)
Entry = tuple[str, str, str, Permission | None]


class Group(NamedTuple):
    """Entries that are opened less often, under one word."""

    label: str
    icon: str
    entries: tuple[Entry, ...]


# What an office opens many times a day stands by itself; the rest in groups.
ENTRIES: tuple[Entry | Group, ...] = (
    ("work", "Việc của tôi", "list-check", None),
    ("calendar", "Lịch", "calendar-due", Permission.DEADLINE_VIEW),
    ("own_establishment", "Cơ sở của tôi", "building-factory-2", Permission.OWN_ESTABLISHMENT),
    ("own_support", "Tôi được hỗ trợ gì?", "checklist", Permission.OWN_ESTABLISHMENT),
    ("projects", "Đề án", "file-text", Permission.PROJECT_VIEW),
    Group(
        "Cơ sở",
        "building-factory-2",
        (
            ("establishments", "Cơ sở", "building-factory-2", Permission.ESTABLISHMENT_VIEW),
            ("requests", "Đề nghị hỗ trợ", "send", Permission.REQUEST_VIEW),
            ("surveys", "Khảo sát", "map-pin", Permission.SURVEY_VIEW),
        ),
    ),
    ("own_findings", "Kiểm tra ở cơ sở", "clipboard-check", Permission.OWN_ESTABLISHMENT),
    ("competitions", "Bình chọn", "circle-check", Permission.COMPETITION_VIEW),
    ("policies", "Chính sách", "gavel", Permission.OWN_ESTABLISHMENT),
    Group(
        "Hoạt động",
        "calendar-stats",
        (
            ("fairs", "Hội chợ", "calendar-stats", Permission.FAIR_VIEW),
            ("courses", "Đào tạo, hội nghị", "users", Permission.PROJECT_VIEW),
            ("consulting", "Tư vấn", "calculator", Permission.CONSULTING_VIEW),
            ("outreach", "Thông tin", "send", Permission.OUTREACH_VIEW),
            ("publications", "Công bố đề án", "eye", Permission.PUBLICATION_DECIDE),
            ("feedbacks", "Câu hỏi, góp ý", "message-2", Permission.FEEDBACK_ANSWER),
            ("collaborators", "Cộng tác viên", "users", Permission.COLLABORATOR_VIEW),
        ),
    ),
    Group(
        "Thẩm định",
        "scale",
        (
            ("review_queue", "Bàn thẩm định", "scale", Permission.APPRAISE_BASE),
            ("councils", "Hội đồng thẩm định", "gavel", Permission.COUNCIL_VIEW),
        ),
    ),
    Group(
        "Kinh phí",
        "coin",
        (
            ("plans", "Kế hoạch và hạn mức", "coin", Permission.REPORT_VIEW),
            ("contracts", "Hợp đồng", "signature", Permission.PROJECT_VIEW),
            ("treasury", "Kho bạc", "building-bank", Permission.TREASURY_VIEW),
            ("settlements", "Quyết toán", "receipt", Permission.PROJECT_VIEW),
            ("claims", "Thu hồi", "arrow-back-up", Permission.PROJECT_VIEW),
            ("ledger", "Sổ kinh phí", "file-text", Permission.REPORT_VIEW),
            ("year_end", "Cuối năm", "calendar-due", Permission.REPORT_VIEW),
        ),
    ),
    Group(
        "Theo dõi",
        "clipboard-check",
        (
            ("monthly_reports", "Theo dõi tiến độ", "clipboard-check", Permission.PROJECT_VIEW),
            ("inspections", "Kiểm tra", "search", Permission.INSPECTION_VIEW),
            ("papers", "Giấy tờ", "files", Permission.PAPER_VIEW),
            ("effects", "Hiệu quả", "chart-bar", Permission.REPORT_VIEW),
        ),
    ),
    Group(
        "Kết quả",
        "chart-bar",
        (
            ("board", "Tổng quan", "chart-bar", Permission.REPORT_VIEW),
            ("results", "Kết quả năm", "chart-bar", Permission.REPORT_VIEW),
            ("period_tables", "Kết quả theo kỳ", "chart-bar", Permission.REPORT_VIEW),
            ("activity_tables", "Hoạt động khác", "list-check", Permission.REPORT_VIEW),
            ("period_reports", "Báo cáo theo kỳ", "file-text", Permission.PERIOD_REPORT_VIEW),
            ("outgoing_packages", "Liên thông", "switch-horizontal", Permission.FEDERATION_SEND),
            ("programmes", "Chương trình", "calendar-stats", Permission.REPORT_VIEW),
            ("combinations", "Lồng ghép", "switch-horizontal", Permission.REPORT_VIEW),
            ("report_check", "Kiểm tra báo cáo", "checklist", Permission.REPORT_VIEW),
        ),
    ),
    Group(
        "Tra cứu",
        "gavel",
        (
            ("norms", "Văn bản và định mức", "gavel", None),
            ("places", "Địa bàn", "map-pin", Permission.AREA_VIEW),
            ("trials", "Tính thử", "calculator", Permission.TRIAL_VIEW),
            ("process", "Quy trình", "switch-horizontal", Permission.AGENCY_VIEW),
        ),
    ),
    Group(
        "Quản trị",
        "shield-check",
        (
            ("agencies", "Cơ quan và tài khoản", "building-bank", Permission.ACCOUNT_VIEW),
            ("delegations", "Ủy quyền", "signature", Permission.DELEGATE),
            ("trusted_keys", "Khóa của nơi gửi", "lock", Permission.FEDERATION_KEYS),
            ("connections", "Kết nối", "switch-horizontal", Permission.API_MANAGE),
            ("person_requests", "Dữ liệu cá nhân", "user", Permission.PERSON_DATA_VIEW),
            ("audit:event_list", "Nhật ký", "history", Permission.AUDIT_VIEW),
            ("people:matrix", "Phân quyền", "shield-check", Permission.MATRIX_VIEW),
            ("held_files", "Tệp cách ly", "lock", Permission.QUARANTINE_DECIDE),
            ("server_status", "Máy chủ", "building-factory-2", Permission.SERVER_VIEW),
        ),
    ),
)
# Addresses outside an entry's own that lie under it all the same.
ALSO = {
    "norms": ("/van-ban/",),
    "requests": ("/dang-ky-co-so/",),
    "contracts": ("/tai-khoan-ngan-hang/",),
    "agencies": ("/tai-khoan/",),
    "outgoing_packages": ("/lien-thong/gui/", "/lien-thong/nhan/"),
}
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


_url = cache(reverse)  # forty of them on every page


def _item(entry: Entry, actor: Actor, path: str) -> NavItem | None:
    """The entry as the actor sees it; None for whoever has no use for it."""
    name, label, icon, permission = entry
    if permission is not None and not allowed(actor, permission):
        return None
    if name in FOR_STAFF and actor.role not in STAFF:
        return None
    url = _url(name)
    here = path == url or (url != "/" and path.startswith((url, *ALSO.get(name, ()))))
    return NavItem(url, label, icon, here)


def _group(label: str, icon: str, items: list[NavItem]) -> list[NavItem]:
    """A group of what is left of it; a single entry stands by itself."""
    if len(items) <= 1:
        return items
    return [NavItem("", label, icon, any(one.active for one in items), tuple(items))]


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the menu and the hats of whoever is signed in; help alone for anybody else."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"nav": (), "memberships": (), "help_url": partial(_help, request, None), **_demo_hint()}
    nav: list[NavItem] = []
    for entry in ENTRIES:
        if isinstance(entry, Group):
            items = [item for one in entry.entries if (item := _item(one, actor, request.path))]
            nav += _group(entry.label, entry.icon, items)
        elif (item := _item(entry, actor, request.path)) is not None:
            nav.append(item)
    current = getattr(request, "membership", None)
    memberships = [
        {"id": one.pk, "label": one.label, "active": one == current} for one in getattr(request, "memberships", ())
    ]
    # Asked only where a page draws its header, by one query.
    return {
        "nav": nav,
        "memberships": memberships,
        "help_url": partial(_help, request, actor),
        "unread_notices": partial(_unread, actor),
        "may_search": allowed(actor, Permission.SEARCH_VIEW),
    }


def _help(request: HttpRequest, actor: Actor | None) -> str:
    """The part of the guide about this page, else about the entry of the menu under which it lies, else of the role."""
    page = getattr(request.resolver_match, "view_name", "")
    return help_address(actor.role if actor else None, page, _entry_above(request.path))


def _entry_above(path: str) -> str:
    """The URL name of the entry whose address is the longest beginning of `path`; "" under none."""
    under = {
        start: name
        for name in entry_names()
        for start in (_url(name), *ALSO.get(name, ()))
        if start != "/" and path.startswith(start)
    }
    return under[max(under, key=len)] if under else ""


def entry_names() -> list[str]:
    """The URL names of every entry of the menu, in and out of groups."""
    return [entry[0] for one in ENTRIES for entry in (one.entries if isinstance(one, Group) else (one,))]


def _unread(actor: Actor) -> str:
    """How many notices the person has not read, as the header shows it: "" for none, «99+» for very many."""
    # Not `count()` of it: that would be made of two queries, one in the other, on every page.
    count = len(Notice.objects.of(actor.user).unread().order_by().values_list("pk")[: MOST_SHOWN + 1])
    return "" if not count else str(count) if count <= MOST_SHOWN else f"{MOST_SHOWN}+"
