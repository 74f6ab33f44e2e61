"""Handing in the papers of a dossier, checking them, and talking about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.files import CheckedUpload, check_leaving, check_upload
from khuyencong.establishments.models import Paper as RegisteredPaper
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission
from khuyencong.people.roles import Role
from khuyencong.projects.actions.letters import LetterInput, letter_event, write_letter
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.dossier import Row, dossier_of
from khuyencong.projects.dossier_rules import REQUEST_LETTER, require_open, require_row
from khuyencong.projects.keeping import files_or_nothing, keep_checked
from khuyencong.projects.models import Attachment, AttachmentKind, PaperComment, PaperVersion, Project, Verdict
from khuyencong.projects.states import ProjectState

KIND_OF_FILE = {
    "request_letter": AttachmentKind.REQUEST,
    "project_document": AttachmentKind.PROPOSAL,
    "contract": AttachmentKind.CONTRACT,
    "acceptance_record": AttachmentKind.ACCEPTANCE,
    "progress_report": AttachmentKind.PROGRESS,
    "progress_half": AttachmentKind.PROGRESS,
    "progress_most": AttachmentKind.PROGRESS,
}
BEFORE_NATIONAL = frozenset({ProjectState.BASE_APPRAISED, ProjectState.CENTRAL_APPRAISED})


def file_paper(
    *,
    project_id: int,
    by: Actor,
    version: int,
    key: str,
    upload: UploadedFile[bytes],
    expires_on: date | None = None,
    letter: LetterInput | None = None,
) -> PaperVersion:
    """Hand in a file as the next version of a paper; with the unit's letter of request also its number and day.

    Raises NotAllowed, Stale, and Refused where the paper is not asked for, the file may not be kept or is the present
    version already, or the letter's number is taken. When the database refuses, the file on disk is removed again.
    """
    found = check_upload(upload)
    with files_or_nothing() as kept, transaction.atomic():
        project, row = _open(project_id, by=by, version=version, key=key)
        attachment = _kept(project, row, upload, found, by.user, kept)
        paper = _add(project, row, by.user, attachment=attachment, expires_on=expires_on)
        after = _event(row, paper) | _numbered(project, row, letter, attachment, by.user)
        touch(project)
        record(action="project.paper_file", by=by, subject=project, thread=project.thread, after=after)
    return paper


@transaction.atomic
def assign_file(
    *,
    project_id: int,
    by: Actor,
    version: int,
    key: str,
    attachment_id: int,
    expires_on: date | None = None,
    letter: LetterInput | None = None,
) -> PaperVersion:
    """As `file_paper`, with a file that the đề án holds already. Raises NotAllowed, Stale, Refused."""
    project, row = _open(project_id, by=by, version=version, key=key)
    attachment = project.attachments.filter(pk=attachment_id).first()
    if attachment is None:
        raise Refused("Tệp này không có trong hồ sơ đề án.")
    paper = _add(project, row, by.user, attachment=attachment, expires_on=expires_on)
    after = _event(row, paper) | _numbered(project, row, letter, attachment, by.user)
    touch(project)
    record(action="project.paper_file", by=by, subject=project, thread=project.thread, after=after)
    return paper


def take_registered_paper(*, project_id: int, by: Actor, version: int, key: str, registered_id: int) -> PaperVersion:
    """Copy a paper of a beneficiary's entry, with its last day, as the next version: the dossier stays whole when the entry changes.

    Raises NotAllowed, Stale, Refused.
    """
    with files_or_nothing() as kept, transaction.atomic():
        project, row = _open(project_id, by=by, version=version, key=key)
        registered = registered_papers(project).filter(pk=registered_id).first()
        if registered is None:
            raise Refused("Giấy tờ này không có trong hồ sơ của cơ sở thụ hưởng.")
        try:
            check_leaving(registered.file.name or "")
            stream = registered.file.open("rb")
        except FileNotFoundError:
            raise Refused("Tệp của giấy tờ này không còn trên máy chủ: hãy tải lên lại.") from None
        with stream:
            extension = registered.file.name.rpartition(".")[2]
            found = CheckedUpload(
                registered.file_name,
                f"{registered.sha256[:32]}.{extension}",
                registered.size,
                registered.content_type,
                registered.sha256,
            )
            attachment = _kept(project, row, File(stream), found, by.user, kept)
        source = f"Hồ sơ cơ sở {registered.establishment}: {registered.title} {registered.number}".strip()[:300]
        paper = _add(project, row, by.user, attachment=attachment, expires_on=registered.expires_on, taken_from=source)
        touch(project)
        record(action="project.paper_take", by=by, subject=project, thread=project.thread, after=_event(row, paper))
    return paper


@transaction.atomic
def waive_paper(*, project_id: int, by: Actor, version: int, key: str, reason: str) -> PaperVersion:
    """Say why a paper does not apply to this đề án. Raises NotAllowed, Stale, Refused where every đề án must have it."""
    project, row = _open(project_id, by=by, version=version, key=key)
    if not row.may_be_waived:
        raise Refused("Giấy tờ này bắt buộc với đề án, không thể ghi «Không áp dụng».", article=row.citation)
    paper = _add(project, row, by.user, not_applicable=reason)
    touch(project)
    record(action="project.paper_waive", by=by, subject=project, thread=project.thread, after=_event(row, paper))
    return paper


@transaction.atomic
def judge_paper(
    *, project_id: int, by: Actor, version: int, key: str, number: int, verdict: Verdict, reason: str = ""
) -> PaperVersion:
    """Accept the latest version of a paper, or refuse it with a reason; the unit is told of a refusal.

    `number` is the version that the judge looked at. Raises NotAllowed, Stale, and Refused where it is no longer the
    latest, the judge handed it in, or the reason lacks.
    """
    project = lock_project(project_id, by=by, permission=Permission.DOSSIER_JUDGE, version=version)
    require_open(project)
    row = require_row(dossier_of(project, on=today()), key)
    paper = row.latest
    if paper is None or paper.number != number:
        raise Refused("Đã có phiên bản khác của giấy tờ này, hãy xem lại trước khi kiểm tra.")
    if paper.by_id == by.user.pk:
        raise Refused("Người nộp giấy tờ không được tự kiểm tra giấy tờ đó.")
    if verdict == Verdict.REFUSED and not reason.strip():
        raise Refused("Không chấp nhận giấy tờ thì phải ghi lý do.")
    before = {"giấy tờ": row.text, "bản": number, "kết quả": paper.get_verdict_display()}
    paper.verdict, paper.reason, paper.judged_by, paper.judged_at = verdict, reason, by.user, timezone.now()
    paper.save(update_fields=["verdict", "reason", "judged_by", "judged_at"])
    touch(project)
    if verdict == Verdict.REFUSED:
        _tell(
            [_unit_person(project)], by, project, key, f"Phải nộp lại «{row.text}» của đề án {project.code}: {reason}"
        )
    record(
        action=f"project.paper_{verdict.value}",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={"giấy tờ": row.text, "bản": number, "kết quả": paper.get_verdict_display()},
        note=reason,
    )
    return paper


@transaction.atomic
def comment_on_paper(*, project_id: int, by: Actor, version: int, key: str, text: str) -> PaperComment:
    """Add a sentence to the conversation about a paper, and tell the other side. Raises NotAllowed, Stale, Refused."""
    project = lock_project(project_id, by=by, permission=Permission.DOSSIER_CORRESPOND, version=version)
    require_open(project)
    row = require_row(dossier_of(project, on=today()), key)
    comment = PaperComment.objects.create(project=project, paper=key, text=text, by=by.user, agency=by.agency)
    touch(project)
    others = {one.by.pk: one.by for one in row.comments}
    sentence = f"{by.agency.short_name} có ý kiến về «{row.text}» của đề án {project.code}."
    _tell([*others.values(), *_other_side(project, by)], by, project, key, sentence)
    record(
        action="project.paper_comment",
        by=by,
        subject=project,
        thread=project.thread,
        after={"giấy tờ": row.text},
        note=text,
    )
    return comment


def registered_papers(project: Project) -> Any:
    """Papers with a file that stand in the entries of the beneficiaries of the đề án, those still valid first."""
    establishments = project.beneficiaries.order_by().values("establishment")
    rows = RegisteredPaper.objects.filter(establishment__in=establishments).exclude(file="")
    return rows.select_related("establishment").order_by("establishment", "-expires_on", "pk")


def _open(project_id: int, *, by: Actor, version: int, key: str) -> tuple[Project, Row]:
    """The locked đề án and the paper of its list that the unit may hand in now."""
    project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
    require_open(project)
    return project, require_row(dossier_of(project, on=today()), key)


def _kept(
    project: Project, row: Row, upload: File[bytes], found: CheckedUpload, user: User, kept: list[str]
) -> Attachment:
    """The file among those of the đề án: one that is there already serves for several papers."""
    there = project.attachments.filter(sha256=found.sha256).first()
    if there is not None:
        return there
    kind = KIND_OF_FILE.get(row.key.rpartition(".")[2], AttachmentKind.OTHER)
    return keep_checked(project, kind=kind, content=upload, found=found, user=user, kept=kept)


def _add(
    project: Project,
    row: Row,
    user: User,
    *,
    attachment: Attachment | None = None,
    expires_on: date | None = None,
    taken_from: str = "",
    not_applicable: str = "",
) -> PaperVersion:
    latest = row.latest
    again = latest is not None and attachment is not None and latest.attachment_id == attachment.pk
    if again and latest is not None and latest.expires_on == expires_on:
        raise Refused("Tệp này đang là phiên bản mới nhất của giấy tờ.")
    return PaperVersion.objects.create(
        project=project,
        paper=row.key,
        number=latest.number + 1 if latest else 1,
        attachment=attachment,
        taken_from=taken_from,
        not_applicable=not_applicable,
        expires_on=expires_on,
        by=user,
    )


def _numbered(
    project: Project, row: Row, letter: LetterInput | None, attachment: Attachment, user: User
) -> dict[str, Any]:
    """Write the unit's letter of request into the register with the file that was just handed in for it."""
    if letter is None or row.key != REQUEST_LETTER:
        return {}
    return letter_event(write_letter(project, letter, attachment=attachment, written_by=user))


def _event(row: Row, paper: PaperVersion) -> dict[str, Any]:
    found: dict[str, Any] = {"giấy tờ": row.text, "bản": paper.number}
    if paper.attachment is not None:
        found |= {"tệp": paper.attachment.name, "sha256": paper.attachment.sha256}
    if paper.expires_on:
        found["hết hạn"] = format_date(paper.expires_on)
    if paper.taken_from:
        found["lấy từ"] = paper.taken_from
    if paper.not_applicable:
        found["lý do không áp dụng"] = paper.not_applicable
    return found


def _unit_person(project: Project) -> User:
    return project.in_charge or project.created_by


def _other_side(project: Project, by: Actor) -> list[User]:
    """Whom a comment of the unit concerns at the agency that looks at the dossier now, and the other way round."""
    if project.implementing_unit_id not in by.agency_ids:
        return [_unit_person(project)]
    if not project.submission:
        return []  # nobody looks at a draft yet
    looking = project.funder if project.department is None or project.state in BEFORE_NATIONAL else project.department
    return people_of(looking, Role.APPRAISER)


def _tell(users: Iterable[User], by: Actor, project: Project, key: str, sentence: str) -> None:
    url = reverse("project_paper", args=[project.code, key])
    notify(users=[user for user in users if user.pk != by.user.pk], sentence=sentence, url=url)
