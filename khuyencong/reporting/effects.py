"""The effects among published figures: jobs and income, for the foot of the dashboard of effects."""

from __future__ import annotations

from django.urls import reverse

from khuyencong.effects.published import PublishedEffect
from khuyencong.people.actors import Actor
from khuyencong.reporting.checks import format_figure
from khuyencong.reporting.models import PublishedCase

KEYS = ("jobs", "income")


def published_effects(actor: Actor) -> list[PublishedEffect]:
    """Every published case in sight that says how many jobs there are or what is earned, as printed; two queries."""
    cases = PublishedCase.objects.visible_to(actor).filter(figures__key__in=KEYS).distinct().prefetch_related("figures")
    return [
        PublishedEffect(
            title=case.title,
            figures="; ".join(
                f"{one.label.lower()} {format_figure(one)}" for one in case.figures.all() if one.key in KEYS
            ),
            source=case.source,
            url=f"{reverse('published')}#cong-bo-{case.slug}",
        )
        for case in cases
    ]
