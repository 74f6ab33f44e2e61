"""What is shown and what waits at the counter."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from khuyencong.establishments.keys import name_key, phone_key, tax_head
from khuyencong.establishments.models import Establishment
from khuyencong.intake.models import Registration, RegistrationState, RequestState, SupportRequest
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.scope import PROVINCE_WIDE

MOST_CANDIDATES = 10
MOST_TASKS = 200
WHOLE = (
    "province__current",
    "province_before",
    "commune",
    "craft_village",
    "account",
)


def own_establishment(actor: Actor) -> Establishment:
    """The establishment for which the owner signs in. Raises Http404 where there is none (any more)."""
    found = (
        Establishment.objects.visible_to(actor)
        .filter(account__in=actor.agency_ids)
        .select_related(*WHOLE, "merged_into")
        .first()
    )
    if found is None:
        raise Http404("Tài khoản này chưa gắn với cơ sở nào.")
    return found


def candidates(registration: Registration, actor: Actor) -> list[Establishment]:
    """Entries in the actor's sight that may be the establishment of a registration, the likeliest first; two queries.

    By tax code, by name in the same province, by telephone; an entry merged into another is shown as that one.
    """
    likely = Q(match_key=name_key(registration.name), province__current=registration.province.current_id)
    head, phone = tax_head(registration.tax_code), phone_key(registration.phone)
    if head:
        likely |= Q(tax_head=head)
    if phone:
        likely |= Q(phone_digits=phone)
    rows = Establishment.objects.visible_to(actor).filter(likely).order_by("pk")
    keys = {merged_into or pk for pk, merged_into in rows.values_list("pk", "merged_into_id")[: 5 * MOST_CANDIDATES]}
    found = Establishment.objects.visible_to(actor).current().filter(pk__in=keys).select_related(*WHOLE)
    return sorted(found, key=lambda one: (one.tax_code != registration.tax_code, one.sort_key))[:MOST_CANDIDATES]


def waiting_registrations(actor: Actor) -> list[Registration]:
    """Registrations that wait for this actor's province, the oldest first; one query, none for whoever may not decide."""
    if not (allowed(actor, Permission.REGISTRATION_DECIDE) and actor.agency.kind in PROVINCE_WIDE):
        return []
    rows = Registration.objects.visible_to(actor).filter(state=RegistrationState.WAITING)
    return list(rows.select_related("commune").order_by("confirmed_at", "pk")[:MOST_TASKS])


def waiting_requests(actor: Actor) -> list[SupportRequest]:
    """Requests that wait for this actor, the oldest first; one query, none for whoever may not handle them.

    A sent one waits for every officer of the province, a received one for whoever received it, and a draft for which
    help was asked for everybody until it is sent.
    """
    if not (allowed(actor, Permission.REQUEST_HANDLE) and actor.agency.kind in PROVINCE_WIDE):
        return []
    mine = Q(state=RequestState.SENT) & (Q(handled_by=None) | Q(handled_by=actor.user))
    mine |= Q(state=RequestState.RECEIVED, handled_by=actor.user)
    mine |= Q(state=RequestState.DRAFT, open_to_officers=True)
    rows = SupportRequest.objects.visible_to(actor).filter(mine).select_related("establishment__commune")
    return list(rows.order_by("sent_at", "pk")[:MOST_TASKS])
