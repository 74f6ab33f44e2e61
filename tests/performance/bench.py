"""Measures the pages of `pages.py`, then `calculations.py`, `searches.py`, `monthly.py` and `imports.py`, on one fresh
demo database.

`scripts/run_bench.py` runs it once for each database.

Never run by pytest: a timed test fails on a busy machine and says nothing. A page is asked for through Django's test
client, so the times hold everything but the network and the application server.
"""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django
from django.conf import settings

WARM_UPS = 3
REPETITIONS = 30
BACKEND = "django.contrib.auth.backends.ModelBackend"


def main() -> int:
    """Build the demo database, measure, and write the rows as JSON to the file named on the command line."""
    from khuyencong import cli

    done = cli.main(["demo", "--no-serve"])
    if done != 0:
        return done
    django.setup()
    settings.KEEP_ANSWERS = False  # every page is put together anew
    settings.RATE_LIMITS = False  # one person asks for the same page many times
    from tests.performance.calculations import calculation_rows
    from tests.performance.competitions import COMPETITIONS, make_round, print_rows
    from tests.performance.effects import prepare as prepare_effects
    from tests.performance.imports import import_rows
    from tests.performance.inspections import INSPECTIONS, make_inspections
    from tests.performance.ledger import LEDGER, balance_rows
    from tests.performance.ledger import prepare as prepare_ledger
    from tests.performance.lists import SCALE_LISTS
    from tests.performance.monthly import MONTHLY
    from tests.performance.monthly import prepare as prepare_monthly
    from tests.performance.pages import PAGES
    from tests.performance.papers import paper_rows
    from tests.performance.proposals import proposal_rows
    from tests.performance.scenarios import SCENARIOS
    from tests.performance.scenarios import prepare as prepare_scenarios
    from tests.performance.searches import SEARCHES, prepare
    from tests.performance.statements import statement_rows
    from tests.performance.training import TRAINING, make_courses

    rows = [measure(page) for page in PAGES]
    prepare_scenarios()
    rows += [
        *(measure(page) for page in SCENARIOS),
        *calculation_rows(),
        *proposal_rows(),
        *statement_rows(),
        *paper_rows(),
    ]
    prepare_effects()  # of the đề án that are there by now
    rows += [measure(page) for page in SCALE_LISTS]
    prepare()  # fills the database, so it comes after everything else
    rows += [measure(page) for page in SEARCHES]
    prepare_monthly()
    rows += [measure(page) for page in MONTHLY]
    rows += [*prepare_ledger(), *balance_rows(), *(measure(page) for page in LEDGER)]
    make_inspections()
    rows += [measure(page) for page in INSPECTIONS]
    make_round()
    rows += [*(measure(page) for page in COMPETITIONS), *print_rows()]
    make_courses()
    rows += [measure(page) for page in TRAINING]
    rows += import_rows()
    Path(sys.argv[1]).write_text(json.dumps(rows), encoding="utf-8")
    return 0


def measure(page: Any) -> dict[str, Any]:
    """Return the row of one page; a page that does not answer 200 ends the run."""
    from django.apps import apps
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    if page.account is not None:
        client.force_login(get_user_model().objects.get(username=page.account), backend=BACKEND)
    path = page.path() if callable(page.path) else page.path

    def ask() -> None:
        answer = client.get(path, headers=page.headers)
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{page.name} ({path}) answered {answer.status_code}.")

    times = timed(ask)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    row = {
        "name": page.name,
        "database": connection.vendor,
        "rows": apps.get_model(page.model)._default_manager.count(),
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "queries": len(captured),
    }
    if page.budget_ms:
        row["budget_ms"] = page.budget_ms
    if page.sql is not None:
        row["ratio_to_sql"] = round(statistics.median(times) / statistics.median(timed(lambda: ask_sql(page.sql))), 2)
    # A long run that breaks off has at least told what it measured.
    print(f"{row['median_ms']:>9} ms  {row['queries']:>3}  {page.name}", file=sys.stderr, flush=True)
    return row


def ask_sql(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()


def timed(action: Callable[[], None]) -> list[float]:
    """Return the milliseconds of each repetition, after some that do not count."""
    for _ in range(WARM_UPS):
        action()
    gc.collect()
    gc.freeze()  # as `khuyencong.wsgi` does for the server
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return times


if __name__ == "__main__":
    sys.exit(main())
