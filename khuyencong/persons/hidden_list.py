"""The list of what was hidden, beside the data: by it a copy of an earlier day is hidden anew.

The table of hidden rows is one for all machines; the list of each machine is brought up to it by the jobs, so that whichever
disk is left knows of all. A list that cannot be written hinders nobody: the jobs fail, which is told, until it holds everything.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from khuyencong.persons.models import HiddenRow

LIST = "da-an.jsonl"  # in KHUYENCONG_VAR
logger = logging.getLogger(__name__)


def list_path() -> Path:
    """Where the list of this machine stands."""
    return Path(settings.VAR_DIR) / LIST


def remember(mark: HiddenRow) -> None:
    """Write one hidden row down at once; what fails here is written by the next `catch_up`."""
    try:
        _append([_line(mark)])
    except OSError:
        logger.exception("The list of hidden rows could not be written")


def catch_up() -> int:
    """Write what the table knows and the list of this machine does not; how many lines. Raises OSError where it cannot."""
    missing = [_line(mark) for mark in _without(_known())]
    if missing:
        _append(missing)
    return len(missing)


def _without(known: set[tuple[str, int, str]]) -> Iterator[HiddenRow]:
    rows: QuerySet[HiddenRow] = HiddenRow.objects.filter(hidden_at__isnull=False).exclude(likeness="")
    for mark in rows.order_by("pk").iterator(chunk_size=2_000):
        told = _told(mark)
        if (told["model"], told["row"], told["at"]) not in known:
            yield mark


def _known() -> set[tuple[str, int, str]]:
    try:
        with list_path().open(encoding="utf-8", errors="replace") as lines:
            return {(told["model"], told["row"], told["at"]) for told in read(lines) if told is not None}
    except FileNotFoundError:
        return set()


def read(lines: Iterable[str]) -> Iterator[Mapping[str, Any] | None]:
    """Each line of a list; None for one that cannot be read, such as one that was cut off when the machine died."""
    for line in lines:
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        yield told if isinstance(told, dict) and {"model", "row", "who", "at"} <= told.keys() else None


def _told(mark: HiddenRow) -> dict[str, Any]:
    at = mark.hidden_at.isoformat() if mark.hidden_at else ""
    return {"model": mark.model, "row": mark.row, "who": mark.likeness, "at": at}


def _line(mark: HiddenRow) -> str:
    return json.dumps(_told(mark)) + "\n"


def _append(lines: list[str]) -> None:
    """Whole lines onto the disk itself: a list that is only in memory is lost with the machine."""
    path = list_path()
    with path.open("ab+") as file:
        if file.tell() and not _ends_whole(path):
            file.write(b"\n")  # the line before was cut off
        file.write("".join(lines).encode())
        file.flush()
        os.fsync(file.fileno())


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
