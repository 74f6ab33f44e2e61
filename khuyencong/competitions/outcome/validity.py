"""Where a certificate stands on a day, as whoever scans it is told. Until when it counts: `law.competition.valid_until`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from khuyencong.core.components import Tone

SOON_DAYS = 92  # what runs out within these days; certificates end with a year


class Standing(StrEnum):
    """That a certificate has expired follows from the day and is stored nowhere (TT 26/2014 Đ17.3)."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "valid": "Còn giá trị",
            "not_yet": "Chưa đến ngày cấp",
            "expired": "Đã hết giá trị",
            "withdrawn": "Đã thu hồi",
        }[self.value]

    @property
    def tone(self) -> Tone:
        tones: dict[Standing, Tone] = {
            Standing.VALID: "success",
            Standing.EXPIRED: "warning",
            Standing.WITHDRAWN: "danger",
        }
        return tones.get(self, "")


def standing_on(on: date, *, issued_on: date, valid_until: date, withdrawn_on: date | None) -> Standing:
    """Where a certificate stands on the day; both ends of its validity count, and the day of withdrawal no longer."""
    if withdrawn_on is not None and withdrawn_on <= on:
        return Standing.WITHDRAWN
    if on < issued_on:
        return Standing.NOT_YET
    return Standing.VALID if on <= valid_until else Standing.EXPIRED
