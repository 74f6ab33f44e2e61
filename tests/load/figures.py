"""What many requests come to: percentiles by task and in all, and the slope of the memory."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tests.load.browser import Seen

MOST_SENTENCES = 12
ALL = "Tất cả"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed (nearest rank); `values` sorted, 0 where there are none."""
    if not values:
        return 0.0
    return values[min(len(values) - 1, max(0, -int(-share * len(values) // 1) - 1))]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the straight line that fits the points best: how much the second value grows for one of the first; 0 below two."""
    count = len(points)
    if count < 2:
        return 0.0
    middle, height = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    width = sum((x - middle) ** 2 for x, _ in points)
    return sum((x - middle) * (y - height) for x, y in points) / width if width else 0.0


def row_of(task: str, seen: Iterable[Seen], seconds: float) -> dict[str, Any]:
    """One line of the table, in milliseconds."""
    rows = list(seen)
    times = sorted(one.seconds * 1000 for one in rows)
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
    """A row for each task, the slowest first, and one for all together at the end."""
    by_task: dict[str, list[Seen]] = {}
    for one in seen:
        by_task.setdefault(one.task, []).append(one)
    rows = [row_of(task, group, seconds) for task, group in by_task.items()]
    return [*sorted(rows, key=lambda row: -row["p95_ms"]), row_of(ALL, seen, seconds)]


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
