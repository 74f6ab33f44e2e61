"""What `make bench` measures of a statement of 5,000 lines: brought in and looked through as the page does it.

Every tenth line names a payment's amount, so that the matching has something to compare; nothing is marked as paid.
"""

import csv
import io
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.finance.models import Payment
from khuyencong.treasury.models import Statement, StatementLine

ROWS = 5_000
BUDGET = 20_000  # milliseconds, the limit
ACCOUNTANT = "ketoan"
BACKEND = "django.contrib.auth.backends.ModelBackend"
HEADINGS = ("Ngày giao dịch", "Số chứng từ", "Nội dung", "Tài khoản nhận", "Ghi nợ", "Ghi có")


def statement_rows() -> list[dict[str, Any]]:
    """A row for bringing the statement in, and one for its page with all lines matched."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(username=ACCOUNTANT), backend=BACKEND)

    def bring() -> None:
        data = {"creation_key": str(uuid4()), "file": SimpleUploadedFile("do.csv", _content())}
        answer = client.post(reverse("statement_new"), data)
        if answer.status_code != HTTPStatus.FOUND:
            raise SystemExit(f"The statement was answered {answer.status_code}.")

    def look() -> None:
        found = Statement.objects.order_by("-pk").first()
        answer = client.get(found.get_absolute_url() if found else "/")
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"The page of the statement answered {answer.status_code}.")

    return [_measured("Sao kê 5000 dòng: nhập", bring), _measured("Sao kê 5000 dòng: đối chiếu", look)]


def _content() -> bytes:
    amounts = list(Payment.objects.values_list("amount", flat=True)[:100]) or [50_000_000]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS)
    day = format_date(today())
    for at in range(ROWS):
        amount = amounts[at % len(amounts)] if at % 10 == 0 else 1_000_000 + at
        writer.writerow((day, f"UNC-{at}", f"Chi kinh phí dòng đo {at}", f"0071{at:06}", amount, ""))
    return text.getvalue().encode()


def _measured(name: str, act: Callable[[], None]) -> dict[str, Any]:
    asked = {"queries": 0}

    def counting(execute: Callable[..., Any], *args: Any) -> Any:
        asked["queries"] += 1
        return execute(*args)

    with connection.execute_wrapper(counting):
        began, busy = time.perf_counter(), time.process_time()
        act()
        taken, worked = round((time.perf_counter() - began) * 1000, 2), time.process_time() - busy
    return {
        "name": f"{name} ({worked:.1f} giây CPU)".replace(".", ","),
        "database": connection.vendor,
        "rows": StatementLine.objects.count(),
        "median_ms": taken,
        "p95_ms": taken,
        "queries": asked["queries"],
        "budget_ms": BUDGET,
    }
