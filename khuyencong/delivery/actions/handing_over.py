"""Handing accepted items over to who benefits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.delivery.models import AcceptanceItem, Handover, HandoverItem
from khuyencong.finance.days import check_day
from khuyencong.finance.models import part_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

HANDED = frozenset({ProjectState.IN_PROGRESS, ProjectState.ACCEPTED})


@dataclass(frozen=True)
class Signatory:
    """Who signs for a side."""

    name: str
    title: str = ""


@transaction.atomic
def hand_over(
    *,
    project_id: int,
    by: Actor,
    version: int,
    number: str,
    handed_on: date,
    item_ids: Sequence[int],
    given: Signatory,
    received: Signatory,
    papers: str = "",
    place: str = "",
    remark: str = "",
) -> Handover:
    """Record the minutes by which the implementing unit hands accepted items of one beneficiary over; each item once.

    Raises NotAllowed, Stale, Refused.
    """
    project = lock_project(project_id, by=by, permission=Permission.HANDOVER_RECORD, version=version)
    if project.state not in HANDED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi bàn giao.")
    if not number.strip() or not given.name.strip() or not received.name.strip():
        raise Refused("Hãy ghi số biên bản, người giao và người nhận.")
    if project.handovers.filter(number=number.strip()).exists():
        raise Refused(f"Số biên bản bàn giao {number.strip()} đã dùng.")
    items = {one.pk: one for one in items_to_hand_over(project)}
    if not item_ids or not set(item_ids) <= set(items):
        raise Refused("Hãy chọn hạng mục đã nghiệm thu và chưa bàn giao.")
    chosen = [items[key] for key in dict.fromkeys(item_ids)]
    owners = {one.acceptance.beneficiary_id for one in chosen}
    if len(owners) > 1:
        raise Refused("Mỗi biên bản bàn giao cho một đơn vị thụ hưởng.")
    part = part_of(project)
    check_day(
        handed_on,
        what="Ngày bàn giao",
        after={
            "ngày ký hợp đồng": part.contract.signed_on if part else None,
            "ngày nghiệm thu": max(one.acceptance.accepted_on for one in chosen),
        },
        article="TT 36/2013 Đ12, Đ14",
    )
    handover = Handover.objects.create(
        project=project,
        beneficiary_id=owners.pop(),
        number=number.strip(),
        handed_on=handed_on,
        place=place.strip(),
        papers=papers.strip(),
        given_by=given.name.strip(),
        given_title=given.title.strip(),
        received_by=received.name.strip(),
        received_title=received.title.strip(),
        remark=remark.strip(),
        by=by.user,
        agency=by.agency,
    )
    HandoverItem.objects.bulk_create(HandoverItem(handover=handover, item=one) for one in chosen)
    touch(project)
    record(
        action="project.handover",
        by=by,
        subject=project,
        thread=project.thread,
        after={
            "biên bản": handover.number,
            "bản ghi": handover.pk,  # who gave and who received is read there (ADR 0038)
            "ngày": handover.handed_on.isoformat(),
            "cơ sở": str(handover.beneficiary or ""),
            "hạng mục": [str(one) for one in chosen],
        },
    )
    return handover


def items_to_hand_over(project: Project) -> list[AcceptanceItem]:
    """What was accepted and not yet handed over; one query."""
    rows = AcceptanceItem.objects.filter(
        acceptance__project=project, acceptance__annulment__isnull=True, cost__gt=0, handover_item__isnull=True
    )
    return list(rows.select_related("acceptance__beneficiary__establishment").order_by("acceptance_id", "pk"))
