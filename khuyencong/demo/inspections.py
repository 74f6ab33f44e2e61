"""Made-up inspections: a plan with one to make, one just made, two concluded; a sudden one; what an owner has answered."""

from __future__ import annotations

import struct
import zlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.demo.handing_in import PDF
from khuyencong.demo.owners import ESTABLISHMENT, ORIGIN
from khuyencong.demo.walk import World
from khuyencong.establishments.models import Establishment
from khuyencong.inspections import actions
from khuyencong.inspections.actions import MemberInput, Seen
from khuyencong.inspections.actions.visiting import places_of
from khuyencong.inspections.machines import machines_at
from khuyencong.inspections.models import (
    Inspection,
    InspectionFinding,
    InspectionPlan,
    InspectionReason,
    ItemState,
    TeamRole,
)
from khuyencong.people.actors import Actor, actor_for
from khuyencong.people.models import User
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import ProjectState

SO, UNIT = "dong-thap", "dong-thap-centre"
RULES = "Quy chế theo dõi 00/QC-VIDU (không có thật)"
MET = "Ông Ví Dụ, chủ cơ sở (không có thật)"


def load_inspections(world: World) -> None:
    """A year of the department, through the real actions."""
    officer = world.actor(SO, "officer")
    actions.set_after_care(by=world.actor(SO, "leader"), version=1, years=3, document=RULES)
    plan = actions.make_inspection_plan(
        by=officer,
        creation_key=uuid4(),
        fields={
            "year": today().year,
            "title": f"Kế hoạch kiểm tra khuyến công năm {today().year} (ví dụ)",
            "decision_number": f"05/QĐ-VIDU-{today().year}",
            "decision_on": today(),
            "note": "Đề án lấy từ dữ liệu dùng thử, không có thật.",
        },
    )
    _order(world, _project(ProjectState.ACCEPTED), plan, InspectionReason.PERIODIC)
    _just_made(world, plan)
    _followed_up(world, plan)
    _of_the_owner(world, plan)
    reason = InspectionReason.COMPLAINT
    _order(world, _project(ProjectState.STOPPED), None, reason, why="Có người phản ánh máy đã chuyển đi (ví dụ).")


def _project(state: ProjectState) -> Project:
    """The first made-up one of the department in this state."""
    rows = Project.objects.filter(state=state, recorded_from="", department__code="sct-82", source="local")
    return rows.order_by("pk")[0]


def _last_day() -> date:
    return min(today() + timedelta(days=20), today().replace(month=12, day=31))


def _order(
    world: World,
    project: Project | None,
    plan: InspectionPlan | None,
    reason: InspectionReason,
    *,
    why: str = "",
    establishment: Establishment | None = None,
) -> Inspection:
    fields: dict[str, Any] = {
        "reason": reason,
        "why": why,
        "planned_on": _last_day(),
        "lead": world.actor(SO, "appraiser").user,
        "order_number": "" if plan else "06/LKT-VIDU",
        "order_on": None if plan else today(),
    }
    return actions.plan_inspection(
        by=world.actor(SO, "officer"),
        creation_key=uuid4(),
        fields=fields,
        plan=plan,
        project=project,
        establishment=establishment,
    )


def _visit(world: World, inspection: Inspection, state: ItemState, note: str, result: str) -> Inspection:
    """To its first place, half a kilometre beside the point of the map."""
    by, found = world.actor(SO, "officer"), _fresh(inspection)
    places = places_of(found)
    place = places[0] if places else None
    commune = place.commune if place else None
    point = {
        "latitude": round(Decimal(commune.latitude) + Decimal("0.004"), 5) if commune else None,
        "longitude": round(Decimal(commune.longitude), 5) if commune else None,
    }
    actions.record_visit(
        inspection_id=found.pk,
        by=by,
        version=found.version,
        establishment=place,
        fields={
            "visited_on": today(),
            "met": MET,
            "place": "Ấp Ví Dụ",
            **point,
            "accuracy": 15 if commune else None,
            "placed_by": "phone",
            "compared": "Đã xem hợp đồng, dự toán; tên và số lượng máy khớp (ví dụ).",
            "result": result,
        },
        members=[
            MemberInput(TeamRole.LEAD, world.actor(SO, "appraiser").user, position="Sở Công Thương"),
            MemberInput(TeamRole.SECRETARY, by.user, position="Sở Công Thương"),
            MemberInput(TeamRole.MEMBER, guest="Bà Ví Dụ (không có thật)", position="Sở Tài chính"),
        ],
        items={one.key: Seen(state, note) for one in machines_at(found, place)},
        photos=[SimpleUploadedFile("may-tai-cho.png", _picture(found.pk))],
    )
    return _fresh(found)


def _find(world: World, inspection: Inspection, **fields: Any) -> InspectionFinding:
    found = _fresh(inspection)
    values = {"severity": "minor", "by_unit": True, "amount": None, "due_on": today() + timedelta(days=15), **fields}
    visit = found.visits.get()
    return actions.add_finding(
        inspection_id=found.pk, by=world.actor(SO, "officer"), version=found.version, visit=visit, fields=values
    )


def _conclude(world: World, inspection: Inspection, number: str, text: str) -> None:
    found = _fresh(inspection)
    actions.conclude(
        inspection_id=found.pk,
        by=world.actor(SO, "officer"),
        version=found.version,
        number=number,
        on=today(),
        conclusion=text,
        upload=SimpleUploadedFile("ket-luan.pdf", PDF + number.encode()),
    )


def _just_made(world: World, plan: InspectionPlan) -> None:
    """Visited, with a finding, and not concluded yet."""
    inspection = _order(
        world, _project(ProjectState.IN_PROGRESS), plan, InspectionReason.RISK, why="Đã tạm ứng (ví dụ)."
    )
    _visit(world, inspection, ItemState.NOT_YET, "", "Chưa nhận máy, nền xưởng đã xong (ví dụ).")
    _find(
        world,
        inspection,
        kind="progress_late",
        text="Máy về chậm so với tiến độ trong hợp đồng (ví dụ).",
        demand="Báo cáo ngày nhận máy, gửi hợp đồng mua bán.",
    )


def _followed_up(world: World, plan: InspectionPlan) -> None:
    """After the end: one finding is answered, one is serious and open."""
    inspection = _order(world, _project(ProjectState.SETTLED), plan, InspectionReason.AFTER_END)
    _visit(
        world,
        inspection,
        ItemState.OTHER_USE,
        "Cho thuê làm kho (ví dụ).",
        "Máy còn tại xưởng, dùng việc khác (ví dụ).",
    )
    answered = _find(
        world,
        inspection,
        kind="papers",
        text="Thiếu biên bản bàn giao máy (ví dụ).",
        demand="Bổ sung bản sao biên bản.",
    )
    _find(
        world,
        inspection,
        kind="wrong_use",
        severity="serious",
        by_unit=False,
        text="Máy được hỗ trợ không dùng đúng mục đích (ví dụ).",
        demand="Đưa máy về sản xuất như đề án.",
    )
    _conclude(world, inspection, "07/KL-VIDU", "Đề án đã quyết toán, còn hai thiếu sót phải khắc phục (ví dụ).")
    _answer(answered, world.actor(UNIT, "officer"), "Đã bổ sung bản sao biên bản bàn giao (ví dụ).")


def _of_the_owner(world: World, plan: InspectionPlan) -> None:
    """What the owner with an account is to mend: one open, one mended, so that he sees both."""
    place = Establishment.objects.get(name=ESTABLISHMENT)
    part = Beneficiary.objects.filter(establishment=place, project__state__in=["in_progress", "accepted", "settled"])
    project = part.first().project if part.exists() else None
    inspection = _order(world, project, plan, InspectionReason.RANDOM, establishment=place)
    _visit(world, inspection, ItemState.RUNNING, "", "Máy đang chạy (ví dụ).")
    done = _find(
        world, inspection, kind="papers", by_unit=False, text="Chưa gắn biển máy được hỗ trợ (ví dụ).",
        demand="Gắn biển theo hợp đồng.",
    )  # fmt: skip
    _find(
        world, inspection, kind="papers", by_unit=False, text="Sổ theo dõi sản lượng ghi thiếu tháng (ví dụ).",
        demand="Ghi bổ sung sổ và gửi ảnh.",
    )  # fmt: skip
    _conclude(world, inspection, "08/KL-VIDU", "Máy dùng đúng mục đích; còn hai việc nhỏ (ví dụ).")
    owner = actor_for(User.objects.get(username="chucoso"), origin=ORIGIN)
    if owner is None:
        raise AssertionError("chucoso was let in and wears no hat")
    _answer(done, owner, "Đã gắn biển, gửi kèm ảnh (ví dụ).")
    done.refresh_from_db()
    actions.follow_up(
        finding_id=done.pk, by=world.actor(SO, "officer"), version=done.version, step="close",
        text="Đã xem ảnh biển máy (ví dụ).",
    )  # fmt: skip


def _answer(finding: InspectionFinding, by: Actor, text: str) -> None:
    finding.refresh_from_db()
    picture = SimpleUploadedFile("anh-khac-phuc.png", _picture(1_000 + finding.pk))
    actions.answer(finding_id=finding.pk, by=by, version=finding.version, text=text, uploads=[picture])


def _fresh(inspection: Inspection) -> Inspection:
    return Inspection.objects.with_all().get(pk=inspection.pk)


def _picture(number: int) -> bytes:
    """A grey square of 8 × 8 points, each number another file."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = b"\0" + bytes((number * 7 + column * 11) % 256 for column in range(8))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * 8))
        + chunk(b"IEND", b"")
    )
