"""Measure the pages on SQLite and on PostgreSQL, print a table and write `var/bench.json`: `make bench`.

Each database is measured in a process and a folder of its own; what is measured stands in `tests/performance/pages.py` and
`calculations.py` beside it (a trial over 20.000 đề án: there the two times are that of its one run), and in `searches.py`
(the search among 150.000 establishments and these đề án), and `imports.py` (a list of 10.000 establishments brought in
among them), and `scenarios.py` (a plan with 1.000 proposals and two scenarios), and `proposals.py` (a list of 500 proposals).
At last `national.py` measures on the made-up nation, in a database of its own: sixty thousand đề án, and many readers at once.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import postgres
from system_packages import have_postgresql

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "var" / "bench.json"
OWN_SETTINGS = (
    "DATABASE_URL",
    "KHUYENCONG_VAR",
    "KHUYENCONG_DEMO",
    "DEBUG",
    "HTTPS",
    "ALLOWED_HOSTS",
    "PORT",
    "REQUIRE_SECOND_FACTOR",
)
# Pages are asked for by people of every role, who have set up nothing.
BENCH_SETTINGS = {"DJANGO_SETTINGS_MODULE": "khuyencong.settings", "REQUIRE_SECOND_FACTOR": "0"}
COLUMNS = (
    "name", "database", "rows", "median_ms", "p95_ms", "queries", "ratio_to_sql", "budget_ms", "megabytes", "per_second",
)  # fmt: skip
# Each has a database of its own: the second is a whole nation.
MODULES = ("tests.performance.bench", "tests.performance.national")


def main() -> int:
    """Measure both databases; exit 1 when a page failed or PostgreSQL is missing."""
    postgres.stop_on_signals()
    try:
        results = [row for module in MODULES for row in measure(module, {})]
        complete = have_postgresql()
        if complete:
            for module in MODULES:
                with postgres.cluster() as url:
                    results += measure(module, {"DATABASE_URL": url})
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    show(results)
    for row in results:
        if row["median_ms"] > row.get("budget_ms", float("inf")):
            print(
                f"Quá {row['budget_ms']} ms: {row['name']} ({row['database']}), {row['median_ms']} ms.", file=sys.stderr
            )
    if not complete:
        print("Không có PostgreSQL: chỉ đo trên SQLite.", file=sys.stderr)
    return 0 if complete else 1


def measure(module: str, settings: dict[str, str]) -> list[dict[str, Any]]:
    """Run one harness against a fresh database; return its rows. Raises CalledProcessError."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
    with tempfile.TemporaryDirectory(prefix="khuyencong-bench-", ignore_cleanup_errors=True) as folder:
        output = Path(folder) / "bench.json"
        subprocess.run(
            [sys.executable, "-m", module, str(output)],
            cwd=ROOT,
            env={**kept, "KHUYENCONG_VAR": folder, **BENCH_SETTINGS, **settings},
            check=True,
        )
        rows: list[dict[str, Any]] = json.loads(output.read_text(encoding="utf-8"))
        return rows


def show(results: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    table = [COLUMNS, *(tuple(str(row.get(column, "")) for column in COLUMNS) for row in results)]
    widths = [max(len(line[place]) for line in table) for place in range(len(COLUMNS))]
    for line in table:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
