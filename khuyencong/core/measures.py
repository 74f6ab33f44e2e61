"""How long pages and slow queries took during the last day, added up in each worker and put together by whoever asks.

Each process adds up in memory and, some seconds after something happened, writes its sums to a file of its own; `read` adds up the
files. Pages stand under the name of their URL, queries without any value: nothing here says who asked or about whom. Times are kept
in steps of a tenth, so a median is right to 5 %.
"""

from __future__ import annotations

import json
import math
import os
import re
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

FOLDER: Final = "KHUYENCONG_MEASURES"  # the variable by which the server names the folder to its workers
HOUR: Final = 3600
LONGEST: Final = 24  # hours that are kept
WRITTEN_AFTER: Final = 5.0  # seconds
MOST_QUERIES: Final = 100  # different ones of an hour and process
LONGEST_SQL: Final = 1_500
_STEP: Final = math.log(1.1)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"(?<![\w$])\d+(?:\.\d+)?\b")
_COLUMNS = re.compile(r'(?:"\w+"\."\w+"(?: AS "\w+")?, ){3,}')  # they would push the rest out of what is kept
_LIST = re.compile(r"\((?:%s|\?)(?:, ?(?:%s|\?))+\)")


@dataclass(slots=True)
class Page:
    """One page: answers, their queries, the slowest (ms), and how many took how long (in steps)."""

    count: int = 0
    queries: int = 0
    worst: float = 0.0
    steps: dict[int, int] = field(default_factory=dict)

    def add(self, ms: float, queries: int) -> None:
        """One more answer."""
        self.count += 1
        self.queries += queries
        self.worst = max(self.worst, ms)
        step = math.ceil(math.log(ms) / _STEP) if ms > 1 else 0
        self.steps[step] = self.steps.get(step, 0) + 1

    def share(self, part: float) -> float:
        """The time (ms) within which `part` of the answers came, right to a tenth."""
        wanted, so_far = part * self.count, 0
        for step, count in sorted(self.steps.items()):
            so_far += count
            if so_far >= wanted:
                return min(self.worst, math.exp((step - 0.5) * _STEP))
        return self.worst


@dataclass(slots=True)
class Query:
    """One slow query: how often, how long together and at most (ms), and on which page it was slowest."""

    count: int = 0
    total: float = 0.0
    worst: float = 0.0
    page: str = ""

    def add(self, other: Query) -> None:
        """As often and as long again."""
        if other.worst >= self.worst:
            self.worst, self.page = other.worst, other.page
        self.count += other.count
        self.total += other.total


@dataclass(slots=True)
class Hour:
    """What happened in an hour."""

    pages: dict[str, Page] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)

    def add(self, other: Hour) -> None:
        """Add up both."""
        for name, page in other.pages.items():
            mine = self.pages.setdefault(name, Page())
            mine.count += page.count
            mine.queries += page.queries
            mine.worst = max(mine.worst, page.worst)
            for step, count in page.steps.items():
                mine.steps[step] = mine.steps.get(step, 0) + count
        for sql, query in other.queries.items():
            self.queries.setdefault(sql, Query()).add(query)


_lock = threading.Lock()
_hours: dict[int, Hour] = {}
_waiting: list[threading.Timer] = []


def record(page: str, seconds: float, queries: int, slow: Iterable[tuple[str, float]]) -> None:
    """One answered request: the name of its page, how long it took, its queries, and the slow ones as (SQL, seconds)."""
    now = int(time.time()) // HOUR
    with _lock:
        hour = _hours.setdefault(now, Hour())
        hour.pages.setdefault(page, Page()).add(seconds * 1000, queries)
        for sql, took in slow:
            name = without_values(sql)
            if name in hour.queries or len(hour.queries) < MOST_QUERIES:
                one = Query(count=1, total=took * 1000, worst=took * 1000, page=page)
                hour.queries.setdefault(name, Query()).add(one)
        if not _waiting and os.environ.get(FOLDER):
            timer = threading.Timer(WRITTEN_AFTER, write)
            timer.daemon = True
            _waiting.append(timer)
            timer.start()


def write() -> None:
    """Write the sums of this process to its file, as a whole; a full disk is no reason to fail."""
    with _lock:
        _waiting.clear()
        oldest = int(time.time()) // HOUR - LONGEST
        for hour in [one for one in _hours if one < oldest]:
            del _hours[hour]
        told = json.dumps({str(number): asdict(hour) for number, hour in _hours.items()})
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    target = Path(folder) / f"{os.getpid()}.json"
    part = target.with_suffix(".part")
    with suppress(OSError):
        part.write_text(told, encoding="utf-8")
        part.replace(target)


def begin(folder: Path) -> None:
    """Name the folder to the workers that are about to start; files of yesterday go, those of today still count."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = time.time()
    for number, path in enumerate(sorted(folder.iterdir())):
        if path.stat().st_mtime < now - LONGEST * HOUR or path.suffix != ".json":
            path.unlink(missing_ok=True)
        else:  # a new worker may get the number of an old one
            path.rename(folder / f"before-{int(now)}-{number}.json")
    os.environ[FOLDER] = str(folder)


def read(folder: Path | None, *, hours: int) -> Hour:
    """The sums of all processes over the last `hours` (this one included); without `folder`, of this process alone.

    A file that is just being replaced or is no longer of this form is passed over.
    """
    first, total = int(time.time()) // HOUR - hours + 1, Hour()
    if folder is None:
        with _lock:
            found = [(number, _read(json.loads(json.dumps(asdict(hour))))) for number, hour in _hours.items()]
    else:
        write()
        found = [pair for path in sorted(folder.glob("*.json")) for pair in _of_file(path)]
    for number, hour in found:
        if number >= first:
            total.add(hour)
    return total


def _of_file(path: Path) -> list[tuple[int, Hour]]:
    try:
        return [(int(number), _read(hour)) for number, hour in json.loads(path.read_text(encoding="utf-8")).items()]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return []


def _read(told: dict[str, Any]) -> Hour:
    pages = {
        name: Page(one["count"], one["queries"], one["worst"], {int(k): v for k, v in one["steps"].items()})
        for name, one in told["pages"].items()
    }
    return Hour(pages, {sql: Query(**one) for sql, one in told["queries"].items()})


def without_values(sql: str) -> str:
    """A query as its kind: no text, no number, and lists of any length alike."""
    bare = _NUMBER.sub("?", _TEXT.sub("?", _COLUMNS.sub("…, ", sql[: 16 * LONGEST_SQL])))
    return _LIST.sub("(…)", " ".join(bare.split()))[:LONGEST_SQL]
