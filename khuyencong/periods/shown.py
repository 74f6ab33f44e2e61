"""What the page of a report offers: just the steps that its reader may take now."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from khuyencong.core.components import Action
from khuyencong.core.findings import Blocker, Finding, blockers
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import allowed
from khuyencong.periods.actions.deciding import OWN
from khuyencong.periods.models import PeriodReport
from khuyencong.periods.states import steps_from

ICONS = {"submit": "send", "return": "arrow-back-up", "approve": "checklist", "lock": "lock", "unlock": "refresh"}


def actions_for(report: PeriodReport, actor: Actor, findings: Sequence[Finding]) -> list[Action]:
    """The steps of the table that this actor may take; one that something stands against says what. No query."""
    stopping = blockers(findings)
    made = []
    for step in steps_from(report.state):
        if not allowed(actor, step.permission, report):
            continue
        blocked = None
        if step.name in {"approve", "lock"} and report.submitted_by_id == actor.user.pk:
            blocked = Blocker("own", OWN)
        elif step.name == "submit" and stopping:
            blocked = stopping[0]
        made.append(
            Action(
                key=step.name,
                label=step.label,
                url=reverse(f"period_report_{step.name}", args=[report.pk]),
                method="get",
                icon=ICONS[step.name],
                tone="primary" if step.forward else "",
                blocked=blocked,
            )
        )
    return made
