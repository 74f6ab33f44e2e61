"""Writing down a visit, and adding files to what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Establishment
from khuyencong.inspections.door import lock_for_step, lock_inspection, need, touch
from khuyencong.inspections.files import MOST_PHOTOS, Uploads, keep_files
from khuyencong.inspections.machines import Machine, machines_at
from khuyencong.inspections.models import (
    CheckedItem,
    FileKind,
    Inspection,
    InspectionFile,
    InspectionState,
    ItemState,
    PlacedBy,
    TeamRole,
    Visit,
    VisitMember,
)
from khuyencong.inspections.models.files import ADDED_LATER
from khuyencong.inspections.models.inspection import VISITED
from khuyencong.inspections.models.visits import TO_EXPLAIN
from khuyencong.inspections.rules import check_inspectors, check_not_before, check_past
from khuyencong.inspections.states import move
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission
from khuyencong.projects.keeping import files_or_nothing


@dataclass(frozen=True)
class MemberInput:
    """Somebody of the team: a user, or the name of a guest."""

    role: TeamRole
    user: User | None = None
    guest: str = ""
    position: str = ""


@dataclass(frozen=True)
class Seen:
    """What was found of one machine, under its key in `machines_at`."""

    state: ItemState
    note: str = ""


def record_visit(
    *,
    inspection_id: int,
    by: Actor,
    version: int,
    establishment: Establishment | None,
    fields: Mapping[str, Any],
    members: Sequence[MemberInput],
    items: Mapping[str, Seen],
    photos: Uploads = (),
) -> Visit:
    """Write down who saw what on which day, machine by machine, with the photos as they came.

    `fields`: visited_on, met, place, latitude, longitude, accuracy, placed_by, compared, result.
    Raises NotAllowed, Stale, Refused; then no file stays on the disk.
    """
    with files_or_nothing() as kept:
        with transaction.atomic():
            inspection = lock_for_step(inspection_id, "visit", by=by, version=version)
            _check_place(inspection, establishment)
            _check_fields(inspection, fields)
            _check_team(inspection, members, by)
            number = inspection.visits.count() + 1
            visit = Visit.objects.create(
                inspection=inspection, number=number, establishment=establishment, by=by.user, **_columns(fields)
            )
            VisitMember.objects.bulk_create(
                VisitMember(visit=visit, user=one.user, guest=one.guest, position=one.position, role=one.role)
                for one in members
            )
            checked = CheckedItem.objects.bulk_create(_items(visit, machines_at(inspection, establishment), items))
            keep_files(inspection, photos, kind=FileKind.PHOTO, user=by.user, kept=kept, visit=visit)
            move(inspection, "visit")
            record(
                action="inspection.visit",
                by=by,
                subject=inspection,
                thread=inspection.thread,
                after={
                    "lần": number,
                    "ngày": visit.visited_on.isoformat(),
                    "đoàn": [str(one.user) if one.user else "khách mời" for one in members],
                    "hạng mục": [f"{one.name}: {ItemState(one.state).label}" for one in checked],
                    "ảnh": len(photos),
                },
                note=visit.result,
            )
        return visit


def add_files(
    *, inspection_id: int, by: Actor, version: int, kind: FileKind, uploads: Uploads, visit: Visit | None = None
) -> list[InspectionFile]:
    """Add photos of a visit, the signed minutes or other papers after it, in several goes. Raises NotAllowed, Stale, Refused; then no file stays."""
    with files_or_nothing() as kept:
        with transaction.atomic():
            inspection = lock_inspection(inspection_id, by=by, permission=Permission.INSPECTION_RECORD, version=version)
            if inspection.state not in VISITED:
                raise Refused(f"Cuộc kiểm tra ở trạng thái «{inspection.get_state_display()}» chưa nhận tệp.")
            if not uploads:
                raise Refused("Hãy chọn tệp.")
            if kind not in ADDED_LATER or (visit is not None and visit.inspection_id != inspection.pk):
                raise Refused("Loại tệp này không thêm được ở đây.")
            if kind == FileKind.PHOTO and visit is None:
                raise Refused("Ảnh tại chỗ thuộc một lần kiểm tra: hãy chọn lần ấy.")
            rows = keep_files(inspection, uploads, kind=kind, user=by.user, kept=kept, visit=visit)
            touch(inspection)
            record(
                action="inspection.files",
                by=by,
                subject=inspection,
                thread=inspection.thread,
                after={"loại": kind.label, "tệp": [row.name for row in rows]},
            )
        return rows


def places_of(inspection: Inspection) -> list[Establishment]:
    """The establishments that a visit of it may be to; one query."""
    if inspection.establishment is not None:
        return [inspection.establishment]
    if inspection.project is None:
        return []
    rows = inspection.project.beneficiaries.select_related(
        "establishment__commune__current", "establishment__province__current"
    )
    return [one.establishment for one in rows]


def _check_place(inspection: Inspection, establishment: Establishment | None) -> None:
    places = places_of(inspection)
    if establishment is None and places:
        raise Refused("Hãy chọn cơ sở đã đến.")
    if establishment is not None and establishment.pk not in {one.pk for one in places}:
        raise Refused("Cơ sở này không thuộc cuộc kiểm tra.")


def _check_fields(inspection: Inspection, fields: Mapping[str, Any]) -> None:
    on = fields["visited_on"]
    check_past(on, "Ngày kiểm tra")
    based_on = inspection.plan.decision_on if inspection.plan else inspection.order_on
    check_not_before(on, based_on, "Ngày kiểm tra", "ngày quyết định kiểm tra")
    need(fields["met"], "Hãy ghi người làm việc với đoàn.")
    need(fields["place"], "Hãy ghi địa điểm kiểm tra.")
    need(fields["result"], "Hãy ghi kết quả kiểm tra.")
    if (fields.get("latitude") is None) != (fields.get("longitude") is None):
        raise Refused("Ghi cả vĩ độ và kinh độ, hoặc để trống cả hai.")


def _columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the visit; how the point came counts only where there is one."""
    placed = fields.get("latitude") is not None
    phone = fields.get("placed_by") == PlacedBy.PHONE
    return {
        "visited_on": fields["visited_on"],
        "met": fields["met"].strip(),
        "place": fields["place"].strip(),
        "compared": fields.get("compared", "").strip(),
        "result": fields["result"].strip(),
        "latitude": fields.get("latitude"),
        "longitude": fields.get("longitude"),
        "placed_by": (PlacedBy.PHONE if phone else PlacedBy.HAND) if placed else "",
        "accuracy": fields.get("accuracy") if placed and phone else None,
    }


def _check_team(inspection: Inspection, members: Sequence[MemberInput], by: Actor) -> None:
    if not members:
        raise Refused("Hãy ghi thành viên đoàn kiểm tra.")
    if sum(one.role == TeamRole.LEAD for one in members) != 1:
        raise Refused("Đoàn kiểm tra có đúng một trưởng đoàn.")
    if any((one.user is None) == (not one.guest.strip()) for one in members):
        raise Refused("Mỗi thành viên là một người của cơ quan, hoặc một tên ghi tay.")
    users = [one.user for one in members if one.user is not None]
    if len({user.pk for user in users}) != len(users):
        raise Refused("Một người được ghi hai lần trong đoàn.")
    check_inspectors(inspection.project, [*users, by.user])


def _items(visit: Visit, machines: Sequence[Machine], items: Mapping[str, Seen]) -> list[CheckedItem]:
    """A row for each machine that should be there; one that nobody spoke of was not looked at."""
    if set(items) - {one.key for one in machines}:
        raise Refused("Danh sách máy đã thay đổi sau khi bạn mở trang: hãy mở lại trang.")
    rows = []
    for one in machines:
        seen = items.get(one.key, Seen(ItemState.UNCHECKED))
        if seen.state in TO_EXPLAIN and not seen.note.strip():
            raise Refused(f"«{one.name}»: hãy ghi rõ khi tình trạng là «{seen.state.label}».")
        rows.append(
            CheckedItem(
                visit=visit,
                line_id=one.line_id,
                accepted_id=one.accepted_id,
                name=one.name,
                serial=one.serial,
                promised=one.promised,
                state=seen.state,
                note=seen.note.strip(),
            )
        )
    return rows


__all__ = ["MOST_PHOTOS", "InspectionState", "MemberInput", "Seen", "add_files", "places_of", "record_visit"]
