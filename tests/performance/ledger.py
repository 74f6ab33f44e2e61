"""A hundred thousand rows of the ledger in one envelope: posting them, a balance, and the pages that list them."""

import time
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from tests.performance.page import Page

ROWS = 100_000
POSTED = 10_000  # posted one by one as an action does it; the rest in bulk, which nobody can do through an action
YEAR = 2032  # of which the demo has nothing
BATCH = 2_000
ACCOUNT = "ketoan"
BALANCE_BUDGET, PAGE_BUDGET = 50, 300  # milliseconds


def prepare() -> list[dict[str, Any]]:
    """Fill the envelope; the row that says how fast `ledger.post` adds. Needs the accounts of the demo."""
    from khuyencong.finance import ledger
    from khuyencong.finance.models import EntryKind, LedgerEntry
    from khuyencong.people.actors import Actor
    from khuyencong.people.models import Agency, User
    from khuyencong.people.roles import Role
    from khuyencong.projects.models import Project

    agency = Agency.objects.get(code="sct-82")
    by = Actor(user=User.objects.get(username=ACCOUNT), agency=agency, role=Role.ACCOUNTANT, origin="đo")
    envelope = ledger.open_envelope(agency_id=agency.pk, year=YEAR, source="local", spending="recurrent")
    projects = list(Project.objects.filter(funder=agency).order_by("pk")[:200])
    kept = {
        "given",
        "delegated",
        "carried",
        "returned",
        "settled",
        "annulled",
    }  # each with a rule of the database's own
    kinds = [kind for kind in EntryKind if kind not in kept]
    first = date(2025, 1, 1)  # no month of which is closed in the demo

    def fields(number: int) -> dict[str, Any]:
        return {
            "kind": kinds[number % len(kinds)],
            "amount": 1 + number,
            "envelope": envelope,
            "project": projects[number % len(projects)],
            "document": f"Chứng từ {number}",
            "on": first + timedelta(days=number % 300),
        }

    started = time.perf_counter()
    with transaction.atomic():
        for number in range(POSTED):
            ledger.post(by=by, **fields(number))
    took = time.perf_counter() - started
    rest = (LedgerEntry(by=by.user, booked_on=fields(number)["on"], **fields(number)) for number in range(POSTED, ROWS))
    LedgerEntry.objects.bulk_create(rest, BATCH)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as the server does by itself where it is not one to be thrown away
    return [
        {
            "name": "Sổ kinh phí: ghi 100.000 dòng, từng dòng một",
            "database": connection.vendor,
            "rows": ROWS,
            "median_ms": round(took * 1000 * ROWS / POSTED),
            "p95_ms": round(took * 1000 * ROWS / POSTED),
            "queries": POSTED * (3 if connection.vendor == "postgresql" else 2),
        }
    ]


def balance_rows() -> list[dict[str, Any]]:
    """The rows for the balance of the envelope, by the function that every action asks."""
    import statistics

    from khuyencong.finance.ledger import balance_of_envelope
    from tests.performance.bench import timed

    envelope = _envelope()
    times = timed(lambda: balance_of_envelope(envelope))
    return [
        {
            "name": "Sổ kinh phí: số dư một hạn mức, 100.000 dòng",
            "database": connection.vendor,
            "rows": ROWS,
            "median_ms": round(statistics.median(times), 2),
            "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
            "queries": 1,
            "budget_ms": BALANCE_BUDGET,
        }
    ]


def _envelope() -> Any:
    from khuyencong.programmes.models import Envelope

    return Envelope.objects.get(agency__code="sct-82", year=YEAR)


def _address(query: str = "") -> str:
    return f"/so-kinh-phi/?han_muc={_envelope().pk}{query}"


MODEL = "finance.LedgerEntry"
LEDGER: list[Page] = [
    Page("Sổ kinh phí, 100.000 dòng", _address, MODEL, ACCOUNT, budget_ms=PAGE_BUDGET),
    Page("Sổ kinh phí, trang 1.000", lambda: _address("&page=1000"), MODEL, ACCOUNT, budget_ms=PAGE_BUDGET),
    Page("Sổ kinh phí, một bút toán", lambda: _address("&but_toan=paid"), MODEL, ACCOUNT, budget_ms=PAGE_BUDGET),
    Page("Việc cuối năm", "/cuoi-nam/", MODEL, ACCOUNT, budget_ms=PAGE_BUDGET),
]
