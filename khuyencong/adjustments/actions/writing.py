"""Writing down what an adjustment proposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from khuyencong.adjustments.door import check_running, lock_to_write
from khuyencong.adjustments.models import OPEN_STATES, Adjustment
from khuyencong.adjustments.proposal import (
    FIELDS,
    Newcomer,
    Proposal,
    ProposedLine,
    field_as_data,
    field_now,
    lines_now,
    proposal_of,
)
from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project
from khuyencong.projects.estimates import MAX_LINES


@transaction.atomic
def begin(*, project_id: int, by: Actor, version: int, creation_key: UUID, reason: str) -> Adjustment:
    """Open an adjustment of an approved đề án; the same key twice gives the first one back.

    Raises NotAllowed, Stale, and Refused where the đề án is not running or another adjustment of it is open.
    """
    project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
    earlier = Adjustment.objects.filter(creation_key=creation_key).select_related("project").first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk or earlier.project_id != project.pk:
            raise Refused(USED)
        return earlier
    check_running(project)
    other = project.adjustments.filter(state__in=OPEN_STATES).first()
    if other is not None:
        raise Refused(
            f"Đề án đang có điều chỉnh lần {other.number} ({other.get_state_display().lower()}): hãy làm xong hoặc rút "
            "đề nghị ấy trước."
        )
    if not reason.strip():
        raise Refused("Hãy ghi lý do điều chỉnh.", article="TT 36/2013 Đ11.1")
    last = project.adjustments.aggregate(last=Max("number"))["last"] or 0
    adjustment = Adjustment.objects.create(
        creation_key=creation_key, project=project, number=last + 1, reason=reason.strip(), created_by=by.user
    )
    record(
        action="adjustment.begin",
        by=by,
        subject=adjustment,
        thread=project.thread,
        after={"điều chỉnh lần": adjustment.number},
        note=adjustment.reason,
    )
    return adjustment


@transaction.atomic
def write(
    *, adjustment_id: int, by: Actor, version: int, reason: str, fields: Mapping[str, Any], substance: bool
) -> Adjustment:
    """Say anew why, and what of the description changes; what equals the approved value is no change.

    Raises NotAllowed, Stale, Refused.
    """
    adjustment = lock_to_write(adjustment_id, by=by, version=version)
    if not reason.strip():
        raise Refused("Hãy ghi lý do điều chỉnh.", article="TT 36/2013 Đ11.1")
    project, given = adjustment.project, proposal_of(adjustment)
    wanted = {name: field_as_data(name, fields[name]) for name in FIELDS if name in fields}
    changed = {name: data for name, data in wanted.items() if data != field_now(project, name)}
    adjustment.reason = reason.strip()
    _keep_and_record(adjustment, replace(given, fields=changed, substance=substance), by, note=adjustment.reason)
    return adjustment


@transaction.atomic
def add_newcomer(
    *,
    adjustment_id: int,
    by: Actor,
    version: int,
    establishment: Establishment,
    place_text: str = "",
    commits_own_capital: bool = False,
    declares_no_other_support: bool = False,
) -> Adjustment:
    """Propose an establishment as beneficiary, with the commitments it has given. Raises NotAllowed, Stale, Refused."""
    adjustment = lock_to_write(adjustment_id, by=by, version=version)
    given = proposal_of(adjustment)
    there = set(adjustment.project.beneficiaries.values_list("establishment_id", flat=True))
    if establishment.pk in there | {one.establishment for one in given.newcomers}:
        raise Refused("Cơ sở này đã có trong đề án hoặc trong đề nghị.")
    new = Newcomer(establishment.pk, place_text, commits_own_capital, declares_no_other_support)
    _keep_and_record(
        adjustment, replace(given, newcomers=(*given.newcomers, new)), by, note=f"Thêm {establishment.name}"
    )
    return adjustment


@transaction.atomic
def turn_beneficiary(*, adjustment_id: int, by: Actor, version: int, establishment_id: int) -> Adjustment:
    """Let a beneficiary leave, or stay after all; a newcomer is taken off the proposal. Raises NotAllowed, Stale, Refused."""
    adjustment = lock_to_write(adjustment_id, by=by, version=version)
    given = proposal_of(adjustment)
    there = set(adjustment.project.beneficiaries.values_list("establishment_id", flat=True))
    new = {one.establishment for one in given.newcomers}
    if establishment_id not in there | new:
        raise Refused("Cơ sở này không có trong đề án hay trong đề nghị: hãy mở lại trang.")
    lines = given.lines
    if establishment_id in given.leaving:  # comes back, with the lines that were approved for it
        leaving = tuple(key for key in given.leaving if key != establishment_id)
        back = tuple(line for line in lines_now(adjustment.project) if line.establishment == establishment_id)
        wanted = replace(given, leaving=leaving, lines=None if lines is None else (*lines, *back))
    else:
        kept = None if lines is None else tuple(line for line in lines if line.establishment != establishment_id)
        newcomers = tuple(one for one in given.newcomers if one.establishment != establishment_id)
        leaving = (*given.leaving, establishment_id) if establishment_id in there else given.leaving
        wanted = replace(given, newcomers=newcomers, leaving=leaving, lines=kept)
    _keep_and_record(adjustment, wanted, by, note=str(Establishment.objects.get(pk=establishment_id)))
    return adjustment


@transaction.atomic
def set_lines(*, adjustment_id: int, by: Actor, version: int, lines: Sequence[ProposedLine]) -> Adjustment:
    """Propose another estimate; one that equals the approved one is no change. Raises NotAllowed, Stale, Refused."""
    adjustment = lock_to_write(adjustment_id, by=by, version=version)
    given, now = proposal_of(adjustment), lines_now(adjustment.project)
    if len(lines) > MAX_LINES:
        raise Refused(f"Dự toán có tối đa {MAX_LINES} dòng.")
    staying = set(adjustment.project.beneficiaries.values_list("establishment_id", flat=True)) - set(given.leaving)
    known = staying | {one.establishment for one in given.newcomers}
    if any(line.establishment is not None and line.establishment not in known for line in lines):
        raise Refused("Có dòng dự toán của cơ sở không thuộc đề nghị này: hãy mở lại trang.")
    keys = [line.line for line in lines if line.line is not None]
    if len(set(keys)) != len(keys) or set(keys) - {line.line for line in now}:
        raise Refused("Có dòng dự toán không thuộc đề án này: hãy mở lại trang.")
    wanted = tuple(lines)
    stays = tuple(line for line in now if line.establishment is None or line.establishment in staying)
    _keep_and_record(adjustment, replace(given, lines=None if wanted == stays else wanted), by, note="Dự toán")
    return adjustment


def _keep_and_record(adjustment: Adjustment, proposal: Proposal, by: Actor, *, note: str) -> None:
    before = adjustment.proposal
    adjustment.proposal = proposal.as_dict()
    adjustment.version += 1
    adjustment.save()
    record(
        action="adjustment.write",
        by=by,
        subject=adjustment,
        thread=adjustment.thread,
        before=_told(before),
        after={"điều chỉnh lần": adjustment.number, **_told(adjustment.proposal)},
        note=note,
    )


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    """The proposal as the trail keeps it."""
    if not data:
        return {}
    return {
        "thuyết minh": data["fields"],
        "cơ sở đưa ra": data["leaving"],
        "cơ sở đưa vào": [one["establishment"] for one in data["newcomers"]],
        "dòng": data["lines"],
    }
