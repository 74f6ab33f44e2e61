"""Entering establishments into the registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.errors import Refused
from khuyencong.establishments.door import lock_establishment, thread_of
from khuyencong.establishments.duplicates import belongs_to_merged, raise_suspicions
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.rules import check_entry
from khuyencong.establishments.tax_code import tax_code_shown
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.people.scope import is_inside

FIELDS = (
    "name",
    "kind",
    "tax_code",
    "province",
    "province_before",
    "commune",
    "place_text",
    "sector",
    "workers",
    "women_workers",
    "ethnic_workers",
    "registration_number",
    "other_sectors",
    "latitude",
    "longitude",
    "owner_name",
    "owner_gender",
    "owner_ethnicity",
    "owner_born_in",
    "owner_id_number",
    "email",
    "charter_capital",
    "craft_village",
    "women_owned",
    "ethnic_minority_owned",
    "contact",
    "phone",
)
TAKEN = "Đã có cơ sở mang mã số thuế này."


@transaction.atomic
def register_establishment(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> Establishment:
    """Enter an establishment; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, Refused where it lies in another province, its values cannot stand together (`rules.check_entry`)
    or its tax code is taken.
    """
    require(by, Permission.ESTABLISHMENT_EDIT)
    earlier = Establishment.objects.filter(creation_key=creation_key, registered_by=by.user).first()
    if earlier is not None:
        return earlier
    establishment = Establishment(
        creation_key=creation_key,
        registered_by=by.user,
        registered_for=by.agency,
        **{name: fields[name] for name in FIELDS if name in fields},
    )
    if not is_inside(by, province=establishment.province):
        raise Refused("Bạn chỉ đăng ký cơ sở trong địa bàn của cơ quan mình.")
    check_entry(establishment)
    if belongs_to_merged(establishment):
        raise Refused(TAKEN)
    try:
        earlier = save_once(establishment, author="registered_by")
    except IntegrityError:
        raise Refused(TAKEN) from None
    if earlier is not None:
        return earlier
    raise_suspicions([establishment.pk])
    record(
        action="establishment.register",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        after=snapshot(establishment),
    )
    return establishment


@transaction.atomic
def update_establishment(*, establishment_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Establishment:
    """Correct an establishment's entry. Raises NotAllowed, Stale, Refused."""
    establishment = lock_establishment(establishment_id, by=by, version=version)
    before = snapshot(establishment)
    for name in FIELDS:
        if name in fields:
            setattr(establishment, name, fields[name])
    if not is_inside(by, province=establishment.province):
        raise Refused("Bạn chỉ ghi cơ sở trong địa bàn của cơ quan mình.")
    check_entry(establishment)
    if belongs_to_merged(establishment):
        raise Refused(TAKEN)
    establishment.version += 1
    try:
        with transaction.atomic():
            establishment.save()
    except IntegrityError:
        raise Refused(TAKEN) from None
    raise_suspicions([establishment.pk])
    record(
        action="establishment.update",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        before=before,
        after=snapshot(establishment),
    )
    return establishment


# Personal data: who may see it is judged on the page, and the trail is read by more people.
NOT_LOGGED = {"contact", "phone", "email", "owner_name", "owner_born_in", "owner_id_number"}
REFERENCES = {"province", "province_before", "commune", "craft_village"}


def snapshot(establishment: Establishment) -> dict[str, Any]:
    """What the audit log keeps of an establishment; persons stay out of it, also as the number of their tax code."""
    values: dict[str, Any] = {
        name: getattr(establishment, name) for name in FIELDS if name not in NOT_LOGGED | REFERENCES
    }
    values["tax_code"] = tax_code_shown(establishment.tax_code, whole=False)
    return values | {name: str(getattr(establishment, name) or "") for name in sorted(REFERENCES)}
