"""Which communes have a collaborator and which have none (NĐ 45/2012 Đ8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from khuyencong.collaborators.models import Term
from khuyencong.collaborators.models.people import own_commune
from khuyencong.core.money import percent
from khuyencong.people.actors import Actor
from khuyencong.people.scope import province_scope
from khuyencong.places.models import Commune, Province


@dataclass(frozen=True)
class Coverage:
    """One province of today: how many communes it has, and in how many somebody serves."""

    province: Province
    communes: int
    covered: int

    @property
    def without(self) -> int:
        return self.communes - self.covered

    @property
    def share(self) -> Decimal | None:
        return percent(self.covered, self.communes)


def covered_communes(on: date) -> QuerySet[Any, Any]:
    """The keys of the communes of today in which a term holds on the day; a commune that was merged counts as what it is now."""
    return Term.objects.on(on).order_by().values("commune__current")


def communes_seen(actor: Actor) -> QuerySet[Commune]:
    """The communes of today that the actor looks after; who works at a commune has that one."""
    own = own_commune(actor)
    if own is not None:
        return Commune.objects.filter(pk=own, valid_to__isnull=True)
    return Commune.objects.filter(province_scope(actor, province="province"), valid_to__isnull=True)


def coverage(actor: Actor, on: date) -> list[Coverage]:
    """Province by province, in Vietnamese order; two queries."""
    rows = (
        communes_seen(actor)
        .order_by()
        .values("province")
        .annotate(n=Count("pk"), covered=Count("pk", filter=Q(pk__in=covered_communes(on))))
    )
    counted = {row["province"]: (row["n"], row["covered"]) for row in rows}
    provinces = Province.objects.filter(pk__in=counted).order_by("sort_key")
    return [Coverage(one, *counted[one.pk]) for one in provinces]


def communes_without(actor: Actor, on: date, *, province: str = "") -> QuerySet[Commune]:
    """The communes in which nobody serves on the day; of one province where its key is given."""
    found = communes_seen(actor).exclude(pk__in=covered_communes(on)).select_related("province")
    if province:
        found = found.filter(province__key=province)
    return found.order_by("province__sort_key", "sort_key")
