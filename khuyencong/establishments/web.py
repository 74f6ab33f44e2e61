"""What the pages of an establishment share: fetching it in scope."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor


def establishment_or_404(actor: Actor, pk: int) -> Establishment:
    """The entry, if the actor may know of it, with its places loaded; a stranger's is not there."""
    visible = Establishment.objects.visible_to(actor)
    related = ("province__current", "province_before", "commune__current", "craft_village", "merged_into__province")
    return get_object_or_404(visible.select_related(*related), pk=pk)
