"""The file of a list for the Treasury's own program: the seam where its format stands.

No description of a format that the Treasury takes could be read, so the one here is «mẫu tạm»: CSV, one payment a row, described
in `docs/adapters.md`. A format that is agreed on becomes one more row of FORMATS; pages and the trail need no change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from khuyencong.documents.comma import table
from khuyencong.finance.models import Payment
from khuyencong.treasury.models import PaymentList
from khuyencong.treasury.paper import payee, what_for

COLUMNS: Final = (
    "bang_ke", "don_vi_chi", "nguon", "nam", "ngay_gui", "stt", "ma_de_an", "don_vi_nhan", "tai_khoan", "noi_dung", "so_tien",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """One way in which the Treasury takes a list. `ending` is that of the file."""

    code: str
    label: str
    ending: str
    write: Callable[[PaymentList, Sequence[Payment]], bytes]


def provisional(found: PaymentList, payments: Sequence[Payment]) -> bytes:
    """The list as CSV: amounts in whole đồng, days as yyyy-mm-dd."""
    on = found.sent_on.isoformat() if found.sent_on else ""
    same = (found.code, found.agency.name, found.source, found.year, on)
    rows = [
        (*same, at, one.project.code, *payee(one), what_for(one), one.amount)
        for at, one in enumerate(payments, start=1)
    ]
    return table(COLUMNS, rows)


FORMATS: Final = {one.code: one for one in (Format("tam-1", "Tệp cho Kho bạc (mẫu tạm)", "csv", provisional),)}
