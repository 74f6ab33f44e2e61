"""What `make bench` measures beside the pages: many calculations in one process, and a trial over the whole nation."""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from khuyencong.core.money import MILLION
from khuyencong.law.support import SupportQuery, support_for
from khuyencong.normbook.book import current_book
from khuyencong.projects.models import Project
from khuyencong.whatif.actions import version_of_count
from khuyencong.whatif.models import Trial, TrialState
from tests.performance.many import FIRST_YEAR, YEARS, make_projects

CALCULATIONS, REPETITIONS = 10_000, 5
PROJECTS = 20_000
BACKEND = "django.contrib.auth.backends.ModelBackend"
OFFICER = "chuyenvien.cuc"


def calculation_rows() -> list[dict[str, Any]]:
    """The rows of both measurements; the second fills the database, so it comes after everything else."""
    return [_support(), _trial()]


def _support() -> dict[str, Any]:
    """Ten thousand sheets of different amounts, activities, places and days."""
    activities = ("machinery", "demonstration_model", "technology_transfer", "trademark")
    places = (("82", "87@2025"), ("66", "47@2025"), ("25", "17@2025"))
    queries = [
        SupportQuery(
            activity=activities[number % len(activities)],
            source="national" if number % 3 else "local",
            on=date(2015 + number % 12, 1 + number % 12, 1),
            province_keys=places[number % len(places)],
            beneficiary_name=f"Hộ kinh doanh số {number}",
            eligible_cost=(100 + number) * MILLION,
            total_cost=(150 + number) * MILLION,
            asked=(50 + number % 300) * MILLION,
        )
        for number in range(CALCULATIONS)
    ]
    book = current_book()

    def calculate() -> None:
        for query in queries:
            support_for(query, book=book)

    times = [_milliseconds(calculate) for _ in range(REPETITIONS)]
    return _row(f"{CALCULATIONS:,} bảng tính mức hỗ trợ".replace(",", "."), CALCULATIONS, times, 0)


def _trial() -> dict[str, Any]:
    """From the form to the last slice, as the page asks for them: four fifths of all national caps, and new ones besides."""
    make_projects(PROJECTS)
    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(username=OFFICER), backend=BACKEND)
    changes = (("machinery", "82", "50", "240 triệu"), ("machinery", "25", "40", "200 triệu"))
    form = {
        "creation_key": str(uuid4()), "name": "Đo thời gian", "rule_scope": "quoc-gia", "rule_caps": "80",
        "first_year": FIRST_YEAR, "last_year": FIRST_YEAR + YEARS, "muc-TOTAL_FORMS": len(changes),
        "muc-INITIAL_FORMS": 0,
    }  # fmt: skip
    for number, values in enumerate(changes):
        names = ("content", "scope", "percent", "cap")
        form |= {f"muc-{number}-{name}": value for name, value in zip(names, values, strict=True)}

    def count() -> None:
        made = client.post(reverse("trial_new"), form)
        if made.status_code != HTTPStatus.FOUND:
            raise SystemExit(f"The trial was refused: {made.status_code}.")
        trial = Trial.objects.defer("result").latest("pk")
        while trial.state == TrialState.RUNNING:
            data = {"version": version_of_count(trial)}
            client.post(reverse("trial_count", args=[trial.pk]), data, headers={"HX-Request": "true"})
            trial.refresh_from_db(fields=["state", "counted"])

    asked = Counter[str]()

    def counting(execute: Callable[..., Any], *args: Any) -> Any:
        asked["queries"] += 1
        return execute(*args)

    with connection.execute_wrapper(counting):
        taken = _milliseconds(count)
    name = f"Tính thử trên {PROJECTS:,} đề án".replace(",", ".")
    return _row(name, Project.objects.count(), [taken], asked["queries"])


def _milliseconds(action: Callable[[], None]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def _row(name: str, rows: int, times: list[float], queries: int) -> dict[str, Any]:
    return {
        "name": name,
        "database": connection.vendor,
        "rows": rows,
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(max(times), 2),
        "queries": queries,
    }
