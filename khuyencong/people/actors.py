"""Who acts: a user wearing one hat, and from where the request came."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Value
from django.http import HttpRequest

from khuyencong.core.dates import today
from khuyencong.people.models import Agency, AgencyKind, Membership, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Province, covers

SESSION_KEY = "membership"
IN_BACKGROUND = "chạy nền"  # where no request came from


@dataclass(frozen=True)
class Actor:
    """A user in one role at one agency. Actions receive it as `by`, rules judge it, the audit trail names it."""

    user: User
    agency: Agency
    role: Role
    origin: str
    on_behalf: str = ""  # under a delegation: whose, and by which document

    def __str__(self) -> str:
        return f"{self.user} ({self.role.label.lower()}, {self.agency.short_name})"

    @property
    def is_national(self) -> bool:
        return self.agency.kind == AgencyKind.NATIONAL

    @property
    def province_id(self) -> int | None:
        """The province of today that the actor works in, or None for the national agency and regional centres."""
        return self.agency.home_province_id

    @property
    def signature(self) -> str:
        """How the actor signs: the name, and under a delegation on whose behalf."""
        return f"{self.user}, {self.on_behalf}" if self.on_behalf else str(self.user)

    @property
    def agency_ids(self) -> frozenset[int]:
        """The agency and those it has succeeded by now, for whose records it answers."""
        return self._answers_for[0]

    @property
    def province_ids(self) -> frozenset[int]:
        """The province of today and those that became it; none where there is none.

        As keys in a condition: joined to the provinces, the database would look at the records of the whole nation.
        """
        return self._answers_for[1]

    @cached_property
    def _answers_for(self) -> tuple[frozenset[int], frozenset[int]]:
        """The keys of agencies and of provinces; one query for both, asked once."""
        agencies = Agency.objects.filter(successor=self.agency, active_to__lt=today())
        found = agencies.order_by().values_list(Value("agency"), "pk")
        if self.province_id is not None:
            became = Province.objects.filter(current=self.province_id)
            found = found.union(became.order_by().values_list(Value("province"), "pk"), all=True)
        rows = list(found)
        return (
            frozenset([self.agency.pk, *(pk for kind, pk in rows if kind == "agency")]),
            frozenset(pk for kind, pk in rows if kind == "province"),
        )

    def in_role(self, role: Role) -> "Actor":
        """A colleague's view: the same agency in another role, to ask what waits for that role; never to act with. No query."""
        other = replace(self, role=role)
        other.__dict__["_answers_for"] = self._answers_for
        return other


def origin_of(request: HttpRequest | None) -> str:
    """Where a request came from, for the audit trail.

    Only REMOTE_ADDR is believed: headers like X-Forwarded-For are written by whoever sends the request.
    """
    address = request.META.get("REMOTE_ADDR", "") if request else ""
    return f"web {address}".strip()


# Where a citizen without an account wrote from: the trail forgets nothing, so it is not told the address (ADR 0038).
FROM_OUTSIDE = "web"


def memberships_in_force() -> QuerySet[Membership]:
    """The roles that have begun and not ended, at agencies that have; whether the account is open is asked of the account."""
    return Membership.objects.filter(covers(today(), start="from_on", end="to_on"), is_active=True).filter(
        covers(today(), start="agency__active_from", end="agency__active_to")
    )


def memberships_of(user: User) -> list[Membership]:
    """The hats a user may wear, with agency and province, in one query; the default one first.

    Every request asks for them: what only few hats have (a lender, a commune) is looked up where it is needed.
    """
    if not user.is_active:
        return []
    found = list(memberships_in_force().filter(user=user).select_related("agency__province").order_by("pk"))
    for membership in found:
        membership.user = user
    return found


def as_actor(membership: Membership, *, user: User, origin: str) -> Actor:
    lender = membership.delegated_by
    on_behalf = f"thừa ủy quyền của {lender} ({membership.document})" if lender else ""
    return Actor(user=user, agency=membership.agency, role=Role(membership.role), origin=origin, on_behalf=on_behalf)


def hats_of(user: User) -> list[Actor]:
    """The user in each hat, for work that goes on while nobody looks; the default one first. One query."""
    return [as_actor(one, user=user, origin=IN_BACKGROUND) for one in memberships_of(user)]


def actor_for(user: User, *, origin: str) -> Actor | None:
    """The user in the default hat: for commands, the demo and tests. None = the user belongs nowhere."""
    memberships = memberships_of(user)
    return as_actor(memberships[0], user=user, origin=origin) if memberships else None


def choose(memberships: list[Membership], chosen: object) -> Membership | None:
    """The membership named by the session, or the first; a choice that is not (or no longer) the user's is ignored."""
    for membership in memberships:
        if membership.pk == chosen:
            return membership
    return memberships[0] if memberships else None


def signed_in_user(request: HttpRequest) -> User | None:
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) else None
