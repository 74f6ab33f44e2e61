"""Which records an actor may see at all: everything else is, for this actor, not there (404)."""

from django.db.models import Q

from khuyencong.core.dates import today
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.places.models import Province

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING  # unlike the empty Q(), it does not vanish beside another condition


def province_scope(actor: Actor, *, province: str = "province", implementing_unit: str | None = None) -> Q:
    """Condition on a queryset whose rows have a province and maybe an implementing agency (paths as in `filter`).

    The national agency sees all; agencies of a province see the records of that province of today, whatever it was
    called then, and what they implement themselves; a regional centre sees what it implements, and where rows have no
    implementing agency (establishments) those of its region, since it looks for beneficiaries there.
    """
    if actor.is_national:
        return EVERYTHING
    own = Q(**{implementing_unit: actor.agency.pk}) if implementing_unit else NOTHING
    if actor.agency.kind == AgencyKind.REGIONAL_CENTRE:
        if implementing_unit:
            return own
        members = Province.objects.in_region(actor.agency.region, today())
        return Q(**{f"{province}__current__in": members.values("pk")})
    if actor.province_id is None:
        return own
    return Q(**{f"{province}__current": actor.province_id}) | own


def is_inside(actor: Actor, *, province: Province | None, implementing_unit_id: int | None = None) -> bool:
    """The same question for one record at hand; False where it has neither a province nor an implementing agency of the actor.

    `implementing_unit_id` None means that such records have no implementing agency.
    """
    if actor.is_national or (implementing_unit_id is not None and implementing_unit_id == actor.agency.pk):
        return True
    if province is None:
        return False
    today_id = province.current_id or province.pk
    if actor.agency.kind == AgencyKind.REGIONAL_CENTRE:
        if implementing_unit_id is not None:
            return False
        return Province.objects.in_region(actor.agency.region, today()).filter(pk=today_id).exists()
    return actor.province_id is not None and actor.province_id == today_id
