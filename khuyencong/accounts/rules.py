"""What may be, and what should be known first: roles at kinds of agencies, and the shape of the tree."""

from collections.abc import Collection, Iterable

from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, Warning_, blockers
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.roles import STAFF, Role

# Communes and establishments have one kind of user each; all other agencies have staff.
ROLES_AT: dict[str, tuple[Role, ...]] = {
    AgencyKind.COMMUNE: (Role.COLLABORATOR,),
    AgencyKind.ESTABLISHMENT: (Role.OWNER,),
}

# Two roles that one person should not have in one agency: what the first makes, the second decides.
SEPARATED: tuple[tuple[Role, Role, str], ...] = (
    (Role.ACCOUNTANT, Role.LEADER, "người lập chứng từ chi không được duyệt chính chứng từ ấy"),
    (Role.OFFICER, Role.APPRAISER, "người lập, gửi đề án không được thẩm định chính đề án ấy"),
    (Role.OFFICER, Role.LEADER, "người lập kế hoạch không nên là người phê duyệt kế hoạch ấy"),
    (Role.AUDITOR, Role.ACCOUNTANT, "người kiểm toán không nên là người giữ sổ"),
)

# Under which kinds of agencies one may stand. A department stands under UBND tỉnh, which is none of ours.
PARENTS: dict[str, tuple[AgencyKind, ...]] = {
    AgencyKind.REGIONAL_CENTRE: (AgencyKind.NATIONAL,),
    AgencyKind.CENTRE: (AgencyKind.DEPARTMENT,),
    AgencyKind.COMMUNE: (AgencyKind.DEPARTMENT,),
    AgencyKind.SERVICE: (
        AgencyKind.NATIONAL,
        AgencyKind.REGIONAL_CENTRE,
        AgencyKind.DEPARTMENT,
        AgencyKind.CENTRE,
    ),
}

# Into which kinds one may merge: into its like, and a body that serves into the one that runs it.
MERGES: dict[str, tuple[AgencyKind, ...]] = {
    AgencyKind.REGIONAL_CENTRE: (AgencyKind.REGIONAL_CENTRE,),
    AgencyKind.DEPARTMENT: (AgencyKind.DEPARTMENT,),
    AgencyKind.CENTRE: (AgencyKind.CENTRE, AgencyKind.DEPARTMENT),
    AgencyKind.COMMUNE: (AgencyKind.COMMUNE,),
    AgencyKind.SERVICE: (AgencyKind.SERVICE, AgencyKind.CENTRE, AgencyKind.REGIONAL_CENTRE),
}


def roles_at(agency: Agency) -> tuple[Role, ...]:
    """The roles that somebody can have at this kind of agency."""
    return ROLES_AT.get(agency.kind, STAFF)


def role_findings(agency: Agency, role: Role, *, has: Collection[Role] = ()) -> list[Finding]:
    """What stands against giving `role` at `agency` to a person who already `has` roles there."""
    found: list[Finding] = []
    if agency.active_to is not None:
        found.append(Blocker("agency_closed", f"{agency.name} đã ngừng hoạt động nên không giao vai trò nữa."))
    if role not in roles_at(agency):
        names = ", ".join(one.label.lower() for one in roles_at(agency))
        sentence = f"Tại {agency.get_kind_display()} chỉ có vai trò: {names}."
        found.append(Blocker("role_not_at_this_kind", sentence[0] + sentence[1:]))
    return found + separation_findings([*has, role], agency)


def separation_findings(roles: Collection[Role], agency: Agency) -> list[Finding]:
    """Which roles of one person at one agency should be two people's; the steps themselves are refused where they meet."""
    return [
        Warning_(
            "roles_not_separated",
            f"Một người vừa là {first.label.lower()} vừa là {second.label.lower()} tại {agency.short_name}: {why}.",
        )
        for first, second, why in SEPARATED
        if first in roles and second in roles
    ]


def last_administrator(agency: Agency, role: str, *, others: int) -> list[Finding]:
    """A warning where the agency's only administrator goes; `others`: how many remain."""
    if role != Role.ADMINISTRATOR or others:
        return []
    sentence = (
        f"Đây là người quản trị duy nhất của {agency.short_name}: sau đó chỉ cơ quan cấp trên quản lý tài khoản ở đây."
    )
    return [Warning_("last_administrator", sentence)]


def refuse_blocked(findings: Iterable[Finding]) -> None:
    """Raise Refused with the sentence of the first blocker."""
    found = list(findings)
    stopping = blockers(found)
    if stopping:
        raise Refused(stopping[0].sentence, article=stopping[0].article, findings=found)


def check_parent(agency: Agency, parent: Agency, *, below: Collection[int] = ()) -> None:
    """Refuse a parent of the wrong kind, of another province, that is closed, or that stands `below` the agency."""
    if parent.kind not in PARENTS.get(agency.kind, ()):
        raise Refused(f"{agency.get_kind_display()} không đứng dưới {parent.get_kind_display()}.")
    if parent.active_to is not None:
        raise Refused(f"{parent.name} đã ngừng hoạt động.")
    if parent.pk == agency.pk or parent.pk in below:
        raise Refused("Cơ quan không thể đứng dưới chính mình hay dưới cơ quan cấp dưới của mình.")
    homes = {agency.home_province_id, parent.home_province_id}
    if None not in homes and len(homes) > 1:
        raise Refused("Cơ quan cấp trên phải ở cùng tỉnh, thành phố.")


def check_merge(agency: Agency, into: Agency) -> None:
    """Refuse a merge of unlike kinds, into oneself, into what is closed, or across provinces that have not merged."""
    if agency.pk == into.pk:
        raise Refused("Cơ quan không thể sáp nhập vào chính mình.")
    if into.kind not in MERGES.get(agency.kind, ()):
        raise Refused(f"{agency.get_kind_display()} không sáp nhập vào {into.get_kind_display()} được.")
    if into.active_to is not None:
        raise Refused(f"{into.name} đã ngừng hoạt động.")
    homes = {agency.home_province_id, into.home_province_id}
    if None not in homes and len(homes) > 1:
        raise Refused("Hai cơ quan ở hai tỉnh, thành phố chưa sáp nhập với nhau.")
