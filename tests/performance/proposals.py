"""What `make bench` measures of a list of 500 proposals, brought in as the page does it: looked through, then made.

Every đề án has an establishment, a line of the estimate and one row in fifty an error. The list comes in among the 20.000
đề án of the nation; the processor's seconds are printed beside the clock's, for machines that do other things as well.
"""

import io
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import xlsxwriter
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.establishments.models import Establishment
from khuyencong.people.models import Membership
from khuyencong.projects.models import Project, ProposalList, ProposalListState

ROWS = 500
BUDGET = 20_000  # milliseconds, the limit
OFFICER = "canbo"
BACKEND = "django.contrib.auth.backends.ModelBackend"
HEADINGS = (
    "Tên đề án", "Nguồn kinh phí", "Nội dung hoạt động", "Cơ sở thụ hưởng", "Kinh phí khuyến công (triệu đồng)",
    "Cơ sở đóng góp (triệu đồng)", "Mục tiêu", "Bắt đầu", "Kết thúc",
)  # fmt: skip
BAD_EVERY = 50


def proposal_rows() -> list[dict[str, Any]]:
    """A row for the list that is new and one for the same list again."""
    content = _list()
    return [_measured("lập mới, kể cả dòng lỗi", content), _measured("nhập lại, đã có", content)]


def _list() -> bytes:
    """Five hundred rows, each for one of fifty establishments of the officer's province."""
    agency = Membership.objects.select_related("agency").get(user__username=OFFICER).agency
    province = agency.province_id
    names = [f"Cơ sở đo danh sách {number}" for number in range(50)]
    known = Establishment.objects.filter(province=province).order_by("pk").first()
    if known is None:
        raise SystemExit("No establishment in the officer's province.")
    for name in names:
        known.pk, known.creation_key, known.name, known.tax_code, known._state.adding = (
            None,
            uuid4(),
            name,
            "",
            True,
        )  # a copy
        known.save()
    year = today().year + 1
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("Đề án")
    page.write_row(0, 0, HEADINGS)
    for number in range(ROWS):
        page.write_row(number + 1, 0, (
            f"Hỗ trợ ứng dụng máy móc thiết bị trong sản xuất, số {number}",
            "tiền túi" if number % BAD_EVERY == 0 else "Khuyến công địa phương", "machinery", names[number % len(names)],
            200, 300, "Tăng năng suất, giảm hao hụt nguyên liệu.", f"01/03/{year}", f"30/11/{year}",
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
        start, busy = time.perf_counter(), time.process_time()
        _bring(client, content)
        taken, worked = (time.perf_counter() - start) * 1000, time.process_time() - busy
    return {
        "name": f"Nhập {ROWS} đề án: {what} ({worked:.1f} giây CPU)".replace(".", ","),
        "database": connection.vendor,
        "rows": Project.objects.count(),
        "median_ms": round(taken, 2),
        "p95_ms": round(taken, 2),
        "queries": asked["queries"],
        "budget_ms": BUDGET,
    }


def _bring(client: Client, content: bytes) -> None:
    """As the page asks, one turn after another; whatever is not as it should be ends the run."""
    upload = io.BytesIO(content)
    upload.name = "de-an.xlsx"
    values = {"creation_key": str(uuid4()), "year": today().year + 1, "file": upload}
    sent = client.post(reverse("proposal_lists"), values)
    if sent.status_code != HTTPStatus.FOUND:
        raise SystemExit(f"The list was refused: {sent.status_code}.")
    found = ProposalList.objects.latest("pk")
    if found.to_apply:
        client.post(reverse("proposal_list_apply", args=[found.pk]), {"version": found.version})
        found.refresh_from_db()
    while found.state == ProposalListState.APPLYING:
        address = reverse("proposal_list_go_on", args=[found.pk])
        client.post(address, {"version": found.version}, headers={"HX-Request": "true"})
        found.refresh_from_db()
    if found.lines.filter(outcome="refused").count() != ROWS // BAD_EVERY:
        raise SystemExit("Other rows of the list were refused than those with an error.")
