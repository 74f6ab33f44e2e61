"""What an officer may publish, and what is published already."""

from __future__ import annotations

from django.db.models import Q

from khuyencong.opendata.models import PublicationState
from khuyencong.opendata.rules import WITH_RESULT
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project, ProjectQuerySet

S = PublicationState
# What the list shows: the words in the address, and what is called so.
STANDINGS = (
    ("cho", "Chưa công bố"),
    ("dang", "Đang công bố"),
    ("go", "Đã gỡ"),
)
_CONDITIONS = {
    "cho": Q(state__in=WITH_RESULT) & (Q(publication__isnull=True) | Q(publication__state=S.DRAFT)),
    "dang": Q(publication__state=S.PUBLISHED),
    "go": Q(publication__state=S.WITHDRAWN),
}


def own_projects(actor: Actor) -> ProjectQuerySet:
    """The đề án about whose publication the actor's agency decides: the same agencies as in the matrix."""
    mine = Q(department__in=actor.agency_ids) | Q(funder__in=actor.agency_ids)
    return Project.objects.visible_to(actor).filter(mine)


def projects_of(actor: Actor, *, standing: str, text: str = "", year: int | None = None) -> ProjectQuerySet:
    """Those of one standing, the latest first; what was approved only has no result yet and is published on its own page."""
    found = own_projects(actor).filter(_CONDITIONS[standing]).search(text)
    if year is not None:
        found = found.filter(year=year)
    return found.select_related("publication", "province", "implementing_unit").order_by("-year", "-pk")
