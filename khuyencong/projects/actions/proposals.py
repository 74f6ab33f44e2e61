"""A list of proposals on its way to drafts: read and looked through at once, then made one đề án after another.

A few đề án are one transaction that also moves the list's version, so that a stop, a killed process or two pages at once
leave each made once or not at all; nobody else waits longer than for these few. What was shown is what is made: where an
establishment or a rule has changed in between, the rows are refused instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused, Stale
from khuyencong.documents.incoming.rows import ReadRow
from khuyencong.documents.incoming.sheet import Line, SheetColumn
from khuyencong.documents.incoming.stored import cells_as_json, columns_as_json, columns_of, line_of
from khuyencong.establishments.importing.lists import Lists, load_lists
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.importing.fields import read_proposals
from khuyencong.projects.importing.matching import KnownEstablishments, KnownProjects, refuse_repeats, settle
from khuyencong.projects.importing.proposals import Proposal, group_rows, refuse_whole
from khuyencong.projects.importing.rows import read_row
from khuyencong.projects.importing.write import rehearse, write_proposal
from khuyencong.projects.models import ProposalList, ProposalListState, ProposalOutcome, ProposalRow

MOVED_ON: Final = "Danh sách đã được xử lý tiếp ở một trang khác: trang này hiện tiến độ mới nhất."
CHANGED_SINCE: Final = (
    "Cơ sở hoặc quy định đã thay đổi sau khi xem trước nên chưa lập: hãy tải các dòng lỗi về và nhập lại để xem lại."
)
_RESULT: Final = ["outcome", "errors", "notes", "told", "project", "cells", "done"]


def start_proposals(*, by: Actor, creation_key: UUID, file_name: str, content: bytes, year: int) -> ProposalList:
    """Read a file of one plan year and keep what each row would make; the same `creation_key` twice gives the first back.

    Raises NotAllowed, and Refused where the file cannot be read as a list (see `importing.fields`).
    """
    require(by, Permission.PROJECT_EDIT)
    earlier = ProposalList.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.made_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    sheet = read_proposals(content)
    lists = load_lists(by)
    proposals = _look_through(sheet.lines, sheet.columns, lists, KnownProjects(by.agency, year), by=by, year=year)
    refuse_repeats(proposals)
    rehearse(proposals, by=by, year=year, home=lists.home)
    refuse_whole(proposals)
    found = ProposalList(
        creation_key=creation_key,
        agency=by.agency,
        made_by=by.user,
        year=year,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=len(sheet.lines),
        to_apply=sum(one.outcome is ProposalOutcome.CREATE for one in proposals),
        sheet_name=sheet.name[:100],
        columns=columns_as_json(sheet.columns),
        notes=sheet.notes,
    )
    with transaction.atomic():
        earlier = save_once(found, author="made_by")
        if earlier is not None:
            return earlier
        ProposalRow.objects.bulk_create([row for one in proposals for row in _first_rows(found, one)])
        record(
            action="project.import",
            by=by,
            subject=found,
            thread=found.thread,
            after={"tệp": found.file_name, "sha256": found.sha256, "năm": year, "số dòng": found.rows},
        )
    return found


def _look_through(
    lines: Sequence[Line],
    columns: Sequence[SheetColumn],
    lists: Lists,
    projects: KnownProjects,
    *,
    by: Actor,
    year: int,
) -> list[Proposal]:
    rows = [read_row(line, columns, lists, year=year) for line in lines]
    proposals = group_rows(rows)
    settle(proposals, KnownEstablishments(rows, by), projects, lists.home)
    return proposals


def _first_rows(found: ProposalList, one: Proposal) -> list[ProposalRow]:
    rows = []
    for row in one.rows:
        stored = ProposalRow(
            of=found, number=row.number, group=one.number, cells=cells_as_json(row.line.cells), name=one.first.name
        )
        _keep(stored, one, row)
        rows.append(stored)
    return rows


@transaction.atomic
def begin_proposals(*, list_id: int, by: Actor, version: int) -> ProposalList:
    """Let the đề án that were shown be made; nothing is made yet. Raises NotAllowed, Stale, Refused."""
    found = _its_turn(list_id, by, version, ProposalListState.CHECKED)
    if not found.to_apply:
        raise Refused("Không có đề án nào để lập: mọi dòng đều đã có hoặc không nhận.")
    found.state = ProposalListState.APPLYING
    found.version += 1
    found.save()
    record(action="project.import_apply", by=by, subject=found, thread=found.thread, after={"số đề án": found.to_apply})
    return found


@transaction.atomic
def make_next(
    *, list_id: int, by: Actor, version: int, lists: Lists, known: KnownProjects, most: int = 1
) -> ProposalList:
    """Make the next đề án of a list, `most` at once, with what is loaded once for many. Raises NotAllowed, Stale, Refused."""
    found = _its_turn(list_id, by, version, ProposalListState.APPLYING)
    # One list of a unit at a time: two of the same file would both make what neither finds yet.
    Agency.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.agency.pk)
    known.read_on()
    waiting = found.lines.filter(outcome=ProposalOutcome.CREATE, done=False).order_by("group")
    groups = list(waiting.values_list("group", flat=True).distinct()[:most])
    stored = {row.number: row for row in found.lines.filter(group__in=groups).order_by("number")}
    rows, columns = list(stored.values()), columns_of(found.columns)
    read = [read_row(line_of(row.number, row.cells), columns, lists, year=found.year) for row in rows]
    establishments = KnownEstablishments(read, by)
    for one in group_rows(read):
        settle([one], establishments, known, lists.home)
        _make(found, one, [stored[row.number] for row in one.rows], lists, known, by=by)
    ProposalRow.objects.bulk_update(rows, _RESULT)
    found.applied += len(groups)
    found.version += 1
    if found.applied >= found.to_apply:
        found.state = ProposalListState.APPLIED
        found.lines.filter(outcome=ProposalOutcome.EXISTS).update(cells={}, done=True)
        record(action="project.import_done", by=by, subject=found, thread=found.thread, after=outcomes(found))
    found.save(update_fields=["applied", "version", "state"])
    return found


def _make(
    found: ProposalList, one: Proposal, rows: Sequence[ProposalRow], lists: Lists, known: KnownProjects, *, by: Actor
) -> None:
    """Make one đề án, whose rows were read again, if it is still what was shown."""
    if one.outcome is ProposalOutcome.CREATE and [one.told(row) for row in one.rows] != [row.told for row in rows]:
        one.first.refuse("name", CHANGED_SINCE)
    project = None
    if one.outcome is ProposalOutcome.CREATE:
        numbers = ", ".join(str(row.number) for row in one.rows)
        try:
            with transaction.atomic():
                project = write_proposal(
                    one,
                    by=by,
                    year=found.year,
                    home=lists.home,
                    note=f"Nhập từ tệp «{found.file_name}», dòng {numbers}.",
                )
            known.take(project, [part.pk for part in one.parts if part])
        except Refused as error:
            one.first.refuse("name", str(error))
    refuse_whole([one])
    for row, read in zip(rows, one.rows, strict=True):
        _keep(row, one, read)
        row.project = project or row.project
        row.done = True
        if row.outcome != ProposalOutcome.REFUSED:
            row.cells = {}  # tax codes of persons are not needed any more


@transaction.atomic
def drop_proposals(*, list_id: int, by: Actor, version: int) -> None:
    """Throw away a file of which nothing was made. Raises NotAllowed, Stale, Refused."""
    found = ProposalList.objects.select_for_update().get(pk=list_id)
    require(by, Permission.PROJECT_EDIT, found)
    if found.state != ProposalListState.CHECKED:
        raise Refused("Đề án đã được lập theo danh sách này nên không bỏ được.")
    if found.version != version:
        raise Stale(MOVED_ON)
    record(action="project.import_drop", by=by, subject=found, thread=found.thread, before=outcomes(found))
    found.delete()


def refused_rows(found: ProposalList) -> list[ProposalRow]:
    """The rows that could not be taken, in the order of the file. Raises Refused where there are none."""
    rows = list(found.lines.filter(outcome=ProposalOutcome.REFUSED).order_by("number"))
    if not rows:
        raise Refused("Tệp này không có dòng nào bị từ chối.")
    return rows


@transaction.atomic
def record_refused(*, found: ProposalList, by: Actor, rows: int) -> None:
    """Say in the audit trail that the refused rows were taken away as a file. Raises NotAllowed."""
    require(by, Permission.PROJECT_EDIT, found)
    record(action="project.import_refused", by=by, subject=found, thread=found.thread, after={"số dòng": rows})


def outcomes(found: ProposalList) -> dict[str, int]:
    """How many rows come to what, by the label of the outcome; one query."""
    kept = list(found.lines.values_list("outcome", flat=True))
    return {str(outcome.label): kept.count(outcome.value) for outcome in ProposalOutcome}


def _its_turn(list_id: int, by: Actor, version: int, state: ProposalListState) -> ProposalList:
    """The list, locked until the transaction ends, if it is at that step and nobody was faster."""
    found = ProposalList.objects.select_for_update(of=("self",)).select_related("agency").get(pk=list_id)
    require(by, Permission.PROJECT_EDIT, found)
    if found.state != state:
        raise Refused(f"Danh sách này đang ở bước «{found.get_state_display()}»: hãy tải lại trang.")
    if found.version != version:
        raise Stale(MOVED_ON)
    return found


def _keep(stored: ProposalRow, one: Proposal, row: ReadRow) -> None:
    """Note on the stored row what came out."""
    stored.outcome = one.outcome
    stored.errors = [error.as_json() for error in row.errors]
    stored.notes = row.notes
    stored.told = [] if one.errors else one.told(row)
    stored.project = None if one.errors else one.existing
