"""What happens to an entered document: written, sent, confirmed by a second person, revoked; its file is kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.files import check_upload
from khuyencong.core.findings import blockers
from khuyencong.normbook.book import as_law
from khuyencong.normbook.door import is_author, lock_draft, lock_for_step, lock_the_book, snapshot
from khuyencong.normbook.models import EnteredDocument, EnteredNorm, EnteredTier
from khuyencong.normbook.rules import MOST_CLASHES, findings, ground_for, may_enter_for
from khuyencong.normbook.states import move
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

# What a person may write about a document; everything else on it is set by the steps.
FIELDS = (
    "province",
    "number",
    "kind",
    "title",
    "issuer",
    "issued_on",
    "valid_from",
    "valid_to",
    "replaces",
    "corrects",
    "note",
)
MAX_NORMS = 80
MAX_TIERS = 80
SAME_PERSON = "Người nhập, sửa hoặc gửi văn bản không tự xác nhận: cần một người khác của cơ quan."
OTHER_PLACE = "Sở chỉ nhập văn bản của tỉnh mình, hiện nay hoặc trước sáp nhập; Cục nhập văn bản của quốc gia."


@dataclass(frozen=True)
class TierInput:
    """One tier as entered: `percent` of the cost base, amounts in đồng, above < quantity <= up_to."""

    name: str
    percent: Decimal | None = None
    cap: int | None = None
    above: int | None = None
    up_to: int | None = None


@dataclass(frozen=True)
class NormInput:
    """One norm as entered: at most `percent` (0 to 100) of the cost base and at most `cap` đồng per `unit`."""

    activity: str
    unit: str
    percent: Decimal | None = None
    cap: int | None = None
    article: str = ""
    cost_base: str = ""
    recoverable: bool = False
    by_price: bool = False
    tier_by: str = ""
    note: str = ""
    tiers: tuple[TierInput, ...] = ()


@transaction.atomic
def enter_document(
    *, by: Actor, creation_key: uuid.UUID, fields: Mapping[str, Any], norms: Sequence[NormInput]
) -> EnteredDocument:
    """Begin a document of the actor's agency; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, and Refused for the document of another place.
    """
    require(by, Permission.NORM_EDIT)
    earlier = EnteredDocument.objects.filter(creation_key=creation_key, entered_by=by.user).first()
    if earlier is not None:
        return earlier
    document = EnteredDocument(creation_key=creation_key, agency=by.agency, entered_by=by.user)
    _write(document, fields)
    earlier = save_once(document, author="entered_by")
    if earlier is not None:
        return earlier
    _write_norms(document, norms)
    record(action="norm.enter", by=by, subject=document, thread=document.thread, after=snapshot(document))
    return document


@transaction.atomic
def update_document(
    *, document_id: int, by: Actor, version: int, fields: Mapping[str, Any], norms: Sequence[NormInput]
) -> EnteredDocument:
    """Change a draft and all its norms. Raises NotAllowed, Stale, Refused."""
    document = lock_draft(document_id, by=by, version=version)
    before = snapshot(document)
    _write(document, fields)
    document.version += 1
    document.save()
    _write_norms(document, norms)
    record(
        action="norm.update", by=by, subject=document, thread=document.thread, before=before, after=snapshot(document)
    )
    return document


@transaction.atomic
def delete_document(*, document_id: int, by: Actor, version: int) -> None:
    """Take a draft away; the audit trail keeps what it said. Raises NotAllowed, Stale, Refused."""
    document = lock_draft(document_id, by=by, version=version)
    before = snapshot(document)
    _forget_file(document)
    EnteredDocument.objects.filter(pk=document.pk).delete()
    record(action="norm.delete", by=by, subject=document, thread=document.thread, before=before)


def attach_file(*, document_id: int, by: Actor, version: int, upload: UploadedFile[bytes]) -> EnteredDocument:
    """Keep the text of the document under a made-up name, outside the web root; a file kept before is replaced.

    Raises NotAllowed, Stale, and Refused where it is empty, too large or of another type. When the database refuses,
    the file on disk is removed again.
    """
    found = check_upload(upload)
    stored = ""
    storage = EnteredDocument._meta.get_field("file").storage  # noqa: SLF001  # Django's documented way to a field
    try:
        with transaction.atomic():
            document = lock_draft(document_id, by=by, version=version)
            before = {"tệp": document.file_name, "sha256": document.file_sha256}
            _forget_file(document)
            document.file.save(found.arrive(), upload, save=False)
            stored = document.file.name or ""
            document.file_name, document.file_type = found.name, found.content_type
            document.file_size, document.file_sha256 = found.size, found.sha256
            document.version += 1
            document.save()
            after = {"tệp": found.name, "dung lượng": found.size, "sha256": found.sha256}
            record(action="norm.attach", by=by, subject=document, thread=document.thread, before=before, after=after)
    except Exception:
        if stored:
            storage.delete(stored)
        raise
    return document


@transaction.atomic
def send_document(*, document_id: int, by: Actor, version: int) -> EnteredDocument:
    """Ask a second person to confirm: nothing may be missing. Raises NotAllowed, Stale, Refused with all findings."""
    document = lock_for_step(document_id, "send", by=by, version=version)
    _check(document)
    before = snapshot(document)
    document.sent_by = by.user
    move(document, "send")
    record(action="norm.send", by=by, subject=document, thread=document.thread, before=before, after=snapshot(document))
    return document


@transaction.atomic
def confirm_document(*, document_id: int, by: Actor, version: int) -> EnteredDocument:
    """Count the document from its first day on, having compared it with its file.

    Raises NotAllowed also for whoever wrote or sent it, Stale, and Refused where two norms would be in force at once.
    """
    lock_the_book()
    document = lock_for_step(document_id, "confirm", by=by, version=version)
    if is_author(document, by):
        raise NotAllowed(SAME_PERSON)
    _check(document)
    before = snapshot(document)
    document.confirmed_by, document.confirmed_at = by.user, timezone.now()
    move(document, "confirm")
    record(
        action="norm.confirm", by=by, subject=document, thread=document.thread, before=before, after=snapshot(document)
    )
    return document


@transaction.atomic
def return_document(*, document_id: int, by: Actor, version: int, reason: str) -> EnteredDocument:
    """Give a sent document back to be corrected. Raises NotAllowed, Stale, Refused without a reason."""
    document = lock_for_step(document_id, "return", by=by, version=version)
    before = {"state": document.state}
    move(document, "return", reason=reason)
    record(
        action="norm.return",
        by=by,
        subject=document,
        thread=document.thread,
        before=before,
        after={"state": document.state},
        note=document.reason,
    )
    return document


@transaction.atomic
def revoke_document(*, document_id: int, by: Actor, version: int, reason: str) -> EnteredDocument:
    """Let a confirmed document count no more; calculations made with it keep their norm.

    Raises NotAllowed, Stale, and Refused without a reason, or where what it had replaced would clash with what follows.
    """
    lock_the_book()
    document = lock_for_step(document_id, "revoke", by=by, version=version)
    _check_revocable(document)
    before = {"state": document.state}
    move(document, "revoke", reason=reason)
    record(
        action="norm.revoke",
        by=by,
        subject=document,
        thread=document.thread,
        before=before,
        after={"state": document.state},
        note=document.reason,
    )
    return document


def _write(document: EnteredDocument, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(document, name, fields[name])
    if not may_enter_for(document.agency, document.province):
        raise Refused(OTHER_PLACE)


def _write_norms(document: EnteredDocument, norms: Sequence[NormInput]) -> None:
    """Put these norms in place of whatever the document had."""
    if len(norms) > MAX_NORMS or any(len(norm.tiers) > MAX_TIERS for norm in norms):
        raise Refused(f"Một văn bản có tối đa {MAX_NORMS} định mức, mỗi định mức tối đa {MAX_TIERS} bậc.")
    codes = [norm.activity for norm in norms]
    if len(set(codes)) < len(codes):
        raise Refused("Mỗi nội dung hoạt động chỉ có một định mức trong một văn bản.")
    document.norms.all().delete()
    for position, norm in enumerate(norms):
        row = EnteredNorm.objects.create(
            document=document,
            position=position,
            activity=norm.activity,
            percent=norm.percent,
            cap=norm.cap,
            unit=norm.unit,
            article=norm.article,
            cost_base=norm.cost_base,
            recoverable=norm.recoverable,
            by_price=norm.by_price,
            tier_by=norm.tier_by,
            note=norm.note,
        )
        EnteredTier.objects.bulk_create(
            EnteredTier(
                norm=row,
                position=place,
                name=tier.name,
                above=tier.above,
                up_to=tier.up_to,
                percent=tier.percent,
                cap=tier.cap,
            )
            for place, tier in enumerate(norm.tiers)
        )


def _check(document: EnteredDocument) -> None:
    """Raises Refused with every finding that stops the document."""
    stopping = blockers(findings(document, ground_for(document)))
    if stopping:
        raise Refused(" ".join(one.sentence for one in stopping), findings=stopping)


def _check_revocable(document: EnteredDocument) -> None:
    """What the document had replaced is open again without it: that must not meet what came later."""
    ground = ground_for(document)
    with_it = ground.book_with(as_law(document))
    new = [one for one in ground.book.clashes if one not in with_it.clashes]
    if new:
        raise Refused("Chưa hủy bỏ được, vì khi ấy: " + " ".join(new[:MOST_CLASHES]))


def _forget_file(document: EnteredDocument) -> None:
    """Remove the file kept so far once the transaction has gone through.

    Where the disk refuses, what was written stays written: an old file too many does no harm.
    """
    path, storage = document.file.name or "", document.file.storage
    if path:
        transaction.on_commit(lambda: storage.delete(path), robust=True)
