"""Effects that others have published, for the foot of the dashboard: shown with their source and added to nothing.

The rooms that hold them stand above; each that does adds a function here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from khuyencong.people.actors import Actor


@dataclass(frozen=True, slots=True)
class PublishedEffect:
    """What a source says of one case: the figures as it prints them."""

    title: str
    figures: str
    source: str
    url: str


sources: list[Callable[[Actor], list[PublishedEffect]]] = []


def published_effects(actor: Actor) -> list[PublishedEffect]:
    """Everything that the rooms above let this actor see."""
    return [one for source in sources for one in source(actor)]
