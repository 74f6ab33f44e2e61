"""Rows beside an entry: added, corrected, taken away, each counting as a change of the entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.files import CheckedUpload, check_upload
from khuyencong.establishments.details import KINDS, DetailKind
from khuyencong.establishments.door import lock_establishment, thread_of, touch
from khuyencong.establishments.duplicates import raise_suspicions
from khuyencong.establishments.models import Establishment, FormerName, Paper
from khuyencong.establishments.models.details import Detail
from khuyencong.people.actors import Actor

MOST = 300  # rows of one kind that one establishment may have
GONE = "Dòng này không còn trong hồ sơ: hãy mở lại trang của cơ sở."
BY_COMPETITION = "Giấy chứng nhận này do kỳ bình chọn cấp: chỉ sửa bằng cách ghi thu hồi ở trang giấy chứng nhận."


def add_detail(
    *,
    establishment_id: int,
    by: Actor,
    version: int,
    kind: str,
    fields: Mapping[str, Any],
    upload: UploadedFile[bytes] | None = None,
) -> Detail:
    """Add a row of `kind` (key of `details.KINDS`); `upload` is kept with a paper, under a made-up name.

    Raises NotAllowed, Stale, and Refused where the row cannot stand or is there already. When the database refuses, the
    file on disk is removed again.
    """
    what, kept = KINDS[kind], _Kept(KINDS[kind], upload)
    try:
        with transaction.atomic():
            establishment = lock_establishment(establishment_id, by=by, version=version)
            _check_room(what, establishment)
            row = what.model(establishment=establishment)
            if isinstance(row, Paper):
                row.uploaded_by = by.user
            _write(what, row, fields, kept)
            _follow(what, establishment)
            record(
                action="establishment.detail_add",
                by=by,
                subject=establishment,
                thread=thread_of(establishment),
                after=snapshot_of(what, row),
            )
    except Exception:
        kept.undo()
        raise
    return row


def update_detail(
    *,
    establishment_id: int,
    by: Actor,
    version: int,
    kind: str,
    detail_id: int,
    fields: Mapping[str, Any],
    upload: UploadedFile[bytes] | None = None,
) -> Detail:
    """Correct a row; an `upload` takes the place of the paper's file. Raises NotAllowed, Stale, Refused."""
    what, kept = KINDS[kind], _Kept(KINDS[kind], upload)
    try:
        with transaction.atomic():
            establishment = lock_establishment(establishment_id, by=by, version=version)
            row = _row(what, establishment, detail_id)
            before = snapshot_of(what, row)
            replaced = _file_of(row) if kept.checked else None
            _write(what, row, fields, kept)
            _follow(what, establishment)
            if replaced:
                _delete_later(*replaced)
            record(
                action="establishment.detail_update",
                by=by,
                subject=establishment,
                thread=thread_of(establishment),
                before=before,
                after=snapshot_of(what, row),
            )
    except Exception:
        kept.undo()
        raise
    return row


@transaction.atomic
def remove_detail(*, establishment_id: int, by: Actor, version: int, kind: str, detail_id: int) -> None:
    """Take a row away, and the file of a paper with it; the audit trail keeps what it was. Raises NotAllowed, Stale, Refused."""
    what = KINDS[kind]
    establishment = lock_establishment(establishment_id, by=by, version=version)
    row = _row(what, establishment, detail_id)
    before, held = snapshot_of(what, row), _file_of(row)
    row.delete()
    _follow(what, establishment)
    if held:
        _delete_later(*held)
    record(
        action="establishment.detail_remove",
        by=by,
        subject=establishment,
        thread=thread_of(establishment),
        before=before,
    )


def snapshot_of(what: DetailKind, row: Detail) -> dict[str, Any]:
    """What the audit trail keeps of a row: its kind and values, of a paper also which file; no personal data."""
    values = {name: getattr(row, name) for name in what.fields if name not in what.personal}
    if isinstance(row, Paper) and row.file:
        values |= {"file": row.file_name, "sha256": row.sha256}
    return {"detail": what.key, **values}


class _Kept:
    """The file that comes with a row: looked at before anything is written, and off the disk again when that fails."""

    def __init__(self, what: DetailKind, upload: UploadedFile[bytes] | None) -> None:
        if upload is not None and not what.holds_a_file:
            raise Refused("Chỉ giấy tờ mới kèm tệp.")
        self.upload = upload
        self.checked: CheckedUpload | None = check_upload(upload) if upload is not None else None
        self.stored: tuple[Storage, str] | None = None

    def undo(self) -> None:
        if self.stored is not None:
            storage, name = self.stored
            storage.delete(name)

    def put_into(self, paper: Paper) -> None:
        """Write the file to the disk; the row is saved by whoever calls."""
        if self.checked is None or self.upload is None:
            return
        paper.file.save(self.checked.arrive(), self.upload, save=False)
        self.stored = (paper.file.storage, paper.file.name or "")
        paper.file_name, paper.content_type = self.checked.name[:200], self.checked.content_type
        paper.size, paper.sha256 = self.checked.size, self.checked.sha256


def _check_room(what: DetailKind, establishment: Establishment) -> None:
    if what.rows_of(establishment).count() >= MOST:
        raise Refused(f"Một cơ sở có tối đa {MOST} dòng {what.label}.")


def _row(what: DetailKind, establishment: Establishment, detail_id: int) -> Detail:
    found = what.rows_of(establishment).filter(pk=detail_id).first()
    if found is None:
        raise Refused(GONE)
    # Of a later room, reached through the relation.
    if getattr(found, "competition_certificate", None) is not None:
        raise Refused(BY_COMPETITION, article="TT 26/2014 Đ17, Đ20.3")
    return found


def _write(what: DetailKind, row: Detail, fields: Mapping[str, Any], kept: _Kept) -> None:
    for name in what.fields:
        if name in fields:
            setattr(row, name, fields[name])
    try:
        row.full_clean(exclude={one.name for one in what.model._meta.fields if not one.editable})  # noqa: SLF001  # Django documents _meta
    except ValidationError as error:
        raise Refused(" ".join(_sentences(what, error))) from None
    if isinstance(row, Paper):
        kept.put_into(row)
    row.save()
    row.refresh_from_db()  # as stored: what the trail keeps of it is compared with what stands there next time


def _sentences(what: DetailKind, error: ValidationError) -> list[str]:
    """Each complaint once, one about a single value after the name of that value."""
    names = {one.name: str(one.verbose_name) for one in what.model._meta.fields}  # noqa: SLF001  # Django documents _meta
    found = [
        f"{names[name].capitalize()}: {message}" if name in names else message
        for name, messages in error.message_dict.items()
        for message in messages
    ]
    return list(dict.fromkeys(found))


def _follow(what: DetailKind, establishment: Establishment) -> None:
    """What else changes with a row: the version, by what the entry is found, what it may be a twin of."""
    touch(establishment)
    if what.model is FormerName:
        Establishment.objects.filter(pk=establishment.pk).refresh_haystacks()
    if what.tells_twins:
        raise_suspicions([establishment.pk])


def _file_of(row: Detail) -> tuple[Storage, str] | None:
    return (row.file.storage, row.file.name or "") if isinstance(row, Paper) and row.file else None


def _delete_later(storage: Storage, name: str) -> None:
    transaction.on_commit(lambda: storage.delete(name), robust=True)
