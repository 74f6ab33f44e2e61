"""Finding agencies, and the people who work in those that the actor's agency answers for."""

from __future__ import annotations

from django.db.models import Prefetch, Q
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.finding import haystack, question
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, Membership, User
from khuyencong.people.permissions import Permission, allowed
from khuyencong.search.hits import Hit

AT_MOST_COMPARED = 500
IN_ADDRESSES = " .@_-"  # signs after which a word begins in a user name or an address


def people(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Agencies that exist today, then people by given name; three queries.

    Owners of establishments are no colleagues: they are found with their establishment.
    """
    asked = question(text)
    bodies = Agency.objects.exclude(kind=AgencyKind.ESTABLISHMENT)
    agencies = bodies.active_on(today()).filter(_begins(asked)).select_related("province")[:limit]
    hits = [Hit(one.name, reverse("agency", args=[one.code]), " · ".join(_about(one))) for one in agencies]
    return [*hits, *_persons(actor, asked, limit)][:limit]


def _about(one: Agency) -> list[str]:
    return [one.get_kind_display(), *([str(one.province)] if one.province else [])]


def _persons(actor: Actor, asked: tuple[str, ...], limit: int) -> list[Hit]:
    known = Agency.objects.in_scope_of(actor).exclude(kind=AgencyKind.ESTABLISHMENT)
    hats = Membership.objects.filter(agency__in=known.values("pk"), is_active=True)
    sees_accounts = allowed(actor, Permission.ACCOUNT_VIEW)
    rows = (
        User.objects.filter(
            _begins(asked, after=IN_ADDRESSES if sees_accounts else " "),
            pk__in=hats.values("user"),
            is_active=True,
            is_system=False,
        )
        .prefetch_related(Prefetch("memberships", hats.select_related("agency"), to_attr="shown_hats"))
        .order_by("sort_key", "pk")[:AT_MOST_COMPARED]
    )
    # The column also holds user names and addresses, which are the business of administrators.
    found = [one for one in rows if sees_accounts or _is_called(one, asked)]
    return [_hit(one, vars(one)["shown_hats"], sees_accounts=sees_accounts) for one in found[:limit]]


def _hit(one: User, hats: list[Membership], *, sees_accounts: bool) -> Hit:
    at = reverse("account", args=[one.pk]) if sees_accounts else reverse("agency", args=[hats[0].agency.code])
    return Hit(str(one), at, "; ".join(f"{hat.get_role_display()}, {hat.agency.short_name}" for hat in hats))


def _is_called(one: User, asked: tuple[str, ...]) -> bool:
    name = haystack(one.full_name)
    return all(f" {word}" in name for word in asked)


def _begins(asked: tuple[str, ...], *, after: str = " ") -> Q:
    """Every word begins the folded column, or stands in it after one of these signs."""
    condition = Q()
    for word in asked:
        one = Q(folded__startswith=word)
        for sign in after:
            one |= Q(folded__contains=f"{sign}{word}")
        condition &= one
    return condition
