"""Which kept files are held back, and what is said of them; `core.files` asks both functions (see `apps.py`)."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from khuyencong.audit.actions import record_system
from khuyencong.core.files import CheckedUpload
from khuyencong.core.inside_pdf import LOCKED_PDF
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role
from khuyencong.quarantine.door import BROUGHT_BY, CLEAN
from khuyencong.quarantine.models import HeldFile, HeldState, Why

UNSCANNED = "Máy quét mã độc chưa trả lời nên tệp chưa được quét."
# No scanner looks behind a password.
ALWAYS = frozenset({LOCKED_PDF})


def hold(upload: UploadedFile[bytes], checked: CheckedUpload, doubts: tuple[str, ...]) -> None:
    """Hold a file back that is about to be kept: not scanned where there is a scanner, doubtful where there is none.

    A content that somebody has let go stays so; one that was destroyed stays out. Part of the action that keeps the file.
    """
    clean = bool(getattr(upload, CLEAN, False))
    unscanned = settings.CLAMD is not None and not clean
    reasons = [*([UNSCANNED] if unscanned else []), *(one for one in doubts if not clean or one in ALWAYS)]
    if not reasons:
        return
    known = set(HeldFile.objects.filter(sha256=checked.sha256).values_list("state", flat=True))
    if HeldState.LET_GO in known and not unscanned:
        return
    actor: Actor | None = getattr(upload, BROUGHT_BY, None)
    held = HeldFile.objects.create(
        stored_name=checked.stored_name,
        name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        why=Why.UNSCANNED if unscanned else Why.DOUBTFUL,
        reason=" ".join(reasons),
        brought_by=actor.user if actor else None,
        agency=actor.agency if actor else None,
    )
    record_system(
        action="file.hold",
        origin=actor.origin if actor else "quarantine",
        subject=held,
        thread=held.thread,
        user=held.brought_by,
        agency=held.agency,
        after={"tệp": held.name, "SHA-256": held.sha256},
        note=held.reason,
    )
    if actor and not unscanned:  # what the scanner will judge by itself asks nobody
        sentence = f"Tệp «{held.name}» đang cách ly, chờ xem: {held.reason}"
        notify(users=people_of(actor.agency, Role.ADMINISTRATOR), sentence=sentence, url=held.get_absolute_url())


def staying(names: Iterable[str]) -> dict[str, str]:
    """Of names in the storage those that are held or destroyed, with the sentence; one query."""
    by_end = {name.rpartition("/")[2]: name for name in names if name}
    rows = HeldFile.objects.filter(stored_name__in=by_end).exclude(state=HeldState.LET_GO)
    return {by_end[one.stored_name]: sentence_of(one) for one in rows}


def sentence_of(held: HeldFile) -> str:
    """Why it cannot be had."""
    if held.state == HeldState.DESTROYED:
        return f"Tệp «{held.name}» đã bị hủy: {held.decided_because}"
    then = "Tệp được mở ngay khi quét xong." if held.why == Why.UNSCANNED else "Người quản trị đang xem."
    return f"Tệp «{held.name}» đang cách ly, chưa tải về được. {held.reason} {then}"
