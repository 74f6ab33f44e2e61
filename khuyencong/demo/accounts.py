"""The people of the demo: made up, one for each role, all with the same published password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from khuyencong.accounts.actions import create_commune_agency, delegate
from khuyencong.core.dates import today
from khuyencong.people.actors import Actor, actor_for
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Commune

PASSWORD = "khuyen-cong-thu"  # noqa: S105  # published on purpose; exists only in a database that carries the demo mark
ENTRY_CLERK = "nhap-lieu"
ORIGIN = "lệnh nạp dữ liệu mẫu"

# Agencies by code (people.actions): the national one, a Sở, a centre, a regional centre.
NATIONAL, DONG_THAP, DONG_THAP_CENTRE, PHU_THO, PHU_THO_CENTRE, REGION = (
    "cuc",
    "sct-82",
    "ttkc-82",
    "sct-25",
    "ttkc-25",
    "ttkv-3",
)
COMMUNE, COMMUNE_CODE = "xa-28261", "28261"  # phường Mỹ Tho, made on demand like any commune
DELEGATION_DAYS = 180
DELEGATION_DOCUMENT = "Giấy ủy quyền 00/UQ-VIDU (không có thật)"


@dataclass(frozen=True)
class Account:
    """One login of the demo."""

    username: str
    full_name: str
    agency: str
    role: Role


ACCOUNTS = (
    Account("canbo", "Cán Bộ Mẫu", DONG_THAP_CENTRE, Role.OFFICER),
    Account("thamdinh", "Thẩm Định Mẫu", DONG_THAP, Role.APPRAISER),
    Account("lanhdao", "Lãnh Đạo Mẫu", DONG_THAP, Role.LEADER),
    Account("pholanhdao", "Phó Lãnh Đạo Mẫu", DONG_THAP, Role.OFFICER),
    Account("ketoan", "Kế Toán Mẫu", DONG_THAP, Role.ACCOUNTANT),
    Account("chuyenvien", "Chuyên Viên Sở Mẫu", DONG_THAP, Role.OFFICER),
    Account("kiemtoan", "Kiểm Toán Mẫu", DONG_THAP, Role.AUDITOR),
    Account("quantri", "Quản Trị Mẫu", DONG_THAP, Role.ADMINISTRATOR),
    Account("thamdinh.cuc", "Thẩm Định Cục Mẫu", NATIONAL, Role.APPRAISER),
    Account("lanhdao.cuc", "Lãnh Đạo Cục Mẫu", NATIONAL, Role.LEADER),
    Account("ketoan.cuc", "Kế Toán Cục Mẫu", NATIONAL, Role.ACCOUNTANT),
    Account("chuyenvien.cuc", "Chuyên Viên Cục Mẫu", NATIONAL, Role.OFFICER),
    Account("quantri.cuc", "Quản Trị Cục Mẫu", NATIONAL, Role.ADMINISTRATOR),
    Account("canbo.khuvuc", "Cán Bộ Khu Vực Mẫu", REGION, Role.OFFICER),
    Account("canbo.phutho", "Cán Bộ Phú Thọ Mẫu", PHU_THO_CENTRE, Role.OFFICER),
    Account("lanhdao.phutho", "Lãnh Đạo Phú Thọ Mẫu", PHU_THO, Role.LEADER),
    Account("congtacvien", "Cộng Tác Viên Mẫu", COMMUNE, Role.COLLABORATOR),
)

# Owners register by themselves (demo/owners.py): the first was let in, the second waits.
OWNERS = (
    Account("chucoso", "Chủ Cơ Sở Mẫu", "một cơ sở ví dụ", Role.OWNER),
    Account("choduyet", "Người Chờ Duyệt Mẫu", "đăng ký đang chờ duyệt", Role.OWNER),
)


def make_accounts() -> dict[str, User]:
    """The demo's users with their memberships, by user name. The agencies must be loaded."""
    agencies = {agency.code: agency for agency in Agency.objects.select_related("province")}
    users: dict[str, User] = {}
    for account in ACCOUNTS:
        if account.agency == COMMUNE:
            agencies[COMMUNE] = _commune(users["quantri"])
        user = User.objects.create_user(account.username, PASSWORD, full_name=account.full_name)
        Membership.objects.create(user=user, agency=agencies[account.agency], role=account.role)
        users[account.username] = user
    _lend(users["lanhdao"], users["pholanhdao"])
    # Enters what the press published; nobody can sign in as this one.
    users[ENTRY_CLERK] = User.objects.create_user(ENTRY_CLERK, full_name="Người Nhập Liệu Mẫu")
    return users


def _commune(administrator: User) -> Agency:
    """The People's Committee of one ward, as the province's administrator adds it."""
    commune = Commune.objects.get(code=COMMUNE_CODE, valid_to__isnull=True)
    return create_commune_agency(by=_actor(administrator), commune_id=commune.pk)


def _lend(leader: User, deputy: User) -> None:
    """The leader's hat, lent to the deputy for half a year."""
    start = today()
    delegate(
        by=_actor(leader),
        to_user_id=deputy.pk,
        from_on=start,
        to_on=start + timedelta(days=DELEGATION_DAYS),
        document=DELEGATION_DOCUMENT,
    )


def _actor(user: User) -> Actor:
    actor = actor_for(user, origin=ORIGIN)
    if actor is None:
        raise LookupError(user.username)
    return actor


def describe() -> str:
    """The table of accounts that `khuyencong demo` prints; asks the database for the agencies' names."""
    names = dict(Agency.objects.values_list("code", "name"))
    lines = [f"Tài khoản dùng thử (mật khẩu chung: {PASSWORD}):"]
    lines += [
        f"  {account.username:<16} {account.role.label:<16} {names.get(account.agency, account.agency)}"
        for account in (*ACCOUNTS, *OWNERS)
    ]
    return "\n".join(lines)
