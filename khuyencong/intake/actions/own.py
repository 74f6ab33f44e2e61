"""What owners do about their own entry in the registry: correct how they are reached, and say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.establishments.door import lock_establishment, thread_of
from khuyencong.establishments.models import Establishment
from khuyencong.intake.tell import province_officers
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

# How the establishment is reached is the owner's to say; everything else the province has checked against papers.
CONTACT_FIELDS = ("contact", "phone", "email")
LONGEST_REPORT = 250


@transaction.atomic
def correct_contact(*, establishment_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Establishment:
    """Change whom to call and where to write. Raises NotAllowed, Stale, Refused. What was typed stays out of the trail."""
    establishment = lock_establishment(
        establishment_id, by=by, version=version, permission=Permission.OWN_ESTABLISHMENT
    )
    changed = [name for name in CONTACT_FIELDS if name in fields and fields[name] != getattr(establishment, name)]
    for name in changed:
        setattr(establishment, name, fields[name])
    establishment.version += 1
    establishment.save()
    labels = [str(Establishment._meta.get_field(name).verbose_name) for name in changed]  # type: ignore[union-attr]  # noqa: SLF001  # plain fields, Django's documented way to them
    record(
        action="establishment.own_contact",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        after={"đã sửa": labels},
    )
    return establishment


@transaction.atomic
def report_mistake(*, establishment: Establishment, by: Actor, text: str) -> None:
    """Tell the officers of the province what is wrong in the entry. Raises NotAllowed, Refused for an empty text."""
    require(by, Permission.OWN_ESTABLISHMENT, establishment)
    said = text.strip()[:LONGEST_REPORT]
    if not said:
        raise Refused("Hãy ghi chỗ nào sai và đúng ra là gì.")
    notify(
        users=province_officers(establishment.province),
        sentence=f"{establishment.name[:120]} báo hồ sơ có chỗ sai: {said}",
        url=reverse("establishment", args=[establishment.pk]),
    )
    record(
        action="establishment.report_mistake",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        note=said,
    )
