"""Writing a letter into the register of a đề án."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.keeping import files_or_nothing, keep_checked
from khuyencong.projects.models import Attachment, AttachmentKind, Letter, LetterKind, LetterOfProject, Project
from khuyencong.projects.models.letter import issuer_key, number_key

KIND_OF_FILE = {LetterKind.REQUEST: AttachmentKind.REQUEST}


@dataclass(frozen=True)
class LetterInput:
    """A letter as it is typed: issuer and recipient are agencies of the system, or names of others."""

    kind: str
    number: str
    day: date
    summary: str
    issuer: Agency | None = None
    issuer_name: str = ""
    recipient: Agency | None = None
    recipient_name: str = ""
    reply_to_id: int | None = None


def record_letter(
    *, project_id: int, by: Actor, version: int, letter: LetterInput, upload: UploadedFile[bytes] | None = None
) -> LetterOfProject:
    """Write a letter into the register, or tie one that stands there already to this đề án too.

    Raises NotAllowed, Stale, and Refused where the number belongs to another letter of the issuer in that year, the day
    is in the future, or the file may not be kept.
    """
    found = check_upload(upload) if upload is not None else None
    with files_or_nothing() as kept, transaction.atomic():
        project = lock_project(project_id, by=by, permission=Permission.DOSSIER_CORRESPOND, version=version)
        attachment = None
        if upload is not None and found is not None:
            attachment = project.attachments.filter(sha256=found.sha256).first()
            if attachment is None:
                kind = KIND_OF_FILE.get(LetterKind(letter.kind), AttachmentKind.OTHER)
                attachment = keep_checked(project, kind=kind, content=upload, found=found, user=by.user, kept=kept)
        link = write_letter(project, letter, attachment=attachment, written_by=by.user)
        touch(project)
        record(action="project.letter", by=by, subject=project, thread=project.thread, after=letter_event(link))
    return link


def write_letter(
    project: Project, letter: LetterInput, *, attachment: Attachment | None, written_by: User
) -> LetterOfProject:
    """The rows of a letter of a locked đề án; a number that is known with the same day and kind is the same letter."""
    if letter.day > today():
        raise Refused("Ngày văn bản không được sau hôm nay.")
    if letter.issuer is None and not letter.issuer_name:
        raise Refused("Hãy chọn hoặc ghi nơi gửi văn bản.")
    if letter.recipient is None and not letter.recipient_name:
        raise Refused("Hãy chọn hoặc ghi nơi nhận văn bản.")
    if not number_key(letter.number):
        raise Refused("Hãy ghi số, ký hiệu văn bản.")
    reply_to = None
    if letter.reply_to_id is not None:
        reply_to = project.letters.filter(pk=letter.reply_to_id).first()
        if reply_to is None:
            raise Refused("Văn bản được trả lời không có trong sổ của đề án này.")
    row = Letter(
        kind=letter.kind,
        number=letter.number,
        day=letter.day,
        issuer=letter.issuer,
        issuer_name=letter.issuer.name if letter.issuer else letter.issuer_name,
        recipient=letter.recipient,
        recipient_name=letter.recipient.name if letter.recipient else letter.recipient_name,
        summary=letter.summary,
        reply_to=reply_to,
        province_id=project.province.current_id or project.province_id,
        by=written_by,
    )
    row = _known(row) or _saved(row)
    if row.links.filter(project=project).exists():
        raise Refused(f"Văn bản {row} của {row.issuer_name} đã có trong sổ của đề án này.")
    return LetterOfProject.objects.create(letter=row, project=project, attachment=attachment)


def letter_event(link: LetterOfProject) -> dict[str, str]:
    """What the trail keeps of a letter."""
    letter = link.letter
    return {
        "văn bản": f"{letter.get_kind_display()} {letter.number}",
        "ngày văn bản": format_date(letter.day),
        "nơi gửi": letter.issuer_name,
        "nơi nhận": letter.recipient_name,
        "trích yếu": letter.summary,
        "tệp": link.attachment.name if link.attachment else "",
    }


def _saved(row: Letter) -> Letter:
    """The new letter, or the one of the same number that somebody wrote for another đề án in this moment."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        earlier = _known(row)
        if earlier is None:
            raise
        return earlier
    return row


def _known(row: Letter) -> Letter | None:
    """The letter that already bears this number, Refused where it cannot be the same one."""
    earlier = (
        Letter.objects.select_for_update(of=("self",))
        .filter(
            province=row.province,
            issuer_key=issuer_key(row.issuer, row.issuer_name),
            year=row.day.year,
            number_key=number_key(row.number),
        )
        .first()
    )
    if earlier is not None and (earlier.day != row.day or earlier.kind != row.kind):
        raise Refused(
            f"Số {row.number} năm {row.day.year} của {row.issuer_name} đã được ghi: "
            f"{earlier.get_kind_display().lower()} ngày {format_date(earlier.day)}. Hãy kiểm tra lại số, ngày và loại."
        )
    return earlier
