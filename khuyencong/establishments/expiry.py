"""How long a paper or a certificate still counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khuyencong.core.components import Tone
from khuyencong.core.dates import format_date

SOON_DAYS = 60  # what runs out within these days is said on the page


@dataclass(frozen=True, slots=True)
class Expiry:
    """A last day seen from another: `days_left` is negative once it has passed, 0 on the last day itself."""

    last_day: date
    days_left: int

    @property
    def has_passed(self) -> bool:
        return self.days_left < 0

    @property
    def is_soon(self) -> bool:
        return 0 <= self.days_left <= SOON_DAYS

    @property
    def sentence(self) -> str:
        """«đã hết hạn», «hết hạn sau 20 ngày», or the plain day where it is far away."""
        if self.has_passed:
            return f"đã hết hạn {format_date(self.last_day)}"
        if self.days_left == 0:
            return "hết hạn hôm nay"
        if self.is_soon:
            return f"hết hạn sau {self.days_left} ngày ({format_date(self.last_day)})"
        return format_date(self.last_day)

    @property
    def tone(self) -> Tone:
        if self.has_passed:
            return "danger"
        return "warning" if self.is_soon else ""


def expiry(last_day: date | None, *, on: date) -> Expiry | None:
    """What is left on the day `on`; None for what has no last day."""
    return None if last_day is None else Expiry(last_day, (last_day - on).days)
