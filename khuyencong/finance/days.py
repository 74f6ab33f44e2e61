"""The order of days: nothing about money is dated before what it follows, or in the future."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Max

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.projects.models import Project


def check_day(on: date, *, what: str, after: Mapping[str, date | None]) -> None:
    """Raise Refused where `on` is in the future or before one of `after` (name of what it follows: its day, if any)."""
    if on > today():
        raise Refused(f"{what} không được ở tương lai.")
    for name, day in after.items():
        if day is not None and on < day:
            raise Refused(f"{what} không được trước {name} ({format_date(day)}).")


def last_accepted_on(project: Project) -> date | None:
    """The day of the last acceptance, also of one that makes nothing payable; None before the first."""
    found: date | None = Project.objects.filter(pk=project.pk).aggregate(last=Max("acceptances__accepted_on"))["last"]
    return found
