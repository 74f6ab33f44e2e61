"""What many requests come to: percentiles by task and in all, and the slope of the memory.

Requests are counted one by one; times are those that a person waited, from the press of a button to the page that it led to.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from tests.load.browser import Seen
from tests.load.scripts import WITHOUT_PEOPLE

MOST_SENTENCES = 12
ALL = "Mọi người đã đăng nhập"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed (nearest rank); `values` sorted, 0 where there are none."""
    if not values:
        return 0.0
    return values[min(len(values) - 1, max(0, -int(-share * len(values) // 1) - 1))]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """How much the second value grows for one of the first: the median over all pairs (Theil–Sen), which a few Excel files being
    written do not move; 0 below two."""
    pairs = ((one, other) for place, one in enumerate(points) for other in points[place + 1 :] if other[0] > one[0])
    slopes = [(other[1] - one[1]) / (other[0] - one[0]) for one, other in pairs]
    return median(slopes) if slopes else 0.0


def row_of(task: str, seen: Iterable[Seen], seconds: float) -> dict[str, Any]:
    """One line of the table, in milliseconds."""
    rows = list(seen)
    times = sorted(one.waited * 1000 for one in rows if one.waited)
    return {
        "task": task,
        "requests": len(rows),
        "per_second": round(len(rows) / seconds, 2) if seconds else 0.0,
        "errors": sum(bool(one.error) for one in rows),
        "refused": sum(bool(one.refused) for one in rows),
        "p50_ms": round(percentile(times, 0.50), 1),
        "p95_ms": round(percentile(times, 0.95), 1),
        "p99_ms": round(percentile(times, 0.99), 1),
        "max_ms": round(times[-1], 1) if times else 0.0,
    }


def table(seen: Sequence[Seen], seconds: float) -> list[dict[str, Any]]:
    """A row for each task, the slowest first, and at the end all that was waited for by people who had signed in."""
    by_task: dict[str, list[Seen]] = {}
    for one in seen:
        by_task.setdefault(one.task, []).append(one)
    rows = [row_of(task, group, seconds) for task, group in by_task.items()]
    people = [one for one in seen if one.task not in WITHOUT_PEOPLE]
    return [*sorted(rows, key=lambda row: -row["p95_ms"]), row_of(ALL, people, seconds)]


def sentences(texts: Iterable[str]) -> list[tuple[str, int]]:
    """The most frequent ones with their number; numbers within them are made alike, so that like goes to like."""
    alike = Counter("".join("#" if letter.isdigit() else letter for letter in text) for text in texts if text)
    return alike.most_common(MOST_SENTENCES)


def flat(memory: Sequence[tuple[float, float]], *, allowed_mb: float, share: float) -> tuple[bool, float]:
    """Whether the memory (seconds, MB) stays level: what its slope adds over the whole time is at most `allowed_mb`, or that
    share of what there was. Also how many MB that is."""
    if not memory:
        return True, 0.0
    grown = slope(memory) * (memory[-1][0] - memory[0][0])
    usual = sum(mb for _, mb in memory) / len(memory)
    return grown <= max(allowed_mb, share * usual), round(grown, 1)
