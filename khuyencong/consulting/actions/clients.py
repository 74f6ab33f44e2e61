"""Clients, and the targets of a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.consulting.door import lock_client, lock_target, need
from khuyencong.consulting.models import Client, Target
from khuyencong.core.creation import USED, save_once, taken
from khuyencong.core.errors import Refused
from khuyencong.core.finding import haystack
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require

KNOWN = "Cơ sở này đã có trong danh sách khách hàng."
NAMELESS = "Hãy ghi tên khách hàng, hoặc chọn cơ sở."
CLIENT_FIELDS = ("address", "tax_code", "contact", "phone", "note")


@transaction.atomic
def add_client(
    *, by: Actor, creation_key: UUID, fields: Mapping[str, Any], establishment: Establishment | None = None
) -> Client:
    """Enter whoever orders consulting; an establishment of the registry once. Raises NotAllowed, Refused."""
    client = Client(agency=by.agency, creation_key=creation_key, created_by=by.user, establishment=establishment)
    require(by, Permission.CONSULTING_MANAGE, client)
    earlier = Client.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if establishment is not None:
        if not Establishment.objects.visible_to(by).filter(pk=establishment.pk).exists():
            raise Refused("Cơ sở này không có trong phạm vi của cơ quan.")
        if Client.objects.filter(agency=by.agency, establishment=establishment).exists():
            raise Refused(KNOWN)
    _write(client, fields, name=fields.get("name", "").strip() or (establishment.name if establishment else ""))
    with taken(KNOWN):
        made = save_once(client, author="created_by")
    if made is not None:
        return made
    # Who is to be called is personal data: it stays out of the trail.
    record(
        action="consulting.client_add", by=by, subject=client, thread=client.thread, after={"khách hàng": client.name}
    )
    return client


@transaction.atomic
def edit_client(*, client_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Client:
    """Correct what is written of a client. Raises NotAllowed, Stale, Refused."""
    client = lock_client(client_id, by=by, version=version)
    before = {"khách hàng": client.name}
    _write(client, fields, name=fields["name"])
    client.version += 1
    client.save()
    record(
        action="consulting.client_edit",
        by=by,
        subject=client,
        thread=client.thread,
        before=before,
        after={"khách hàng": client.name},
    )
    return client


@transaction.atomic
def set_target(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> Target:
    """Enter what the agency is to do and to earn in a year, by the document that says so: by kind, or in one number.

    Raises NotAllowed, Refused.
    """
    target = Target(agency=by.agency, creation_key=creation_key, created_by=by.user)
    require(by, Permission.CONSULTING_MANAGE, target)
    earlier = Target.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    target.year, target.kind = fields["year"], fields["kind"]
    _write_target(target, fields)
    # Two rows of one year may come at once: the agency is what both wait for.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    there = f"Năm {target.year} đã có chỉ tiêu «{target.kind_label}»: hãy sửa chỉ tiêu ấy."
    kinds = set(Target.objects.filter(agency=by.agency, year=target.year).values_list("kind", flat=True))
    if target.kind in kinds:
        raise Refused(there)
    if kinds and ("" in kinds or not target.kind):
        raise Refused(
            f"Chỉ tiêu năm {target.year} hoặc chia theo loại việc, hoặc là một số chung; hai cách cộng lại thì đếm hai lần."
        )
    with taken(there):
        made = save_once(target, author="created_by")
    if made is not None:
        return made
    record(action="consulting.target", by=by, subject=target, thread=target.thread, after=_told(target))
    return target


@transaction.atomic
def change_target(*, target_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Target:
    """Another number by another document; year and kind stay. Raises NotAllowed, Stale, Refused."""
    target = lock_target(target_id, by=by, version=version)
    before = _told(target)
    _write_target(target, fields)
    target.version += 1
    target.save()
    record(action="consulting.target", by=by, subject=target, thread=target.thread, before=before, after=_told(target))
    return target


def _write(client: Client, fields: Mapping[str, Any], *, name: str) -> None:
    client.name = need(name, NAMELESS)
    for field in CLIENT_FIELDS:
        setattr(client, field, fields.get(field, "").strip())
    client.haystack = haystack(client.name)


def _write_target(target: Target, fields: Mapping[str, Any]) -> None:
    target.jobs, target.revenue, target.cost = fields["jobs"], fields["revenue"], fields.get("cost")
    target.document = need(fields["document"], "Hãy ghi văn bản giao chỉ tiêu.")


def _told(target: Target) -> dict[str, Any]:
    return {
        "năm": target.year,
        "loại việc": target.kind_label,
        "số việc": target.jobs,
        "doanh thu (đồng)": target.revenue,
        "chi phí (đồng)": target.cost,
        "văn bản": target.document,
    }
