"""Which records an actor may see at all: everything else is, for this actor, not there (404)."""

from django.db.models import Q

from khuyencong.core.dates import today
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.places.models import Commune, Province

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING  # unlike the empty Q(), it does not vanish beside another condition

# Agencies that work in a whole province; others inside it see their commune, their own work, or themselves.
PROVINCE_WIDE = (AgencyKind.DEPARTMENT, AgencyKind.CENTRE)


def province_scope(  # noqa: PLR0911  # one answer for each kind of agency
    actor: Actor,
    *,
    province: str = "province",
    implementing_unit: str | None = None,
    commune: str | None = None,
    account: str | None = None,
) -> Q:
    """Condition on a queryset whose rows have a province and maybe more (paths as in `filter`).

    The national agency sees all; a department and its centre see the records of their province of today, whatever it
    was called then, and what they implement themselves; a regional centre sees what it implements, and where rows have
    no implementing agency (establishments) those of its region, since it looks for beneficiaries there; a commune sees
    what lies in it, an establishment what bears its own account, anybody else only what they implement.
    """
    if actor.is_national:
        return EVERYTHING
    own = Q(**{f"{implementing_unit}__in": actor.agency_ids}) if implementing_unit else NOTHING
    if actor.agency.kind == AgencyKind.REGIONAL_CENTRE:
        if implementing_unit:
            return own
        members = Province.objects.in_region(actor.agency.region, today())
        return Q(**{f"{province}__current__in": members.values("pk")})
    if actor.agency.kind in PROVINCE_WIDE:
        return Q(**{f"{province}__in": actor.province_ids}) | own
    if actor.agency.kind == AgencyKind.COMMUNE and commune and actor.agency.commune:
        return Q(**{f"{commune}__current": _today(actor.agency.commune)}) | own
    if actor.agency.kind == AgencyKind.ESTABLISHMENT and account:
        return Q(**{account: actor.agency.pk})
    return own


def is_inside(  # noqa: PLR0911  # one answer for each kind of agency
    actor: Actor,
    *,
    province: Province | None,
    implementing_unit_id: int | None = None,
    commune: Commune | None = None,
    account_id: int | None = None,
) -> bool:
    """The same question for one record at hand; False where nothing ties it to the actor.

    `implementing_unit_id` None means that such records have no implementing agency.
    """
    if actor.is_national or (implementing_unit_id is not None and implementing_unit_id in actor.agency_ids):
        return True
    kind = actor.agency.kind
    if kind == AgencyKind.ESTABLISHMENT:
        return account_id is not None and account_id == actor.agency.pk
    if kind == AgencyKind.COMMUNE:
        own = actor.agency.commune
        return commune is not None and own is not None and _today(commune) == _today(own)
    if province is None:
        return False
    today_id = province.current_id or province.pk
    if kind == AgencyKind.REGIONAL_CENTRE:
        if implementing_unit_id is not None:
            return False
        return Province.objects.in_region(actor.agency.region, today()).filter(pk=today_id).exists()
    return kind in PROVINCE_WIDE and actor.province_id == today_id


def _today(commune: Commune) -> int:
    return commune.current_id or commune.pk
