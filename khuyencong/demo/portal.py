"""What the public of the demo reads: đề án published by officers, one written anew, one withdrawn; two questions."""

from __future__ import annotations

from uuid import uuid4

from khuyencong.accounts.actions import write_contact
from khuyencong.demo.walk import World
from khuyencong.opendata import actions
from khuyencong.opendata.bulk import publish_each
from khuyencong.opendata.models import Publication, PublicationState
from khuyencong.opendata.queries import projects_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.portal.actions import answer_feedback, send_feedback

ORIGIN = "lệnh nạp dữ liệu mẫu"
MOST = 20  # of each agency


def load_portal(world: World, *others: Actor | None) -> None:
    """Through the real actions, all at once where nothing has to be written; `others` publish what is theirs too."""
    officer = world.actor("dong-thap", "officer")
    for by in (officer, world.actor("national", "officer"), *others):
        if by is not None:
            publish_each(list(projects_of(by, standing="cho")[:MOST]), by=by)
    _write_and_withdraw(officer)
    _contacts(world)
    _questions(world)


def _write_and_withdraw(by: Actor) -> None:
    mine = Publication.objects.filter(state=PublicationState.PUBLISHED, project__department__in=by.agency_ids)
    shown = list(mine.select_related("project").order_by("pk")[:2])
    if not shown:
        return
    first = shown[0]
    actions.write_publication(
        project_id=first.project_id,
        by=by,
        version=first.version,
        fields={
            "title": first.title,
            "summary": "Cơ sở ví dụ mua máy mới thay máy cũ (dữ liệu mẫu, không có thật).",
            "result": "Máy đã lắp, chạy thử và được nghiệm thu (dữ liệu mẫu).",
            "agreed": [],
            "consent_document": "",
            "looked": True,
        },
    )
    if len(shown) > 1:
        actions.withdraw_publication(
            project_id=shown[1].project_id,
            by=by,
            version=shown[1].version,
            reason="Cơ sở đề nghị xem lại số liệu (ví dụ).",
        )


def _contacts(world: World) -> None:
    by = world.actor("dong-thap", "administrator")
    for number, name in enumerate(("dong-thap-centre", "dong-thap"), start=1):
        agency = Agency.objects.get(pk=world.agencies[name].pk)
        write_contact(
            agency_id=agency.pk, by=by, version=agency.version, address=f"Số {number}, đường Ví Dụ, tỉnh Đồng Tháp",
            phone=f"0277 000 000{number}", email=f"co-quan-{number}@example.invalid",
        )  # fmt: skip


def _questions(world: World) -> None:
    asked = [
        send_feedback(
            creation_key=uuid4(),
            fields={
                "province": world.provinces["82"],
                "name": "Bà Hỏi Mẫu",
                "email": "hoi.mau@example.invalid",
                "phone": "",
                "question": text,
                "about": "",
            },
            origin=ORIGIN,
        )
        for text in (
            "Cơ sở sấy trái cây của tôi muốn mua máy mới thì hỏi ai?",
            "Hội chợ sắp tới còn nhận đăng ký không?",
        )
    ]
    by = world.actor("dong-thap-centre", "officer")
    answer_feedback(
        feedback_id=asked[0].pk, by=by, version=asked[0].version,
        answer="Mời bà tới Trung tâm Khuyến công, mang theo giấy đăng ký kinh doanh (câu trả lời mẫu).",
    )  # fmt: skip
