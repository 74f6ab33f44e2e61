"""How long pages and slow queries took during the last day, added up in each worker and put together by whoever asks.

Each process adds up in memory and, some seconds after something happened, writes the sums of the hour to a file of its own; `read`
adds up the files. Pages stand under the name of their URL, queries without any value: nothing here says who asked or about whom. Times are kept
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
_TEXT = re.compile(r"'(?:[^']|'')*(?:'|\Z)")  # a query may be cut off in the middle of one
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
    """Write the sums of this process, one file an hour; a full disk is no reason to fail."""
    now = int(time.time()) // HOUR
    folder = os.environ.get(FOLDER)
    with _lock:
        _waiting.clear()
        told = {hour: json.dumps(asdict(sums)) for hour, sums in _hours.items()}
        for hour in [one for one in _hours if one < (now if folder else now - LONGEST)]:
            del _hours[hour]  # nothing comes to it any more
    if not folder:
        return
    with suppress(OSError):
        for hour, text in told.items():
            target = Path(folder) / f"{os.getpid()}-{hour}.json"
            part = target.with_suffix(".part")
            part.write_text(text, encoding="utf-8")
            part.replace(target)
        if len(told) > 1:
            _tidy(Path(folder))


def begin(folder: Path) -> None:
    """Name the folder to the workers that are about to start; what earlier ones measured during the last day still counts."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _tidy(folder)
    for number, (hour, path) in enumerate(_files(folder)):  # a new worker may get the number of an old one
        path.rename(folder / f"before-{int(time.time())}-{number}-{hour}.json")
    os.environ[FOLDER] = str(folder)


def read(folder: Path | None, *, hours: int) -> Hour:
    """The sums of all processes over the last `hours` (this one included); without `folder`, of this process alone.

    A file that is just being replaced or is no longer of this form is passed over.
    """
    first, total = int(time.time()) // HOUR - hours + 1, Hour()
    if folder is None:
        with _lock:
            told = [json.dumps(asdict(sums)) for hour, sums in _hours.items() if hour >= first]
    else:
        write()
        told = [text for hour, path in _files(folder) if hour >= first for text in _text(path)]
    for one in told:
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            total.add(_read(json.loads(one)))
    return total


def _files(folder: Path) -> list[tuple[int, Path]]:
    """The files of all processes, each with its hour."""
    named = [(path.stem.rpartition("-")[2], path) for path in sorted(folder.glob("*.json"))]
    return [(int(hour), path) for hour, path in named if hour.isdecimal()]


def _tidy(folder: Path) -> None:
    oldest = int(time.time()) // HOUR - LONGEST
    for hour, path in _files(folder):
        if hour < oldest:
            path.unlink(missing_ok=True)


def _text(path: Path) -> list[str]:
    try:
        return [path.read_text(encoding="utf-8")]
    except (OSError, UnicodeDecodeError):
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
