"""All signed sheets of a round as one PDF: asked for once, set some at a time, so that a stop loses nothing."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.competitions.judging.paper import LOADED, sheets_pdf
from khuyencong.competitions.judging.seats import check_reading
from khuyencong.competitions.models import (
    Round,
    SheetPrint,
    SheetPrintPart,
    SheetSignature,
    SheetState,
)
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused, Stale
from khuyencong.documents.joining import join
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.keeping import files_or_nothing

SHEETS_AT_ONCE: Final = 60
MOVED_ON = "Tệp đã được lập tiếp ở một trang khác: trang này hiện kết quả mới nhất."


@transaction.atomic
def begin_print(*, round_id: int, by: Actor, creation_key: UUID) -> SheetPrint:
    """Ask for all sheets as they are signed now; none is set yet. The same `creation_key` gives the first back.

    Raises NotAllowed for who may not read them, or not yet; Refused where nothing is signed.
    """
    round_ = Round.objects.with_all().get(pk=round_id)
    require(by, Permission.COMPETITION_VIEW, round_)
    check_reading(round_, by)
    found = SheetPrint(round=round_, keys=_signed(round_), made_by=by.user, creation_key=creation_key)
    if not found.keys:
        raise Refused("Kỳ này chưa có phiếu nào đã ký.")
    earlier = save_once(found, author="made_by")
    if earlier is not None:
        if earlier.round_id != round_id:
            raise Refused(USED)
        return earlier
    after = {"số phiếu": found.wanted}
    record(action="competition.sheets_print", by=by, subject=found, thread=round_.thread, after=after)
    return found


def print_next(*, print_id: int, by: Actor, version: int) -> SheetPrint:
    """Set the next sheets, or join all pages where every sheet is set. Raises NotAllowed, Stale, Refused where all is done."""
    found = _taken(SheetPrint.objects.select_related("round").get(pk=print_id), by, version)
    # Set before the transaction: it takes a while, and nobody waits for it. Who was slower throws the pages away.
    content = _pages(found)
    with files_or_nothing() as kept, transaction.atomic():
        found = _taken(SheetPrint.objects.select_for_update(of=("self",)).get(pk=print_id), by, version)
        if found.made < found.wanted:
            SheetPrintPart.objects.create(print=found, position=found.made, content=content)
            found.made = min(found.wanted, found.made + SHEETS_AT_ONCE)
        else:
            found.file.save(f"phieu-cham-{found.round_id}.pdf", ContentFile(content), save=False)
            kept.append(found.file.name or "")
            found.size = len(content)
            found.parts.all().delete()
        found.version += 1
        found.save()
        if not found.runs:
            after = {"số phiếu": found.wanted, "dung lượng": found.size}
            record(action="competition.sheets_printed", by=by, subject=found, thread=found.round.thread, after=after)
    return found


def _taken(found: SheetPrint, by: Actor, version: int) -> SheetPrint:
    check_reading(found.round, by)
    if found.version != version:
        raise Stale(MOVED_ON)
    if not found.runs:
        raise Refused("Tệp này đã lập xong.")
    return found


def _pages(found: SheetPrint) -> bytes:
    """The next sheets as a PDF of their own, or the whole where all are set."""
    if found.made == found.wanted:
        return join(bytes(content) for content in found.parts.order_by("position").values_list("content", flat=True))
    keys = found.keys[found.made : found.made + SHEETS_AT_ONCE]
    rows = SheetSignature.objects.select_related(*LOADED).in_bulk(keys)
    round_ = Round.objects.with_all().get(pk=found.round_id)
    return sheets_pdf(round_, [rows[key] for key in keys])


def _signed(round_: Round) -> list[int]:
    """The signature in force of every signed sheet, in the order of the codes and the seats; one query."""
    rows = (
        SheetSignature.objects.filter(sheet__entry__round=round_, sheet__state=SheetState.SIGNED)
        .order_by("sheet__entry__code", "sheet__member", "number")
        .values_list("sheet", "pk")
    )
    return list(dict(rows).values())
