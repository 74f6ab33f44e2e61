"""The made-up nation (`khuyencong demo --national`): loading it, its pages, its list as a file, and many at once.

A database and a process of its own: `scripts/run_bench.py` runs it after `bench.py`. The statements in plain SQL give the
same figures as the pages beside them, written as one would by hand.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from tests.performance.bench import BACKEND, measure
from tests.performance.load import requests_per_second
from tests.performance.page import Page
from tests.performance.portal import portal_rows

LEADER, OFFICER = "lanhdao.cuc", "canbo"
PROJECTS, ENTRIES, EVENTS = "projects.Project", "finance.LedgerEntry", "audit.AuditEvent"
TABLE_BUDGET, LIST_BUDGET = 300, 150
LOADED_BUDGET, EXPORT_BUDGET = 15 * 60_000, 20_000
LEAST_A_SECOND, MOST_MEGABYTES = 200, 300

# By province of today, state: the lines of `/ket-qua/`.
RESULT_SQL = """
SELECT v.current_id, p.state, COUNT(*), SUM(l.total), SUM(l.support), SUM(l.counterpart), SUM(l.other), SUM(b.people),
       SUM(e.planned), SUM(e.approved), SUM(e.paid), SUM(e.settled)
FROM projects_project p
JOIN places_province v ON v.id = p.province_id
LEFT JOIN (SELECT project_id, SUM(total) total, SUM(support) support, SUM(counterpart) counterpart, SUM(other) other
           FROM projects_estimateline GROUP BY project_id) l ON l.project_id = p.id
LEFT JOIN (SELECT project_id, COUNT(*) people FROM projects_beneficiary WHERE left_on IS NULL GROUP BY project_id) b
       ON b.project_id = p.id
LEFT JOIN (SELECT project_id,
                  SUM(CASE WHEN kind = 'planned' THEN amount ELSE 0 END) planned,
                  SUM(CASE WHEN kind = 'approved' THEN amount WHEN kind = 'reduced' THEN -amount ELSE 0 END) approved,
                  SUM(CASE WHEN kind IN ('advanced', 'paid') THEN amount WHEN kind = 'recovered' THEN -amount
                           ELSE 0 END) paid,
                  SUM(CASE WHEN kind = 'settled' THEN amount ELSE 0 END) settled
           FROM finance_ledgerentry WHERE project_id IS NOT NULL GROUP BY project_id) e ON e.project_id = p.id
WHERE p.year = 2024 GROUP BY v.current_id, p.state
"""
# By province, source and activity: the cells of `/ket-qua/theo-ky/`, and the same of the year before beside them.
PERIOD_SQL = """
SELECT y.year, v.current_id, p.source, p.activity, p.implementing_unit_id,
       SUM(CASE WHEN e.planned > 0 THEN 1 ELSE 0 END), SUM(CASE WHEN e.approved > e.released THEN 1 ELSE 0 END),
       SUM(e.planned), SUM(e.approved), SUM(e.paid), SUM(e.accepted), SUM(e.settled), SUM(l.others), SUM(b.people),
       SUM(s.served), SUM(j.jobs)
FROM (SELECT 2024 AS year UNION ALL SELECT 2023) y
JOIN (SELECT n.year, f.project_id,
             SUM(CASE WHEN kind = 'planned' THEN amount ELSE 0 END) planned,
             SUM(CASE WHEN kind = 'approved' THEN amount WHEN kind = 'reduced' THEN -amount ELSE 0 END) approved,
             SUM(CASE WHEN kind = 'released' THEN amount ELSE 0 END) released,
             SUM(CASE WHEN kind IN ('advanced', 'paid') THEN amount WHEN kind = 'recovered' THEN -amount ELSE 0 END) paid,
             SUM(CASE WHEN kind = 'accepted' THEN amount WHEN kind = 'annulled' THEN -amount ELSE 0 END) accepted,
             SUM(CASE WHEN kind = 'settled' THEN amount ELSE 0 END) settled
      FROM finance_ledgerentry f JOIN programmes_envelope n ON n.id = f.envelope_id
      WHERE n.year IN (2023, 2024) AND f.project_id IS NOT NULL GROUP BY n.year, f.project_id) e ON e.year = y.year
JOIN projects_project p ON p.id = e.project_id
JOIN places_province v ON v.id = p.province_id
LEFT JOIN (SELECT project_id, SUM(counterpart + other) others FROM projects_estimateline GROUP BY project_id) l
       ON l.project_id = p.id
LEFT JOIN (SELECT project_id, COUNT(*) people FROM projects_beneficiary WHERE left_on IS NULL GROUP BY project_id) b
       ON b.project_id = p.id
LEFT JOIN (SELECT project_id, COUNT(DISTINCT beneficiary_id) served FROM finance_ledgerentry
           WHERE kind = 'accepted' GROUP BY project_id) s ON s.project_id = p.id
LEFT JOIN (SELECT project_id, SUM(jobs_new) jobs FROM effects_effectsheet WHERE moment = 'acceptance'
           GROUP BY project_id) j ON j.project_id = p.id
GROUP BY y.year, v.current_id, p.source, p.activity, p.implementing_unit_id
"""

PAGES = (
    Page("Cả nước: kết quả năm 2024", "/ket-qua/?year=2024", PROJECTS, LEADER, RESULT_SQL, budget_ms=TABLE_BUDGET),
    Page("Cả nước: theo kỳ 2024", "/ket-qua/theo-ky/?year=2024", ENTRIES, LEADER, PERIOD_SQL, budget_ms=TABLE_BUDGET),
    Page("Cả nước: tổng quan năm nay", "/tong-quan/?year=2026", ENTRIES, LEADER, budget_ms=TABLE_BUDGET),
    Page("Cả nước: tổng quan 2024", "/tong-quan/?year=2024", ENTRIES, LEADER, budget_ms=TABLE_BUDGET),
    Page("Một tỉnh: tổng quan 2024", "/tong-quan/?year=2024", ENTRIES, "lanhdao", budget_ms=TABLE_BUDGET),
    Page("Một khu vực: tổng quan 2024", "/tong-quan/?year=2024&khu-vuc=north", ENTRIES, LEADER, budget_ms=TABLE_BUDGET),
    *(
        Page(f"{whose}: {name}", path, model, account, budget_ms=LIST_BUDGET)
        for name, path, model in (
            ("đề án", "/de-an/", PROJECTS),
            ("đề án, lọc", "/de-an/?year=2024&state=settled", PROJECTS),
            ("đề án, tìm", "/de-an/?q=may+say+lanh", PROJECTS),
            ("đề án, trang cuối", "/de-an/?page=99999", PROJECTS),
            ("cơ sở", "/co-so/", "establishments.Establishment"),
            ("hợp đồng", "/hop-dong/", "finance.Contract"),
            ("phiếu hiệu quả", "/hieu-qua/phieu/", "effects.EffectSheet"),
            ("đề án sau một số của tổng quan", "/tong-quan/de-an/?year=2024&muc=trang-thai&gia-tri=settled", PROJECTS),
        )
        for whose, account in (("Cả nước", LEADER), ("Một tỉnh", OFFICER))
    ),
    Page("Cả nước: nhật ký", "/nhat-ky/", EVENTS, "quantri.cuc", budget_ms=LIST_BUDGET),
)


def main() -> int:
    """Load the nation, measure, and write the rows as JSON to the file named on the command line."""
    from khuyencong import cli

    started = time.perf_counter()
    done = cli.main(["demo", "--national", "--no-serve"])
    took = time.perf_counter() - started
    if done != 0:
        return done
    django.setup()
    settings.RATE_LIMITS = False
    settings.KEEP_ANSWERS = False  # every list is put together anew; the server below keeps them, as it does in use
    rows = [_row("Cả nước: nạp dữ liệu", ENTRIES, took * 1000, budget_ms=LOADED_BUDGET, megabytes=_megabytes())]
    rows += [measure(page) for page in PAGES]
    rows += [_export_row(), _many_row()]
    rows += portal_rows()  # publishes, so it comes after everything else
    Path(sys.argv[1]).write_text(json.dumps(rows), encoding="utf-8")
    return 0


def _row(name: str, model: str, milliseconds: float, **more: Any) -> dict[str, Any]:
    from django.apps import apps
    from django.db import connection

    count = apps.get_model(model)._default_manager.count()
    both = round(milliseconds, 2)
    return {"name": name, "database": connection.vendor, "rows": count, "median_ms": both, "p95_ms": both, **more}


def _export_row() -> dict[str, Any]:
    """The list of all đề án as a file, in a process of its own whose memory is its own."""
    from multiprocessing import get_context

    with get_context("spawn").Pool(1) as pool:
        milliseconds, megabytes = pool.apply(export_once)
    if megabytes > MOST_MEGABYTES:
        print(f"Tệp danh sách đề án: {megabytes} MB bộ nhớ, quá {MOST_MEGABYTES}.", file=sys.stderr)
    name = "Cả nước: tải danh sách đề án (.xlsx)"
    return _row(name, PROJECTS, milliseconds, budget_ms=EXPORT_BUDGET, megabytes=megabytes)


def export_once() -> tuple[float, int]:
    """Milliseconds and the most memory of one export."""
    django.setup()
    started = time.perf_counter()
    answer = _client().get("/de-an/tai-ve.xlsx")
    if answer.status_code != 200:
        raise SystemExit(f"The export answered {answer.status_code}.")
    return (time.perf_counter() - started) * 1000, _megabytes()


def _many_row() -> dict[str, Any]:
    """Requests a second of the national list; the median is that of one request under this load."""
    from tests.performance.load import CONNECTIONS

    client = _client()
    cookie = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    found = requests_per_second("/de-an/", cookie)
    if found < LEAST_A_SECOND:
        print(f"Danh sách đề án cả nước: {found:.0f} lượt/giây, dưới {LEAST_A_SECOND}.", file=sys.stderr)
    row = _row("Cả nước: danh sách đề án, 16 kết nối, 2 tiến trình", PROJECTS, 1000 * CONNECTIONS / found)
    return {**row, "per_second": round(found, 1)}


def _client() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(username=LEADER), backend=BACKEND)
    return client


def _megabytes() -> int:
    """The most memory that this process has had; what it was started from does not count."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    sys.exit(main())
