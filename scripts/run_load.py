"""A scripted day of work against the real server: `make load`. Prints a table and writes `var/load.json`; see docs/load.md.

    USERS=60 MINUTES=10 DATABASE=sqlite|postgresql|both THINK=10-60 NATION=1 DIVIDE=20 SOAK=1 WORKERS=2

Exit code 1 where a condition does not hold: no error, p95 below 500 ms, records in order, and with SOAK=1 memory that is level.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import postgres
from system_packages import have_postgresql

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.load.day import P95_MS, Day, broken, run  # noqa: E402  the tree of the project is not installed

RESULT = ROOT / "var" / "load.json"
OWN_SETTINGS = ("DATABASE_URL", "KHUYENCONG_VAR", "KHUYENCONG_DEMO", "DEBUG", "HTTPS", "ALLOWED_HOSTS", "PORT")
# What a server in use keeps on, where the throw-away one of the tests does not: otherwise waiting for the disk would not count.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "512MB",
    "log_min_messages": "log",
    "log_lock_waits": "on",
}
SOAK_SPEED = 6.0
COLUMNS = ("task", "requests", "per_second", "errors", "refused", "p50_ms", "p95_ms", "p99_ms", "max_ms")


def main() -> int:
    """Run the day on each database that is asked for."""
    postgres.stop_on_signals()
    for name in OWN_SETTINGS:
        os.environ.pop(name, None)
    day, databases = read_day(os.environ)
    if "postgresql" in databases and not have_postgresql():
        print("Không có PostgreSQL: bỏ phần đo trên PostgreSQL.", file=sys.stderr)
        return 1
    results = []
    for name in databases:
        print(
            f"{name}: {day.users} người, {day.minutes:g} phút, nghĩ {day.think[0]:g}–{day.think[1]:g} giây", flush=True
        )
        try:
            with (
                a_database(name) as (settings, process),
                tempfile.TemporaryDirectory(prefix="khuyencong-load-", ignore_cleanup_errors=True) as folder,
            ):
                results.append(run(day, Path(folder), settings, process))
                keep_log(Path(folder))
        except subprocess.CalledProcessError as failed:
            return failed.returncode
        show(results[-1])
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if all(not broken(one) for one in results) else 1


def read_day(environ: Any) -> tuple[Day, list[str]]:
    """What the environment asks for."""
    soak, nation = environ.get("SOAK") == "1", environ.get("NATION") == "1"
    low, _, high = environ.get("THINK", "10-60").partition("-")
    asked = environ.get("DATABASE", "both")
    day = Day(
        users=int(environ.get("USERS", "200" if nation else "60")),
        minutes=float(environ.get("MINUTES", "10")),
        think=(float(low), float(high or low)),
        speed=SOAK_SPEED if soak else 1.0,
        nation=nation,
        divide=int(environ.get("DIVIDE", "1")),
        workers=int(environ.get("WORKERS", "2")),
        judge_memory=soak,
    )
    return day, ["sqlite", "postgresql"] if asked == "both" else [asked]


@contextmanager
def a_database(name: str) -> Iterator[tuple[dict[str, str], int | None]]:
    """Settings that lead to an empty database, and the process of its server, None for SQLite."""
    if name != "postgresql":
        yield {}, None
        return
    with postgres.cluster(DURABLE) as url:
        yield {"DATABASE_URL": url}, postgres.process_of(url)


def keep_log(folder: Path) -> None:
    """What the server said stays beside the figures: the slow pages and whatever broke stand there."""
    log = folder / "server.log"
    if log.exists():
        RESULT.parent.mkdir(exist_ok=True)
        (RESULT.parent / "load-server.log").write_bytes(log.read_bytes())


def show(result: dict[str, Any]) -> None:
    """The table, then what the machine gave for it."""
    rows = [*result["rows"], result["steady"]]
    lines = [COLUMNS, *(tuple(str(row[column]) for column in COLUMNS) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    cpu, memory = result["cpu"], result["memory"]
    print(f"CPU (lõi): máy chủ {cpu['server']}, cơ sở dữ liệu {cpu['database']}, người dùng giả {cpu['client']}")
    print(
        f"Bộ nhớ máy chủ: {memory['start_mb']} → {memory['end_mb']} MB (nhiều nhất {memory['most_mb']}; "
        f"theo độ dốc sau khi ấm: {memory['grown_mb']:+} MB; RSS cộng lại {memory['rss_mb']} MB); "
        f"cơ sở dữ liệu {memory['database_mb']} MB"
    )
    print(f"Chờ khóa: {result['locks']}")
    for title, told in (("Lỗi", result["errors"]), ("Quy tắc từ chối", result["refusals"])):
        for sentence, number in told:
            print(f"{title} ×{number}: {sentence}")
    print(f"khuyencong check: {'đạt' if result['checked'] else result['check_said']}")
    against = broken(result)
    print(
        f"KHÔNG ĐẠT: {'; '.join(against)}" if against else f"ĐẠT: không lỗi, p95 dưới {P95_MS:g} ms, sổ và nhật ký đúng"
    )


if __name__ == "__main__":
    sys.exit(main())
