"""The history of an entry and of its rows, told from the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.core.components import Change, Event
from khuyencong.core.dates import format_date
from khuyencong.core.fields import MoneyField
from khuyencong.core.money import format_dong
from khuyencong.desk.registry.facts import sector_name
from khuyencong.desk.registry.rows import decimal_text
from khuyencong.establishments.details import KINDS, DetailKind
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.models.details import Detail
from khuyencong.law.catalogue import activity_name


def history(events: Iterable[AuditEvent]) -> list[Event]:
    """The audit trail of the entry and its rows, in the order given, with what changed; it holds no personal data."""
    return [
        Event(at=event.at, title=_title(event), who=_who(event), note=event.note, changes=_changes(event))
        for event in events
    ]


def _who(event: AuditEvent) -> str:
    return ", ".join(part for part in (event.actor_label, event.on_behalf, event.agency_label) if part)


def _title(event: AuditEvent) -> str:
    kind = _kind(event)
    return f"{describe(event.action)}: {kind.label}" if kind else describe(event.action)


def _kind(event: AuditEvent) -> DetailKind | None:
    return KINDS.get(str((event.after or event.before or {}).get("detail", "")))


def _changes(event: AuditEvent) -> tuple[Change, ...]:
    before, after = event.before or {}, event.after or {}
    model: type[Establishment | Detail] = kind.model if (kind := _kind(event)) else Establishment
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key) and key != "detail"]
    return tuple(Change(_label(model, key), _said(model, key, before), _said(model, key, after)) for key in keys)


def _label(model: type[Establishment | Detail], key: str) -> str:
    field = {one.name: one for one in model._meta.fields}.get(key)  # noqa: SLF001  # Django documents _meta
    return str(field.verbose_name) if field else {"file": "tệp", "sha256": "mã băm của tệp"}.get(key, key)


def _said(model: type[Establishment | Detail], key: str, values: Mapping[str, Any]) -> str:
    value = values.get(key)
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if key in CODES:
        return "; ".join(CODES[key](str(code)) for code in (value if isinstance(value, list) else [value]))
    return _of_field({one.name: one for one in model._meta.fields}.get(key), value)  # noqa: SLF001  # Django documents _meta


# What stands in the trail as a code of the law's catalogue.
CODES = {"sector": sector_name, "other_sectors": sector_name, "activity": activity_name}


def _of_field(field: models.Field[Any, Any] | None, value: Any) -> str:
    """A day, a choice, an amount or a text, as its column says."""
    if isinstance(field, models.DateField):
        return format_date(date.fromisoformat(str(value)))
    if isinstance(field, models.DecimalField):
        return decimal_text(Decimal(str(value)))
    choices = dict(field.flatchoices) if field and field.choices else {}
    if value in choices:
        return str(choices[value])
    return format_dong(value) if isinstance(field, MoneyField) else str(value)
