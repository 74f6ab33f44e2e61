"""Whose accounts an agency keeps: its own, those of the units that it pays, those of establishments in its đề án."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project


def agencies_for(actor: Actor) -> QuerySet[Agency]:
    """The actor's agency, and the units whose đề án it pays for."""
    paid = Project.objects.filter(payer__in=actor.agency_ids).order_by().values("implementing_unit")
    return Agency.objects.filter(Q(pk=actor.agency.pk) | Q(pk__in=paid)).order_by("sort_key", "pk")


def establishments_for(actor: Actor) -> QuerySet[Establishment]:
    """The establishments that receive support in đề án that the actor's agency carries out or pays for."""
    own = actor.agency_ids
    there = Project.objects.filter(Q(payer__in=own) | Q(implementing_unit__in=own)).order_by()
    return Establishment.objects.filter(
        benefits__project__in=there.values("pk"), benefits__left_on__isnull=True
    ).distinct()
