"""Editions of the open data: one each month, and the current one, made by the job beside the server and kept as files.

A download is a kept file, so a hundred readers cost no query over all records. Nothing that was taken back stays online: an
edition that still holds it is not handed out from that moment (`is_stale`), and the job makes its files anew without it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final

from django.core.files import File
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from khuyencong.competitions.models import Certificate
from khuyencong.competitions.outcome.public import winners
from khuyencong.core.alone import alone
from khuyencong.core.dates import today
from khuyencong.finance.models import LedgerEntry
from khuyencong.opendata.files.columns import DATASETS
from khuyencong.opendata.files.grants import PACKAGE
from khuyencong.opendata.files.rows import every_row, key_of_certificate, key_of_project
from khuyencong.opendata.files.writing import WRITERS, compact, write_grants
from khuyencong.opendata.models import CURRENT, Edition, EditionFile, Publication, PublicationState
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


def _go_on() -> bool:
    moved, gone = False, _gone()
    for edition in Edition.objects.order_by("pk"):
        if (gone | _unnamed(edition)) - set(edition.dropped):
            _without(edition)
            moved = True
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
    """Whether it may still show something that was taken back; then it is not handed out. Two or three queries."""
    return bool((_gone() | _unnamed(edition)) - set(edition.dropped))


def _gone() -> set[str]:
    """Keys of rows that nobody may read any more; two queries."""
    withdrawn = Publication.objects.filter(state=PublicationState.WITHDRAWN).values_list("project__code", flat=True)
    certificates = Certificate.objects.filter(withdrawn_on__isnull=False).values_list("pk", flat=True)
    return {key_of_project(code) for code in withdrawn} | {key_of_certificate(pk) for pk in certificates}


def _unnamed(edition: Edition) -> set[str]:
    """Keys of rows that name somebody who has agreed to it no longer; one query where it names anybody so."""
    if not edition.consented:
        return set()
    agreed = _by_consent()
    return {key_of_project(code) for code in edition.consented if code not in agreed}


def _by_consent() -> set[str]:
    """Codes of the published đề án whose households and persons are named because they have agreed."""
    found = Publication.objects.public().filter(consent=True).order_by()
    return set(found.values_list("project__code", flat=True))


def _is_anything_public() -> bool:
    return (
        Publication.objects.public().exists()
        or winners(text="", level="", year=None).exists()
        or PeriodReport.objects.filter(state=PeriodReportState.LOCKED).exists()
    )


def _fingerprint() -> str:
    """Another one whenever something public may have changed."""
    told = Publication.objects.aggregate(last=Max("pk"), versions=Sum("version"))
    certificates = Certificate.objects.aggregate(last=Max("pk"), versions=Sum("version"))
    reports = PeriodReport.objects.filter(state=PeriodReportState.LOCKED).aggregate(
        last=Max("pk"), versions=Sum("version")
    )
    booked = LedgerEntry.objects.aggregate(last=Max("pk"))
    whole = [today().isoformat(), told, certificates, reports, booked]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


# --- making the files ------------------------------------------------------------------------------------------------


def _make(name: str) -> None:
    """The edition from the records as they are; it takes the place of one of the same name."""
    # Asked before the rows are read: what is taken back meanwhile is found to be stale afterwards, and never overlooked.
    edition = Edition(name=name, made_on=today(), made_at=timezone.now(), fingerprint=_fingerprint())
    edition.dropped, agreed = sorted(_gone()), _by_consent()
    with tempfile.TemporaryDirectory() as folder:
        raw = _sorted_out(Path(folder))
        edition.consented = sorted(agreed | _by_consent())
        _keep(edition, [*raw, *_rendered(Path(folder), edition)])


def _without(edition: Edition) -> None:
    """Make its files anew from its own rows, for good without those that were taken back."""
    gone = _gone() | _unnamed(edition) | set(edition.dropped)
    with tempfile.TemporaryDirectory() as folder:
        changed = False
        raw = []
        for code in SETS:
            kept = edition.files.get(name=code + ROWS)
            with kept.content.open("rb") as file:
                one, fewer = _copied(code, file, Path(folder), gone)
            raw.append(one)
            changed = changed or fewer
        edition.dropped = sorted(gone)
        if not changed:  # it never had them
            edition.save(update_fields=["dropped"])
            return
        edition.remade_on = today()
        _keep(edition, [*raw, *_rendered(Path(folder), edition)])


def _sorted_out(folder: Path) -> list[_Made]:
    """All rows of today, each data set in a file of its own."""
    counts = dict.fromkeys(SETS, 0)
    files = {code: _packed(folder / (code + ROWS)) for code in SETS}
    try:
        for row in every_row():
            files[row.dataset].write(f"{compact([row.key, row.values])}\n".encode())
            counts[row.dataset] += 1
    finally:
        for file in files.values():
            file.close()
    return [_Made(code + ROWS, folder / (code + ROWS), counts[code]) for code in SETS]


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
            rows = _Counted(_rows(folder / (dataset.code + ROWS)))
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
