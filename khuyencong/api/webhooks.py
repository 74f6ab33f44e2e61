"""What another system is told by itself: which events, in which words, and how the letter is signed.

A letter says what happened to which record and nothing of the record: the receiver reads that with its token, so nobody is
told more than the token may see. The queue is the audit trail itself, which is written in the transaction of the deed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from khuyencong.api.models import Subscription
from khuyencong.api.operations import PREFIX
from khuyencong.api.scopes import Scope
from khuyencong.audit.labels import ACTIONS
from khuyencong.audit.models import AuditEvent
from khuyencong.establishments.models import Establishment
from khuyencong.federation.models import IncomingPackage
from khuyencong.finance.models import Contract
from khuyencong.people.actors import Actor
from khuyencong.periods.models import PeriodReport
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
    "contract.sign",
    "contract.amend",
    "contract.liquidate",
    "monthly.submit",
    "monthly.confirm",
    "monthly.return",
    "period_report.submit",
    "period_report.return",
    "period_report.approve",
    "period_report.lock",
    "period_report.unlock",
    "federation.receive",
    "federation.accept",
    "federation.return",
)
SCOPES = {
    "project": Scope.PROJECTS_READ,
    "payment": Scope.PAYMENTS_READ,
    "establishment": Scope.ESTABLISHMENTS_READ,
    "contract": Scope.CONTRACTS_READ,
    "monthly": Scope.MONTHLY_READ,
    "period_report": Scope.REPORTS_READ,
    "federation": Scope.FEDERATION,
}


@dataclass(frozen=True)
class Record:
    """What a thread of the trail is about, by what it is named in the API, and where it is read there."""

    name: str
    model: type[Any]  # with `objects.visible_to`
    field: str
    path: str


# By the beginning of the thread; monthly reports and payments are told on the thread of their đề án.
RECORDS = {
    "project": Record("project", Project, "code", "/projects/{}"),
    "establishment": Record("establishment", Establishment, "pk", "/establishments/{}"),
    "contract": Record("contract", Contract, "pk", "/contracts/{}"),
    "period_report": Record("period_report", PeriodReport, "pk", "/reports/periods/{}"),
    "incoming_package": Record("package", IncomingPackage, "sha256", "/federation/packages/{}"),
}


def event_choices() -> list[tuple[str, str]]:
    """The events with what they are called."""
    return [(code, ACTIONS[code]) for code in EVENTS]


def letter_example() -> str:
    """A letter as it looks, for the page that describes the API."""
    code = "82-2026-DP-0001"
    told = {
        "id": 1234,
        "event": "project.submit",
        "label": ACTIONS["project.submit"],
        "at": "2026-08-05T02:15:00+00:00",
    }
    about = {"agency": "Trung tâm Ví Dụ", "project": code, "path": f"/{PREFIX}projects/{code}"}
    return json.dumps(told | about, ensure_ascii=False)


def scope_of(event: str) -> Scope:
    """What a token must be for, to be told of it."""
    return SCOPES[event.partition(".")[0]]


def bodies(actor: Actor, events: Collection[AuditEvent]) -> list[tuple[AuditEvent, str]]:
    """The letters about those events whose record the actor may see, in their order; a query for each kind of record."""
    threads: dict[str, set[int]] = {}
    for event in events:
        kind, _, key = event.thread.partition(":")
        if kind in RECORDS and key.isdigit():
            threads.setdefault(kind, set()).add(int(key))
    seen = {kind: _seen(actor, RECORDS[kind], keys) for kind, keys in threads.items()}
    found = []
    for event in events:
        kind, _, key = event.thread.partition(":")
        named = seen.get(kind, {}).get(int(key)) if key.isdigit() else None
        if named is not None:
            record = RECORDS[kind]
            path = f"/{PREFIX.strip('/')}{record.path.format(named)}"
            found.append((event, _body(event, {record.name: named, "path": path})))
    return found


def signature(subscription: Subscription, body: str, *, at: int) -> str:
    """The value of the header by which the receiver knows the letter for ours; `at`: seconds since 1970."""
    secret = unseal(subscription.sealed_secret, purpose=PURPOSE)
    mark = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={mark}"


def _seen(actor: Actor, record: Record, keys: set[int]) -> dict[int, int | str]:
    """Those of these records that the actor may see, by key, each as the API names it; one query."""
    rows = record.model.objects.visible_to(actor).filter(pk__in=keys).order_by()
    return dict(rows.values_list("pk", record.field))


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
