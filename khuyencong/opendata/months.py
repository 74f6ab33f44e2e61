"""Editions of the open data: one each month, and the current one, made by the job beside the server and kept as files.

A download is a kept file, so a hundred readers cost no query over all records. Nothing that was taken back stays online: an
edition that still holds it is not handed out from that moment (`is_stale`), and the job makes its files anew without it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from khuyencong.audit.models import AuditHead
from khuyencong.competitions.models import Certificate
from khuyencong.competitions.outcome.public import winners
from khuyencong.core.alone import alone
from khuyencong.core.dates import today
from khuyencong.establishments.public_names import NAMED, public_name
from khuyencong.opendata.files.columns import DATASETS
from khuyencong.opendata.files.grants import PACKAGE
from khuyencong.opendata.files.rows import every_row, key_of_certificate, key_of_project
from khuyencong.opendata.files.writing import WRITERS, compact, write_grants
from khuyencong.opendata.models import CURRENT, Edition, EditionFile, Publication, PublicName, Retraction
from khuyencong.opendata.public import AT_ONCE, PublicProject, haystack_of, public_projects
from khuyencong.periods.models import PeriodReport, PeriodReportState

OFTEN: Final = timedelta(hours=1)  # the current edition is made anew at most so often, unless something was taken back
ROWS: Final = ".rows"
SETS: Final = (*(one.code for one in DATASETS), PACKAGE)


@dataclass(frozen=True, slots=True)
class _Made:
    """A file that lies in a folder of its own, ready to be kept."""

    name: str
    path: Path
    rows: int


def go_on() -> bool:
    """Make what is missing and what is stale; whether there was any. Called again and again by the job, one at a time."""
    with alone("open-data") as ours:
        return ours and _go_on()


def waiting() -> int:
    """Editions that are not handed out until they are made anew without what was taken back."""
    back = taken_back()
    return sum(bool(back - set(dropped)) for dropped in Edition.objects.values_list("dropped", flat=True))


def _go_on() -> bool:
    moved = look_again()
    for name in Edition.objects.order_by("pk").values_list("name", flat=True):
        moved = freshened(name) or moved
    month = f"{today():%Y-%m}"
    if not Edition.objects.filter(name=month).exists() and _is_anything_public():
        _make(month)
        moved = True
    current = Edition.objects.filter(name=CURRENT).first()
    if current is None:
        if _is_anything_public():
            _make(CURRENT)
            moved = True
    elif current.made_at < timezone.now() - OFTEN and current.fingerprint != _fingerprint():
        _make(CURRENT)
        moved = True
    return moved


def is_stale(edition: Edition) -> bool:
    """Whether it may still show something that was taken back; then it is not handed out. Two queries."""
    return bool(taken_back() - set(edition.dropped))


def freshened(name: str) -> bool:
    """Make a stale edition anew without what was taken back; whether that was done.

    Whoever asks for a file first does it, so that nobody waits for the job; on PostgreSQL whoever comes meanwhile is told to
    come again instead of waiting with him. A month loses the rows, the current edition is made of the records.
    """
    with transaction.atomic():
        edition = Edition.objects.select_for_update(skip_locked=True).filter(name=name).first()
        if edition is None or not is_stale(edition):
            return False
        if edition.is_current:
            _make(CURRENT)
        else:
            _without(edition)
    return True


def taken_back() -> set[str]:
    """What was ever taken back, one mark for each time: «de-an:DT-01#7», «giay:3»; two queries.

    A set and no number of the last one: what is committed late would be overlooked.
    """
    told = {f"{key}#{pk}" for pk, key in Retraction.objects.values_list("pk", "key")}
    certificates = Certificate.objects.filter(withdrawn_on__isnull=False).values_list("pk", flat=True)
    return told | {key_of_certificate(pk) for pk in certificates}


def look_again() -> bool:
    """Take back every row that names somebody who may be named no longer, whatever has changed it; whether there was any.

    A kind was corrected, two entries were merged, a consent has ended: no action of this room is told of it.
    """
    named = PublicName.objects.select_related("establishment__merged_into")
    open_kinds = Q(establishment__kind__in=NAMED) & (
        Q(establishment__merged_into__isnull=True) | Q(establishment__merged_into__kind__in=NAMED)
    )
    wrong = list(named.exclude(open_kinds))
    if not wrong:
        return False
    rows = Publication.objects.public().filter(project__code__in={one.key.partition(":")[2] for one in wrong})
    agreed = {key_of_project(code): told for code, told in rows.values_list("project__code", "agreed")}
    gone = [one for one in wrong if not public_name(one.establishment, agreed=agreed.get(one.key, ()))]
    with transaction.atomic():
        PublicName.objects.filter(pk__in=[one.pk for one in gone]).delete()
        for key in dict.fromkeys(one.key for one in gone):
            Retraction.objects.create(key=key, on=today())
            refresh(key.partition(":")[2])
    return bool(gone)


def _is_anything_public() -> bool:
    return (
        Publication.objects.public().exists()
        or winners(text="", level="", year=None).exists()
        or PeriodReport.objects.filter(state=PeriodReportState.LOCKED).exists()
    )


def _fingerprint() -> str:
    """Another one whenever anything has changed: every action moves the head of the trail."""
    head = AuditHead.objects.filter(pk=1).values_list("hash", flat=True).first() or ""
    return hashlib.sha256(f"{today():%Y-%m-%d} {head}".encode()).hexdigest()


# --- making the files ------------------------------------------------------------------------------------------------


def _make(name: str) -> None:
    """The edition from the records as they are; it takes the place of one of the same name."""
    # Asked before the rows are read: what is taken back meanwhile is found to be stale afterwards, and never overlooked.
    edition = Edition(name=name, made_on=today(), made_at=timezone.now(), fingerprint=_fingerprint())
    edition.dropped = sorted(taken_back())
    with tempfile.TemporaryDirectory() as folder:
        raw = _sorted_out(Path(folder))
        _keep(edition, [*raw, *_rendered(Path(folder), edition)])


def _without(edition: Edition) -> None:
    """Make its files anew from its own rows, for good without those that were taken back since."""
    marks = taken_back()
    gone = {mark.partition("#")[0] for mark in marks - set(edition.dropped)}
    with tempfile.TemporaryDirectory() as folder:
        changed = False
        raw = []
        for code in SETS:
            kept = edition.files.get(name=code + ROWS)
            with kept.content.open("rb") as file:
                one, fewer = _copied(code, file, Path(folder), gone)
            raw.append(one)
            changed = changed or fewer
        edition.dropped = sorted(marks)
        if not changed:  # it never had them
            edition.save(update_fields=["dropped"])
            return
        edition.remade_on = today()
        _keep(edition, [*raw, *_rendered(Path(folder), edition)])


def _sorted_out(folder: Path) -> list[_Made]:
    """All rows of today, each data set in a file of its own; whoever they name is remembered."""
    counts = dict.fromkeys(SETS, 0)
    files = {code: _packed(folder / (code + ROWS)) for code in SETS}
    named: set[tuple[str, int]] = set()
    shown: list[PublicProject] = []
    try:
        for row in every_row():
            files[row.dataset].write(f"{compact([row.key, row.values])}\n".encode())
            counts[row.dataset] += 1
            named |= {(row.key, pk) for pk in row.named}
            if row.project is not None:
                shown.append(row.project)
            if len(shown) == AT_ONCE:
                _follow(shown)
                shown.clear()
    finally:
        for file in files.values():
            file.close()
    _follow(shown)
    told = [PublicName(key=key, establishment_id=pk) for key, pk in sorted(named)]
    PublicName.objects.bulk_create(told, ignore_conflicts=True, batch_size=200)
    return [_Made(code + ROWS, folder / (code + ROWS), counts[code]) for code in SETS]


def refresh(code: str) -> None:
    """Bring a publication up to what it shows now, where that has changed without a step of its own."""
    _follow(public_projects(Publication.objects.public().filter(project__code=code)))


def _follow(shown: Sequence[PublicProject]) -> None:
    """Find these by what they show now; what a text no longer shows is taken back from earlier editions, once."""
    found = Publication.objects.filter(project__in=[one.project_id for one in shown]).select_related("project")
    rows = {row.project_id: row for row in found}
    for one in shown:
        row, words = rows[one.project_id], haystack_of(one)
        if set(one.withheld) - set(row.withheld):
            Retraction.objects.create(key=key_of_project(one.code), on=today())
        if row.has_moved or (row.haystack, row.withheld) != (words, list(one.withheld)):
            row.haystack, row.withheld = words, list(one.withheld)
            row.save(update_fields=["haystack", "withheld"])


def _copied(code: str, file: IO[bytes], folder: Path, gone: Collection[str]) -> tuple[_Made, bool]:
    """The rows of a kept file without those that are gone; and whether there were any such."""
    path, count, fewer = folder / (code + ROWS), 0, False
    with gzip.open(file, "rb") as lines, _packed(path) as to:
        for line in lines:
            if json.loads(line)[0] in gone:
                fewer = True
                continue
            to.write(line)
            count += 1
    return _Made(code + ROWS, path, count), fewer


def _rendered(folder: Path, edition: Edition) -> Iterator[_Made]:
    """The files that people take away, of the rows in the folder."""
    for dataset in DATASETS:
        for ending, write in WRITERS.items():
            path = folder / f"{dataset.code}.{ending}"
            codes = [field.code for field in dataset.fields]
            # A column that is younger than the edition is empty in it.
            rows = _Counted([row.get(code) for code in codes] for row in _rows(folder / (dataset.code + ROWS)))
            with path.open("wb") as file:
                write(file, dataset, rows, edition.made_on)
            yield _Made(path.name, path, rows.count)
    path = folder / f"{PACKAGE}.json"
    grants = _Counted(_rows(folder / (PACKAGE + ROWS)))
    with path.open("wb") as file:
        write_grants(file, grants, edition.made_on)
    if grants.count:  # the standard knows no package without grants
        yield _Made(path.name, path, grants.count)


def _rows(path: Path) -> Iterator[Any]:
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield json.loads(line)[1]


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Any]:
        for row in self.rows:
            self.count += 1
            yield row


def _packed(path: Path) -> gzip.GzipFile:
    """A packed file to write to."""
    return gzip.open(path, "wb", compresslevel=3)


def _keep(edition: Edition, made: Iterable[_Made]) -> None:
    """Keep the files with their checksums in place of those before; readers meet the old ones or the new ones."""
    ready = []
    for one in made:
        with one.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            kept = EditionFile(name=one.name, sha256=sha256, size=one.path.stat().st_size, rows=one.rows)
            kept.content.save(one.name, File(file), save=False)
        ready.append(kept)
    with transaction.atomic():
        before = Edition.objects.select_for_update().filter(name=edition.name).first()
        old = list(before.files.all()) if before is not None else []
        if before is not None:
            edition.pk, edition._state.adding = before.pk, False  # noqa: SLF001  the same edition, made anew
            before.files.all().delete()
        edition.save()
        for kept in ready:
            kept.edition = edition
            kept.save()
        transaction.on_commit(lambda: _forget(old))


def _forget(files: Iterable[EditionFile]) -> None:
    for one in files:
        one.content.storage.delete(one.content.name or "")
