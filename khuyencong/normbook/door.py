"""How an action takes hold of an entered document: locked, permitted, and still the one that the page showed."""

from __future__ import annotations

from typing import Any

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.queries import last_change
from khuyencong.core.errors import Stale
from khuyencong.law.catalogue import activity_name
from khuyencong.law.wording import terms_text
from khuyencong.normbook.book import as_law
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.normbook.states import check_editable, check_state, transition
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "Văn bản đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
# What a person does to a document while it is being written; see audit.labels.
WRITING = ("norm.enter", "norm.update", "norm.attach", "norm.send")


def is_author(document: EnteredDocument, by: Actor) -> bool:
    """Whether this person entered, changed or sent the document, under whatever hat; one query at most."""
    if by.user.pk in {document.entered_by_id, document.sent_by_id}:
        return True
    return AuditEvent.objects.filter(thread=document.thread, actor=by.user, action__in=WRITING).exists()


def snapshot(document: EnteredDocument) -> dict[str, Any]:
    """What the audit log keeps of a document: its fields and every norm in words."""
    kept: dict[str, Any] = {
        "state": document.state,
        "số": document.number,
        "loại": document.kind,
        "trích yếu": document.title,
        "cơ quan ban hành": document.issuer,
        "phạm vi": str(document.province or "quốc gia"),
        "ngày ban hành": document.issued_on,
        "hiệu lực từ": document.valid_from,
        "hiệu lực đến": document.valid_to,
        "thay thế": document.replaces,
        "đính chính": document.corrects,
        "ghi chú": document.note,
        "tệp": document.file_name,
        "sha256": document.file_sha256,
    }
    fresh = EnteredDocument.objects.select_related("province").prefetch_related("norms__tiers").get(pk=document.pk)
    for norm in as_law(fresh).norms:
        base = f"; căn cứ: {norm.cost_base}" if norm.cost_base else ""
        note = f"; {norm.note}" if norm.note else ""
        kept[activity_name(norm.activity)] = f"{terms_text(norm)}; {norm.article}{base}{note}"
    return kept


def lock_for_step(document_id: int, step: str, *, by: Actor, version: int) -> EnteredDocument:
    """The document, locked until the transaction ends, on which `step` of the table may be taken now.

    Raises NotAllowed where the matrix refuses, Stale where `version` is not the current one, Refused where the state
    does not allow the step. Must be called inside a transaction.
    """
    document = _lock_any(document_id, by=by, permission=transition(step).permission, version=version)
    check_state(document, step)
    return document


def lock_draft(document_id: int, *, by: Actor, version: int) -> EnteredDocument:
    """The document, locked, whose contents may be changed now; raises as `lock_for_step`."""
    document = _lock_any(document_id, by=by, permission=Permission.NORM_EDIT, version=version)
    check_editable(document)
    return document


def _lock_any(document_id: int, *, by: Actor, permission: Permission, version: int) -> EnteredDocument:
    document = (
        EnteredDocument.objects.select_for_update(of=("self",))
        .select_related("province", "agency__province")
        .prefetch_related("norms__tiers")
        .get(pk=document_id)
    )
    require(by, permission, document)
    if document.version != version:
        raise Stale(f"{STALE} {last_change(document.thread)}".strip())
    return document


def lock_the_book() -> None:
    """Lock every document that counts or waits, always in the same order.

    Two documents that are confirmed at once queue up here, so that the second sees what the first put into the book.
    """
    rows = EnteredDocument.objects.filter(state__in=[EntryState.SENT, EntryState.CONFIRMED])
    list(rows.order_by("pk").select_for_update().values_list("pk"))
