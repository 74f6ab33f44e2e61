"""The portal over the made-up nation: every accepted đề án published, each page uncached, and many visitors at once.

`national.py` runs it last, since it writes publications; they are written at once and not by the actions, which would take
an hour: the words, the search column and who published are as the actions leave them.
"""

from typing import Any

from tests.performance.bench import measure
from tests.performance.page import Page

PUBLICATIONS = "opendata.Publication"
PAGE_BUDGET = 50  # milliseconds
LEAST_A_SECOND = 1_000
AT_ONCE = 2_000
ASKED = "?loai=household&tinh=82&nganh=agro_processing&viec=machinery&chi_phi=800000000"
PATHS = (
    ("trang đầu", "/cong/"),
    ("đề án", "/cong/de-an/"),
    ("đề án, tìm", "/cong/de-an/?q=may+say"),
    ("đề án, lọc", "/cong/de-an/?tinh=82&nam=2024"),
    ("bản đồ", "/cong/ban-do/"),
    ("kết quả", "/cong/ket-qua/"),
    ("tôi được hỗ trợ gì", f"/cong/ho-tro/{ASKED}"),
    ("tìm", "/cong/tim/?q=may+say"),
    ("định mức", "/cong/dinh-muc/"),
    ("văn bản", "/cong/van-ban/"),
    ("đang mời", "/cong/dang-moi/"),
)


def portal_rows() -> list[dict[str, Any]]:
    """Each page for a visitor without an account, then requests a second of three of them together."""
    from django.conf import settings

    _publish_all()
    settings.KEEP_ANSWERS = True  # sums are kept while nothing is written, as on the server; nothing is written here
    rows = [measure(Page(f"Cổng: {name}", path, PUBLICATIONS, None, budget_ms=PAGE_BUDGET)) for name, path in PATHS]
    settings.KEEP_ANSWERS = False
    return [*rows, _many_row()]


def _publish_all() -> None:
    from django.contrib.auth import get_user_model

    from khuyencong.core.dates import today
    from khuyencong.core.finding import haystack
    from khuyencong.opendata.models import NARROWED_BY, Publication, PublicationState
    from khuyencong.opendata.rules import WITH_RESULT
    from khuyencong.projects.models import Project

    user = get_user_model().objects.get(username="lanhdao.cuc")
    there = set(Publication.objects.values_list("project_id", flat=True))
    rows = Project.objects.filter(state__in=WITH_RESULT).values_list(
        "pk", "name", "code", "province__current__name", *NARROWED_BY
    )
    Publication.objects.bulk_create(
        (
            Publication(
                project_id=pk, title=name, haystack=haystack(name, code, place), state=PublicationState.PUBLISHED,
                published_on=today(), published_by=user, created_by=user, year=year, activity=activity, source=source,
                province_id=province,
            )
            for pk, name, code, place, year, activity, source, province in rows
            if pk not in there
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip


def _many_row() -> dict[str, Any]:
    import sys

    from django.db import connection

    from khuyencong.opendata.models import Publication
    from tests.performance.load import CONNECTIONS, requests_per_second

    found = requests_per_second("/cong/de-an/?tinh=82", "")
    if found < LEAST_A_SECOND:
        print(f"Cổng thông tin: {found:.0f} lượt/giây, dưới {LEAST_A_SECOND}.", file=sys.stderr)
    each = round(1000 * CONNECTIONS / found, 2)
    return {
        "name": "Cổng: đề án, 16 kết nối, 2 tiến trình",
        "database": connection.vendor,
        "rows": Publication.objects.count(),
        "median_ms": each,
        "p95_ms": each,
        "per_second": round(found, 1),
    }
