"""The people of the demo: made up, one for each role, all with the same published password."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.roles import Role

PASSWORD = "khuyen-cong-thu"  # noqa: S105  # published on purpose; exists only in a database that carries the demo mark
ENTRY_CLERK = "nhap-lieu"

# Agencies by code (people.actions): the national one, a Sở, a centre, a regional centre.
NATIONAL, DONG_THAP, DONG_THAP_CENTRE, PHU_THO, PHU_THO_CENTRE, REGION = (
    "cuc",
    "sct-82",
    "ttkc-82",
    "sct-25",
    "ttkc-25",
    "ttkv-3",
)


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
    Account("ketoan", "Kế Toán Mẫu", DONG_THAP, Role.ACCOUNTANT),
    Account("chuyenvien", "Chuyên Viên Sở Mẫu", DONG_THAP, Role.OFFICER),
    Account("kiemtoan", "Kiểm Toán Mẫu", DONG_THAP, Role.AUDITOR),
    Account("quantri", "Quản Trị Mẫu", DONG_THAP, Role.ADMINISTRATOR),
    Account("thamdinh.cuc", "Thẩm Định Cục Mẫu", NATIONAL, Role.APPRAISER),
    Account("lanhdao.cuc", "Lãnh Đạo Cục Mẫu", NATIONAL, Role.LEADER),
    Account("ketoan.cuc", "Kế Toán Cục Mẫu", NATIONAL, Role.ACCOUNTANT),
    Account("chuyenvien.cuc", "Chuyên Viên Cục Mẫu", NATIONAL, Role.OFFICER),
    Account("canbo.khuvuc", "Cán Bộ Khu Vực Mẫu", REGION, Role.OFFICER),
    Account("canbo.phutho", "Cán Bộ Phú Thọ Mẫu", PHU_THO_CENTRE, Role.OFFICER),
    Account("lanhdao.phutho", "Lãnh Đạo Phú Thọ Mẫu", PHU_THO, Role.LEADER),
)


def make_accounts() -> dict[str, User]:
    """The demo's users with their memberships, by user name. The agencies must be loaded."""
    agencies = {agency.code: agency for agency in Agency.objects.select_related("province")}
    users = {}
    for account in ACCOUNTS:
        user = User.objects.create_user(account.username, PASSWORD, full_name=account.full_name)
        Membership.objects.create(user=user, agency=agencies[account.agency], role=account.role)
        users[account.username] = user
    # Enters what the press published; nobody can sign in as this one.
    users[ENTRY_CLERK] = User.objects.create_user(ENTRY_CLERK, full_name="Người Nhập Liệu Mẫu")
    return users


def describe() -> str:
    """The table of accounts that `khuyencong demo` prints; asks the database for the agencies' names."""
    names = dict(Agency.objects.values_list("code", "name"))
    lines = [f"Tài khoản dùng thử (mật khẩu chung: {PASSWORD}):"]
    lines += [
        f"  {account.username:<16} {account.role.label:<16} {names.get(account.agency, account.agency)}"
        for account in ACCOUNTS
    ]
    return "\n".join(lines)
