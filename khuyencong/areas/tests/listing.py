"""Made-up rows of the lists that a province maintains: no such village or list exists."""

from datetime import date
from uuid import uuid4

from khuyencong.areas import actions


def village_of(actor, **fields):
    """A made-up craft village of the actor's province."""
    values = {"name": "Làng nghề Thử", "kind": "village", "document": "QĐ 1/VÍ-DỤ", "from_on": date(2020, 1, 1)}
    return actions.add_craft_village(
        by=actor, creation_key=uuid4(), province=actor.agency.province, fields={**values, **fields}
    )


def preferred_of(actor, **fields):
    """A made-up row of the list of preferred areas."""
    values = {"priority_place": "difficult_area", "document": "QĐ 2/VÍ-DỤ", "from_on": date(2025, 7, 1)}
    return actions.add_preferred_area(
        by=actor, creation_key=uuid4(), province=actor.agency.province, fields={**values, **fields}
    )
