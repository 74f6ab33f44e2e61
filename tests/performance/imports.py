"""What `make bench` measures of a list of 10.000 establishments, brought in among 150.000 others as the page does it.

From sending the file to the last slice: once all new, once unchanged (looked through only), once all corrected.
"""

import io
import time
from collections.abc import Callable
from http import HTTPStatus
from itertools import islice
from typing import Any
from uuid import uuid4

import xlsxwriter
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from khuyencong.establishments.models import Establishment, Import, ImportState
from khuyencong.establishments.tax_code import check_digit
from khuyencong.places.models import Commune

ROWS = 10_000
BUDGET = 30_000  # milliseconds, the limit
OFFICER = "canbo"
BACKEND = "django.contrib.auth.backends.ModelBackend"
FIRST_CODE = 410_000_000
HEADINGS = (
    "Tên cơ sở", "Loại hình", "Mã số thuế", "Mã xã", "Địa chỉ", "Lao động", "Ngành nghề", "Điện thoại", "Chủ cơ sở",
    "Giới tính chủ cơ sở", "Dân tộc chủ cơ sở", "Năm sinh chủ cơ sở", "Người liên hệ", "Lao động nữ",
    "Vốn điều lệ (triệu đồng)", "Doanh thu năm 2025 (triệu đồng)",
)  # fmt: skip


def import_rows() -> list[dict[str, Any]]:
    """A row for each of the three; the registry must already be full."""
    first, second = _list(workers=12), _list(workers=15)
    return [
        _measured("mọi dòng mới", first),
        _measured("nhập lại, không đổi", first),
        _measured("mọi dòng sửa", second),
    ]


def _list(*, workers: int) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("Cơ sở")
    page.write_row(0, 0, HEADINGS)
    communes = list(Commune.objects.filter(province__key="82", valid_to=None).values_list("code", flat=True))
    codes = (f"{nine}{last}" for nine in range(FIRST_CODE, 10**9) if (last := check_digit(str(nine))) is not None)
    for number, code in enumerate(islice(codes, ROWS)):
        page.write_row(number + 1, 0, (
            f"Hộ kinh doanh cơ khí nhập số {number}", "HKD", code if number % 10 < 7 else "",  # seven of ten have one
            communes[number % len(communes)], f"Số {number % 400}, ấp 3", workers + number % 200, "Cơ khí",
            f"08{number:08d}", "Nguyễn Văn An", "Nam", "Kinh", 1960 + number % 40, "Trần Thị Bình", number % 10,
            500 + number % 90, 1_000 + number % 70,
        ))  # fmt: skip
    book.close()
    return buffer.getvalue()


def _measured(what: str, content: bytes) -> dict[str, Any]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(username=OFFICER), backend=BACKEND)
    asked = {"queries": 0}

    def counting(execute: Callable[..., Any], *args: Any) -> Any:
        asked["queries"] += 1
        return execute(*args)

    with connection.execute_wrapper(counting):
        start = time.perf_counter()
        _bring(client, content)
        taken = (time.perf_counter() - start) * 1000
    return {
        "name": f"Nhập {ROWS:,} cơ sở: {what}".replace(",", "."),
        "database": connection.vendor,
        "rows": Establishment.objects.count(),
        "median_ms": round(taken, 2),
        "p95_ms": round(taken, 2),
        "queries": asked["queries"],
        "budget_ms": BUDGET,
    }


def _bring(client: Client, content: bytes) -> None:
    """As the page asks, slice by slice; whatever is not as it should be ends the run."""
    upload = io.BytesIO(content)
    upload.name = "danh-sach.xlsx"
    sent = client.post(reverse("establishment_imports"), {"creation_key": str(uuid4()), "file": upload})
    if sent.status_code != HTTPStatus.FOUND:
        raise SystemExit(f"The list was refused: {sent.status_code}.")
    found = Import.objects.latest("pk")
    _go_on(client, found, ImportState.READ)
    if found.lines.filter(outcome="refused").exists():
        raise SystemExit("A row of the list was refused.")
    if found.to_apply:
        client.post(reverse("establishment_import_apply", args=[found.pk]), {"version": found.version})
        found.refresh_from_db()
        _go_on(client, found, ImportState.APPLYING)


def _go_on(client: Client, found: Import, state: ImportState) -> None:
    address = reverse("establishment_import_go_on", args=[found.pk])
    while found.state == state:
        client.post(address, {"version": found.version}, headers={"HX-Request": "true"})
        found.refresh_from_db()
