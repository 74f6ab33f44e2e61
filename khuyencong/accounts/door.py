"""How an action takes hold of an agency or an account: locked, permitted, and still the one that the form showed."""

import datetime as dt

from khuyencong.audit.queries import last_change
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.permissions import Permission, allowed, require

STALE = "Hồ sơ đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
LONGEST_DOCUMENT = 100  # so that «thừa ủy quyền của … (văn bản)» fits wherever it is written


def lock_agency(agency_id: int, *, by: Actor, version: int) -> Agency:
    """The agency, locked until the transaction ends. Raises NotAllowed, Stale, and Refused where it is closed."""
    agency = (
        Agency.objects.select_for_update(of=("self",)).select_related("province__current", "parent").get(pk=agency_id)
    )
    require(by, Permission.AGENCY_EDIT, agency)
    if agency.version != version:
        raise Stale(f"{STALE} {last_change(agency.thread)}".strip())
    if agency.active_to is not None:
        raise Refused(f"{agency.name} đã ngừng hoạt động.")
    return agency


def lock_account(user_id: int, *, by: Actor, version: int) -> User:
    """A person's account, locked until the transaction ends. Raises NotAllowed (also for one's own), Stale, Refused."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    require(by, Permission.ACCOUNT_EDIT, user)
    if user.pk == by.user.pk:
        raise NotAllowed("Không ai tự thay đổi tài khoản và vai trò của mình: hãy nhờ người quản trị khác.")
    if user.version != version:
        raise Stale(f"{STALE} {last_change(user.thread)}".strip())
    if user.is_system:
        raise Refused("Đây là tài khoản của một hệ thống khác: lập, thu hồi ở trang «Kết nối».")
    return user


def require_scope(agency: Agency, by: Actor) -> None:
    """Raise NotAllowed where the agency is not the actor's own nor below it."""
    if not allowed(by, Permission.ACCOUNT_EDIT, agency):
        require(by, Permission.ACCOUNT_EDIT)
        raise NotAllowed("Bạn chỉ giao, thu vai trò tại cơ quan mình và cơ quan cấp dưới.")


def require_whole_account(user: User, by: Actor) -> None:
    """Refused where the person works for agencies outside the actor's scope: then only those may touch the account itself."""
    hats = user.memberships.filter(is_active=True).exclude(agency__in=Agency.objects.in_scope_of(by).values("pk"))
    if hats.exists():
        raise Refused(
            "Người này còn vai trò tại cơ quan ngoài phạm vi của bạn: bạn chỉ giao và thu vai trò tại cơ quan mình và "
            "cấp dưới, không sửa hay khóa được tài khoản."
        )


def touch(user: User) -> None:
    """Count a change of the account or its hats, so that forms opened before it are refused."""
    user.version += 1
    user.save(update_fields=["version"])


def check_document(document: str) -> str:
    """The document that a change rests on, stripped. Refused where it is missing or too long."""
    text = document.strip()
    if not text:
        raise Refused("Hãy ghi văn bản làm căn cứ.")
    if len(text) > LONGEST_DOCUMENT:
        raise Refused(f"Văn bản ghi nhiều nhất {LONGEST_DOCUMENT} ký tự.")
    return text


def check_day(on: dt.date, *, what: str) -> None:
    """Refused where the day is still to come: what is not in force yet is entered when it is."""
    if on > today():
        raise Refused(f"{what} không được ở tương lai: khi tới ngày hãy ghi.")
