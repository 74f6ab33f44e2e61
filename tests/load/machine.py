"""What the server and the database take of the machine while people work: CPU, memory, waiting for each other."""

import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
EVERY = 2.0  # seconds between two looks at memory
LOCKS_EVERY = 0.25  # and at who waits for a row
MEGABYTE_KB = 1024
WAITING = """
SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'),
       count(*) FILTER (WHERE state = 'active'),
       coalesce(max(extract(epoch FROM clock_timestamp() - query_start)) FILTER (WHERE wait_event_type = 'Lock'), 0)
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
STILL_WAITING = "still waiting for"  # what `log_lock_waits` writes after a second
# In Prometheus' text; the histogram of `khuyencong.core.counts`.
WRITE_WAITS = re.compile(r'khuyencong_write_wait_seconds_(bucket|sum|count)(?:\{le="([^"]+)"\})? ([0-9.e+-]+)')


def children_of(pid: int) -> list[int]:
    """The process and everything that it started, directly or not."""
    parents: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        left += parents.get(one, [])
    return found


def cpu_of(pids: list[int]) -> dict[int, float]:
    """Seconds of CPU that each has used, with what its ended children used."""
    found = {}
    for pid in pids:
        try:
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[pid] = sum(int(one) for one in fields[11:15]) / TICKS
    return found


def memory_of(pids: list[int], what: str = "Pss_Anon") -> float:
    """Megabytes of all of them. `Pss_Anon` is what they keep of their own, what several of them share counted once; unlike
    `Rss` it does not change with who else on the machine has loaded the same programs."""
    total = 0
    for pid in pids:
        try:
            told = (PROC / str(pid) / "smaps_rollup").read_text()
        except OSError:
            continue
        total += int(told.partition(f"\n{what}:")[2].split()[0])
    return total / MEGABYTE_KB


@dataclass
class Watch:
    """Looks on from a thread: `server` and `database` are the processes that began them; None where there is none."""

    server: int
    database: int | None = None
    url: str = ""
    memory: list[tuple[float, float]] = field(default_factory=list)
    database_memory: list[tuple[float, float]] = field(default_factory=list)
    cpu: dict[str, dict[int, float]] = field(default_factory=lambda: {"server": {}, "database": {}})
    waiting: list[tuple[int, int, float]] = field(default_factory=list)
    before: dict[str, dict[int, float]] = field(default_factory=dict)
    rss: float = 0.0
    deadlocks: int = 0
    long_waits: int = 0
    trouble: str = ""

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._look, daemon=True)]
        if self.url:
            self._threads.append(threading.Thread(target=self._ask, daemon=True))

    def __enter__(self) -> Self:
        self._count()
        self.before = {name: dict(pids) for name, pids in self.cpu.items()}
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._count()

    def seconds(self, name: str) -> float:
        """Seconds of CPU since the beginning. A process that ended in between is counted up to the last look at it."""
        before = self.before.get(name, {})
        return sum(used - before.get(pid, 0.0) for pid, used in self.cpu[name].items())

    def _count(self) -> None:
        self.cpu["server"].update(cpu_of(children_of(self.server)))
        if self.database:
            self.cpu["database"].update(cpu_of(children_of(self.database)))

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self._count()
            now = time.monotonic()
            family = children_of(self.server)
            self.memory.append((now, memory_of(family)))
            self.rss = memory_of(family, "Rss")
            if self.database:
                self.database_memory.append((now, memory_of(children_of(self.database), "Pss")))

    def _ask(self) -> None:
        """Who waits for whom in PostgreSQL, as the server itself sees it."""
        import psycopg

        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
                begun = connection.execute(deadlocks).fetchone()
                folder = connection.execute("SHOW data_directory").fetchone()
                log = Path(folder[0] if folder else "").parent / "server.log"  # of `scripts/postgres.py`
                before = _long_waits_in(log)  # those of filling the database are not the day's
                while not self._over.wait(LOCKS_EVERY):
                    found = connection.execute(WAITING).fetchone()
                    if found:
                        self.waiting.append((int(found[0]), int(found[1]), float(found[2])))
                ended = connection.execute(deadlocks).fetchone()
                self.long_waits = _long_waits_in(log) - before
                self.deadlocks = int(ended[0]) - int(begun[0]) if begun and ended else 0
        except psycopg.Error as error:
            self.trouble = str(error)


def _long_waits_in(log: Path) -> int:
    return log.read_text(errors="replace").count(STILL_WAITING) if log.is_file() else 0


def lock_waits(watch: Watch) -> dict[str, Any]:
    """How often somebody was seen waiting for a row of PostgreSQL, for how long at most, and knots that it cut."""
    looks = len(watch.waiting)
    seen = [one for one in watch.waiting if one[0]]
    return {
        "looks": looks,
        "looks_with_a_wait": len(seen),
        "most_waiting": max((one[0] for one in seen), default=0),
        "longest_s": round(max((one[2] for one in seen), default=0.0), 2),
        "longer_than_a_second": watch.long_waits,
        "deadlocks": watch.deadlocks,
    }


def write_waits(metrics: str) -> dict[str, Any]:
    """From the server's own figures: how long those who write to SQLite waited for each other when they began."""
    found: dict[str, Any] = {"begun": 0, "seconds": 0.0, "waited": 0, "waited_long": 0}
    at_most: dict[str, float] = {}
    for kind, up_to, value in WRITE_WAITS.findall(metrics):
        match kind:
            case "bucket":
                at_most[up_to] = float(value)
            case "sum":
                found["seconds"] = round(float(value), 2)
            case "count":
                found["begun"] = int(float(value))
    found["waited"] = int(found["begun"] - at_most.get("0.01", found["begun"]))
    found["waited_long"] = int(found["begun"] - at_most.get("1.0", found["begun"]))
    return found


def while_watched(watch: Watch, work: Callable[[], None]) -> float:
    """Do the work under the watch; the seconds it took."""
    started = time.monotonic()
    with watch:
        work()
    return time.monotonic() - started
