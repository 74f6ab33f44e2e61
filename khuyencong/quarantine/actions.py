"""Letting a held file go, or destroying it: by an administrator, or by the scanner when it answers again."""

from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from khuyencong.audit.actions import record, record_system
from khuyencong.core.clamd import Clamd
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.inside_pdf import LOCKED_PDF
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.quarantine.models import HeldFile, HeldState, Why
from khuyencong.quarantine.states import move

STALE = "Tệp này đã được người khác xử lý sau khi bạn mở trang. Chưa có gì được ghi."
LATER = timedelta(hours=1)
BY_SCANNER, NEVER_KEPT = "quét lại: sạch", "việc đính kèm không hoàn tất, không có tệp nào được giữ"


@transaction.atomic
def release(*, held_id: int, by: Actor, version: int, reason: str) -> HeldFile:
    """Let it be downloaded, and with it every later file of the same content. Raises NotAllowed, Stale, Refused."""
    held = _decide(held_id, "release", by=by, version=version, reason=reason)
    record(action="file.release", by=by, subject=held, thread=held.thread, note=held.decided_because)
    _tell(held, f"Tệp «{held.name}» bạn gửi đã được gỡ cách ly.")
    return held


@transaction.atomic
def destroy(*, held_id: int, by: Actor, version: int, reason: str) -> HeldFile:
    """Take the bytes away; the record keeps its name and says why. Raises NotAllowed, Stale, Refused."""
    held = _decide(held_id, "destroy", by=by, version=version, reason=reason)
    _remove(held)
    record(action="file.destroy", by=by, subject=held, thread=held.thread, note=held.decided_because)
    _tell(held, f"Tệp «{held.name}» bạn gửi đã bị hủy: {held.decided_because}")
    return held


def scan_again(*, held_id: int, clamd: Clamd) -> str | None:
    """Ask the scanner once more and do what follows; its answer, None where it gave none (NoAnswerError is raised on).

    The scanner is asked outside the transaction: nobody waits for it.
    """
    held = HeldFile.objects.get(pk=held_id)
    name = stored_at(held)
    if name is None:
        _settle(held_id, "destroy", NEVER_KEPT)
        return None
    with default_storage.open(name, "rb") as file:
        found = clamd.scan(file.chunks()).found
    if found == "" and LOCKED_PDF in held.reason:  # no scanner looks behind a password: somebody decides
        HeldFile.objects.filter(pk=held_id, state=HeldState.HELD).update(why=Why.DOUBTFUL, reason=LOCKED_PDF)
    elif found:
        _settle(held_id, "destroy", f"máy quét tìm thấy mã độc ({found[:100]})")
    else:
        _settle(held_id, "release", BY_SCANNER)
    return found


def stored_at(held: HeldFile) -> str | None:
    """The name in the storage: its room's folder of the day it came, and the made-up name. None where no room kept it."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:  # noqa: SLF001  # the documented way to a model's fields
            if isinstance(field, models.FileField) and isinstance(field.upload_to, str):
                # The storage looks at its own clock, a moment later: at midnight of a new month that is another folder.
                for moment in (held.brought_at, held.brought_at + LATER):
                    folder = timezone.localtime(moment).strftime(field.upload_to).strip("/")
                    if default_storage.exists(f"{folder}/{held.stored_name}"):
                        return f"{folder}/{held.stored_name}"
    return None


def _decide(held_id: int, step: str, *, by: Actor, version: int, reason: str) -> HeldFile:
    held = HeldFile.objects.select_for_update(of=("self",)).get(pk=held_id)
    require(by, Permission.QUARANTINE_DECIDE, held)
    if held.version != version:
        raise Stale(STALE)
    if not reason.strip():
        raise Refused("Hãy ghi lý do.")
    if held.brought_by_id == by.user.pk:
        raise Refused("Tệp do chính bạn gửi: người quản trị khác quyết định.")
    move(held, step, because=reason.strip(), by=by.user)
    return held


@transaction.atomic
def _settle(held_id: int, step: str, because: str) -> None:
    """What follows from the scanner's answer; nothing where an administrator was faster."""
    held = HeldFile.objects.select_for_update(of=("self",)).get(pk=held_id)
    if held.state != HeldState.HELD:
        return
    move(held, step, because=because, by=None)
    if step == "destroy":
        _remove(held)
    action = "file.release" if step == "release" else "file.destroy"
    record_system(
        action=action, origin="jobs", subject=held, thread=held.thread, agency=held.agency, user=held.brought_by,
        note=because,
    )  # fmt: skip
    if step == "destroy" and because != NEVER_KEPT:
        _tell(held, f"Tệp «{held.name}» bạn gửi đã bị hủy: {because}. Hãy quét máy đã tạo ra tệp này rồi gửi bản khác.")
    elif step == "release":
        _tell(held, f"Tệp «{held.name}» bạn gửi đã quét xong, không có mã độc.")


def _remove(held: HeldFile) -> None:
    name = stored_at(held)
    if name is not None:
        transaction.on_commit(lambda: default_storage.delete(name))


def _tell(held: HeldFile, sentence: str) -> None:
    if held.brought_by is not None:
        notify(users=[held.brought_by], sentence=sentence)
