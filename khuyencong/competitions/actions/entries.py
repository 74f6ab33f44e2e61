"""A product is entered by its maker, or by an officer for the maker, and handed in or taken back (TT 26/2014 Đ6, Đ12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.competitions.door import lock_entry, lock_entry_for_step, need, touch
from khuyencong.competitions.eligibility import findings_of
from khuyencong.competitions.keeping import keep_paper, keep_photo
from khuyencong.competitions.models import (
    Entry,
    EntryPaper,
    EntryPaperKind,
    EntryPhoto,
    EntryState,
    PhotoAngle,
    Round,
    RoundState,
)
from khuyencong.competitions.models.entries import IN_PLAY
from khuyencong.competitions.rules import refuse_on
from khuyencong.competitions.states import move_entry
from khuyencong.competitions.tell import tell_maker, tell_submitted
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.keeping import files_or_nothing

DESCRIPTION = (
    "features", "materials", "technology", "standards", "output", "market", "price", "revenue", "workers", "impact",
    "culture", "awards",
)  # fmt: skip
ANSWERED = ("own_production", "mass_production", "not_copied", "lawful", "consents", "may_keep")
BELOW_FIELDS = ("lower", "lower_record", "letter_number", "letter_on", "letter_issuer", "no_lower_round")
FIELDS = ("product", "is_set", "set_parts", "group", *DESCRIPTION, *ANSWERED, *BELOW_FIELDS)
MOST_OF_ONE = 20  # products of one establishment in one round
NOT_WRITABLE = "Hồ sơ đã nộp nên không sửa được; chỉ sửa khi được yêu cầu bổ sung."


@transaction.atomic
def begin_entry(
    *,
    by: Actor,
    creation_key: UUID,
    round_: Round,
    establishment: Establishment,
    fields: Mapping[str, Any],
    earlier: Entry | None = None,
) -> Entry:
    """Begin the dossier of a product; `earlier`: the same product in another round, whose key it goes on with.

    Raises NotAllowed, and Refused where the round takes no products or the product is in it already.
    """
    entry = Entry(
        round=round_,
        establishment=establishment,
        creation_key=creation_key,
        written_by=by.user,
        written_for=by.agency,
    )
    require(by, Permission.COMPETITION_ENTER, establishment)
    first = Entry.objects.filter(creation_key=creation_key).first()
    if first is not None:
        if first.written_by_id != by.user.pk:
            raise Refused(USED)
        return first
    # Held, so that two forms of the same maker come one after the other.
    entry.round = Round.objects.with_all().select_for_update(of=("self",), no_key=True).get(pk=round_.pk)
    _check_room(entry.round, establishment)
    if earlier is not None:
        _go_on_with(entry, earlier)
    _write(entry, fields)
    made = save_once(entry, author="written_by")
    if made is not None:
        return made
    if by.agency.kind != AgencyKind.ESTABLISHMENT:
        tell_maker(entry, f"{by.user} ({by.agency.short_name}) soạn giúp hồ sơ bình chọn; hãy xem lại.", by=by)
    record(action="competition_entry.begin", by=by, subject=entry, thread=entry.thread, after=snapshot(entry))
    return entry


@transaction.atomic
def write_entry(*, entry_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Entry:
    """Change the text of a dossier that is being written or completed. Raises NotAllowed, Stale, Refused."""
    entry = _writable(entry_id, by, version)
    before = snapshot(entry)
    _write(entry, fields)
    entry.version += 1
    entry.save()
    record(
        action="competition_entry.write",
        by=by,
        subject=entry,
        thread=entry.thread,
        before=before,
        after=snapshot(entry),
    )
    return entry


@transaction.atomic
def submit_entry(*, entry_id: int, by: Actor, version: int) -> Entry:
    """Hand the dossier in; nothing may stand against it. Raises NotAllowed, Stale, Refused with all findings."""
    entry = lock_entry_for_step(entry_id, "submit", by=by, version=version)
    refuse_on(findings_of(entry, today()))
    if entry.number is None:
        # The round is locked: nobody takes the same number.
        entry.number = (entry.round.entries.aggregate(last=Max("number"))["last"] or 0) + 1
    entry.submitted_at = timezone.now()
    entry.handed_in_on = entry.handed_in_on or today()
    entry.asked, entry.complete_by = "", None
    move_entry(entry, "submit")
    tell_submitted(entry, by=by)
    record(
        action="competition_entry.submit",
        by=by,
        subject=entry,
        thread=entry.thread,
        after={"số hồ sơ": entry.number, "sản phẩm": entry.product},
    )
    return entry


@transaction.atomic
def withdraw_entry(*, entry_id: int, by: Actor, version: int, reason: str = "") -> Entry:
    """Take the product out (taking part is free: Đ6.4), until its scores are settled. Raises NotAllowed, Stale, Refused."""
    entry = lock_entry_for_step(entry_id, "withdraw", by=by, version=version)
    if entry.round.state in (RoundState.SCORED, RoundState.DECIDED, RoundState.CLOSED):
        raise Refused("Đã chấm xong: sản phẩm không rút được nữa.")
    if entry.state != EntryState.DRAFT and by.agency.kind != AgencyKind.ESTABLISHMENT:
        need(reason, "Rút thay cơ sở phải ghi lý do.")
    move_entry(entry, "withdraw")
    tell_maker(entry, "đã rút khỏi kỳ bình chọn.", by=by)
    record(
        action="competition_entry.withdraw", by=by, subject=entry, thread=entry.thread, note=reason.strip(),
        after={"trạng thái": entry.get_state_display()},
    )  # fmt: skip
    return entry


def add_photos(
    *, entry_id: int, by: Actor, version: int, angle: str, uploads: Sequence[UploadedFile[bytes]]
) -> list[EntryPhoto]:
    """Keep photos of one angle, without what the camera wrote; all of them or none. Raises NotAllowed, Stale, Refused."""
    with files_or_nothing() as kept, transaction.atomic():
        entry = _writable(entry_id, by, version)
        if not uploads:
            raise Refused("Hãy chụp hoặc chọn ít nhất một ảnh.")
        rows = [keep_photo(entry, one, angle=PhotoAngle(angle), user=by.user, kept=kept) for one in uploads]
        touch(entry)
        record(
            action="competition_entry.photos",
            by=by,
            subject=entry,
            thread=entry.thread,
            after={"góc chụp": PhotoAngle(angle).label, "tệp": [one.name for one in rows]},
        )
    return rows


def add_papers(
    *, entry_id: int, by: Actor, version: int, kind: str, uploads: Sequence[UploadedFile[bytes]]
) -> list[EntryPaper]:
    """Keep papers of one kind; all of them or none. Raises NotAllowed, Stale, Refused."""
    with files_or_nothing() as kept, transaction.atomic():
        entry = _writable(entry_id, by, version)
        if not uploads:
            raise Refused("Hãy chọn ít nhất một tệp.")
        rows = [keep_paper(entry, one, kind=EntryPaperKind(kind), user=by.user, kept=kept) for one in uploads]
        touch(entry)
        record(
            action="competition_entry.papers",
            by=by,
            subject=entry,
            thread=entry.thread,
            after={"loại": EntryPaperKind(kind).label, "tệp": [one.name for one in rows]},
        )
    return rows


@transaction.atomic
def remove_file(*, entry_id: int, by: Actor, version: int, file_id: int, photo: bool) -> None:
    """Take a photo or a paper out of a dossier that is being written; the trail keeps its name. Raises NotAllowed, Stale, Refused."""
    entry = _writable(entry_id, by, version)
    rows: Any = entry.photos if photo else entry.papers
    found = rows.filter(pk=file_id).first()
    if found is None:
        raise Refused("Tệp này không còn trong hồ sơ.")
    path, storage = found.file.name or "", found.file.storage
    before = {"tệp": found.name, "sha256": found.sha256}
    found.delete()
    touch(entry)
    transaction.on_commit(lambda: storage.delete(path), robust=True)
    record(action="competition_entry.remove_file", by=by, subject=entry, thread=entry.thread, before=before)


def snapshot(entry: Entry) -> dict[str, Any]:
    """What the trail says of a dossier; long texts by their length, since the dossier itself keeps them."""
    texts = {name for name in DESCRIPTION if isinstance(getattr(entry, name), str)}
    told = {name: f"{len(getattr(entry, name))} ký tự" for name in sorted(texts) if getattr(entry, name)}
    return {
        "kỳ bình chọn": entry.round.name,
        "cơ sở": entry.establishment.name,
        "sản phẩm": entry.product,
        "nhóm": entry.get_group_display(),
        "là bộ": entry.is_set,
        "trả lời": {name: getattr(entry, name) for name in ANSWERED},
        "văn bản đề nghị": entry.letter_number,
        "giấy chứng nhận cấp dưới": entry.lower_id or entry.lower_record_id,
        **told,
    }


def _check_room(round_: Round, establishment: Establishment) -> None:
    """Whether one more product of the maker may come into the round today."""
    if not round_.takes_entries_on(today()):
        raise Refused("Kỳ bình chọn này không nhận hồ sơ hôm nay.", article="khoản 1 Điều 15 Thông tư 26/2014/TT-BCT")
    if establishment.merged_into_id is not None:
        raise Refused("Hồ sơ cơ sở này đã được gộp vào một hồ sơ khác: hãy đăng ký từ hồ sơ ấy.")
    if round_.entries.filter(establishment=establishment, state__in=IN_PLAY).count() >= MOST_OF_ONE:
        raise Refused(f"Một cơ sở có tối đa {MOST_OF_ONE} sản phẩm trong một kỳ.")


def _go_on_with(entry: Entry, earlier: Entry) -> None:
    """The same product as in another round: its key, and what was told of it."""
    if earlier.establishment.identity_id != entry.establishment.identity_id:
        raise Refused("Sản phẩm trước là của cơ sở khác.")
    _take_key(entry, earlier)
    for name in ("product", "is_set", "set_parts", "group", *DESCRIPTION):
        setattr(entry, name, getattr(earlier, name))


def _take_key(entry: Entry, earlier: Entry) -> None:
    """Go on under the key of the same product elsewhere; Refused where it is in this round already."""
    entry.product_key = earlier.product_key
    same = entry.round.entries.filter(product_key=entry.product_key, state__in=IN_PLAY).exclude(pk=entry.pk)
    if same.exists():
        raise Refused("Sản phẩm này đã có trong kỳ bình chọn: một sản phẩm chỉ đăng ký một lần trong một kỳ.")


def _writable(entry_id: int, by: Actor, version: int) -> Entry:
    entry = lock_entry(entry_id, by=by, permission=Permission.COMPETITION_ENTER, version=version)
    if not entry.may_be_changed:
        raise Refused(NOT_WRITABLE)
    if entry.round.state != RoundState.CALLED:
        raise Refused("Kỳ bình chọn không nhận hồ sơ nữa.")
    return entry


def _write(entry: Entry, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            value = fields[name]
            setattr(entry, name, "" if value is None and isinstance(getattr(entry, name), str) else value)
    entry.product = need(entry.product, "Hãy ghi tên sản phẩm.")
    if not entry.is_set:
        entry.set_parts = ""
    if entry.no_lower_round:
        entry.lower, entry.lower_record = None, None
    if entry.lower is not None:
        # The same product goes on under one key from level to level.
        entry.lower_record = None
        _take_key(entry, entry.lower.entry)
