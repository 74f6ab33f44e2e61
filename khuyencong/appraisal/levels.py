"""At which level an agency appraises, and by which right (TT 36/2013 Đ8)."""

from __future__ import annotations

from khuyencong.appraisal.models.appraisal import Level
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission

LEVEL_OF = {AgencyKind.DEPARTMENT: Level.BASE, AgencyKind.NATIONAL: Level.CENTRAL}
PERMISSION_OF: dict[str, Permission] = {
    Level.BASE: Permission.APPRAISE_BASE,
    Level.CENTRAL: Permission.APPRAISE_CENTRAL,
}


def own_level(by: Actor) -> Level:
    """The level at which the actor's agency appraises; Refused where it appraises at none."""
    level = LEVEL_OF.get(AgencyKind(by.agency.kind))
    if level is None:
        raise Refused("Chỉ Sở Công Thương và Cục lập Hội đồng thẩm định.", article="TT 36/2013 Đ8")
    return level
