"""The lines of the permission matrix in words, for pages and documents."""

from __future__ import annotations

from collections.abc import Iterable

from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import MATRIX, Grant, Permission
from khuyencong.people.roles import Role


def who_may(permission: Permission) -> str:
    """Roles, and in brackets how their agency must stand to the record: "lãnh đạo (cơ quan cấp kinh phí)"."""
    return grants_in_words(MATRIX[permission])


def grants_in_words(grants: Iterable[Grant]) -> str:
    """As `who_may`; roles and kinds of agencies in the order of their tables, since sets have none."""
    return "; ".join(_grant(grant) for grant in grants)


def _grant(grant: Grant) -> str:
    roles = [role.label.lower() for role in Role if role in grant.roles]
    words = "mọi vai trò" if len(roles) == len(Role) else ", ".join(roles)
    limits = [grant.relation.label] if grant.relation else []
    if grant.kinds:
        limits.append("chỉ " + " hoặc ".join(kind.label for kind in AgencyKind if kind in grant.kinds))
    if grant.only_without:
        limits.append(f"khi không có {grant.only_without.label}")
    return f"{words} ({'; '.join(limits)})" if limits else words
