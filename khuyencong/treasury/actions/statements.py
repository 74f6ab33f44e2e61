"""A statement comes in: read, each line known again, nothing marked as paid yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused, Stale
from khuyencong.documents.incoming.stored import cells_as_json, columns_as_json
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.treasury.actions.confirming import MOVED_ON
from khuyencong.treasury.models import LineOutcome, Statement, StatementLine, StatementState
from khuyencong.treasury.reading import LineRead, read_statement

_AT_ONCE = 2_000


def start_statement(*, by: Actor, creation_key: UUID, file_name: str, content: bytes) -> Statement:
    """Read a statement and keep its lines; the same `creation_key` twice gives the first back.

    A line that another file of the agency had already is kept as repeated and is matched with nothing. Raises NotAllowed,
    and Refused where the file was brought in before (by its SHA-256) or cannot be read (see `reading`).
    """
    found = Statement(agency=by.agency, creation_key=creation_key, made_by=by.user, file_name=file_name[:200])
    require(by, Permission.TREASURY_KEEP, found)
    earlier = Statement.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.made_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    found.sha256 = hashlib.sha256(content).hexdigest()
    _refuse_same_file(found)
    sheet, lines = read_statement(content)
    found.rows, found.sheet_name, found.notes = len(lines), sheet.name[:100], sheet.notes
    found.columns = columns_as_json(sheet.columns)
    with transaction.atomic():
        # One statement of an agency at a time: what another one just brought must be seen.
        Agency.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.agency.pk)
        _refuse_same_file(found, but=creation_key)
        again = save_once(found, author="made_by")
        if again is not None:
            return again
        known = _known(found, lines)
        StatementLine.objects.bulk_create([_kept(found, one, known) for one in lines], batch_size=_AT_ONCE)
        after = {"tệp": found.file_name, "sha256": found.sha256, **_outcomes(lines, known)}
        record(action="treasury.statement", by=by, subject=found, thread=found.thread, after=after)
    return found


def _refuse_same_file(found: Statement, *, but: UUID | None = None) -> None:
    rows = Statement.objects.filter(agency=found.agency, sha256=found.sha256).select_related("made_by")
    same = rows.exclude(creation_key=but).first() if but else rows.first()
    if same is not None:
        raise Refused(
            f"Tệp này đã được nhập ngày {format_date(same.made_at.date())} («{same.file_name}», {same.made_by}):"
            " mỗi tệp nhập một lần."
        )


def _known(found: Statement, lines: Sequence[LineRead]) -> set[str]:
    """The fingerprints that another file of the agency had already."""
    mine = [one.fingerprint for one in lines if one.fingerprint]
    rows = StatementLine.objects.filter(agency=found.agency, outcome=LineOutcome.OUT)
    return {
        one
        for at in range(0, len(mine), _AT_ONCE)
        for one in rows.filter(fingerprint__in=mine[at : at + _AT_ONCE]).values_list("fingerprint", flat=True)
    }


def _kept(found: Statement, one: LineRead, known: set[str]) -> StatementLine:
    refused = one.outcome is LineOutcome.REFUSED
    return StatementLine(
        of=found,
        agency=found.agency,
        number=one.row.number,
        outcome=LineOutcome.REPEATED if one.fingerprint in known else one.outcome,
        on=one.on,
        amount=one.amount,
        account=one.account,
        holder=one.holder,
        reference=one.reference,
        text=one.text,
        fingerprint=one.fingerprint,
        cells=cells_as_json(one.row.line.cells) if refused else {},
        errors=[error.as_json() for error in one.row.errors],
    )


def _outcomes(lines: Sequence[LineRead], known: set[str]) -> dict[str, int]:
    kept = [LineOutcome.REPEATED if one.fingerprint in known else one.outcome for one in lines]
    return {str(outcome.label): kept.count(outcome) for outcome in LineOutcome}


@transaction.atomic
def drop_statement(*, statement_id: int, by: Actor, version: int) -> None:
    """Throw a file away of which no line was matched or set aside. Raises NotAllowed, Stale, Refused."""
    found = Statement.objects.select_for_update(of=("self",)).get(pk=statement_id)
    require(by, Permission.TREASURY_KEEP, found)
    if found.version != version:
        raise Stale(MOVED_ON)
    if found.state != StatementState.READ or found.lines.filter(decided_by__isnull=False).exists():
        raise Refused("Đã có dòng được khớp hoặc để riêng nên không bỏ được tệp này.")
    record(
        action="treasury.statement_drop",
        by=by,
        subject=found,
        thread=found.thread,
        before={"tệp": found.file_name, "số dòng": found.rows},
    )
    found.delete()


def refused_lines(found: Statement) -> list[StatementLine]:
    """The rows that could not be read, in the order of the file. Raises Refused where there are none."""
    rows = list(found.lines.filter(outcome=LineOutcome.REFUSED).order_by("number"))
    if not rows:
        raise Refused("Tệp này không có dòng nào không đọc được.")
    return rows


@transaction.atomic
def record_refused(*, found: Statement, by: Actor, rows: int) -> None:
    """Say in the audit trail that the rows that could not be read were taken away as a file. Raises NotAllowed."""
    require(by, Permission.TREASURY_VIEW, found)
    record(action="treasury.statement_refused", by=by, subject=found, thread=found.thread, after={"số dòng": rows})
