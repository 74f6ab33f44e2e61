"""Dossiers of the demo: papers in every state, a conversation, a demand of the department, and letters in and out."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.demo.handing_in import PDF, request_letter
from khuyencong.demo.walk import World
from khuyencong.law.papers import Stage
from khuyencong.people.actors import Actor
from khuyencong.projects import actions
from khuyencong.projects.models import LetterKind, Project, Verdict
from khuyencong.projects.states import ProjectState, Route
from khuyencong.quarantine.door import BROUGHT_BY

LIST, DOCUMENT, REQUEST = (
    f"registration.{name}" for name in ("project_list", "project_document", "beneficiary_request")
)


def load_dossiers(world: World) -> None:
    """One đề án that waits for the department, with papers accepted, refused and about to expire; one demand for all."""
    unit, department = world.actor("dong-thap-centre", "officer"), world.actor("dong-thap", "appraiser")
    project = Project.objects.filter(route=Route.LOCAL, state=ProjectState.SUBMITTED).order_by("pk").first()
    actions.ask_of_all(
        by=department,
        creation_key=uuid4(),
        stage=Stage.REMAINDER,
        text="Ảnh máy móc tại cơ sở, có ngày và địa điểm",
        basis="Quy định ví dụ của Sở",
    )
    if project is None:
        return
    _file(project, unit, LIST, "danh-muc-de-an.pdf")
    _file(project, unit, DOCUMENT, "de-an-va-du-toan.pdf")
    _file(project, unit, REQUEST, "de-nghi-cua-co-so.pdf", days=20)
    _judge(project, department, LIST, Verdict.ACCEPTED)
    _judge(project, department, DOCUMENT, Verdict.REFUSED, "Dự toán chưa có chữ ký của đơn vị (ví dụ).")
    _say(project, unit, DOCUMENT, "Bản có chữ ký gửi trong tuần này.")
    _say(project, department, DOCUMENT, "Đề nghị kèm báo giá còn hiệu lực.")
    sent = actions.record_letter(project_id=project.pk, by=unit, version=_now(project), letter=request_letter(project))
    answer = actions.LetterInput(
        kind=LetterKind.LETTER,
        number=f"{project.pk}/SCT-KC",
        day=today(),
        summary="Đề nghị hoàn thiện hồ sơ đề án (ví dụ)",
        issuer=project.department,
        recipient=project.implementing_unit,
        reply_to_id=sent.letter_id,
    )
    # A letter that carries another file inside: held back until an administrator has decided.
    upload = SimpleUploadedFile("cong-van-kem-tep.pdf", PDF + b"<< /Names << /EmbeddedFiles 4 0 R >> >>")
    setattr(upload, BROUGHT_BY, department)
    actions.record_letter(project_id=project.pk, by=department, version=_now(project), letter=answer, upload=upload)


def _now(project: Project) -> int:
    project.refresh_from_db()
    return project.version


def _file(project: Project, by: Actor, key: str, name: str, *, days: int = 0) -> None:
    actions.file_paper(
        project_id=project.pk,
        by=by,
        version=_now(project),
        key=key,
        upload=SimpleUploadedFile(name, PDF + f"{project.code} {name}".encode()),
        expires_on=today() + timedelta(days=days) if days else None,
    )


def _judge(project: Project, by: Actor, key: str, verdict: Verdict, reason: str = "") -> None:
    actions.judge_paper(
        project_id=project.pk, by=by, version=_now(project), key=key, number=1, verdict=verdict, reason=reason
    )


def _say(project: Project, by: Actor, key: str, text: str) -> None:
    actions.comment_on_paper(project_id=project.pk, by=by, version=_now(project), key=key, text=text)
