"""What another system is told by itself: which events, in which words, and how the letter is signed.

A letter says what happened to which record and nothing of the record: the receiver reads that with its token, so nobody is
told more than the token may see. The queue is the audit trail itself, which is written in the transaction of the deed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from khuyencong.api.models import Subscription
from khuyencong.api.scopes import Scope
from khuyencong.audit.labels import ACTIONS
from khuyencong.audit.models import AuditEvent
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project
from khuyencong.signin.sealing import unseal

PURPOSE = "api.webhook"
SHORTEST, LONGEST = 32, 128  # signs of a secret
EVENTS: tuple[str, ...] = (
    "project.create",
    "project.submit",
    "project.withdraw",
    "project.base_agree",
    "project.base_return",
    "project.base_refuse",
    "project.central_agree",
    "project.central_return",
    "project.central_refuse",
    "project.approve",
    "project.start",
    "project.accept",
    "project.acceptance_annul",
    "project.settle",
    "project.stop",
    "payment.prepare",
    "payment.approve",
    "payment.pay",
    "payment.return",
    "establishment.register",
    "establishment.update",
)
SCOPES = {
    "project": Scope.PROJECTS_READ,
    "payment": Scope.PAYMENTS_READ,
    "establishment": Scope.ESTABLISHMENTS_READ,
}
_PROJECT, _ESTABLISHMENT = "project:", "establishment:"


def event_choices() -> list[tuple[str, str]]:
    """The events with what they are called."""
    return [(code, ACTIONS[code]) for code in EVENTS]


def scope_of(event: str) -> Scope:
    """What a token must be for, to be told of it."""
    return SCOPES[event.partition(".")[0]]


def bodies(actor: Actor, events: Collection[AuditEvent]) -> list[tuple[AuditEvent, str]]:
    """The letters about those events whose record the actor may see, in their order; at most two queries."""
    projects: Mapping[int, str] = _codes(actor, _keys(events, _PROJECT))
    establishments = _known(actor, _keys(events, _ESTABLISHMENT))
    found = []
    for event in events:
        kind, _, key = event.thread.partition(":")
        pk = int(key) if key.isdigit() else 0
        if kind == "project" and pk in projects:
            found.append((event, _body(event, {"project": projects[pk], "path": f"/api/v1/projects/{projects[pk]}"})))
        elif kind == "establishment" and pk in establishments:
            found.append((event, _body(event, {"establishment": pk, "path": f"/api/v1/establishments/{pk}"})))
    return found


def signature(subscription: Subscription, body: str, *, at: int) -> str:
    """The value of the header by which the receiver knows the letter for ours; `at`: seconds since 1970."""
    secret = unseal(subscription.sealed_secret, purpose=PURPOSE)
    mark = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={mark}"


def _keys(events: Iterable[AuditEvent], beginning: str) -> set[int]:
    keys = {event.thread.removeprefix(beginning) for event in events if event.thread.startswith(beginning)}
    return {int(key) for key in keys if key.isdigit()}


def _codes(actor: Actor, keys: set[int]) -> dict[int, str]:
    if not keys:
        return {}
    return dict(Project.objects.visible_to(actor).filter(pk__in=keys).order_by().values_list("pk", "code"))


def _known(actor: Actor, keys: set[int]) -> set[int]:
    if not keys:
        return set()
    return set(Establishment.objects.visible_to(actor).filter(pk__in=keys).order_by().values_list("pk", flat=True))


def _body(event: AuditEvent, about: Mapping[str, Any]) -> str:
    told = {
        "id": event.seq,
        "event": event.action,
        "label": ACTIONS.get(event.action, event.action),
        "at": event.at.isoformat(),
        "agency": event.agency_label,
        **about,
    }
    return json.dumps(told, ensure_ascii=False)
