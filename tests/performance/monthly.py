"""What `make bench` measures of the list of monthly reports, among the 20.000 đề án of `calculations.py`.

A quarter of them is made to be under way, each with a contract and three months of reports, some late, some missing.
"""

from datetime import date, timedelta
from decimal import Decimal

from tests.performance.page import Page

LISTED = 150  # milliseconds
EVERY = 2  # of the settled ones, which are half of all


def prepare() -> None:
    """Put every second of the settled ones to work."""
    from django.db import connection

    from khuyencong.core.dates import today
    from khuyencong.core.money import MILLION
    from khuyencong.finance.models import Contract, ContractPart
    from khuyencong.monitoring.days import first_of, month_before
    from khuyencong.monitoring.models import ProgressReport
    from khuyencong.people.models import User
    from khuyencong.projects.models import Project

    user = User.objects.order_by("pk")[0]
    chosen = list(Project.objects.filter(code__startswith="DO-", state="settled").order_by("pk"))[::EVERY]
    signed = first_of(today()) - timedelta(days=200)
    contracts = Contract.objects.bulk_create(
        [
            Contract(
                kind="contract", number=f"{one.pk}/HĐ", signed_on=signed, payer=one.payer, unit=one.implementing_unit,
                party="Bên B", prepared_by=user, signed_by=user,
            )
            for one in chosen
        ],
        batch_size=1_000,
    )  # fmt: skip
    parts = zip(chosen, contracts, strict=True)
    ContractPart.objects.bulk_create(
        [ContractPart(project=one, contract=contract, value=100 * MILLION) for one, contract in parts], batch_size=1_000
    )
    Project.objects.filter(contract_part__isnull=False, code__startswith="DO-").update(state="in_progress")
    this = first_of(today())
    months = (this, month_before(this), month_before(month_before(this)))
    ProgressReport.objects.bulk_create(
        [
            _report(one, month, number, user)
            for month in months
            for number, one in enumerate(chosen)
            if number % 5  # the fifth of them is missing
        ],
        batch_size=1_000,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself where it is not one to be thrown away


def _report(project: object, month: date, number: int, user: object) -> object:
    from khuyencong.monitoring.models import ProgressReport

    filed = month.replace(day=1 + number % 28)
    confirmed = number % 3 == 0
    return ProgressReport(
        project=project, month=month, state="confirmed" if confirmed else "submitted", volume=Decimal(number % 101),
        investment_done=number, investment_total=10_000 + number, created_by=user, filed_on=filed, submitted_on=filed,
        submitted_by=user, decided_on=filed if confirmed else None, decided_by=user if confirmed else None,
    )  # fmt: skip


def _pages() -> list[Page]:
    found = []
    for account, whose in (("chuyenvien.cuc", "cả nước"), ("chuyenvien", "tỉnh")):
        for what, query in (("", ""), (", thiếu", "?tinh_trang=missing"), (", trang cuối", "?page=99999")):
            name = f"Báo cáo tiến độ tháng{what} ({whose})"
            found.append(Page(name, f"/theo-doi/{query}", "projects.Project", account, budget_ms=LISTED))
    return found


MONTHLY = _pages()
