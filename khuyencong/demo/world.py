"""Where the walks take place and what they start from: places, agencies and people under short keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.places.models import Province


@dataclass
class World:
    """Places, agencies and actors; `actor('dong-thap', 'leader')` names a person by agency and role."""

    provinces: dict[str, Province] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    actors: dict[tuple[str, str], Actor] = field(default_factory=dict)

    def actor(self, agency: str, role: str) -> Actor:
        """The person with `role` at the agency with that short key."""
        return self.actors[agency, role]


@dataclass(frozen=True)
class Item:
    """One beneficiary's machine: what, for how much, and how much of it is asked for; in đồng."""

    content: str
    total: int
    support: int
    establishment: Establishment | None = None
