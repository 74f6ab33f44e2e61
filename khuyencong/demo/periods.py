"""A month of the demo's ledger that is closed, and a decision that turned up after that."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import World
from khuyencong.finance import actions as money
from khuyencong.programmes.models import FundingSource

LATE = 20 * MILLION


def load_closed_month(world: World, agency: str) -> None:
    """Close the month before this one; then enter a decision of that month, which the ledger books into this one."""
    last = today().replace(day=1) - timedelta(days=1)
    accountant = world.actor(agency, "accountant")
    money.close_period(
        by=accountant,
        creation_key=uuid4(),
        year=last.year,
        month=last.month,
        document=f"Biên bản khóa sổ thử nghiệm tháng {last.month}/{last.year}",
        on=today(),
    )
    money.give_envelope(
        by=accountant,
        year=today().year,
        source=FundingSource.LOCAL,
        amount=LATE,
        document="Quyết định bổ sung dự toán thử nghiệm, đến muộn",
        on=last,
    )
