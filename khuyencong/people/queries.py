"""What is shown about people, agencies and permissions."""

from collections.abc import Sequence
from dataclasses import dataclass

from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.permissions import MATRIX, Grant, Permission
from khuyencong.people.roles import STAFF, Role


@dataclass(frozen=True)
class MatrixRow:
    """One permission; `cells` has one text for each of the roles asked for, "" where the role may not."""

    label: str
    explanation: str
    cells: tuple[str, ...]


def matrix_rows(roles: Sequence[Role] = tuple(Role)) -> list[MatrixRow]:
    """The permission matrix as a table of texts: for these roles, what at least one of them may do."""
    rows = [
        MatrixRow(permission.label, permission.explanation, tuple(_cell(permission, role) for role in roles))
        for permission in MATRIX
    ]
    return [row for row in rows if any(row.cells)]


def national_agency() -> Agency | None:
    """The Cục in force, or None on an empty database."""
    return Agency.objects.filter(kind="national", active_to__isnull=True).first()


def staff_of(actor: Actor) -> list[User]:
    """Who works at the actor's agency, in Vietnamese order: whom something may be given to; one query."""
    hats = Membership.objects.filter(agency__in=actor.agency_ids, role__in=STAFF, is_active=True)
    people = User.objects.filter(pk__in=hats.values("user"), is_active=True, is_system=False)
    return list(people.order_by("sort_key"))


def _cell(permission: Permission, role: Role) -> str:
    return "; ".join(_words(grant) for grant in MATRIX[permission] if role in grant.roles)


def _words(grant: Grant) -> str:
    text = grant.relation.label if grant.relation else "được"
    if grant.kinds:
        text += f" ({', '.join(sorted(kind.label for kind in grant.kinds))})"
    if grant.only_without:
        text += f" (khi không có {grant.only_without.label})"
    return text
