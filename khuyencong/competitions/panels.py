"""What judging and results put on the page of a round: each function gives what its own panel needs, under its own names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from khuyencong.competitions.judging.panel import judging_panel
from khuyencong.competitions.models import Round
from khuyencong.competitions.outcome.shown import results_panel
from khuyencong.people.actors import Actor

PANELS: tuple[Callable[[Round, Actor], dict[str, Any]], ...] = (
    judging_panel,
    lambda round_, actor: {"results": results_panel(round_, actor)},
)


def panels_of(round_: Round, actor: Actor) -> dict[str, Any]:
    """Everything of them together, for the templates `_judging.html` and `_results.html`."""
    return {name: value for panel in PANELS for name, value in panel(round_, actor).items()}
