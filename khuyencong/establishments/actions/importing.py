"""A list of establishments on its way into the registry: read, looked through slice by slice, then written the same way.

Each slice is one transaction that also moves the import's version, so that a stop, a killed process or two pages at once
leave every row written once or not at all. What was shown is what is written: a row whose entry changed in between is
refused instead.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from khuyencong.audit.actions import record, record_system
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.personal import masked
from khuyencong.documents.incoming.sheet import SheetRead
from khuyencong.documents.incoming.stored import cells_as_json, columns_as_json, columns_of, line_of
from khuyencong.establishments.importing.fields import FIELDS
from khuyencong.establishments.importing.lists import Lists, load_lists
from khuyencong.establishments.importing.plan import Planned, plan_rows
from khuyencong.establishments.importing.rows import Reading, read_line, refuse_repeats
from khuyencong.establishments.importing.sheet import read_sheet
from khuyencong.establishments.importing.write import lock_provinces, write_rows
from khuyencong.establishments.models import Import, ImportRow, ImportState, RowOutcome
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

ROWS_AT_ONCE: Final = 500
TO_WRITE: Final = (RowOutcome.CREATE, RowOutcome.UPDATE)
OUTCOMES: Final = (RowOutcome.CREATE, RowOutcome.UPDATE, RowOutcome.UNCHANGED, RowOutcome.REFUSED)
MOVED_ON: Final = "Tệp đã được xử lý tiếp ở một trang khác: trang này hiện tiến độ mới nhất."
CHANGED_SINCE: Final = (
    "Hồ sơ cơ sở này đã thay đổi sau khi xem trước, nên chưa ghi: hãy tải các dòng lỗi về và nhập lại để xem lại."
)
COMMAND_LINE: Final = "dòng lệnh"
_PERSONAL: Final = frozenset(field.heading for field in FIELDS if field.personal)
_RESULT: Final = ["outcome", "errors", "notes", "changes", "establishment", "cells", "done"]


def start_import(*, by: Actor, creation_key: UUID, file_name: str, content: bytes) -> Import:
    """Read a file and keep its rows to be looked through; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, and Refused where the file cannot be read as a list (see `importing.sheet`).
    """
    require(by, Permission.ESTABLISHMENT_IMPORT)
    earlier = Import.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.made_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    sheet = read_sheet(content)
    readings = _readings(sheet, load_lists(by))
    found = Import(
        creation_key=creation_key,
        agency=by.agency,
        made_by=by.user,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=len(readings),
        checked=sum(bool(row.errors) for row in readings),
        sheet_name=sheet.name[:100],
        columns=columns_as_json(sheet.columns),
        notes=sheet.notes,
    )
    with transaction.atomic():
        earlier = save_once(found, author="made_by")
        if earlier is not None:
            return earlier
        ImportRow.objects.bulk_create([_first_row(found, row) for row in readings])
        record(
            action="establishment.import",
            by=by,
            subject=found,
            thread=found.thread,
            after={
                "tệp": found.file_name,
                "sha256": found.sha256,
                "trang tính": found.sheet_name,
                "số dòng": found.rows,
            },
        )
    return found


def _readings(sheet: SheetRead, lists: Lists) -> list[Reading]:
    readings = [read_line(line, sheet.columns, lists) for line in sheet.lines]
    refuse_repeats(readings)
    return readings


def _first_row(found: Import, row: Reading) -> ImportRow:
    return ImportRow(
        of=found,
        number=row.number,
        cells=cells_as_json(row.line.cells),
        name=row.name,
        outcome=RowOutcome.REFUSED if row.errors else RowOutcome.WAITING,
        errors=[error.as_json() for error in row.errors],
        notes=row.notes,
    )


def check_on(*, import_id: int, by: Actor, version: int) -> Import:
    """Look through the next rows: what would be created, updated, refused. Nothing of the registry is written.

    Read before anything is locked; where another page was faster, this slice is thrown away. Raises NotAllowed, Stale,
    Refused.
    """
    found = _its_turn(Import.objects.get(pk=import_id), by, version, ImportState.READ)
    rows = list(found.lines.filter(outcome=RowOutcome.WAITING).order_by("number")[:ROWS_AT_ONCE])
    lists = load_lists(by)
    planned = plan_rows(_again(found, rows, lists), by=by, lists=lists, taken=_taken(found))
    with transaction.atomic():
        found = _its_turn(Import.objects.select_for_update().get(pk=import_id), by, version, ImportState.READ)
        for row, one in zip(rows, planned, strict=True):
            _keep(row, one)
        _save_rows(rows)
        found.checked += len(rows)
        found.version += 1
        if not found.lines.filter(outcome=RowOutcome.WAITING).exists():
            found.state = ImportState.CHECKED
            found.checked = found.rows
            found.to_apply = found.lines.filter(outcome__in=TO_WRITE).count()
            record(
                action="establishment.import_checked",
                by=by,
                subject=found,
                thread=found.thread,
                after=outcome_counts(found),
            )
        found.save()
    return found


@transaction.atomic
def begin_apply(*, import_id: int, by: Actor, version: int) -> Import:
    """Let the rows that were shown be written; nothing is written yet. Raises NotAllowed, Stale, Refused."""
    found = _its_turn(Import.objects.select_for_update().get(pk=import_id), by, version, ImportState.CHECKED)
    if not found.to_apply:
        raise Refused("Không có dòng nào để ghi: mọi dòng đều không đổi hoặc không nhận.")
    found.state = ImportState.APPLYING
    found.version += 1
    found.save()
    record(action="establishment.import_apply", by=by, subject=found, thread=found.thread, after=outcome_counts(found))
    return found


@transaction.atomic
def apply_on(*, import_id: int, by: Actor, version: int) -> Import:
    """Write the next rows, all of them or none. Raises NotAllowed, Stale, Refused."""
    found = _its_turn(Import.objects.select_for_update().get(pk=import_id), by, version, ImportState.APPLYING)
    waiting = found.lines.filter(outcome__in=TO_WRITE, done=False).order_by("number")
    rows = list(waiting[:ROWS_AT_ONCE])
    lists = load_lists(by)
    readings = _again(found, rows, lists)
    lock_provinces(readings)
    planned = plan_rows(readings, by=by, lists=lists, taken=_taken(found), lock=True)
    for row, one in zip(rows, planned, strict=True):
        if not one.errors and one.outcome is not RowOutcome.UNCHANGED and not _is_as_shown(row, one):
            one.reading.refuse("name", CHANGED_SINCE)
    write_rows(planned, by=by, origin=COMMAND_LINE, source=found.file_name)
    for row, one in zip(rows, planned, strict=True):
        _keep(row, one)
        _close(row)
    _save_rows(rows)
    found.applied += len(rows)
    found.version += 1
    if not waiting.exists():
        found.state = ImportState.APPLIED
        found.lines.filter(outcome=RowOutcome.UNCHANGED).update(cells={}, done=True)
        record(
            action="establishment.import_done", by=by, subject=found, thread=found.thread, after=outcome_counts(found)
        )
    found.save()
    return found


@transaction.atomic
def drop_import(*, import_id: int, by: Actor, version: int) -> None:
    """Throw away a file that was not written, with all it says of persons. Raises NotAllowed, Stale, Refused."""
    found = Import.objects.select_for_update().get(pk=import_id)
    require(by, Permission.ESTABLISHMENT_IMPORT, found)
    if found.state not in {ImportState.READ, ImportState.CHECKED}:
        raise Refused("Danh sách này đã được ghi vào hồ sơ nên không bỏ được.")
    if found.version != version:
        raise Stale(MOVED_ON)
    record(action="establishment.import_drop", by=by, subject=found, thread=found.thread, before=outcome_counts(found))
    found.delete()


def import_at_once(
    *,
    by: Actor | None,
    file_name: str,
    content: bytes,
    apply: bool,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[SheetRead, list[Planned]]:
    """Read a file and say, row by row, what would be done; with `apply` also do it, every slice in its own transaction.

    For the command line, which keeps nothing of it: stopped half-way, the same file goes on where it was, since what is
    written is unchanged then. `by` None is the operator of the machine, who works for the whole nation. `progress` is
    told how many rows are done of how many. Raises NotAllowed, Refused.
    """
    if by is not None:
        require(by, Permission.ESTABLISHMENT_IMPORT)
    sheet = read_sheet(content)
    lists = load_lists(by)
    readings = _readings(sheet, lists)
    taken: dict[int, int] = {}
    planned: list[Planned] = []
    for start in range(0, len(readings), ROWS_AT_ONCE):
        some = readings[start : start + ROWS_AT_ONCE]
        if apply:
            with transaction.atomic():
                lock_provinces(some)
                done = plan_rows(some, by=by, lists=lists, taken=taken, lock=True)
                write_rows(done, by=by, origin=COMMAND_LINE, source=file_name)
        else:
            done = plan_rows(some, by=by, lists=lists, taken=taken)
        planned += done
        progress(len(planned), len(readings))
    if apply:
        digest = hashlib.sha256(content).hexdigest()
        thread, after = f"import:{digest[:16]}", {"tệp": file_name, "sha256": digest, **planned_counts(planned)}
        if by is None:
            record_system(action="establishment.import_done", origin=COMMAND_LINE, thread=thread, after=after)
        else:
            record(action="establishment.import_done", by=by, subject=by.agency, thread=thread, after=after)
    return sheet, planned


def planned_counts(planned: Sequence[Planned]) -> dict[str, int]:
    """How many rows come to what, by the label of the outcome."""
    counts = Counter(one.outcome for one in planned)
    return {str(outcome.label): counts[outcome] for outcome in OUTCOMES}


def outcome_counts(found: Import) -> dict[str, int]:
    """How many rows come to what, by the label of the outcome; one query."""
    counts = dict(found.lines.order_by().values_list("outcome").annotate(Count("pk")))
    return {str(outcome.label): counts.get(outcome.value, 0) for outcome in OUTCOMES}


def _its_turn(found: Import, by: Actor, version: int, state: ImportState) -> Import:
    require(by, Permission.ESTABLISHMENT_IMPORT, found)
    if found.state != state:
        raise Refused(f"Tệp này đang ở bước «{found.get_state_display()}»: hãy tải lại trang.")
    if found.version != version:
        raise Stale(MOVED_ON)
    return found


def _again(found: Import, rows: Sequence[ImportRow], lists: Lists) -> list[Reading]:
    """The stored rows, read again; those that the file itself repeats were refused when it came in."""
    columns = columns_of(found.columns)
    return [read_line(line_of(row.number, row.cells), columns, lists) for row in rows]


def _taken(found: Import) -> dict[int, int]:
    """Which row of the file stands for an entry of the registry."""
    rows = found.lines.exclude(establishment=None).order_by("-number")
    return dict(rows.values_list("establishment_id", "number"))


def _is_as_shown(row: ImportRow, one: Planned) -> bool:
    kept = one.establishment.pk if one.establishment else None
    return (row.outcome, row.establishment_id, row.changes) == (one.outcome, kept, [list(part) for part in one.changes])


def _keep(row: ImportRow, one: Planned) -> None:
    """Note on the stored row what came out."""
    row.outcome = one.outcome
    row.errors = [error.as_json() for error in one.errors]
    row.notes = one.reading.notes
    row.changes = [list(part) for part in one.changes]
    row.establishment = None if one.errors else one.establishment


def _close(row: ImportRow) -> None:
    """A row that needs nothing more keeps nothing more of persons; one that was refused goes back to be corrected."""
    row.done = True
    if row.outcome != RowOutcome.REFUSED:
        row.cells = {}
        row.changes = [
            [label, masked(before), masked(after)] if label in _PERSONAL else [label, before, after]
            for label, before, after in row.changes
        ]


def _save_rows(rows: Sequence[ImportRow]) -> None:
    """One statement for many rows, where `bulk_update` would write a case for each."""
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=_RESULT)
