"""What the pages of agencies and accounts show; the number of queries does not grow with the rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from khuyencong.core.dates import today
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, Invitation, Membership, User
from khuyencong.places.models import Province, covers, folded_words

# Establishments stand in their own registry, not in the tree of agencies.
IN_TREE = tuple(kind for kind in AgencyKind if kind != AgencyKind.ESTABLISHMENT)
ALWAYS_SHOWN = (AgencyKind.NATIONAL, AgencyKind.REGIONAL_CENTRE, AgencyKind.DEPARTMENT, AgencyKind.CENTRE)
COUNTED = (AgencyKind.COMMUNE, AgencyKind.SERVICE)


@dataclass
class Node:
    """One agency as it was called on a day, with what stood below it; `communes`, `services` are counted only."""

    agency: Agency
    name: str
    children: list[Node] = field(default_factory=list)
    communes: int = 0
    services: int = 0


def tree(on: dt.date) -> list[Node]:
    """The agencies of the day `on` that stand under nobody, each with what stood below; five queries."""
    rows = list(
        Agency.objects.active_on(on)
        .filter(kind__in=ALWAYS_SHOWN)
        .select_related("province", "parent")
        .prefetch_related("names", "parents__parent")
    )
    nodes = {agency.pk: Node(agency, agency.name_on(on)) for agency in rows}
    counted = Agency.objects.active_on(on).filter(kind__in=COUNTED).values_list("parent", "kind")
    for parent, kind, number in counted.annotate(number=Count("pk")).order_by():
        if parent in nodes:
            if kind == AgencyKind.COMMUNE:
                nodes[parent].communes += number
            else:
                nodes[parent].services += number
    roots = []
    for agency in rows:
        above = agency.parent_on(on)
        if above is not None and above.pk in nodes:
            nodes[above.pk].children.append(nodes[agency.pk])
        else:
            roots.append(nodes[agency.pk])
    first = {AgencyKind.NATIONAL: 0, AgencyKind.REGIONAL_CENTRE: 1}
    roots.sort(key=lambda node: (first.get(AgencyKind(node.agency.kind), 2), _place_key(node.agency)))
    return roots


def _place_key(agency: Agency) -> str:
    return agency.province.sort_key if agency.province else agency.sort_key


def agencies_found(*, text: str, kind: str, under: str, on: dt.date) -> QuerySet[Agency]:
    """The agencies of the day `on` whose names, of today or before, have every word; `under`: code of the one above."""
    rows = Agency.objects.active_on(on).filter(kind__in=IN_TREE).search(text)
    if kind:
        rows = rows.filter(kind=kind)
    if under:
        rows = rows.filter(parent__code=under)
    return rows.select_related("province", "parent").prefetch_related("names", "parents__parent")


def agencies_to_open() -> QuerySet[Agency]:
    """The agencies that have a page, with what the page shows."""
    return (
        Agency.objects.filter(kind__in=IN_TREE)
        .select_related("province__current", "parent", "successor", "commune")
        .prefetch_related("names", "parents__parent")
    )


def people_in_scope(actor: Actor) -> QuerySet[User]:
    """The accounts that the actor's agency answers for, each with its hats there (`shown_hats`)."""
    return User.objects.in_scope_of(actor).filter(is_system=False).prefetch_related(_hats_in_scope(actor))


def _hats_in_scope(actor: Actor) -> Prefetch[str, QuerySet[Membership], str]:
    hats = (
        Membership.objects.filter(agency__in=Agency.objects.in_scope_of(actor).values("pk"))
        .select_related("agency__province", "delegated_by")
        .order_by("-is_active", "pk")
    )
    return Prefetch("memberships", queryset=hats, to_attr="shown_hats")


WORKING, LOCKED, WITHOUT_ROLE, EVERYBODY = "working", "locked", "without", "all"
STATES = (
    (WORKING, "Đang làm việc"),
    (LOCKED, "Tài khoản bị khóa"),
    (WITHOUT_ROLE, "Không còn vai trò"),
    (EVERYBODY, "Tất cả"),
)


def narrowed(
    people: QuerySet[User], actor: Actor, *, text: str = "", role: str = "", agency: int | None = None, state: str = ""
) -> QuerySet[User]:
    """Those with these words in name, user name or address, with that role or agency, in that state (default: working)."""
    scope = Agency.objects.in_scope_of(actor)
    if agency is not None:
        scope = scope.filter(pk=agency)
    hats = Membership.objects.filter(user=OuterRef("pk"), agency__in=scope.values("pk"))
    if role:
        hats = hats.filter(role=role)
    active = hats.filter(covers(today(), start="from_on", end="to_on"), is_active=True)
    people = people.filter(folded_words(text))
    if state == LOCKED:
        return people.filter(Exists(hats), is_active=False)
    if state == WITHOUT_ROLE:
        return people.filter(Exists(hats), ~Exists(active))
    if state == EVERYBODY:
        return people.filter(Exists(hats))
    return people.filter(Exists(active), is_active=True)


def invitations_in_scope(actor: Actor) -> QuerySet[Invitation]:
    """The invitations to agencies that the actor's agency answers for."""
    return Invitation.objects.filter(agency__in=Agency.objects.in_scope_of(actor).values("pk")).select_related(
        "agency", "invited_by"
    )


def open_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Those that nobody accepted or revoked yet; the expired ones are there to be sent again."""
    return invitations_in_scope(actor).filter(accepted_at__isnull=True, revoked_at__isnull=True)


def state_of(invitation: Invitation) -> str:
    """In one word, for the list."""
    return "Chờ nhận" if invitation.is_open(timezone.now()) else "Đã hết hạn"


def delegations_of(user: User, agency_ids: frozenset[int]) -> QuerySet[Membership]:
    """The hats that the person lent or was lent at these agencies, the latest first."""
    return (
        Membership.objects.filter(delegated_by__isnull=False, agency__in=agency_ids)
        .filter(Q(user=user) | Q(delegated_by=user))
        .select_related("user", "agency", "delegated_by")
        .order_by("-from_on", "-pk")
    )


def colleagues(actor: Actor) -> QuerySet[User]:
    """Other active people with a hat of their own at the actor's agency."""
    hats = Membership.objects.filter(agency=actor.agency, is_active=True, delegated_by__isnull=True)
    return User.objects.filter(pk__in=hats.values("user"), is_active=True, is_system=False).exclude(pk=actor.user.pk)


def communes_without_agency(province: Province) -> list[tuple[int, str]]:
    """Key and name of the communes of today that have no agency yet, in Vietnamese order."""
    taken = Agency.objects.filter(kind=AgencyKind.COMMUNE, active_to__isnull=True, commune__isnull=False)
    rows = province.communes.filter(valid_to__isnull=True).exclude(pk__in=taken.values("commune"))
    return list(rows.order_by("sort_key", "code").values_list("pk", "name"))


def members_by_agency(agency: Agency) -> dict[User, list[Membership]]:
    """Who has an active hat at the agency, with the hats."""
    found: dict[User, list[Membership]] = defaultdict(list)
    hats = Membership.objects.filter(agency=agency, is_active=True, user__is_system=False)
    hats = hats.select_related("user", "delegated_by", "agency")
    for hat in hats.order_by("user__sort_key", "pk"):
        found[hat.user].append(hat)
    return dict(found)
