"""Agencies with their dated names, users, and which role a user has in which agency."""

from khuyencong.people.models.agency import (
    LONGEST_FOLDED,
    PROVINCIAL_KINDS,
    Agency,
    AgencyKind,
    AgencyName,
    AgencyParent,
    AgencyQuerySet,
)
from khuyencong.people.models.user import Invitation, Membership, User, UserManager

__all__ = [
    "LONGEST_FOLDED",
    "PROVINCIAL_KINDS",
    "Agency",
    "AgencyKind",
    "AgencyName",
    "AgencyParent",
    "AgencyQuerySet",
    "Invitation",
    "Membership",
    "User",
    "UserManager",
]
