"""Time limits for the tests of several rooms."""

from datetime import date
from uuid import uuid4

from khuyencong.deadlines.actions import add_deadline

MONTHLY = {
    "title": "Gửi số liệu tháng", "document": "Quy chế 1", "rule": "monthly", "day": 20, "role": "officer",
    "from_on": date(2026, 1, 1), "shift": "none", "working_days": True,
}  # fmt: skip


def make_deadline(world, who=("dong-thap", "officer"), **fields):
    """A time limit of that person's agency: monthly on the 20th, unless said otherwise."""
    return add_deadline(by=world.actor(*who), creation_key=uuid4(), fields={**MONTHLY, **fields})
