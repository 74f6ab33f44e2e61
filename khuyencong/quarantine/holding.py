"""Which kept files are held back, and what is said of them; `core.files` asks both functions (see `apps.py`)."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from khuyencong.audit.actions import record_system
from khuyencong.core.errors import Refused
from khuyencong.core.files import CheckedUpload
from khuyencong.core.inside_pdf import LOCKED_PDF
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.models.agency import DEEPEST, AgencyKind
from khuyencong.people.roles import Role
from khuyencong.quarantine.actions import NEVER_KEPT
from khuyencong.quarantine.door import BROUGHT_BY, CLEAN
from khuyencong.quarantine.models import HeldFile, HeldState, Why

UNSCANNED = "Máy quét mã độc chưa trả lời nên tệp chưa được quét."
# No scanner looks behind a password.
ALWAYS = frozenset({LOCKED_PDF})
ANSWERED_BY = "kc_answered_by"


def hold(checked: CheckedUpload) -> None:
    """Hold a file back that is being kept: not scanned where there is a scanner, doubtful where there is none.

    A content that somebody has let go stays so; one that was destroyed stays out. Part of the transaction that keeps the file.
    """
    same = HeldFile.objects.filter(sha256=checked.sha256).exclude(decided_because=NEVER_KEPT)
    known = set(same.values_list("state", flat=True))
    if HeldState.DESTROYED in known:
        raise Refused(f"Tệp «{checked.name[:100]}» đã bị hủy khi cách ly nên không được nhận lại.")
    clean = bool(getattr(checked.upload, CLEAN, False))
    unscanned = settings.CLAMD is not None and not clean
    doubts = [one for one in checked.doubtful if not clean or one in ALWAYS]
    reasons = [*([UNSCANNED] if unscanned else []), *doubts]
    if not reasons or (HeldState.LET_GO in known and not unscanned):
        return
    actor: Actor | None = getattr(checked.upload, BROUGHT_BY, None)
    agency: Agency | None = actor.agency if actor else getattr(checked.upload, ANSWERED_BY, None)
    held = HeldFile.objects.create(
        stored_name=checked.stored_name,
        name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        why=Why.UNSCANNED if unscanned else Why.DOUBTFUL,
        reason=" ".join(reasons),
        brought_by=actor.user if actor else None,
        agency=agency,
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
    if agency and not unscanned:  # what the scanner will judge by itself asks nobody
        sentence = f"Tệp «{held.name}» đang cách ly, chờ xem: {held.reason}"
        notify(users=deciders_for(agency), sentence=sentence, url=held.get_absolute_url())


def answered_by(upload: UploadedFile[bytes], agency: Agency) -> None:
    """Say whose administrators decide about a file that comes without an account."""
    setattr(upload, ANSWERED_BY, agency)


def deciders_for(agency: Agency) -> list[User]:
    """The administrators of the agency, else of the nearest above it that has any: who brings a file may have none of their own."""
    asked: Agency | None = agency
    for _ in range(DEEPEST):
        if asked is not None and (found := people_of(asked, Role.ADMINISTRATOR)):
            return found
        asked = asked.parent if asked else None
    above = Q(kind=AgencyKind.NATIONAL)
    if agency.province:
        above |= Q(kind=AgencyKind.DEPARTMENT, province=agency.province.current_id or agency.province_id)
    ranked = sorted(Agency.objects.filter(above), key=lambda one: one.kind == AgencyKind.NATIONAL)
    return next((found for one in ranked if (found := people_of(one, Role.ADMINISTRATOR))), [])


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
